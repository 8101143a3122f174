"""A job that lives as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from typing_extensions import override

from jobv1._clock import CLOCK
from jobv1.exceptions import JobCancelledError, JobFailedError
from jobv1.job import JobV1
from jobv1.status import JobStatus, as_status

from ._course import Course
from ._life import Default, Slow, check_fault, checked_member

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobv1.schedules import Schedule

    from ._fake_jobs import FakeBackend
    from ._life import Life

__all__ = ["Call", "FakeJob"]

AnswerT = TypeVar("AnswerT")


class Call(NamedTuple):
    """One call of a fake job, noted when it ended.

    Attributes:
        time: When it ended, in seconds, by the clock in force.
        job_id: The id of the job.
        method: The name of the method: submit, status, result or cancel.
        answer: What it returned, or the exception that it raised.
    """

    time: float
    job_id: str
    method: str
    answer: object


class FakeJob(JobV1):
    """A job that lives as it is told; `FakeBackend.run` makes it and submits it.

    It keeps the contract of `JobV1` unless its life says otherwise, may be used from any number of
    threads, and starts none.
    A subclass may override anything: `_submit`, `_query`, `_fetch` and `_cancel` do what the public
    methods do, without the log.

    Args:
        backend: Where the job runs.
        job_id: The id of the job.
        life: What the job lives through.
        payload: What was handed in.
        **metadata: The metadata of the job.

    Attributes:
        life: As the argument.
        payload: As the argument.
        log: The calls of submit, status, result and cancel, in order of their ends.
    """

    def __init__(
        self,
        backend: FakeBackend[Any],
        job_id: str,
        life: Life,
        payload: object = None,
        /,
        **metadata: Any,
    ) -> None:
        super().__init__(backend, job_id, **metadata)
        self.life = life
        self.payload = payload
        self.log: list[Call] = []
        self._course = Course(life, job_id)
        self._told = JobStatus.INITIALIZING

    @override
    def submit(self) -> None:
        """Submit the job: its life begins.

        Raises:
            JobError: The job was submitted before.
        """
        self._logged("submit", self._submit)

    @override
    def status(self) -> JobStatus:
        """Answer what the life says for this query; INITIALIZING before the submission.

        Raises:
            FakeExhaustedError: The script has run out, and the job is not final.
            BaseException: The life says so, or `inject` did.
        """
        return self._logged("status", self._query)

    @override
    def result(self, timeout: float | None = None, wait: float | Schedule = 5) -> Any:
        """Wait for the job and return its result, the same object each time.

        Args:
            timeout: The limit in seconds; None or inf for no limit, 0 or less for exactly one
                query.
            wait: The seconds between two queries, or a schedule.

        Raises:
            JobFailedError: The job ended in ERROR; the text has the words of its life.
            JobCancelledError: The job was cancelled.
            JobTimeoutError: The limit was met; the job goes on.
            JobError: The job was never submitted; or it is not final, though a fault said so.
            BaseException: What `status()` raised.
        """
        return self._logged("result", lambda: self._fetch(timeout, wait))

    @override
    def cancel(self) -> bool:
        """Ask the backend to cancel the job; a second time changes nothing.

        An accepted cancel does nothing after all if the life ends before it takes effect.

        Returns:
            Whether it was accepted; False if the life refuses it, or if the job is final or was
            never submitted.
        """
        return self._logged("cancel", self._cancel)

    def error_message(self) -> str | None:
        """Return the words of the life if the last query said ERROR, else None; asks nothing."""
        return self.life.error_message if self._told is JobStatus.ERROR else None

    def move(self, status: JobStatus) -> None:
        """Make the backend say `status` from now on; script and timeline count no longer.

        Raises:
            TypeError: `status` is no `JobStatus`.
            JobError: The job was never submitted, or is final and this is another status.
                To show a final status that changes, write a script.
        """
        self._course.move(checked_member(status, "status"))

    def inject(self, fault: object) -> None:
        """Let the next query meet a fault; several are met one after another.

        It stands before the life: the query takes no step of a script, and meets no other fault.

        Args:
            fault: An exception to raise, a `Slow`, or anything else to answer.

        Raises:
            TypeError: `fault` is an exception class.
        """
        check_fault(fault, "fault")
        self._course.inject(fault)

    def _submit(self) -> None:
        self._course.submit()

    def _query(self) -> JobStatus:
        answer: JobStatus = self._play(self._course.query())
        self._told = as_status(answer) or self._told
        return answer

    def _fetch(self, timeout: float | None, wait: float | Schedule) -> Any:
        if not self._course.is_submitted:
            self._course.refuse("has no result: it was never submitted.")
        self.wait_for_final_state(timeout, wait)
        status = self._course.status()
        if status is JobStatus.CANCELLED:
            self._course.refuse("has no result: it was cancelled.", JobCancelledError)
        if status is JobStatus.ERROR:
            words = self.life.error_message
            self._course.refuse("failed." if words is None else f"failed: {words}", JobFailedError)
        if status is not JobStatus.DONE:
            self._course.refuse(f"has no result: it is {status.name}.")
        return self.payload if self.life.result is Default.PAYLOAD else self.life.result

    def _cancel(self) -> bool:
        return self._course.cancel()

    def _play(self, step: object) -> Any:
        while isinstance(step, Slow):
            CLOCK.get().sleep(step.seconds)
            step = step.then
        if step is Default.TRUE_ANSWER:
            return self._play(self._course.step())
        if isinstance(step, BaseException):
            # With the traceback of the query before, it would grow with each.
            raise step.with_traceback(None)
        return step

    def _logged(self, method: str, call: Callable[[], AnswerT]) -> AnswerT:
        try:
            answer = call()
        except BaseException as error:
            self._note(method, error)
            raise
        self._note(method, answer)
        return answer

    def _note(self, method: str, answer: object) -> None:
        call = Call(CLOCK.get().now(), self.job_id(), method, answer)
        self.log.append(call)
        self._backend.log.append(call)
