"""What testers put under code that waits for jobs, and the proof that a job class is right."""

from ._contract import ContractViolation, HarnessError, Rule
from ._course import FakeExhaustedError
from ._fake_clock import FakeClock
from ._fake_job import Call, FakeJob
from ._fake_jobs import FakeBackend
from ._harness import Harness
from ._life import Life, Slow
from ._report import ConformanceError, Outcome, Report
from ._runner import Check, check_job, checks_for, parametrize_with_checks
from ._validated import validated

__all__ = [
    "Call",
    "Check",
    "ConformanceError",
    "ContractViolation",
    "FakeBackend",
    "FakeClock",
    "FakeExhaustedError",
    "FakeJob",
    "Harness",
    "HarnessError",
    "Life",
    "Outcome",
    "Report",
    "Rule",
    "Slow",
    "check_job",
    "checks_for",
    "parametrize_with_checks",
    "validated",
]
