"""A job that is the future of an executor."""

from __future__ import annotations

import logging
import os
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typing_extensions import override

from ._dask import Relay
from .exceptions import JobCancelledError, JobError, JobFailedError
from .job import JobV1
from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from typing_extensions import Self

    from .schedules import Schedule
    from .tolerance import Tolerance

__all__ = ["ExecutorJob"]

ResultT = TypeVar("ResultT")

_LOGGER = logging.getLogger(__name__)


class ExecutorJob(JobV1, Generic[ResultT]):
    """A call that runs on an executor; `ExecutorBackend.run` makes it and submits it.

    Its states are those of its future: INITIALIZING before `submit`, QUEUED while pending, RUNNING,
    then DONE, ERROR if the call raised, or CANCELLED.
    A pool of processes hands out jobs ahead, one more than it has processes; they are RUNNING while
    they wait there.
    A job on a Dask cluster is QUEUED until it ends, for a client is not told when a task begins.
    A wait is woken by the future, whatever its `wait` is.
    A forked child can ask for jobs of its parent that had ended; for others it gets a JobError.

    Args:
        backend: Where the job runs.
        job_id: The id of the job.
        launch: Submits the call to the executor and returns its future.
        **kwargs: The metadata of the job.
    """

    def __init__(
        self,
        backend: Any,
        job_id: str,
        launch: Callable[[], Future[ResultT]],
        **kwargs: Any,
    ) -> None:
        super().__init__(backend, job_id, **kwargs)
        self._launches = [launch]
        self._made_in = os.getpid()
        self._future: Future[ResultT] | None = None
        self._final: JobStatus | None = None
        self._callbacks: list[Callable[[Any], object]] = []
        self._lock = Lock()

    @override
    def submit(self) -> None:
        """Submit the call to the executor.

        Raises:
            JobError: The job was submitted before, or the backend takes no more jobs.
        """
        try:
            launch = self._launches.pop()
        except IndexError:
            message = f"Job {self.job_id()!r} was submitted already; a job runs once."
            raise JobError(message, job_id=self.job_id()) from None
        self._made_in = os.getpid()
        try:
            self._future = launch()
        except BaseException:
            self._launches.append(launch)
            raise
        self._future.add_done_callback(partial(_tell, [self]))

    @override
    def status(self) -> JobStatus:
        """Answer the state of the future, without waiting.

        Raises:
            JobError: The job runs for the parent of this forked process.
        """
        if self._final is not None:
            return self._final
        future = self._future
        if future is None:
            return JobStatus.INITIALIZING
        self._check_process()
        # In this order, so that a job that ends between two questions never seems queued again.
        if future.running():
            return JobStatus.RUNNING
        return _final_status(future) if future.done() else JobStatus.QUEUED

    @override
    def wait_for_final_state(
        self,
        timeout: float | None = None,
        wait: float | Schedule = 5,
        callback: Callable[[str, JobStatus, Any], object] | None = None,
        *,
        tolerance: Tolerance | None = None,
    ) -> None:
        """Wait until the job is final; it ends the wait at once, whatever `wait` is.

        The arguments are those of `JobV1.wait_for_final_state`.

        Raises:
            JobError: The job is one of Dask, has not ended, and cannot while the thread of its
                client's loop waits.
            Exception: As of `JobV1.wait_for_final_state`.
        """
        may_sleep = not (isinstance(timeout, int | float) and timeout <= 0)
        if may_sleep and isinstance(self._future, Relay):
            self._check_thread(self._future)
        super().wait_for_final_state(timeout, wait, callback, tolerance=tolerance)

    @override
    def result(self, timeout: float | None = None) -> ResultT:
        """Wait for the job and return what the call returned.

        Args:
            timeout: The limit in seconds; None or inf for no limit, 0 or less for no wait.

        Raises:
            JobFailedError: The call raised, or its process died; the cause is that error.
            JobCancelledError: The job was cancelled.
            JobTimeoutError: The limit was met; the job goes on.
            JobError: The job was never submitted, or runs for the parent of this forked process;
                or as of `wait_for_final_state`.
        """
        future = self._future
        if future is None:
            message = f"Job {self.job_id()!r} has no result: it was never submitted."
            raise JobError(message, job_id=self.job_id())
        self.wait_for_final_state(timeout)
        try:
            error = future.exception(0)
        except CancelledError:
            message = f"Job {self.job_id()!r} has no result: it was cancelled."
            raise JobCancelledError(message, job_id=self.job_id()) from None
        if error is not None:
            message = f"Job {self.job_id()!r} failed: {_description(error)}"
            raise JobFailedError(message, job_id=self.job_id()) from error
        return future.result(0)

    @override
    def cancel(self) -> bool:
        """Cancel the job if it is still queued.

        One on a Dask cluster can be cancelled until it has ended: it is CANCELLED then, and never
        begins if it had not; a call that runs goes on at its worker.

        Returns:
            Whether the job is cancelled; False if it was never submitted, runs, or has ended.

        Raises:
            JobError: The job runs for the parent of this forked process.
        """
        if self._future is None:
            return False
        self._check_process()
        return self._future.cancel()

    def error_message(self) -> str | None:
        """Say why the job ended in ERROR; None if it did not."""
        if self._future is None or self.status() is not JobStatus.ERROR:
            return None
        error = self._future.exception(0)
        return None if error is None else _description(error)

    def add_done_callback(self, fn: Callable[[Self], object], /) -> None:
        """Have `fn(job)` called once when the job is final, at once if it is already.

        It is called in the thread that ends the job; what it raises there is logged.

        Raises:
            JobError: The job runs for the parent of this forked process.
        """
        if self._future is not None:
            self._check_process()
        with self._lock:
            if self._final is None:
                self._callbacks.append(fn)
                return
        fn(self)

    def remove_done_callback(self, fn: Callable[[Self], object], /) -> None:
        """Take one `fn` back that was added; nothing happens if it was not, or was called."""
        with self._lock:
            if fn in self._callbacks:
                self._callbacks.remove(fn)

    def tell(self, future: Future[Any]) -> None:
        """Take note of the end of the job, and call the callbacks; called by its future, once."""
        final = _final_status(future)
        with self._lock:
            self._final = final
            callbacks, self._callbacks = self._callbacks, []
        for fn in callbacks:
            try:
                fn(self)
            except Exception:  # noqa: PERF203 - each is called, whatever another does
                _LOGGER.exception("A done callback of job %s raised", self.job_id())

    def _check_thread(self, future: Relay) -> None:
        if future.is_blocked_here():
            message = (
                f"Job {self.job_id()!r} cannot end while this thread waits for it: the loop of its "
                "Dask client runs here. Wait in another thread, or with await and jobv1.aio."
            )
            raise JobError(message, job_id=self.job_id())

    def _check_process(self) -> None:
        if self._final is None and self._made_in != os.getpid():
            message = (
                f"Job {self.job_id()!r} runs for process {self._made_in}; "
                f"its forked child {os.getpid()} cannot follow it."
            )
            raise JobError(message, job_id=self.job_id())


def _tell(holder: list[ExecutorJob[Any]], future: Future[Any]) -> None:
    # A future keeps its callbacks when it has called them, and would keep the job with them.
    holder.pop().tell(future)


def _final_status(future: Future[Any]) -> JobStatus:
    try:
        error = future.exception(0)
    except CancelledError:
        return JobStatus.CANCELLED
    return JobStatus.DONE if error is None else JobStatus.ERROR


def _description(error: BaseException) -> str:
    if not isinstance(error, BrokenProcessPool):
        return f"{type(error).__name__}: {error}"
    reason = "one of its processes died (killed, out of memory or crashed)"
    if error.__cause__ is not None:
        reason = "the answer of one of its processes could not be read"
    return f"the pool of processes broke while the job was queued or running: {reason}"
