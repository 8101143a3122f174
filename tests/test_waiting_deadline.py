import pytest

from jobv1 import JobTimeoutError
from jobv1.waiting import as_completed, wait
from tests.many_jobs import EndingJob
from tests.scripted_job import LoggedClock


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def slow_jobs(clock, job):
    """Give a job after 4 seconds."""
    clock.advance(4)
    yield job


def test_limit_runs_from_the_call_of_wait(clock):
    """The time that the iterable takes to give the jobs counts against the limit."""
    job = EndingJob(12)
    pair = wait(slow_jobs(clock, job), 10)

    assert pair.not_done == [job]
    assert clock.now() == 10


def test_limit_runs_from_the_call_of_as_completed(clock):
    """The limit runs from the call, though the first job is asked for only later."""
    completions = as_completed(slow_jobs(clock, EndingJob(12)), 10)
    clock.advance(3)
    with pytest.raises(JobTimeoutError, match="after 10 s"):
        next(completions)

    assert clock.now() == 10
