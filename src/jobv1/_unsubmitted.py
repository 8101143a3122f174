"""Which members of a job of jobs were never submitted, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._answers import checked_status
from ._composite_state import result_of, state_of, takes_timeout
from .exceptions import JobError, JobStatusError, JobTimeoutError
from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._driver import Callback

__all__ = ["is_submitted", "refusal_of_unsubmitted"]

_MOST_NAMED = 5


def is_submitted(job: Any) -> bool:
    """Tell whether a job was submitted: by what its class knows, else by its id and one query.

    Raises:
        JobStatusError: The job answered something that is no status.
        Exception: What the query raised; but a `JobError` is an answer, by rule 2.4 of the
            contract.
    """
    known = _knows_submitted(job)
    if known is not None:
        return known
    try:
        return checked_status(job, job.status()) is not JobStatus.INITIALIZING
    except (JobStatusError, JobTimeoutError):
        raise
    except JobError:
        return False


def refusal_of_unsubmitted(job: Any, whole_class: type) -> Callback:
    """Make a callback of a wait that raises if members were never submitted: it would not end.

    A member that cannot tell, and is seen INITIALIZING, is asked for its result once, with no time
    to wait: by rule 2.5 of the contract that is a `JobError` of one that was never submitted.
    Not so if its `result` takes no timeout, for it might wait.

    Args:
        job: The job of jobs.
        whole_class: The class of jobs of jobs; a member of it is looked into.

    Raises:
        JobError: Members are known to be not submitted.
    """
    members = job.members
    state = state_of(job, len(members))
    places = [place for place in state.to_submit if place not in state.final]
    wholes = [it for it in places if isinstance(members[it], whole_class)]
    insides = [refusal_of_unsubmitted(members[place], whole_class) for place in wholes]
    others = [place for place in places if place not in wholes]
    known = {place: _knows_submitted(members[place]) for place in others}
    _refuse(job, {place: None for place in others if known[place] is False})
    doubtful = [place for place in others if known[place] is None]

    def check(job_id: object, status: JobStatus, _job: object) -> None:
        for inside in insides:
            inside(job_id, status, _job)
        seen = [it for it in doubtful if members[it]._jobv1_seen is JobStatus.INITIALIZING]  # noqa: SLF001
        refusals = {place: _refusal_of(members[place]) for place in seen}
        for place in seen:
            doubtful.remove(place)
        _refuse(job, {place: error for place, error in refusals.items() if error is not None})

    return check


def _knows_submitted(job: Any) -> bool | None:
    tell = _teller_of(job)
    known = None if tell is None else tell(job)
    return False if known is None and job.job_id() in (None, "") else known


def _teller_of(job: object) -> Callable[[Any], bool | None] | None:
    return getattr(type(job), "_jobv1_is_submitted", None)


def _refusal_of(member: Any) -> JobError | None:
    try:
        if takes_timeout(member):
            result_of(member, 0.0)
    except Exception as error:  # noqa: BLE001 - of no other error is it known what it means
        # A subclass may say anything: that the line is down, that the job is not found.
        return error if type(error) is JobError else None
    return None


def _refuse(job: Any, refusals: Mapping[int, JobError | None]) -> None:
    if refusals:
        members = job.members
        named = [
            f"{type(members[place]).__qualname__} {members[place].job_id()!r} at place {place}"
            for place in [*refusals][:_MOST_NAMED]
        ]
        more = len(refusals) - len(named)
        rest = [f"{more:,} more"] if more else []
        message = (
            f"Job {job.job_id()!r} has no result: it was never submitted as a whole; "
            f"{len(refusals):,} of {len(members):,} jobs were not: {', '.join(named + rest)}."
        )
        cause = next(iter(refusals.values()))
        raise JobError(message, job_id=job.job_id()) from cause
