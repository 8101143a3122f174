import pytest

from jobv1.waiting import wait
from tests.many_jobs import EndingJob
from tests.scripted_job import LoggedClock, PushJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_witnesses_that_tell(clock):
    """When the job that is asked for all tells of its end, the next is asked at once."""
    jobs = [PushJob() for _ in range(3)]
    for time, job in enumerate(jobs, 1):
        clock.call_at(time, job.finish)
    pair = wait(jobs)

    assert pair.done == jobs
    assert [job.queried_at for job in jobs] == [[0, 1], [1, 2], [2, 3]]


def test_witness_that_cannot_be_listened_to(clock):
    """When `add_done_callback` raises, that job is given up, and the next is asked at once."""

    class RaisingJob(PushJob):
        def add_done_callback(self, fn, /):
            raise RuntimeError("no callbacks today")

    broken, good = RaisingJob(), EndingJob(7)
    pair = wait([broken, good])

    assert [(job, str(error)) for job, error in pair.errors] == [(broken, "no callbacks today")]
    assert (broken.queried_at, good.queried_at) == ([0], [0, 5, 10])
