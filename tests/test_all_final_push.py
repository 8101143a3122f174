from itertools import repeat

import pytest

from jobv1 import JobStatus, JobTimeoutError
from jobv1.progress import monitor
from jobv1.testing import FakeClock
from tests.scripted_job import BareJob, ScriptedJob, running_until

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


class BellClock(FakeClock):
    """A clock with bells: a sleep ends where one rings, if that wakes the sleeper."""

    def __init__(self):
        super().__init__()
        self.bells = {}

    def sleep(self, seconds, wake=None):
        end = self.now() + seconds
        while self.now() < end and not (wake and wake.is_set()):
            times = [time for time in self.bells if self.now() < time <= end]
            self.advance(min(times, default=end) - self.now())
            for ring in self.bells.pop(self.now(), []):
                ring()


class TellingJob(ScriptedJob):
    """A job that tells when it is final."""

    def __init__(self, clock, *, end, script=None, job_id="ab12"):
        super().__init__(script or running_until(end), job_id=job_id)
        self.listeners = []
        clock.bells.setdefault(end, []).append(self._tell)

    def add_done_callback(self, fn, /):
        self.listeners.append(fn)

    def remove_done_callback(self, fn, /):
        self.listeners.remove(fn)

    def _tell(self):
        listeners, self.listeners = self.listeners, []
        for listener in listeners:
            listener(self)


class ForgetfulJob(TellingJob):
    """A job that tells, and has no way to take a listener back."""

    remove_done_callback = None


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with BellClock() as clock:
        yield clock


def test_only_those_that_tell_are_queried(clock):
    """A job that tells is queried at that moment, and no other is."""
    jobs = [TellingJob(clock, end=end) for end in (1, 2, 3)]
    monitor(jobs, wait=60, quiet=True)

    assert [job.queried_at for job in jobs] == [[0, 1], [0, 2], [0, 3]]
    assert clock.now() == 3


def test_the_others_keep_their_time(clock):
    """Those that do not tell are queried neither more often nor later because others tell."""
    silent = ScriptedJob(running_until(10))
    monitor([silent, *(TellingJob(clock, end=end) for end in (1, 2, 4, 7))], wait=5, quiet=True)

    assert silent.queried_at == [0, 5, 10]


def test_told_too_early(clock):
    """A job that tells and is not final even so is queried again after the interval."""
    early = TellingJob(clock, end=2, script=running_until(4))
    monitor([early, ScriptedJob(running_until(5))], wait=5, quiet=True)

    assert early.queried_at == [0, 2, 7]


def test_told_before_the_wait_listens(clock):
    """A job that ended before the wait could listen is queried before any sleep."""

    class EndedJob(TellingJob):
        def add_done_callback(self, fn, /):
            fn(self)

    jobs = [EndedJob(clock, end=9, script=[RUNNING, DONE]), ScriptedJob(running_until(5))]
    monitor(jobs, wait=5, quiet=True)

    assert jobs[0].queried_at == [0, 0]


def test_last_look(clock):
    """A query that lasts beyond the deadline does not cost the others their last query."""

    def slow():
        yield RUNNING
        clock.advance(5)
        yield DONE

    silent = ScriptedJob(running_until(6))
    monitor([silent, TellingJob(clock, end=3, script=slow())], 7, 60, quiet=True)

    assert silent.queried_at == [0, 8]


def test_last_look_in_vain(clock):
    """The last queries tell those that are unfinished from the others."""

    def slow():
        yield RUNNING
        clock.advance(5)
        yield DONE

    silent = ScriptedJob(repeat(RUNNING), job_id="silent")
    with pytest.raises(JobTimeoutError, match=r"^1 \(of 2\) jobs") as caught:
        monitor([silent, TellingJob(clock, end=3, script=slow())], 7, 60, quiet=True)

    assert caught.value.job_id == ["silent"]


def test_no_listener_stays(clock):
    """A wait that ends early takes its listeners back, where the job has a way to."""
    job, forgetful = TellingJob(clock, end=60), ForgetfulJob(clock, end=60)
    with pytest.raises(JobTimeoutError):
        monitor([job, forgetful, BareJob(None, "bare")], 5, quiet=True)

    assert (len(job.listeners), len(forgetful.listeners)) == (0, 1)


def test_listener_of_a_job_that_ended(clock):
    """No listener is taken back from a job that has called it."""
    ended, unfinished = TellingJob(clock, end=1), TellingJob(clock, end=60)
    with pytest.raises(JobTimeoutError):
        monitor([ended, unfinished], 5, quiet=True)

    assert ended.listeners == unfinished.listeners == []
