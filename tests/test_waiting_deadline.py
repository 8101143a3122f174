import pytest

from jobv1 import JobTimeoutError
from jobv1.waiting import as_completed, wait
from tests.many_jobs import EndingBatch, EndingJob, batches
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


def test_batch_that_lasts_beyond_the_deadline(clock):
    """A batch that ends after the deadline is the last, as a single query is."""
    kind = batches(EndingBatch, slowness=4)
    jobs = [kind(1e6) for _ in range(3)]
    pair = wait(jobs, 10, wait=4)

    assert pair.not_done == jobs
    assert kind.requested_at == [0, 8]
    assert clock.now() == 12
