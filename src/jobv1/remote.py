"""Jobs behind an API: a table of words and four short methods make a whole job class."""

from __future__ import annotations

from abc import abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, cast

from typing_extensions import TypeVar, override

from ._answers import checked_status
from ._clock import CLOCK
from ._remote_service import RemoteStatus, checked_table
from ._remote_state import (
    entries_of,
    no_result,
    repeated,
    state_of,
    submitted_id,
)
from .exceptions import JobError
from .job import JobV1
from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ._status_table import StatusTable
    from .schedules import Schedule

__all__ = ["RemoteJob", "RemoteStatus"]

ResultT = TypeVar("ResultT", default=Any)
JobT = TypeVar("JobT", bound="RemoteJob[Any]")


class RemoteJob(JobV1, Generic[ResultT]):
    """A half-written job class for jobs behind an API; a provider writes the other half.

    ```python
    class LabJob(RemoteJob):
        _statuses = {"waiting": JobStatus.QUEUED, "completed": JobStatus.DONE}

        def _submit(self, key):
            return self.backend().client.post("/jobs", self.metadata, key)["id"]

        def _fetch_status(self):
            return self.backend().client.get(f"/jobs/{self.job_id()}")["state"]

        def _fetch_result(self):
            return self.backend().client.get(f"/jobs/{self.job_id()}/result")
    ```

    A job that has an id counts as submitted, so `LabJob(backend, job_id)` takes up a job of
    another program.
    No request is made before the submission, nor for a status after a final one.
    Several threads may use one job.
    A copy of a submitted job is the same job at the service, one of another is another job.

    Transport is the provider's: whatever the four methods raise travels up, except where an
    attribute below says otherwise.

    Args:
        backend: The backend that the job runs on, None if there is none.
        job_id: The id of a job that was submitted; None or empty for one that is to be.
        **kwargs: Any metadata.

    Attributes:
        _statuses: The states by the words of the service; upper and lower case are the same.
        _unknown_status: What any other word counts as, with one warning a word; None if it is an
            error, a `JobStatusError` that names it.
            It may not be final.
        _tolerance: Which errors that pass are survived: by waits, as for every `JobV1`, by the
            fetch of the result, and by `submit` if `_is_submit_repeatable`.
            A cancel is never repeated.
        _is_submit_repeatable: True if the service makes one job of two submits with one key.
        _not_found: The errors that say that the service does not know the job.
        _grace: For how many seconds after its submission they count as "not yet": the job keeps
            the status that was seen last, INITIALIZING if none was, and a result is fetched again.
            A cancel that meets one raises it.

    Raises:
        TypeError: In the class statement: one of these attributes is of the wrong type.
        ValueError: In the class statement: one of them makes no sense.
    """

    _statuses: ClassVar[Mapping[str, JobStatus]] = MappingProxyType({})
    _unknown_status: ClassVar[JobStatus | None] = None
    _is_submit_repeatable: ClassVar[bool] = False
    _not_found: ClassVar[type[Exception] | tuple[type[Exception], ...]] = ()
    _grace: ClassVar[float] = 10.0
    _jobv1_table: ClassVar[StatusTable]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._jobv1_table = checked_table(cls)

    def __init__(self, backend: Any, job_id: str | None = None, **kwargs: Any) -> None:
        super().__init__(backend, cast("str", job_id), **kwargs)

    @abstractmethod
    def _submit(self, key: str) -> str:
        """Have the service make the job, and return its id.

        Called by `submit`: once, and again after it raised, if the user or the tolerance tries
        again.
        Must hand on `key` if the service knows idempotency keys: it is the same each time, so a
        submit whose answer was lost makes no second job.
        May raise: the job is not submitted then, as far as it knows.
        """

    @abstractmethod
    def _fetch_status(self) -> str | RemoteStatus:
        """Ask the service for the state, and return its word for it.

        Called by `status`, from any thread, when the job is submitted and not known to be final.
        Must not wait for the job.
        May return a `RemoteStatus`, if the service also tells a place in the queue or why the job
        failed.
        May raise, one of `_not_found` if the service does not know the job.
        """

    @abstractmethod
    def _fetch_result(self) -> ResultT:
        """Ask the service for the result of a job that is DONE, and return it.

        Called by `result`, which keeps what is returned; and again after it raised.
        May raise, a `JobError` best, if the result is not there after all.
        """

    def _cancel(self) -> bool | None:
        """Ask the service to cancel the job, and return whether it accepts; None: it does not say.

        Called by `cancel` when the job is submitted and not known to be final.
        Must not wait for the end of the job.
        May be left out, if the service cannot cancel.

        Raises:
            NotImplementedError: It was left out.
        """
        return super().cancel()

    @override
    def submit(self) -> None:
        """Submit the job to the service.

        A submit that failed may be tried again; the key is the same.

        Raises:
            JobError: The job was submitted before, or is being submitted; or the service gave no
                id.
            Exception: What the submission raised; the job may be at the service or not.
        """
        state = state_of(self)
        if self._jobv1_is_submitted():
            message = f"Job {self.job_id()!r} was submitted already; a job runs once."
            raise JobError(message, job_id=self.job_id())
        try:
            ticket = state.tickets.pop()
        except IndexError:
            message = "The job is being submitted by another thread; a job runs once."
            raise JobError(message) from None
        try:
            self._job_id = submitted_id(self, state)
        except BaseException:
            state.tickets.append(ticket)
            raise

    @override
    def status(self) -> JobStatus:
        """Ask the service for the state of the job; INITIALIZING before the submission.

        Raises:
            JobStatusError: The service said a word that `_statuses` does not have, or a
                `RemoteStatus` has something of the wrong type.
            Exception: What the query raised.
        """
        state = state_of(self)
        known = state.known_status(self)
        if known is not None:
            return known
        try:
            answer = self._fetch_status()
        except self._not_found as error:
            return state.miss(self, error)
        return state.take(self, answer)

    @override
    def result(self, timeout: float | None = None, wait: float | Schedule = 5) -> ResultT:
        """Wait for the job and return its result, which is fetched once and kept.

        Two threads that ask at the same time may both fetch it; they get the same one.

        Args:
            timeout: The limit for waiting and fetching, in seconds; None or inf for no limit, 0 or
                less for one query and no pause.
            wait: The seconds between two queries, or a schedule.

        Raises:
            JobFailedError: The job failed; the text has the words of the service.
            JobCancelledError: The job was cancelled; the text has the words of the service.
            JobTimeoutError: The limit was met; the job goes on.
            JobError: The job was never submitted.
            Exception: What a query or the fetch raised and the tolerance does not survive.
        """
        state = state_of(self)
        if not self._jobv1_is_submitted():
            message = (
                f"{type(self).__qualname__} without an id has no result: it was never submitted."
            )
            raise JobError(message)
        start = CLOCK.get().now()
        self.wait_for_final_state(timeout, wait)
        status = checked_status(self, self.status())
        if status is not JobStatus.DONE:
            raise no_result(self, status)
        kept: list[ResultT] | None = state.kept("result")
        if kept is None:
            kept = state.keep("result", [repeated(self, self._fetch_result, start, timeout)])
        return kept[0]

    @override
    def cancel(self) -> bool | None:
        """Ask the service to cancel the job, once.

        Returns:
            Whether the cancel is accepted, None if the service does not say; without a request,
            False if the job was never submitted or has ended, True if it was cancelled before.

        Raises:
            NotImplementedError: The service cannot cancel.
            Exception: What the request raised; the cancel may be accepted or not.
                One of `_not_found` says that it is not, and that it may be tried again soon.
        """
        known = state_of(self).known_status(self)
        return self._cancel() if known is None else known is JobStatus.CANCELLED

    def queue_position(self) -> int | None:
        """Answer how many places the job is from the head of the queue, as it was said last.

        None if the service did not say, or the job has ended.
        """
        state = state_of(self)
        if state.said is None or state.known_status(self) is not None:
            return None
        return state.said.queue_position

    def error_message(self) -> str | None:
        """Say why the job failed or was cancelled, in the words of the service, without a request.

        None if it did neither as far as is known, or the service did not say.
        """
        return state_of(self).words()

    def _jobv1_is_submitted(self) -> bool:
        return state_of(self).known_status(self) is not JobStatus.INITIALIZING

    @staticmethod
    def _ask_batch(
        jobs: Sequence[JobT],
        fetch: Callable[[list[JobT]], Mapping[str, str | RemoteStatus | Exception]],
    ) -> list[JobStatus | Exception]:
        """Answer `batch_status(jobs)` by one request; for a `batch_status` that a provider writes.

        Args:
            jobs: The jobs, of one backend.
            fetch: Called once with those whose status is not known, if there are any; answers what
                the service says, by the ids of the jobs, or the error that a job met.

        Returns:
            The entries in the order of `jobs`, each its status or its error.
            A job that the answer leaves out is asked for alone.

        Raises:
            JobError: `fetch` answered no mapping.
            Exception: What `fetch` raised.
        """
        return entries_of(jobs, fetch)

    async def _ask_async(self, fetch: Callable[[], Awaitable[str | RemoteStatus]]) -> JobStatus:
        """Answer `status_async()`; for a `status_async` that a provider writes.

        Args:
            fetch: Does what `_fetch_status` does, awaited.

        Raises:
            JobStatusError: The service said a word that `_statuses` does not have, or a
                `RemoteStatus` has something of the wrong type.
            Exception: What `fetch` raised.
        """
        state = state_of(self)
        known = state.known_status(self)
        if known is not None:
            return known
        try:
            answer = await fetch()
        except self._not_found as error:
            return state.miss(self, error)
        return state.take(self, answer)
