"""Subject 9: one job in the hands of two threads."""

from __future__ import annotations

from contextvars import copy_context
from functools import partial
from threading import Barrier, BrokenBarrierError, Thread
from typing import TYPE_CHECKING, Any

from jobv1.status import JobStatus, as_status
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, named, shown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["check_sharing_result", "check_sharing_status", "check_sharing_waits"]

# Of real time, and below the limit that a check has as a whole, to say what was waited for.
_MOST_SECONDS = 4.0
_MOST_SECONDS_TO_MEET = 3.0
_UNTOLD_END = 1000.0


@rule("9.1", "can_be_shared")
def check_sharing_status(trial: Trial) -> None:
    """Another thread gets the same answer from `status()`."""
    for status in trial.statuses():
        job = trial.job(status)
        trial.doing(f"asked status() of {named(status)} in two threads", expected="one answer")
        here = job.status()
        (there,) = _in_threads(trial, job.status)
        trial.require(here == there, got=f"{shown(here)} here, {shown(there)} in another thread")


@rule("9.2", "can_be_shared", "RUNNING", "DONE")
def check_sharing_waits(trial: Trial) -> None:
    """Two threads may wait for one job at once, and both come back at its end."""
    job = trial.job(JobStatus.RUNNING)
    # The job ends when both threads wait; and if they never meet, some time later.
    meeting = Barrier(2, lambda: trial.harness.move(job, JobStatus.DONE))
    trial.move_at(_UNTOLD_END, job, JobStatus.DONE)
    trial.doing(
        "waited for a RUNNING job in two threads at once",
        expected="both to come back when it is DONE",
    )

    callbacks = [_Meeting(meeting), _Meeting(meeting)]

    def wait(callback: _Meeting) -> str:
        try:
            job.wait_for_final_state(callback=callback)
            answer = job.status()
            return shown(as_status(answer) or answer)
        finally:
            callback.leave()

    first, second = sorted(_in_threads(trial, *(partial(wait, each) for each in callbacks)))
    alone = " after it had waited alone" if any(each.was_alone for each in callbacks) else ""
    got = f"one came back when the job was {first}{alone}, the other when it was {second}"
    trial.require(first == second == JobStatus.DONE.name and not alone, got=got)


@rule("9.3", "can_be_shared", "DONE")
def check_sharing_result(trial: Trial) -> None:
    """Another thread gets the same result."""
    job = trial.job(JobStatus.DONE)
    trial.doing("called result() of a DONE job in two threads", expected="the same result twice")
    here = job.result()
    (there,) = _in_threads(trial, job.result)
    is_same = trial.harness.same_result(here, there)
    trial.require(is_same, got=f"{shown(here)} here, {shown(there)} in another thread")


def _in_threads(trial: Trial, *calls: Callable[[], Any]) -> list[Any]:
    """Make calls at once, each in a thread of its own, and give their answers in their order.

    Raises:
        BaseException: What one of the calls raised.
    """
    answers: list[Any] = [None] * len(calls)
    errors: list[BaseException] = []

    def make(number: int) -> None:
        try:
            answers[number] = calls[number]()
        except BaseException as error:  # noqa: BLE001 - it is raised where the check can see it
            errors.append(error)

    threads = [
        Thread(target=copy_context().run, args=(make, number), daemon=True)
        for number in range(len(calls))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_MOST_SECONDS / len(threads))
    stuck = sum(thread.is_alive() for thread in threads)
    late = (
        f"{stuck} of {len(threads)} threads did not come back in {_MOST_SECONDS:g} s of real time"
    )
    if errors:
        raise errors[0]
    trial.require(not stuck, got=late)
    return answers


class _Meeting:
    """A callback that lets its wait go on when another thread waits, too."""

    def __init__(self, barrier: Barrier) -> None:
        self.was_alone = False
        self._barrier = barrier
        self._has_come = False

    def __call__(self, *_seen: object) -> None:
        if self._has_come:
            return
        self._has_come = True
        try:
            self._barrier.wait(_MOST_SECONDS_TO_MEET)
        except BrokenBarrierError:
            self.was_alone = True

    def leave(self) -> None:
        """Let nobody wait for a wait that ended without a callback."""
        if not self._has_come:
            self._barrier.abort()
