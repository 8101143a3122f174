"""What a job behind an API knows of itself, and how its requests are made."""

from __future__ import annotations

import math
from _thread import RLock
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import uuid4
from weakref import ref

from ._answers import checked_status
from ._clock import CLOCK
from ._driver import default_tolerance, plan_for
from ._remote_service import checked_answer
from .exceptions import JobCancelledError, JobError, JobFailedError, seconds_text
from .status import JOB_FINAL_STATES, JobStatus
from .tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._remote_service import RemoteStatus
    from .exceptions import JobTimeoutError

__all__ = [
    "RemoteState",
    "entries_of",
    "no_result",
    "repeated",
    "state_of",
    "submitted_id",
]

T = TypeVar("T")

# Of two threads that use a fresh copy first, both must get one key. A signal handler may come in.
_COPYING = RLock()


class RemoteState:
    """What one job behind an API knows of itself.

    Each value is written once, or may be overtaken without harm, so threads need no lock.
    A copy of the job, pickled or not, comes with this state or a copy of it, and gets one of its
    own when it is first used: `state_of` tells by the owner.

    Args:
        job: The job.

    Attributes:
        tickets: One for the thread that may submit; empty while it does, and from then on.
        key: What tells the service that two submits are one.
        submitted_at: When the job was submitted by this object, in seconds of the clock in force.
        said: What the service said last.
    """

    def __init__(self, job: object) -> None:
        self._owner: Callable[[], object] = ref(job)
        self.tickets = [None]
        self.key = uuid4().hex
        self.submitted_at = -math.inf
        self.said: RemoteStatus | None = None
        self._kept: dict[str, Any] = {}

    def __getstate__(self) -> dict[str, object]:
        return {**vars(self), "_owner": _nobody, "_kept": self._kept.copy()}

    def is_of(self, job: object) -> bool:
        """Tell whether this is what that job knows, and not what the one knew that it copies."""
        return self._owner() is job

    def take_over(self, other: RemoteState) -> None:
        """Learn what a copied job knew of the job at the service that both stand for."""
        self.submitted_at, self.said = other.submitted_at, other.said
        self._kept = other._kept.copy()

    def keep(self, name: str, value: T) -> T:
        """Keep a value for good, and give it; the first one if there is one already."""
        kept: T = self._kept.setdefault(name, value)
        return kept

    def kept(self, name: str) -> Any:
        """Give a value that was kept, None if none was."""
        return self._kept.get(name)

    def known_status(self, job: Any) -> JobStatus | None:
        """Give the status if nobody need be asked: it is final, or the job is not submitted."""
        final: JobStatus | None = self.kept("final")
        if final is None and job.job_id() in (None, ""):
            return JobStatus.INITIALIZING
        return final

    def take(self, job: Any, answer: str | RemoteStatus) -> JobStatus:
        """Translate what the service said, and keep it.

        Raises:
            JobStatusError: The word is not in the table of the class, or what came with it is of
                the wrong type.
        """
        said = checked_answer(job, answer)
        status: JobStatus = job._jobv1_table.status_of(said.text, job.job_id())  # noqa: SLF001
        if status in JOB_FINAL_STATES:
            # The words first: whoever sees the end may ask for them.
            self.keep(status.name, said)
            status = self.keep("final", status)
        else:
            self.said = said
            # Another thread may have asked later and been answered sooner.
            status = self.kept("final") or status
        return checked_status(job, status)

    def grace_left(self, job: Any) -> float:
        """Answer for how many seconds more the service need not know the job; 0 for not at all."""
        age = CLOCK.get().now() - self.submitted_at
        # A copy of the job may be asked under another clock.
        return job._grace - age if 0 <= age < job._grace else 0.0  # noqa: SLF001

    def miss(self, job: Any, error: Exception) -> JobStatus:
        """Answer for a job that the service does not find, if it was submitted just now.

        Raises:
            Exception: The error, if it was not.
        """
        if not self.grace_left(job):
            raise error
        seen: JobStatus | None = job._jobv1_seen  # noqa: SLF001
        return seen or JobStatus.INITIALIZING

    def words(self) -> str | None:
        """Give what the service said of the failure or the cancel; None if it said nothing."""
        final: JobStatus | None = self.kept("final")
        if final is None or final is JobStatus.DONE:
            return None
        said: RemoteStatus = self.kept(final.name)
        return said.error_message or None


def state_of(job: Any) -> RemoteState:
    """Give what a job knows; it is not made by `__init__`, which a subclass may leave out."""
    own: dict[str, Any] = job.__dict__
    known: RemoteState | None = own.get("_jobv1_remote")
    state: RemoteState = known or own.setdefault("_jobv1_remote", RemoteState(job))
    return state if state.is_of(job) else _state_of_copy(job, state)


def _state_of_copy(job: Any, copied: RemoteState) -> RemoteState:
    state = RemoteState(job)
    # One that is not submitted is another job: it begins with nothing, and a key of its own.
    if job.job_id() not in (None, ""):
        state.take_over(copied)
    own: dict[str, Any] = job.__dict__
    with _COPYING:
        if own["_jobv1_remote"] is copied:
            own["_jobv1_remote"] = state
        given: RemoteState = own["_jobv1_remote"]
    return given


def _nobody() -> None:
    return None


def submitted_id(job: Any, state: RemoteState) -> str:
    """Have the service make the job, and give its id.

    Raises:
        JobError: What the class answered is no id.
        Exception: What the submission raised.
    """

    def submit() -> object:
        return job._submit(state.key)  # noqa: SLF001

    start = CLOCK.get().now()
    is_repeatable = job._is_submit_repeatable  # noqa: SLF001
    job_id = repeated(job, submit, start) if is_repeatable else submit()
    if not isinstance(job_id, str) or not job_id:
        message = (
            f"{type(job).__qualname__}._submit() answered {f'{job_id!r:.80}'} "
            f"({type(job_id).__name__}), which is no id; it must answer a string that is not empty."
        )
        raise JobError(message)
    state.submitted_at = CLOCK.get().now()
    return job_id


def no_result(job: Any, status: JobStatus) -> JobError:
    """Make the error that says why a job has no result, in the words of its service."""
    job_id, words = job.job_id(), job.error_message()
    if status is JobStatus.ERROR:
        message = f"Job {job_id!r} failed: {words or 'the service does not say why.'}"
        return JobFailedError(message, job_id=job_id)
    if status is JobStatus.CANCELLED:
        why = f"cancelled: {words}" if words else "cancelled."
        return JobCancelledError(f"Job {job_id!r} has no result: it was {why}", job_id=job_id)
    message = f"Job {job_id!r} has no result: it is still {status.name}."
    return JobError(message, job_id=job_id)


def entries_of(
    jobs: Sequence[Any],
    fetch: Callable[[list[Any]], Mapping[str, str | RemoteStatus | Exception]],
) -> list[JobStatus | Exception]:
    """Ask for those jobs in one request whose status is not known, and give an entry for each.

    Raises:
        JobError: `fetch` answered no mapping.
        Exception: What `fetch` raised.
    """
    asked = [job for job in jobs if state_of(job).known_status(job) is None]
    answers = cast("object", fetch(asked) if asked else {})
    if not isinstance(answers, Mapping):
        message = (
            f"{type(asked[0]).__qualname__}: a batch was answered by {f'{answers!r:.80}'} "
            f"({type(answers).__name__}); it must be a mapping by the ids of the jobs."
        )
        raise JobError(message)
    by_id = cast("Mapping[str, str | RemoteStatus | Exception]", answers)
    return [_entry_of(job, by_id) for job in jobs]


def _entry_of(
    job: Any, answers: Mapping[str, str | RemoteStatus | Exception]
) -> JobStatus | Exception:
    # One that is left out is asked for alone.
    state, answer = state_of(job), answers.get(job.job_id())
    try:
        known = state.known_status(job)
        if known is not None or answer is None:
            return known or checked_status(job, job.status())
        if isinstance(answer, Exception):
            is_missed = isinstance(answer, job._not_found)  # noqa: SLF001
            return state.miss(job, answer) if is_missed else answer
        return state.take(job, answer)
    except Exception as error:  # noqa: BLE001 - it stands in the place of the status
        return error


def repeated(job: Any, request: Callable[[], T], start: float, timeout: float | None = None) -> T:
    """Make a request, and again as long as its errors are survived.

    Those that the tolerance of the job's class survives; and that the service does not know the
    job, as long as it was submitted just now.

    Args:
        job: The job.
        request: The request.
        start: When the call began that it belongs to, in seconds of the clock in force.
        timeout: The limit from there, in seconds; None for none; at 0 or less it is made once.

    Raises:
        JobTimeoutError: The limit was met, and the last request failed.
        Exception: What the request raised and is not survived.
    """
    clock, state, missed = CLOCK.get(), state_of(job), job._not_found  # noqa: SLF001
    plan = plan_for(job, start, timeout=timeout, wait=0, tolerance=None)
    plan.status = job._jobv1_seen  # noqa: SLF001
    is_missing = False
    while True:
        try:
            return request()
        except Exception as error:
            left = state.grace_left(job) if isinstance(error, missed) else 0.0
            if is_missing is not (left > 0):
                is_missing = left > 0
                tolerance = Tolerance(type(error), seconds=left) if left else default_tolerance(job)
                plan = plan.fork(tolerance=tolerance)
            delay = plan.failed(error, clock.now())
            if delay is None:
                if not plan.expired:
                    raise
                raise _told(plan.timeout_error(job.job_id())) from error
        if delay:
            clock.sleep(delay)


def _told(error: JobTimeoutError) -> JobTimeoutError:
    requests = "1 request" if error.queries == 1 else f"{error.queries:,} requests"
    error.message = (
        f"Timeout while waiting for job {error.job_id}. "
        f"It has ended, but its result was not to be had in {seconds_text(error.elapsed or 0.0)} "
        f"({requests}, the last failed with {type(error.last_error).__name__}); "
        "it may be asked for again."
    )
    return error
