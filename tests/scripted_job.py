"""Fakes for the tests of waiting: a job that follows a script, and a clock that keeps a log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jobv1 import JobStatus, JobV1
from jobv1._clock import CLOCK
from jobv1.testing import FakeClock

QiskitStatus = Enum(
    "JobStatus",
    {member.name: member.value for member in JobStatus},
    module="qiskit.providers.jobstatus",
)
"""What Qiskit's enum looks like from outside."""


class LoggedClock(FakeClock):
    """A clock in virtual time that remembers each sleep in `slept`."""

    def __init__(self):
        super().__init__()
        self.slept = []

    def sleep(self, seconds, wake=None):
        self.slept.append(seconds)
        super().sleep(seconds, wake)


class PushClock(LoggedClock):
    """A clock on which things happen during the sleeps: `at[time]()` at that time."""

    def __init__(self, at):
        super().__init__()
        for time, call in at.items():
            self.call_at(time, call)


@dataclass(frozen=True)
class Slow:
    """A step of a script that takes virtual time and then does what `then` says."""

    seconds: float
    then: object


class ScriptedJob(JobV1):
    """A job of which each query takes the next step of a script.

    A step is a status to answer, anything else to answer in its place, an exception to raise,
    or a `Slow` one of these.
    `calls` names the methods that were called, `queried_at` the times at which queries began.
    """

    def __init__(self, script, *, job_id="ab12", backend=None):
        super().__init__(backend, job_id)
        self.calls = []
        self.queried_at = []
        self._steps = iter(script)

    def submit(self):
        self.calls.append("submit")

    def status(self):
        self.calls.append("status")
        self.queried_at.append(CLOCK.get().now())
        return self._take_step()

    def result(self):
        self.calls.append("result")

    def cancel(self):
        self.calls.append("cancel")

    def _take_step(self):
        try:
            step = next(self._steps)
        except StopIteration:
            raise AssertionError(f"the script has no step {len(self.queried_at)}") from None
        if isinstance(step, Slow):
            CLOCK.get().advance(step.seconds)
            step = step.then
        if isinstance(step, BaseException):
            raise step
        return step


class PushJob(ScriptedJob):
    """A job that tells when it is final: it runs until `finish` is called."""

    def __init__(self, script=()):
        super().__init__(script)
        self.finished = False
        self.added = []
        self.waiting = []

    def _take_step(self):
        return JobStatus.DONE if self.finished else JobStatus.RUNNING

    def add_done_callback(self, fn, /):
        self.added.append(fn)
        self.waiting.append(fn)
        if self.finished:
            self.tell()

    def remove_done_callback(self, fn, /):
        self.calls.append("remove_done_callback")
        if fn in self.waiting:
            self.waiting.remove(fn)

    def tell(self):
        waiting, self.waiting = self.waiting, []
        for fn in waiting:
            fn(self)

    def finish(self):
        self.finished = True
        self.tell()


def running_until(time):
    """Give the steps of a job that runs until a virtual time and is done from then on."""
    while CLOCK.get().now() < time:
        yield JobStatus.RUNNING
    yield JobStatus.DONE


class BareJob(JobV1):
    """A job with nothing but what the contract demands, always running."""

    def submit(self):
        """Do nothing."""

    def status(self):
        return JobStatus.RUNNING

    def result(self):
        """Have none."""
