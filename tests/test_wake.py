import threading
import time

import pytest

from jobv1._clock import SystemClock
from jobv1._wake import Sleeper
from jobv1.testing import FakeClock
from tests.telling_jobs import RecordingClock, RepeatingJob, SilentJob, TactfulJob, TellingJob


class IdentifyingJob(TellingJob):
    """Knows a callback again only if it is the very object."""

    def remove_done_callback(self, fn):
        (place,) = (place for place, known in enumerate(self.listeners) if known is fn)
        del self.listeners[place]


class LastMomentJob(TactfulJob):
    """Becomes final just when it is asked to tell no longer."""

    def remove_done_callback(self, fn):
        super().remove_done_callback(fn)
        fn(self)


class FinalJob(TactfulJob):
    """Is final already, and tells at once."""

    def add_done_callback(self, fn):
        super().add_done_callback(fn)
        self.tell()


class RemovesOnlyJob(SilentJob):
    def remove_done_callback(self, fn):
        raise AssertionError


class OptedOutJob(TactfulJob):
    add_done_callback = None


class ThisInstanceOnlyJob(RemovesOnlyJob):
    def __init__(self):
        self.add_done_callback = self.remove_done_callback


class Raising:
    def __init__(self, kind):
        self.kind = kind

    def __call__(self):
        raise self.kind


def test_sleeps_on_the_clock():
    """A job that cannot tell is slept for as long as was asked, and cannot be woken."""
    clock = RecordingClock()
    with Sleeper([SilentJob(), SilentJob()], clock) as sleeper:
        sleeper.sleep(5)
        sleeper.sleep(2.5)

    assert clock.sleeps == [(5, None, None), (2.5, None, None)]


def test_block_gives_the_sleeper():
    """The `with` block gives the sleeper itself."""
    sleeper = Sleeper([SilentJob()], RecordingClock())
    with sleeper as given:
        assert given is sleeper


def test_no_subscription_without_a_sleep():
    """A wait that never sleeps asks the job for nothing, and takes nothing back."""
    job = TactfulJob()
    with Sleeper([job, RemovesOnlyJob()], RecordingClock()):
        pass

    assert job.subscriptions == 0


def test_one_subscription():
    """The job is asked to tell at the first sleep, and not again at those that follow."""
    job = TellingJob()
    counts = []
    clock = RecordingClock(during=lambda: counts.append(job.subscriptions))
    with Sleeper([job], clock) as sleeper:
        for seconds in (1, 2, 3):
            sleeper.sleep(seconds)

    assert counts == [1, 1, 1]
    assert clock.sleeps == [(1, False, False), (2, False, False), (3, False, False)]


def test_job_that_tells_ends_the_sleep():
    """A sleep ends when the job tells, from whatever thread."""
    job = TellingJob()

    class TellingClock(SystemClock):
        def sleep(self, seconds, wake=None):
            threading.Thread(target=job.tell).start()
            super().sleep(seconds, wake)

    before = time.monotonic()
    with Sleeper([job], TellingClock()) as sleeper:
        sleeper.sleep(10)

    assert time.monotonic() - before < 5


def test_job_that_tells_during_the_sleep():
    """The wake of the sleep is set when the job tells, and not before."""
    job = TellingJob()
    clock = RecordingClock(during=job.tell)
    with Sleeper([job], clock) as sleeper:
        sleeper.sleep(10)

    assert clock.sleeps == [(10, False, True)]


def test_job_that_is_final_already():
    """A job that is final already when it is asked ends the first sleep at once."""
    with FakeClock() as clock, Sleeper([FinalJob()], clock) as sleeper:
        sleeper.sleep(10)

        assert clock.now() == 0


def test_job_that_told_too_early():
    """A job that told and is not final is slept for again: it told once, and does not spin."""
    with FakeClock() as clock, Sleeper([FinalJob()], clock) as sleeper:
        for _ in range(4):
            sleeper.sleep(10)

        assert clock.now() == 30


def test_job_that_tells_again():
    """A job that tells a second time ends no second sleep, and does no harm after the block."""
    job = RepeatingJob()
    clock = RecordingClock(during=job.tell)
    with Sleeper([job], clock) as sleeper:
        sleeper.sleep(10)
        sleeper.sleep(10)
    job.tell()

    assert clock.sleeps == [(10, False, True), (10, False, False)]


@pytest.mark.parametrize("kind", [TactfulJob, IdentifyingJob])
def test_job_is_asked_no_longer_after_the_block(kind):
    """A wait that ends untold takes its callback back, so that the job collects none."""
    job = kind()
    for _ in range(3):
        with Sleeper([job], RecordingClock()) as sleeper:
            sleeper.sleep(1)
            sleeper.sleep(1)
            assert len(job.listeners) == 1

    assert job.listeners == []
    assert job.subscriptions == 3


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_job_is_asked_no_longer_after_an_exception(kind):
    """The callback is taken back also when an exception ends the wait; it travels on."""
    job = TactfulJob()
    clock = RecordingClock(during=Raising(kind))
    with pytest.raises(kind), Sleeper([job], clock) as sleeper:
        sleeper.sleep(1)

    assert job.subscriptions == 1
    assert job.listeners == []


def test_job_that_has_told_is_left_alone():
    """From a job that has told nothing is taken back: it has let the callback go by itself."""
    job = TactfulJob()
    with Sleeper([job], RecordingClock(during=job.tell)) as sleeper:
        sleeper.sleep(1)

    assert job.listeners == []


def test_job_that_tells_at_the_last_moment():
    """A job that tells while its callback is taken back does no harm to the others."""
    jobs = [LastMomentJob(), LastMomentJob()]
    with Sleeper(jobs, RecordingClock()) as sleeper:
        sleeper.sleep(1)

    assert [job.listeners for job in jobs] == [[], []]


def test_job_that_cannot_be_asked_no_longer():
    """A class that defines no `remove_done_callback` keeps the callback, which does no harm."""
    job = TellingJob()
    with Sleeper([job], RecordingClock()) as sleeper:
        sleeper.sleep(1)
    assert len(job.listeners) == 1

    job.tell()


@pytest.mark.parametrize("kind", [RemovesOnlyJob, OptedOutJob, ThisInstanceOnlyJob])
def test_no_ability(kind):
    """A class without the ability, or with None in its place, is slept for and never called."""
    clock = RecordingClock()
    with Sleeper([kind()], clock) as sleeper:
        sleeper.sleep(1)

    assert clock.sleeps == [(1, None, None)]


def test_two_waits_for_one_job():
    """Each wait takes back its own callback and leaves that of the other."""
    job = TactfulJob()
    clock = RecordingClock()
    with Sleeper([job], clock) as outer:
        outer.sleep(1)
        with Sleeper([job], RecordingClock()) as inner:
            inner.sleep(1)
            assert len(job.listeners) == 2
        assert len(job.listeners) == 1
        clock.during = job.tell
        outer.sleep(2)

    assert clock.sleeps == [(1, False, False), (2, False, True)]
