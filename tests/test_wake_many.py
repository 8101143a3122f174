import pytest

from jobv1._clock import Wake
from jobv1._wake import Sleeper
from tests.telling_jobs import RecordingClock, RepeatingJob, SilentJob, TactfulJob, TellingJob


@pytest.mark.parametrize("place", [0, 2])
def test_any_of_many_jobs_ends_the_sleep(place):
    """A sleep for many jobs ends when one of them tells, and some may be unable to."""
    jobs = [TactfulJob(), SilentJob(), TactfulJob()]
    clock = RecordingClock(during=jobs[place].tell)
    with Sleeper(jobs, clock) as sleeper:
        sleeper.sleep(10)
        assert sleeper.told() == {place}

    assert clock.sleeps == [(10, False, True)]
    assert [jobs[0].listeners, jobs[2].listeners] == [[], []]


def test_told():
    """The jobs that told are named by their places, each once, and not again."""
    jobs = [RepeatingJob(), TellingJob(), RepeatingJob()]
    with Sleeper(jobs, RecordingClock()) as sleeper:
        sleeper.sleep(1)
        assert sleeper.told() == set()

        for job in (jobs[2], jobs[0], jobs[2]):
            job.tell()
        assert sleeper.told() == {0, 2}
        assert sleeper.told() == set()


def test_one_job_at_two_places():
    """A job that stands twice among the jobs tells for both places."""
    job = TactfulJob()
    with Sleeper([job, job], RecordingClock(during=job.tell)) as sleeper:
        sleeper.sleep(1)
        assert sleeper.told() == {0, 1}


def test_wake_that_is_given():
    """A sleeper that is given a wake sleeps with it, though no job tells."""
    wake = Wake()
    clock = RecordingClock(during=wake.set)
    with Sleeper([SilentJob()], clock, wake) as sleeper:
        sleeper.sleep(10)

    assert clock.sleeps == [(10, False, True)]
    assert not wake.is_set()
