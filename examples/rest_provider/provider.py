"""A provider of jobs that run behind a REST service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobv1 import (
    JOB_FINAL_STATES,
    JobCancelledError,
    JobError,
    JobFailedError,
    JobStatus,
    JobV1,
    Tolerance,
)

if TYPE_CHECKING:
    from examples.rest_provider.client import RestClient

# A word that is new raises a KeyError: it may well be a final one.
STATUSES = {
    "queued": JobStatus.QUEUED,
    "running": JobStatus.RUNNING,
    "cancelling": JobStatus.RUNNING,
    "completed": JobStatus.DONE,
    "failed": JobStatus.ERROR,
    "cancelled": JobStatus.CANCELLED,
}


class RestBackend:
    """The machine behind the service."""

    def __init__(self, client: RestClient) -> None:
        self.client = client

    def run(self, circuit: str, **options: Any) -> RestJob:
        """Submit a circuit, and return its job; the options become its metadata."""
        return RestJob(self, self.client.submit(circuit, options), **options)

    def retrieve_job(self, job_id: str) -> RestJob:
        """Return the job that has this id; an unknown one is an error of the client."""
        return RestJob(self, job_id, **self.client.job(job_id)["options"])


class RestJob(JobV1):
    """A job of the service."""

    # A wait goes on through a bad connection of up to five minutes.
    _tolerance = Tolerance(ConnectionError, seconds=300)

    def __init__(self, backend: RestBackend, job_id: str, **metadata: Any) -> None:
        super().__init__(backend, job_id, **metadata)
        self._last: dict[str, Any] = {}
        self._final: dict[str, Any] = {}

    def submit(self) -> None:
        """Raise a `JobError`: `RestBackend.run` submits."""
        message = "The job was submitted by RestBackend.run."
        raise JobError(message, job_id=self.job_id())

    def status(self) -> JobStatus:
        """Ask the service, until the job has ended."""
        if self._final:
            return STATUSES[self._final["state"]]
        self._last = record = self.backend().client.job(self.job_id())
        status = STATUSES[record["state"]]
        if status in JOB_FINAL_STATES:
            # Kept apart, so that no slower query of another thread takes its place.
            self._final = record
        return status

    def result(self, timeout: float | None = None) -> dict[str, int]:
        """Wait for the job, and return its counts.

        Args:
            timeout: Seconds; None waits for ever.

        Raises:
            JobTimeoutError: If the job has not ended in time.
            JobFailedError: If the job failed; its text is the service's.
            JobCancelledError: If the job was cancelled.
        """
        self.wait_for_final_state(timeout)
        status = STATUSES[self._final["state"]]
        if status is JobStatus.ERROR:
            raise JobFailedError(self._final["reason"], job_id=self.job_id())
        if status is JobStatus.CANCELLED:
            message = "The job was cancelled."
            raise JobCancelledError(message, job_id=self.job_id())
        return dict(self._final["counts"])

    def cancel(self) -> bool:
        """Ask the service for a cancel; answer whether it is accepted."""
        accepted: bool = self.backend().client.cancel(self.job_id())
        return accepted

    def queue_position(self) -> int | None:
        """Answer the place that the last query learned; None if it is not known."""
        return None if self._final else self._last.get("position")

    def error_message(self) -> str | None:
        """Answer why the job failed; None if it did not, or is not known to have."""
        return self._final["reason"] if self._final.get("state") == "failed" else None
