"""Subject 4: the questions with yes and no: done, running, cancelled, in_final_state."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from jobv1.status import JOB_FINAL_STATES, JobStatus
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, counted, named, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "check_predicates_answer_bools",
    "check_predicates_are_true_in_their_states",
    "check_predicates_ask_once",
    "check_predicates_failure_is_no_success",
    "check_predicates_final_only_at_the_end",
    "check_predicates_one_at_a_time",
    "check_predicates_waiting_is_not_running",
]

_PREDICATES = ("done", "running", "cancelled", "in_final_state")
_TRUE: Mapping[JobStatus, tuple[str, ...]] = MappingProxyType(
    {
        JobStatus.RUNNING: ("running",),
        JobStatus.DONE: ("done", "in_final_state"),
        JobStatus.CANCELLED: ("cancelled", "in_final_state"),
        JobStatus.ERROR: ("in_final_state",),
    },
)
_UNFINISHED = [status for status in JobStatus if status not in JOB_FINAL_STATES]
_WAITING = [status for status in _UNFINISHED if status is not JobStatus.RUNNING]


@rule("4.1")
def check_predicates_are_true_in_their_states(trial: Trial) -> None:
    """`done()`, `running()`, `cancelled()` and `in_final_state()` are true in their states."""
    for status in trial.statuses(_TRUE):
        for name in _TRUE[status]:
            job = trial.job(status)
            trial.doing(f"called {name}() of {named(status)}", expected="True")
            answer = getattr(job, name)()
            trial.require(answer, got=shown(answer))


@rule("4.2")
def check_predicates_one_at_a_time(trial: Trial) -> None:
    """At most one of `done()`, `running()` and `cancelled()` is true."""
    names = ("done", "running", "cancelled")
    for status in trial.statuses():
        job = trial.job(status)
        trial.doing(
            f"called done(), running() and cancelled() of {named(status)}",
            expected="at most one that is true",
        )
        true = [f"{name}()" for name in names if getattr(job, name)()]
        trial.require(len(true) <= 1, got=f"{' and '.join(true)} are true")


@rule("4.3", "ERROR")
def check_predicates_failure_is_no_success(trial: Trial) -> None:
    """A job that failed is neither `done()` nor `running()` nor `cancelled()`."""
    for name in ("done", "running", "cancelled"):
        job = trial.job(JobStatus.ERROR)
        trial.doing(f"called {name}() of an ERROR job", expected="False")
        answer = getattr(job, name)()
        trial.require(not answer, got=shown(answer))


@rule("4.4")
def check_predicates_final_only_at_the_end(trial: Trial) -> None:
    """Before the end of the job none of `done()`, `cancelled()` and `in_final_state()` is true."""
    for status in trial.statuses(_UNFINISHED):
        for name in ("done", "cancelled", "in_final_state"):
            job = trial.job(status)
            trial.doing(f"called {name}() of {named(status)}", expected="False")
            answer = getattr(job, name)()
            trial.require(not answer, got=shown(answer))


@rule("4.5")
def check_predicates_ask_once(trial: Trial) -> None:
    """`done()`, `running()`, `cancelled()` and `in_final_state()` make one query at most, each."""
    for status in trial.statuses():
        for name in _PREDICATES:
            job = trial.job(status)
            trial.doing(f"called {name}() of {named(status)}", expected="one query at most")
            before = trial.queries(job)
            getattr(job, name)()
            queries = trial.queries(job) - before
            trial.require(queries <= 1, got=counted(queries, "query"))


@rule("4.6")
def check_predicates_answer_bools(trial: Trial) -> None:
    """`done()`, `running()`, `cancelled()` and `in_final_state()` answer True or False."""
    for status in trial.statuses():
        for name in _PREDICATES:
            job = trial.job(status)
            trial.doing(f"called {name}() of {named(status)}", expected="True or False")
            answer = getattr(job, name)()
            trial.require(isinstance(answer, bool), got=shown(answer))


@rule("4.7", "QUEUED")
def check_predicates_waiting_is_not_running(trial: Trial) -> None:
    """`running()` is false until the job runs."""
    for status in trial.statuses(_WAITING):
        job = trial.job(status)
        trial.doing(f"called running() of {named(status)}", expected="False")
        answer = job.running()
        trial.require(not answer, got=shown(answer))
