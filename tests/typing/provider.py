"""What a provider author writes: checked by the type checkers, never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic

from typing_extensions import TypeVar, assert_type, override

from jobv1 import JobError, JobStatus, JobTimeoutError, JobV1, Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from jobv1 import Fixed
    from jobv1.protocols import (
        AsyncStatus,
        BatchStatus,
        DoneCallback,
        ErrorMessage,
        QueryHint,
        QueuePosition,
    )
    from jobv1.schedules import Schedule

ResultT = TypeVar("ResultT")


class CloudError(Exception):
    """The error class of a provider, older than its jobs."""


class CloudJobError(JobError, CloudError):
    """An error of this provider that is an error of jobs, too."""


class Cloud:
    """The backend of a provider."""

    name = "cloud"


class CloudJob(JobV1):
    """A job in the usual form."""

    _tolerance: ClassVar[Tolerance | None] = Tolerance(ConnectionError, seconds=60)

    def __init__(self, backend: Cloud, job_id: str, shots: int, **metadata: Any) -> None:
        super().__init__(backend, job_id, shots=shots, **metadata)
        self._status = JobStatus.INITIALIZING
        self._result: dict[str, int] | None = None

    @override
    def submit(self) -> None:
        self._status = JobStatus.QUEUED

    @override
    def status(self) -> JobStatus:
        return self._status

    @override
    def result(self, timeout: float | None = None, wait: float = 5) -> dict[str, int]:
        self.wait_for_final_state(timeout, wait)
        if self._result is None:
            message = "There is no result."
            raise CloudJobError(message, job_id=self.job_id())
        return self._result

    @override
    def cancel(self) -> bool:
        return self._status is JobStatus.QUEUED

    @override
    def backend(self) -> Cloud:
        backend = super().backend()
        assert isinstance(backend, Cloud)
        return backend


class LocalJob(JobV1, Generic[ResultT]):
    """A job that runs inside `submit`, has a result of a known type, and keeps its own metadata."""

    _async = False
    version = 1

    def __init__(self, fn: Callable[[], ResultT]) -> None:
        self._fn = fn

    @override
    def submit(self) -> str:
        return "local"

    @override
    def status(self) -> JobStatus:
        return JobStatus.DONE

    @override
    def result(self) -> ResultT:
        return self._fn()

    @override
    def cancel(self) -> None:
        return None


class AbleJob(CloudJob):
    """A job that has every ability."""

    _tolerance = None
    _future: Future[int]

    @classmethod
    def batch_status(cls, jobs: Sequence[AbleJob]) -> list[JobStatus | Exception]:
        """Ask for all at once."""
        return [JobStatus.DONE for _ in jobs]

    def add_done_callback(self, fn: Callable[[AbleJob], object], /) -> None:
        """Tell when the job is final."""
        self._future.add_done_callback(lambda _: fn(self))

    async def status_async(self) -> JobStatus:
        """Ask without blocking the loop."""
        return JobStatus.DONE

    def queue_position(self) -> int | None:
        """Tell the place in the queue."""
        return 3

    def error_message(self) -> str:
        """Tell what went wrong."""
        return "out of qubits"

    def next_query_delay(self) -> float:
        """Tell when to ask again."""
        return 2


class Doubling:
    """A schedule of one's own."""

    def delay(self, elapsed: float, sleeps: int) -> float:
        """Double each time."""
        return min(elapsed, 2.0**sleeps)


def use(job: CloudJob, local: LocalJob[float]) -> None:
    """See the types of the subclass, not those of the base."""
    assert_type(job.result(60), dict[str, int])
    assert_type(job.cancel(), bool)
    assert_type(job.backend().name, str)
    assert_type(local.result(), float)
    assert_type(local.submit(), str)
    job.wait_for_final_state(wait=Doubling(), callback=show)
    local.wait_for_final_state()


def show(job_id: str, status: JobStatus, job: CloudJob) -> None:
    """Use what only this provider's jobs have."""
    print(job_id, status, job.backend().name)  # noqa: T201 - this is what scripts do


def abilities(job: AbleJob) -> Sequence[object]:
    """Keep the promises of the protocols without inheriting from them."""
    batch: type[BatchStatus] = AbleJob
    done: DoneCallback = job
    asynchronous: AsyncStatus = job
    queue: QueuePosition = job
    error: ErrorMessage = job
    hint: QueryHint = job
    schedule: Schedule = Doubling()
    return batch, done, asynchronous, queue, error, hint, schedule


def raise_like_qiskit(wait: float) -> None:
    """Raise our errors as providers do, with none to many strings."""
    if wait < 1:
        raise JobError
    if wait < 2:
        message = "Timeout while waiting for job ab12."
        raise JobTimeoutError(message)
    raise JobError("several", "strings", job_id="ab12")


class IncompleteJob(JobV1):
    """A job that forgets its result."""

    @override
    def submit(self) -> None: ...

    @override
    def status(self) -> JobStatus:
        return JobStatus.DONE


class WrongJob(JobV1):
    """A job that the checkers must refuse."""

    _tolerance = OSError  # type: ignore[assignment]
    _async = None  # type: ignore[assignment]

    @override
    def submit(self) -> None: ...

    @override
    def status(self) -> str:  # type: ignore[override]
        return "DONE"

    @override
    async def result(self) -> None: ...

    @override
    def cancel(self) -> str:  # type: ignore[override]
        return "cancelled"

    @override
    def done(self, timeout: float) -> bool:  # type: ignore[override]
        return timeout > 0

    @override
    def is_done(self) -> bool:  # type: ignore[misc]
        return True


class AsyncStatusJob(CloudJob):
    """A job of which the status must be awaited."""

    @override
    async def status(self) -> JobStatus:  # type: ignore[override]
        return JobStatus.DONE


class MistakenSchedule:
    """A schedule that answers no number."""

    def delay(self, elapsed: float, sleeps: int) -> str:
        """Answer in words."""
        return f"{elapsed} {sleeps}"


def misuse(job: CloudJob) -> None:
    """Write what the checkers must refuse."""
    IncompleteJob(None, "ab12")  # type: ignore[abstract]
    CloudJob(Cloud(), "ab12")  # type: ignore[call-arg]
    job.wait_for_final_state(wait=MistakenSchedule())  # type: ignore[arg-type]
    silent: DoneCallback = job  # type: ignore[assignment]
    eager: Fixed = Doubling()  # type: ignore[assignment]
    raise JobTimeoutError(silent, eager, queries="13")  # type: ignore[arg-type]
