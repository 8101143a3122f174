import pytest

from jobv1._clock import Wake
from jobv1._wake import Sleeper
from tests.telling_jobs import RecordingClock, SilentJob, TactfulJob


@pytest.mark.parametrize("place", [0, 2])
def test_any_of_many_jobs_ends_the_sleep(place):
    """A sleep for many jobs ends when one of them tells, and some may be unable to."""
    jobs = [TactfulJob(), SilentJob(), TactfulJob()]
    clock = RecordingClock(during=jobs[place].tell)
    with Sleeper(jobs, clock) as sleeper:
        sleeper.sleep(10)

    assert clock.sleeps == [(10, False, True)]
    assert [jobs[0].listeners, jobs[2].listeners] == [[], []]


def test_one_job_at_two_places():
    """A job that stands twice among the jobs ends one sleep, and is listened to no longer."""
    job = TactfulJob()
    clock = RecordingClock(during=job.tell)
    with Sleeper([job, job], clock) as sleeper:
        sleeper.sleep(1)

    assert clock.sleeps == [(1, False, True)]
    assert job.listeners == []


def test_wake_that_is_given():
    """A sleeper that is given a wake sleeps with it, though no job tells."""
    wake = Wake()
    clock = RecordingClock(during=wake.set)
    with Sleeper([SilentJob()], clock, wake) as sleeper:
        sleeper.sleep(10)

    assert clock.sleeps == [(10, False, True)]
    assert not wake.is_set()
