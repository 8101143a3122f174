"""Subject 6: the callback of a wait, and what ends a wait from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from jobv1.status import JOB_FINAL_STATES, as_status
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, counted, shown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "check_callback_error_travels",
    "check_callback_interrupt_leaves_the_job",
    "check_callback_is_given_id_status_job",
    "check_callback_sees_each_query",
    "check_callback_sees_the_end",
]

Calls: TypeAlias = "list[tuple[Any, ...]]"

# Short enough for a class that blocks in real time.
_SHORT = 0.05
_GIVEN = ("job_id", "status", "job")


class _StopError(Exception):
    """What the user's callback raises."""


class _Interrupt(KeyboardInterrupt):
    """As Ctrl-C, and not the one of the person who runs the checks."""


@rule("6.1")
def check_callback_is_given_id_status_job(trial: Trial) -> None:
    """The callback is called as `callback(job_id, status, job)`, by position."""
    job, (calls, callback) = trial.job(), _recorder()
    trial.doing(
        f"waited with timeout={_SHORT} and a callback",
        expected=f"calls with {', '.join(_GIVEN)}: {shown(job.job_id())}, a JobStatus and the job",
    )
    trial.attempt(job.wait_for_final_state, timeout=_SHORT, callback=callback)
    trial.require(calls, got="no call")
    for given in calls:
        is_right = len(given) == len(_GIVEN) and given[0] == job.job_id() and given[2] is job
        trial.require(is_right and as_status(given[1]) is not None, got=f"a call with {given!r}")


@rule("6.2", "can_wait_in_virtual_time")
def check_callback_sees_the_end(trial: Trial) -> None:
    """The callback is called for the last status, too."""
    for status in trial.statuses(JOB_FINAL_STATES):
        job, (calls, callback) = trial.job(), _recorder()
        trial.move_at(trial.clock.now() + 20, job, status)
        trial.doing(
            f"waited with a callback for a job that was {status.name} after 20 s",
            expected=f"a last call with {status.name}",
        )
        trial.attempt(job.wait_for_final_state, timeout=60, callback=callback)
        is_seen = calls and status in calls[-1]
        last = shown(calls[-1][1]) if calls and len(calls[-1]) > 1 else "nothing"
        trial.require(is_seen, got=f"{len(calls)} calls, the last one with {last}")


@rule("6.3")
def check_callback_error_travels(trial: Trial) -> None:
    """What the callback raises ends the wait at once, and is raised by it."""
    job, stop = trial.job(), _StopError("the user has seen enough")
    calls: list[object] = []

    def callback(*given: object) -> None:
        calls.append(given)
        raise stop

    trial.doing(
        f"waited with timeout={_SHORT} and a callback that raises _StopError",
        expected="1 call, and this very error",
    )
    answer = trial.attempt(job.wait_for_final_state, timeout=_SHORT, callback=callback)
    trial.require(answer is stop and len(calls) == 1, got=f"{len(calls)} calls, {shown(answer)}")


@rule("6.4", "can_wait_in_virtual_time")
def check_callback_sees_each_query(trial: Trial) -> None:
    """The callback is called after each query that was answered, whether or not there is news."""
    job, (calls, callback) = trial.job(), _recorder()
    trial.doing(
        "waited with timeout=35, wait=10 and a callback for a job that did not end",
        expected="as many calls as queries",
    )
    before = trial.queries(job)
    trial.attempt(job.wait_for_final_state, timeout=35, wait=10, callback=callback)
    queries = trial.queries(job) - before
    trial.require(
        len(calls) >= max(queries, 1),
        got=f"{counted(len(calls), 'call')} for {counted(queries, 'query')}",
    )


@rule("6.5")
def check_callback_interrupt_leaves_the_job(trial: Trial) -> None:
    """An interrupt (Ctrl-C) ends a wait at once, and the job is not cancelled."""
    job = trial.job()
    calls: list[object] = []

    def callback(*given: object) -> None:
        calls.append(given)
        raise _Interrupt

    trial.doing(
        f"waited with timeout={_SHORT}, was interrupted in the callback, and waited an hour",
        expected="the interrupt after 1 call, and a status that is not final",
    )
    try:
        answer = trial.attempt(job.wait_for_final_state, timeout=_SHORT, callback=callback)
    except _Interrupt as interrupt:
        answer = interrupt
    is_ended = isinstance(answer, _Interrupt) and len(calls) == 1
    trial.require(is_ended, got=f"{len(calls)} calls, {shown(answer)}")
    trial.clock.advance(3600)
    status = job.status()
    trial.require(status not in JOB_FINAL_STATES, got=f"the interrupt, and {shown(status)}")


def _recorder() -> tuple[Calls, Callable[..., None]]:
    calls: Calls = []

    def callback(*given: Any) -> None:
        calls.append(given)

    return calls, callback
