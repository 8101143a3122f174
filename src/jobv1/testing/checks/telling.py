"""Subject 12: jobs that tell when they are final."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

from jobv1.status import JOB_FINAL_STATES, JobStatus
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, named, shown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "check_telling_finds_the_end",
    "check_telling_late_callers",
    "check_telling_once",
    "check_telling_taken_back",
    "check_telling_taken_back_in_vain",
]

_REAL_SECONDS = 1.0


class _Listener:
    """Notes what it hears; it may be called in any thread."""

    def __init__(self, ask: Callable[..., object] | None = None) -> None:
        self.heard: list[Any] = []
        self._ask = ask
        self._called = Event()

    def hear(self, *given: object) -> None:
        self.heard.append(given if self._ask is None else self._ask(*given))
        self._called.set()

    def wait(self) -> None:
        # Real time: a job may tell from a thread of its own.
        self._called.wait(_REAL_SECONDS)


@rule("12.1", "add_done_callback")
def check_telling_once(trial: Trial) -> None:
    """A done callback is called once when the job ends, with the job; nobody needs to ask."""
    for status in trial.statuses(JOB_FINAL_STATES):
        job, listener = trial.job(), _Listener()
        job.add_done_callback(listener.hear)
        trial.move(job, status)
        did = f"added a callback to a job that became {status.name} then, and asked status() later"
        trial.doing(did, expected="one call, with the job")
        listener.wait()
        _require_one_call(trial, job, listener)
        # It must not call again when a query sees the end.
        job.status()
        _require_one_call(trial, job, listener)


@rule("12.2", "add_done_callback")
def check_telling_late_callers(trial: Trial) -> None:
    """A done callback that is added to a job that has ended is called at once."""
    for status in trial.statuses(JOB_FINAL_STATES):
        job, listener = trial.job(status), _Listener()
        job.status()
        trial.doing(f"added a callback to {named(status)}", expected="one call, with the job")
        job.add_done_callback(listener.hear)
        listener.wait()
        _require_one_call(trial, job, listener)


@rule("12.3", "add_done_callback")
def check_telling_finds_the_end(trial: Trial) -> None:
    """When a done callback is called, `status()` answers a final state."""

    def ask(job: Any) -> object:
        return trial.attempt(job.status)

    for status in trial.statuses(JOB_FINAL_STATES):
        job, listener = trial.job(), _Listener(ask)
        job.add_done_callback(listener.hear)
        if status is not JobStatus.CANCELLED and JobStatus.RUNNING in trial.harness.statuses:
            trial.move(job, JobStatus.RUNNING)
        trial.move(job, status)
        did = f"asked status() in a callback of a job that became {status.name}"
        trial.doing(did, expected=status.name)
        listener.wait()
        got = ", then ".join(map(shown, listener.heard)) or "no call"
        trial.require(listener.heard and set(listener.heard) <= {job.status()}, got=got)


@rule("12.4", "add_done_callback", "remove_done_callback")
def check_telling_taken_back(trial: Trial) -> None:
    """A done callback that is taken back, by one that equals it, is not called; others are."""
    for status in trial.statuses(JOB_FINAL_STATES):
        job, gone, other = trial.job(), _Listener(), _Listener()
        job.add_done_callback(gone.hear)
        job.add_done_callback(other.hear)
        # The bound method is another object at each look, and equal.
        job.remove_done_callback(gone.hear)
        trial.move(job, status)
        did = f"added two callbacks, took the first back, and had the job become {status.name}"
        trial.doing(did, expected="a call of the second alone")
        other.wait()
        calls = [len(gone.heard), len(other.heard)]
        trial.require(
            calls == [0, 1], got=f"{calls[0]} calls of the first, {calls[1]} of the other"
        )


@rule("12.5", "add_done_callback", "remove_done_callback")
def check_telling_taken_back_in_vain(trial: Trial) -> None:
    """`remove_done_callback(fn)` does nothing if fn was never added or was called already."""
    job, stranger, called = trial.job(), _Listener(), _Listener()
    trial.doing("took a callback back that was never added", expected="no error")
    job.remove_done_callback(stranger.hear)
    job.add_done_callback(called.hear)
    (status, *_) = trial.statuses(JOB_FINAL_STATES)
    trial.move(job, status)
    called.wait()
    trial.doing("took a callback back that was called already", expected="no error")
    job.remove_done_callback(called.hear)


def _require_one_call(trial: Trial, job: Any, listener: _Listener) -> None:
    calls = listener.heard
    trial.require(calls, got=f"no call in {_REAL_SECONDS:g} s of real time")
    trial.require(len(calls) == 1, got=f"{len(calls)} calls")
    given = calls[0]
    trial.require(len(given) == 1 and given[0] is job, got=f"a call with {shown(given)}")
