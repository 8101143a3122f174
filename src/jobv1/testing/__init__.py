"""What testers put under code that waits for jobs: virtual time, and more to come."""

from ._fake_clock import FakeClock

__all__ = ["FakeClock"]
