import pytest

from jobv1 import JobStatus, JobTimeoutError, Tolerance
from tests.scripted_job import LoggedClock, ScriptedJob, Slow

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class BusyError(Exception):
    """A service asks to come back later."""

    def __init__(self, retry_after):
        super().__init__("busy")
        self.retry_after = retry_after


def test_deadline_cuts_a_retry():
    """The query at the deadline is made, whatever time an error asks for."""
    job = ScriptedJob([RUNNING, BusyError(3600), DONE])
    job.wait_for_final_state(timeout=12, tolerance=Tolerance(BusyError, failures=1))

    assert job.queried_at == [0, 5, 12]


def test_failure_at_the_deadline():
    """A survived failure of the query at the deadline ends the wait as a timeout."""
    failure = BusyError(1)
    job = ScriptedJob([RUNNING, Slow(3, failure)])
    with pytest.raises(JobTimeoutError) as caught:
        job.wait_for_final_state(timeout=5, tolerance=Tolerance(BusyError, failures=1))

    assert (caught.value.__cause__, caught.value.last_error) == (failure, failure)
    assert (caught.value.elapsed, caught.value.queries) == (8, 2)


def test_spent_budget_at_the_deadline():
    """A failure that spends the budget at the deadline is raised itself."""
    job = ScriptedJob([RUNNING, BusyError(1)])
    with pytest.raises(BusyError):
        job.wait_for_final_state(timeout=5, tolerance=Tolerance(BusyError, failures=0))


def test_failure_at_the_deadline_without_a_pause():
    """A survived failure after the deadline ends a wait without a pause as a timeout, too."""
    failure = BusyError(0)
    job = ScriptedJob([RUNNING, RUNNING, RUNNING, Slow(5, failure)])
    with pytest.raises(JobTimeoutError) as caught:
        job.wait_for_final_state(timeout=5, wait=0, tolerance=Tolerance(BusyError, failures=1))

    assert (caught.value.__cause__, caught.value.queries) == (failure, 4)


def test_failure_between_queries_without_a_pause():
    """A wait without a pause goes on after a survived failure, and counts every query."""
    script = [RUNNING, RUNNING, BusyError(0), RUNNING, RUNNING, BusyError(0), RUNNING]
    job = ScriptedJob([*script, Slow(5, RUNNING)])
    with pytest.raises(JobTimeoutError) as caught:
        job.wait_for_final_state(timeout=5, wait=0, tolerance=Tolerance(BusyError, failures=1))

    assert (caught.value.__cause__, caught.value.queries) == (None, 8)
