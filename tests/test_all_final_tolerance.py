import random
from itertools import repeat

import pytest

from jobv1 import Fixed, JobStatus, JobTimeoutError, Tolerance
from jobv1.progress import monitor
from tests.scripted_job import LoggedClock, ScriptedJob, running_until

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.fixture(autouse=True)
def half(monkeypatch):
    """The jitter draws one half each time."""
    monkeypatch.setattr(random, "random", lambda: 0.5)


class PatientJob(ScriptedJob):
    """A job of a class that survives two failures in a row, each retried after a second."""

    _tolerance = Tolerance(OSError, failures=2, backoff=Fixed(2))


class BusyError(Exception):
    """A service asks to come back later."""

    def __init__(self, retry_after):
        super().__init__("busy")
        self.retry_after = retry_after


def test_failure_travels_up():
    """Without a tolerance the failure of one query ends the wait."""
    with pytest.raises(OSError, match="first"):
        monitor([ScriptedJob([RUNNING]), ScriptedJob([OSError("first")])], quiet=True)


def test_failure_of_one_does_not_touch_the_others():
    """While one job is retried, the others are queried in their own time."""
    failing = PatientJob([OSError(), OSError(), DONE])
    other = ScriptedJob(running_until(10))
    monitor([failing, other], wait=5, quiet=True)

    assert failing.queried_at == [0, 1, 2]
    assert other.queried_at == [0, 5, 10]


def test_default_of_each_class():
    """Each job survives what its own class says; what is spent travels up."""
    last = OSError("third")
    jobs = [PatientJob([OSError(), OSError(), last]), ScriptedJob(repeat(RUNNING))]
    with pytest.raises(OSError, match="third"):
        monitor(jobs, quiet=True)

    assert last.__notes__ == ["The last of 3 failed queries in a row over 2 s: 3 OSError."]


def test_tolerance_takes_the_place_of_the_default():
    """A tolerance that is given holds for every job, in place of that of its class."""
    with pytest.raises(OSError, match="first"):
        monitor(
            [PatientJob([OSError("first")]), ScriptedJob([DONE])],
            tolerance=Tolerance(Exception, failures=0),
            quiet=True,
        )


def test_budget_of_each_job():
    """The failures of one job are not counted as those of another, and an answer resets them."""
    first = ScriptedJob([OSError(), RUNNING, OSError(), DONE])
    second = ScriptedJob([OSError(), DONE])
    tolerance = Tolerance(OSError, failures=1, backoff=Fixed(2))
    monitor([first, second], wait=5, tolerance=tolerance, quiet=True)

    assert first.queried_at == [0, 1, 6, 7]
    assert second.queried_at == [0, 1]


def test_time_asked_for_by_the_service(clock):
    """A failed query is retried exactly when the service asks for it, others meanwhile."""
    busy = ScriptedJob([BusyError(12), DONE])
    other = ScriptedJob(running_until(10))
    monitor([busy, other], wait=5, tolerance=Tolerance(BusyError, failures=1), quiet=True)

    assert busy.queried_at == [0, 12]
    assert other.queried_at == [0, 5, 10]


@pytest.mark.parametrize("wait", [0, 1, 60])
def test_nobody_answers(clock, wait):
    """While no job answers, the wait sleeps until the first retry, whatever the interval."""
    jobs = [ScriptedJob([BusyError(after), DONE]) for after in (4, 7)]
    monitor(jobs, wait=wait, tolerance=Tolerance(BusyError, failures=1), quiet=True)

    assert [job.queried_at for job in jobs] == [[0, 4], [0, 7]]
    assert clock.slept == [4, 3]


def test_last_query_at_the_deadline():
    """A retry that is due later is made at the deadline all the same."""
    jobs = [ScriptedJob([BusyError(60), DONE]), ScriptedJob([DONE])]
    monitor(jobs, 7, tolerance=Tolerance(BusyError, failures=1), quiet=True)

    assert jobs[0].queried_at == [0, 7]


@pytest.mark.parametrize("others", [[], [RUNNING] * 9])
def test_failure_at_the_deadline(others):
    """A failure of the last query is the cause of the timeout error."""
    error = BusyError(60)
    jobs = [ScriptedJob([RUNNING, error]), ScriptedJob(others or [DONE])]
    with pytest.raises(JobTimeoutError) as caught:
        monitor(jobs, 3, tolerance=Tolerance(BusyError, failures=1), quiet=True)

    assert caught.value.last_error is caught.value.__cause__ is error


def test_failure_before_the_deadline():
    """A failure after which the job answered is told, but is not the cause of the timeout error."""
    error = BusyError(1)
    jobs = [ScriptedJob([error, *[RUNNING] * 9]), ScriptedJob([DONE])]
    with pytest.raises(JobTimeoutError) as caught:
        monitor(jobs, 3, tolerance=Tolerance(BusyError, failures=1), quiet=True)

    assert caught.value.last_error is error
    assert caught.value.__cause__ is None
