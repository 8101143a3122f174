"""The job: what jobv1 needs to know of the service, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from typing_extensions import override

from http_provider.errors import BadAnswerError, NotFoundError, UnavailableError
from jobv1 import JobStatus, Tolerance
from jobv1.remote import RemoteJob, RemoteStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from http_provider.answers import Answer
    from http_provider.backend import HttpBackend


class HttpJob(RemoteJob[dict[str, int]]):
    """A job of the service; its metadata is its program."""

    _statuses: ClassVar[Mapping[str, JobStatus]] = {
        "queued": JobStatus.QUEUED,
        "running": JobStatus.RUNNING,
        "cancelling": JobStatus.RUNNING,
        "completed": JobStatus.DONE,
        "failed": JobStatus.ERROR,
        "cancelled": JobStatus.CANCELLED,
    }
    # A bad connection of up to five minutes ends no wait.
    _tolerance = Tolerance(UnavailableError, seconds=300)
    _is_submit_repeatable = True
    _not_found = NotFoundError

    @override
    def _submit(self, key: str) -> str:
        return self.backend().client.submit(self.metadata, key)

    @override
    def _fetch_status(self) -> RemoteStatus:
        return _said(self.backend().client.job(self.job_id()))

    @override
    def _fetch_result(self) -> dict[str, int]:
        return self.backend().client.counts(self.job_id())

    @override
    def _cancel(self) -> bool:
        return self.backend().client.cancel(self.job_id())

    @override
    def backend(self) -> HttpBackend:
        return cast("HttpBackend", super().backend())

    @classmethod
    def batch_status(cls, jobs: Sequence[HttpJob]) -> list[JobStatus | Exception]:
        """Ask for all jobs of a backend by one request."""
        return cls._ask_batch(jobs, _fetch_many)


def _fetch_many(jobs: Sequence[HttpJob]) -> dict[str, RemoteStatus | Exception]:
    records = jobs[0].backend().client.jobs([job.job_id() for job in jobs])
    return {record.field("id", str): _said_or_error(record) for record in records}


def _said_or_error(record: Answer) -> RemoteStatus | Exception:
    # One bad record shall not spoil the answer for all others.
    try:
        return _said(record)
    except BadAnswerError as error:
        return error


def _said(record: Answer) -> RemoteStatus:
    return RemoteStatus(
        record.field("state", str),
        record.optional("position", int),
        record.optional("message", str),
    )
