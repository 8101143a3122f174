import pytest

from jobv1.waiting import wait
from tests.many_jobs import EndingJob
from tests.scripted_job import LoggedClock


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.mark.parametrize("workers", [None, 2])
def test_end_of_a_limited_wait(clock, workers):
    """A wait with a limited rate ends at its deadline, though no job is asked there."""
    jobs = [EndingJob(1e6) for _ in range(3)]
    pair = wait(jobs, 60, wait=20, queries_per_second=1, workers=workers)

    assert pair.not_done == jobs
    assert clock.now() == 60
