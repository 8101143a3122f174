"""What a job of jobs knows of its members, and how it asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._answers import checked_status
from .exceptions import JobCancelledError, JobError, JobFailedError
from .protocols import ability
from .status import JOB_FINAL_STATES, JobStatus
from .tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "CompositeState",
    "cancel_text",
    "merged",
    "no_result",
    "outcome_of_cancel",
    "result_of",
    "state_of",
    "takes_timeout",
]

_MOST_NAMED = 5
# From the least advanced on.
_ON_THE_WAY = (JobStatus.INITIALIZING, JobStatus.QUEUED, JobStatus.VALIDATING)


class CompositeState:
    """What one job of jobs knows: each value is written once, so threads need no lock.

    Attributes:
        final: The final statuses of the members that are known to have ended, by their places.
        to_submit: The places of the members that are not known to be submitted.
        results: The list of their results, when it was fetched.
    """

    def __init__(self, size: int) -> None:
        self.final: dict[int, JobStatus] = {}
        self.to_submit = list(range(size))
        self.results: list[list[Any]] = []

    def status(self, members: Sequence[Any]) -> JobStatus:
        """Ask as few of the members as decide the status of the whole, and answer it.

        Raises:
            JobStatusError: A member answered something that is no status.
            Exception: What the query of a member raised.
        """
        seen = dict(self.final)
        unknown = [place for place in range(len(members)) if place not in seen]
        for places in _batches(members, unknown):
            answers = _ask([members[place] for place in places])
            for place, answer in zip(places, answers, strict=True):
                if not isinstance(answer, Exception):
                    seen[place] = self.take(members[place], place, answer)
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            if _is_decided(seen.values()):
                return JobStatus.RUNNING
        return _whole(seen.values())

    def take(self, member: Any, place: int, answer: object) -> JobStatus:
        """Read what a member answered, and keep it if it is final.

        Raises:
            JobStatusError: The answer is no status.
        """
        status = checked_status(member, answer)
        return self.final.setdefault(place, status) if status in JOB_FINAL_STATES else status

    def has_ended(self, member: Any, place: int) -> bool:
        """Tell whether a member is final, by one query unless it is known; False if that fails."""
        if place not in self.final:
            try:
                self.take(member, place, member.status())
            except Exception:  # noqa: BLE001 - what it was asked for is told with more reason
                return False
        return place in self.final


def state_of(job: Any, size: int) -> CompositeState:
    """Give what a job of jobs knows; it is not made by `__init__`, which may be left out."""
    own: dict[str, Any] = job.__dict__
    state: CompositeState | None = own.get("_jobv1_composite")
    return state or own.setdefault("_jobv1_composite", CompositeState(size))


def merged(tolerances: Iterable[Tolerance | None]) -> Tolerance | None:
    """Make one tolerance of several: what any of them survives, within the least budget of all."""
    distinct = list(dict.fromkeys(each for each in tolerances if each is not None))
    if len(distinct) <= 1:
        return distinct[0] if distinct else None
    return Tolerance(
        *dict.fromkeys(kind for each in distinct for kind in each.types),
        seconds=min((it.seconds for it in distinct if it.seconds is not None), default=None),
        failures=min((it.failures for it in distinct if it.failures is not None), default=None),
        backoff=distinct[0].backoff,
    )


def result_of(job: Any, seconds: float | None) -> Any:
    """Give the result of a job that is done, in so many seconds if its class takes a timeout."""
    if seconds is None or not takes_timeout(job):
        return job.result()
    return job.result(timeout=seconds)


def no_result(job: Any, status: JobStatus) -> JobError:
    """Make the error that says why a job of jobs has no results; its cause is a member's error."""
    job_id, members = job.job_id(), job.members
    if status not in JOB_FINAL_STATES:
        message = f"Job {job_id!r} has no result: it is still {status.name}."
        return JobError(message, job_id=job_id)
    final = state_of(job, len(members)).final
    concerned = [member for place, member in enumerate(members) if final.get(place) is status]
    error: Exception | None = None
    try:
        result_of(concerned[0], 0.0)
    except Exception as raised:  # noqa: BLE001 - it is told as the cause
        error = raised
    told = f"{len(concerned):,} of {len(members):,} jobs"
    if status is JobStatus.ERROR:
        words = job.error_message() or f"job {concerned[0].job_id()!r}: {_said(error)}"
        message = f"Job {job_id!r} failed: {told} failed; {words}"
        answer: JobError = JobFailedError(message, job_id=job_id)
    else:
        message = f"Job {job_id!r} has no result: {told} were cancelled{_listed(concerned)}."
        answer = JobCancelledError(message, job_id=job_id)
    answer.__cause__ = error
    return answer


def outcome_of_cancel(job: Any) -> bool | Exception | None:
    """Cancel a job, and give what it answered or raised."""
    try:
        answer: bool | None = job.cancel()
    except Exception as error:  # noqa: BLE001 - it is an outcome, and the others are cancelled
        return error
    return answer


def cancel_text(
    job: Any, outcomes: Sequence[bool | Exception | None], failed: Sequence[int]
) -> str:
    """Say which members of a job of jobs were not cancelled, and why."""
    named = [
        f"job {job.members[place].job_id()!r} {_why(outcomes[place])}"
        for place in failed[:_MOST_NAMED]
    ]
    more = len(failed) - len(named)
    rest = [f"{more:,} more"] if more else []
    return (
        f"Job {job.job_id()!r} was not cancelled as a whole: {len(failed):,} of "
        f"{len(outcomes):,} jobs were not: {', '.join(named + rest)}."
    )


def _why(outcome: object) -> str:
    # Of an error the type alone: its text may have a token.
    return f"({type(outcome).__name__})" if isinstance(outcome, Exception) else "(refused)"


def _said(error: Exception | None) -> str:
    if isinstance(error, JobError):
        return str(error)
    return "it does not say why" if error is None else type(error).__name__


def _listed(jobs: Sequence[Any]) -> str:
    ids = ", ".join(repr(job.job_id()) for job in jobs[:_MOST_NAMED])
    more = len(jobs) - _MOST_NAMED
    return f": {ids}" + (f" and {more:,} more" if more > 0 else "")


def takes_timeout(job: Any) -> bool:
    """Tell whether the `result` of a job has a parameter `timeout`, as far as can be told."""
    from inspect import Parameter, signature

    try:
        parameter = signature(job.result).parameters.get("timeout")
    except (TypeError, ValueError):
        # It is not written in Python.
        return False
    return parameter is not None and parameter.kind is not Parameter.POSITIONAL_ONLY


def _is_decided(statuses: Iterable[JobStatus]) -> bool:
    """Tell whether the whole is RUNNING, whatever those answer that were not asked."""
    seen = set(statuses)
    is_begun = JobStatus.RUNNING in seen or not seen.isdisjoint(JOB_FINAL_STATES)
    return is_begun and not seen.issubset(JOB_FINAL_STATES)


def _whole(statuses: Iterable[JobStatus]) -> JobStatus:
    seen = set(statuses)
    for status in (*_ON_THE_WAY, JobStatus.ERROR, JobStatus.CANCELLED):
        if status in seen:
            return status
    return JobStatus.DONE


def _batches(members: Sequence[Any], places: Sequence[int]) -> list[list[int]]:
    """Put those together that one request can ask for: jobs of one class and one backend."""
    batches: dict[object, list[int]] = {}
    for place in places:
        job = members[place]
        is_alone = ability(job, "batch_status") is None
        batches.setdefault(place if is_alone else _kind(job), []).append(place)
    return list(batches.values())


def _kind(job: object) -> tuple[object, ...]:
    return type(job), id(getattr(job, "_backend", None))


def _ask(jobs: Sequence[Any]) -> list[Any]:
    batch_status = ability(jobs[0], "batch_status")
    if batch_status is None or len(jobs) == 1:
        return [job.status() for job in jobs]
    answers = list(batch_status(jobs))
    if len(answers) != len(jobs):
        # Nobody can tell which are missing, so each is asked for alone.
        answers = [None] * len(jobs)
    return [
        job.status() if answer is None else answer
        for job, answer in zip(jobs, answers, strict=True)
    ]
