"""What testers put under code that waits for jobs."""

from ._course import FakeExhaustedError
from ._fake_clock import FakeClock
from ._fake_job import Call, FakeJob
from ._fake_jobs import FakeBackend
from ._life import Life, Slow

__all__ = [
    "Call",
    "FakeBackend",
    "FakeClock",
    "FakeExhaustedError",
    "FakeJob",
    "Life",
    "Slow",
]
