"""A provider of local jobs: worker threads take functions from a queue."""

from __future__ import annotations

import logging
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from typing_extensions import Self

from jobv1 import JOB_FINAL_STATES, JobCancelledError, JobError, JobFailedError, JobStatus, JobV1

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_log = logging.getLogger(__name__)


class ThreadBackend:
    """Runs functions in worker threads, in the order of their submission."""

    def __init__(self, *, workers: int = 2) -> None:
        """Start the workers, which wait for jobs until `close()`."""
        self._lock = Lock()
        self._closed = False
        self._queue: SimpleQueue[ThreadJob | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def run(self, function: Callable[[], Any], **metadata: Any) -> ThreadJob:
        """Submit a function, and return its job."""
        job = ThreadJob(self, str(uuid4()), function, **metadata)
        job.submit()
        return job

    def enqueue(self, job: ThreadJob) -> None:
        """Put a job at the end of the queue; its `submit()` calls this.

        Raises:
            JobError: If the backend is closed.
        """
        with self._lock:
            if self._closed:
                message = "The backend is closed."
                raise JobError(message, job_id=job.job_id())
            self._queue.put(job)

    def close(self) -> None:
        """Take no more jobs, and wait for those that it has; may be called again."""
        with self._lock:
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            job.work()


class ThreadJob(JobV1):
    """A function that a worker of a `ThreadBackend` calls."""

    def __init__(
        self, backend: ThreadBackend, job_id: str, function: Callable[[], Any], **metadata: Any
    ) -> None:
        super().__init__(backend, job_id, **metadata)
        self._function = function
        self._lock = Lock()
        self._status = JobStatus.INITIALIZING
        self._callbacks: list[Callable[[Any], object]] = []
        self._result: Any = None
        self._error: BaseException | None = None

    def submit(self) -> None:
        """Put the job into the queue of its backend.

        Raises:
            JobError: If it was submitted before, or the backend is closed.
        """
        # Under the lock, so that a worker does not take the job before it is QUEUED.
        with self._lock:
            if self._status is not JobStatus.INITIALIZING:
                message = "The job was submitted before."
                raise JobError(message, job_id=self.job_id())
            self.backend().enqueue(self)
            self._status = JobStatus.QUEUED

    def status(self) -> JobStatus:
        """Answer where the job is."""
        return self._status

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the job, and return what its function returned.

        Args:
            timeout: Seconds; None waits for ever.

        Raises:
            JobTimeoutError: If the job has not ended in time.
            JobFailedError: If the function raised; its error is the cause.
            JobCancelledError: If the job was cancelled.
            JobError: If the job was never submitted.
        """
        if self._status is JobStatus.INITIALIZING:
            message = "The job was never submitted."
            raise JobError(message, job_id=self.job_id())
        self.wait_for_final_state(timeout)
        if self._status is JobStatus.ERROR:
            raise JobFailedError(self.error_message(), job_id=self.job_id()) from self._error
        if self._status is JobStatus.CANCELLED:
            message = "The job was cancelled."
            raise JobCancelledError(message, job_id=self.job_id())
        return self._result

    def cancel(self) -> bool:
        """Cancel the job if it is still queued; answer whether it did."""
        return self._change(JobStatus.QUEUED, JobStatus.CANCELLED)

    def error_message(self) -> str | None:
        """Answer what the function raised, or None if it has not."""
        error = self._error
        return None if error is None else f"{type(error).__name__}: {error}"

    def add_done_callback(self, fn: Callable[[Any], object]) -> None:
        """Call `fn(job)` once when the job ends, or now if it has ended."""
        with self._lock:
            if self._status not in JOB_FINAL_STATES:
                self._callbacks.append(fn)
                return
        self._tell(fn)

    def remove_done_callback(self, fn: Callable[[Any], object]) -> None:
        """Take a callback back; ignores one that is not there."""
        with self._lock:
            if fn in self._callbacks:
                self._callbacks.remove(fn)

    def work(self) -> None:
        """Call the function, unless the job was cancelled; a worker calls this."""
        if not self._change(JobStatus.QUEUED, JobStatus.RUNNING):
            return
        try:
            self._result = self._function()
        except BaseException as error:  # noqa: BLE001 - it ends the job, not the worker
            self._error = error
            self._change(JobStatus.RUNNING, JobStatus.ERROR)
        else:
            self._change(JobStatus.RUNNING, JobStatus.DONE)

    def _change(self, before: JobStatus, after: JobStatus) -> bool:
        """Go on from one status to another, and tell an end; False if it is elsewhere."""
        callbacks: list[Callable[[Any], object]] = []
        with self._lock:
            if self._status is not before:
                return False
            self._status = after
            if after in JOB_FINAL_STATES:
                callbacks, self._callbacks = self._callbacks, callbacks
        for fn in callbacks:
            self._tell(fn)
        return True

    def _tell(self, fn: Callable[[Any], object]) -> None:
        try:
            fn(self)
        except Exception:  # noqa: BLE001 - a user's mistake must not end the worker
            _log.exception("A done callback of job %s failed.", self.job_id())
