import pytest

from jobv1.waiting import wait
from tests.many_jobs import EndingJob, ignore
from tests.scripted_job import LoggedClock


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_random_part_of_a_long_sleep():
    """The first sleep is a part of the whole interval, and is then cut by the deadline."""
    jobs = [EndingJob(1e6) for _ in range(100)]
    wait(jobs, 10, wait=20, callback=ignore)

    middle = [job.queried_at[1:-1] for job in jobs]
    assert sum(map(len, middle)) == pytest.approx(50, abs=5)
