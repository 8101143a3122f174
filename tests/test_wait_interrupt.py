import threading
import time
from contextvars import Context

import pytest

from jobv1 import JobStatus, JobTimeoutError, Tolerance
from tests.scripted_job import LoggedClock, ScriptedJob

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE
INTERRUPTS = [KeyboardInterrupt, SystemExit, GeneratorExit]
TOLERANCES = [None, Tolerance(Exception, failures=9)]
TOLERANCE_NAMES = ["no tolerance", "tolerance"]


class InterruptedClock(LoggedClock):
    """A clock of which the second sleep is interrupted, as by Ctrl-C."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def sleep(self, seconds, wake=None):
        super().sleep(seconds, wake)
        if len(self.slept) == 2:
            raise self.error


@pytest.mark.parametrize("kind", INTERRUPTS)
@pytest.mark.parametrize("tolerance", TOLERANCES, ids=TOLERANCE_NAMES)
def test_interrupt_of_a_query(kind, tolerance):
    """An interrupt in `status()` ends a wait at once, and no tolerance holds it back."""
    interrupt = kind("now")
    job = ScriptedJob([RUNNING, interrupt])
    with LoggedClock() as clock, pytest.raises(kind) as caught:
        job.wait_for_final_state(tolerance=tolerance)

    assert caught.value is interrupt
    assert (job.calls, clock.slept) == (["status", "status"], [5])


@pytest.mark.parametrize("kind", INTERRUPTS)
@pytest.mark.parametrize("tolerance", TOLERANCES, ids=TOLERANCE_NAMES)
def test_interrupt_of_a_sleep(kind, tolerance):
    """An interrupt in a sleep ends a wait at once, without another query."""
    job, interrupt = ScriptedJob([RUNNING, RUNNING]), kind("now")
    with InterruptedClock(interrupt), pytest.raises(kind) as caught:
        job.wait_for_final_state(tolerance=tolerance)

    assert caught.value is interrupt
    assert job.calls == ["status", "status"]


def test_job_stays_usable():
    """A job of which the wait was interrupted is as it was, and can be waited for again."""
    job = ScriptedJob([RUNNING, RUNNING, RUNNING, DONE])
    with InterruptedClock(KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        job.wait_for_final_state()
    with LoggedClock():
        job.wait_for_final_state()

    assert job.calls == ["status"] * 4


@pytest.mark.parametrize(
    ("script", "arguments", "kind"),
    [
        ([RUNNING, RUNNING, RUNNING], {"timeout": 7}, JobTimeoutError),
        ([RUNNING, OSError()], {}, OSError),
        ([RUNNING, KeyboardInterrupt()], {}, KeyboardInterrupt),
        ([RUNNING], {"callback": lambda job_id, status, job: 1 / 0}, ZeroDivisionError),
        ([RUNNING, "DONE"], {}, TypeError),
    ],
    ids=["timeout", "error", "interrupt", "callback", "wrong answer"],
)
def test_nothing_is_cancelled(script, arguments, kind):
    """Whatever ends a wait, the job is neither cancelled nor asked for anything but its status."""
    job = ScriptedJob(script)
    with LoggedClock(), pytest.raises(kind):
        job.wait_for_final_state(**arguments)

    assert set(job.calls) == {"status"}


def test_attributes_stay():
    """A wait leaves the attributes of a job as they were, but for the status it has seen."""
    job = ScriptedJob([RUNNING, DONE])
    before = dict(vars(job))
    with LoggedClock():
        job.wait_for_final_state()

    assert {name for name in vars(job) if name not in before} == {"_jobv1_seen"}
    assert {name: vars(job)[name] for name in before} == before


def test_no_thread_is_started(monkeypatch):
    """A wait, with a real sleep, runs in the thread that asked for it alone."""
    monkeypatch.setattr(threading.Thread, "start", None)
    seen = []

    class ThreadedJob(ScriptedJob):
        def status(self):
            seen.append((threading.get_ident(), threading.active_count()))
            return super().status()

    alone = (threading.get_ident(), threading.active_count())
    Context().run(ThreadedJob([RUNNING, DONE]).wait_for_final_state, wait=0.001)

    assert seen == [alone, alone]


def test_sleeps_through_the_module(monkeypatch):
    """A wait sleeps by `time.sleep`, looked up at each call, so that tools can replace it."""
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    Context().run(ScriptedJob([RUNNING, RUNNING, DONE]).wait_for_final_state)

    assert slept == [5, 5]
