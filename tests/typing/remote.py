"""What the author of a provider behind an API writes: checked by the type checkers, never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import assert_type, override

from jobv1 import Adaptive, JobStatus, JobV1, Tolerance
from jobv1.remote import RemoteJob, RemoteStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobv1.protocols import AsyncStatus, BatchStatus, ErrorMessage, QueuePosition


class Client:
    """The client of a service."""

    def get(self, path: str) -> dict[str, Any]:
        """Give what the service answers."""
        return {"path": path}

    async def get_async(self, path: str) -> dict[str, Any]:
        """Give what the service answers, awaited."""
        return self.get(path)


class CloudJob(RemoteJob[dict[str, int]]):
    """A job that says what its result is."""

    _statuses: ClassVar[Mapping[str, JobStatus]] = {"done": JobStatus.DONE}
    _unknown_status = JobStatus.RUNNING
    _tolerance = Tolerance(ConnectionError, seconds=300)
    _not_found = (KeyError, LookupError)
    _is_submit_repeatable = True
    _grace = 30

    @override
    def _submit(self, key: str) -> str:
        return str(self.backend().get(f"/jobs?key={key}")["id"])

    @override
    def _fetch_status(self) -> RemoteStatus:
        return RemoteStatus("done", queue_position=3, error_message=None)

    @override
    def _fetch_result(self) -> dict[str, int]:
        return {"00": 1}

    @override
    def _cancel(self) -> bool:
        return True

    @classmethod
    def batch_status(cls, jobs: Sequence[CloudJob]) -> list[JobStatus | Exception]:
        """Ask for all at once."""
        return cls._ask_batch(jobs, lambda asked: {job.job_id(): "done" for job in asked})

    async def status_async(self) -> JobStatus:
        """Ask without blocking the loop."""

        async def fetch() -> str:
            return str((await Client().get_async("/job"))["state"])

        return await self._ask_async(fetch)


class PlainJob(RemoteJob):
    """A job that says nothing of its result."""

    @override
    def _submit(self, key: str) -> str:
        return key

    @override
    def _fetch_status(self) -> str:
        return "done"

    @override
    def _fetch_result(self) -> Any:
        return 42


def use(job: CloudJob, plain: PlainJob) -> Sequence[object]:
    """See the type of the result, and keep the promises of the protocols."""
    assert_type(job.result(60, Adaptive()), dict[str, int])
    assert_type(plain.result(), Any)
    assert_type(job.cancel(), bool | None)
    assert_type(job.queue_position(), int | None)
    assert_type(job.error_message(), str | None)
    base: JobV1 = job
    batch: type[BatchStatus] = CloudJob
    awaited: AsyncStatus = job
    queue: QueuePosition = plain
    error: ErrorMessage = plain
    return base, batch, awaited, queue, error, CloudJob(Client()), CloudJob(None, "ab12", shots=1)


class HalfJob(RemoteJob):
    """A job that forgets two methods."""

    @override
    def _submit(self, key: str) -> str:
        return key


class WrongJob(PlainJob):
    """A job that the checkers must refuse."""

    _statuses = {"done": "DONE"}  # type: ignore[dict-item]
    _unknown_status = "RUNNING"  # type: ignore[assignment]
    _not_found = 404  # type: ignore[assignment]

    @override
    def _submit(self) -> str:  # type: ignore[override]
        return "ab12"

    @override
    def _fetch_status(self) -> JobStatus:  # type: ignore[override]
        return JobStatus.DONE


def misuse() -> None:
    """Write what the checkers must refuse."""
    HalfJob(None)  # type: ignore[abstract]
    PlainJob(None, 7)  # type: ignore[arg-type]
