"""Subject 11: jobs of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobv1.exceptions import JobError
from jobv1.status import JOB_FINAL_STATES, JobStatus
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "check_composite_cancel_reaches_all",
    "check_composite_fails_with_a_member",
    "check_composite_is_cancelled_with_a_member",
    "check_composite_is_done_with_all",
    "check_composite_results_in_order",
    "check_composite_runs_when_some_ended",
    "check_composite_waits_for_all",
]


@rule("11.1", "members")
def check_composite_waits_for_all(trial: Trial) -> None:
    """A job of jobs is not final while one of them is not, however the others ended."""
    for status in trial.statuses(JOB_FINAL_STATES):
        for last in (0, -1):
            job, members = _whole(trial)
            waiting = members.pop(last)
            for member in members:
                trial.move(member, status)
            did = f"asked status() when all members but one had ended as {status.name}"
            trial.doing(did, expected=f"no final state, for that one is {shown(waiting.status())}")
            whole = job.status()
            trial.require(whole not in JOB_FINAL_STATES, got=shown(whole))


@rule("11.2", "members", "DONE")
def check_composite_runs_when_some_ended(trial: Trial) -> None:
    """A job of jobs is RUNNING when one of them runs, or when some have ended and others not."""
    for status in trial.statuses((JobStatus.RUNNING, JobStatus.DONE)):
        for first in (0, -1):
            job, members = _whole(trial)
            trial.move(members[first], status)
            did = f"asked status() when one member was {status.name}, the others just submitted"
            trial.doing(did, expected="RUNNING")
            whole = job.status()
            trial.require(whole == JobStatus.RUNNING, got=shown(whole))


@rule("11.3", "members", "ERROR")
def check_composite_fails_with_a_member(trial: Trial) -> None:
    """A job of jobs that have all ended is ERROR if one of them is, however the others ended."""
    for others in trial.statuses(JOB_FINAL_STATES):
        _require_whole(trial, JobStatus.ERROR, others, expected=JobStatus.ERROR)


@rule("11.4", "members", "CANCELLED", "DONE")
def check_composite_is_cancelled_with_a_member(trial: Trial) -> None:
    """A job of jobs that have all ended is CANCELLED if one of them is and none failed."""
    for others in (JobStatus.DONE, JobStatus.CANCELLED):
        _require_whole(trial, JobStatus.CANCELLED, others, expected=JobStatus.CANCELLED)


@rule("11.5", "members", "DONE")
def check_composite_is_done_with_all(trial: Trial) -> None:
    """A job of jobs is DONE when all of them are, whichever ended first, however long before."""
    for word, step in (("first", 1), ("last", -1)):
        job, members = _whole(trial)
        for member in members[::step]:
            trial.clock.advance(86400)
            trial.move(member, JobStatus.DONE)
        did = f"asked status() when all members were DONE, the {word} one first, a day apart"
        trial.doing(did, expected="DONE")
        whole = job.status()
        trial.require(whole == JobStatus.DONE, got=shown(whole))


@rule("11.6", "members", "can_cancel", "CANCELLED")
def check_composite_cancel_reaches_all(trial: Trial) -> None:
    """`cancel()` of a job of jobs cancels each of them, or none if it is refused."""
    job, members = _whole(trial)
    did = "called cancel(), and asked the members for their status an hour later"
    trial.doing(did, expected="CANCELLED from each; from none if cancel() said False or raised")
    answer = trial.attempt(job.cancel)
    trial.clock.advance(3600)
    statuses = [member.status() for member in members]
    wanted = {JobStatus.CANCELLED}
    is_kept = wanted.isdisjoint(statuses) if _is_refusal(answer) else wanted.issuperset(statuses)
    trial.require(is_kept, got=f"{_listed(statuses)} after the answer {shown(answer)}")


@rule("11.7", "members", "can_give_results", "DONE")
def check_composite_results_in_order(trial: Trial) -> None:
    """`result()` of a job of jobs gives their results in their order, whichever ended first."""
    job, members = _whole(trial)
    for member in reversed(members):
        trial.move(member, JobStatus.DONE)
    expected = [member.result() for member in members]
    did = f"asked result() when its {len(members)} members had ended, the last one first"
    trial.doing(did, expected=f"these results, in this order: {shown(expected)}")
    results = list(job.result())
    is_same = len(results) == len(expected) and all(
        map(trial.harness.same_result, results, expected)
    )
    trial.require(is_same, got=shown(results))


def _whole(trial: Trial) -> tuple[Any, list[Any]]:
    job = trial.job()
    trial.doing("had the harness give the members of a job", expected="two or more")
    members = list(trial.harness.members(job))
    trial.require(len(members) > 1, got=f"{len(members)}")
    return job, members


def _require_whole(trial: Trial, one: JobStatus, others: JobStatus, *, expected: JobStatus) -> None:
    for place, word in ((0, "first"), (-1, "last")):
        job, members = _whole(trial)
        odd = members.pop(place)
        # The odd one ends last, wherever it stands.
        for member in members:
            trial.move(member, others)
        trial.move(odd, one)
        did = f"asked status() when the {word} member had ended as {one.name}"
        trial.doing(f"{did}, after the others as {others.name}", expected=expected.name)
        whole = job.status()
        trial.require(whole == expected, got=shown(whole))


def _is_refusal(answer: object) -> bool:
    return answer is False or isinstance(answer, JobError)


def _listed(statuses: Sequence[object]) -> str:
    return f"[{', '.join(map(shown, statuses))}]"
