"""`JobV1`, the base class of every provider's job."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from ._answers import checked_status
from ._clock import CLOCK
from ._driver import plan_for, poll
from ._wake import Sleeper
from .exceptions import JobError
from .status import JOB_FINAL_STATES, JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Protocol, TypeVar

    from .schedules import Schedule
    from .tolerance import Tolerance

    ResultT_co = TypeVar("ResultT_co", covariant=True)

    class HasResult(Protocol[ResultT_co]):
        """What gives a result: a job, of whatever class."""

        def result(self) -> ResultT_co:
            """Return the result of the job."""
            ...


__all__ = ["Job", "JobV1"]


class Job:
    """The common type of the job classes of all versions, as `qiskit.providers.Job` documents it.

    Attributes:
        version: The version of the contract that a class keeps; 0 for none.
    """

    version: int = 0


class JobV1(Job, ABC):
    """A handle to work that runs somewhere else, as `qiskit.providers.JobV1` documents it.

    A provider's subclass supplies `submit`, `status` and `result`, and `cancel` where the backend
    can.
    This class supplies the waiting.
    The methods work for subclasses that never call `__init__`, too.

    Args:
        backend: The backend that the job runs on, None if there is none.
        job_id: What identifies the job at its backend.
        **kwargs: Any metadata; none of them means anything to this class.

    Attributes:
        metadata: The keywords, as a dict.
        version: The version of the contract that is kept, 1.
        _async: False if the job runs inside `submit`: then `wait_for_final_state` returns at once.
            A subclass sets it.
        _tolerance: Which errors of `status()` a wait survives unless it is told otherwise; None for
            none.
            A subclass sets it; programming errors may not be among them.
    """

    version: int = 1
    metadata: dict[str, Any]
    _async: bool = True
    _tolerance: ClassVar[Tolerance | None] = None
    _jobv1_seen: JobStatus | None = None

    def __init__(self, backend: Any, job_id: str, **kwargs: Any) -> None:
        self._job_id = job_id
        self._backend = backend
        described = getattr(type(self), "metadata", None)
        if isinstance(described, property) and described.fset is None:
            vars(self)["metadata"] = kwargs
        else:
            self.metadata = kwargs

    def job_id(self) -> str:
        """Return the id of the job, as it was given; None if there is none yet."""
        return getattr(self, "_job_id", None)  # type: ignore[return-value]

    def backend(self) -> Any:
        """Return the backend that the job runs on.

        Raises:
            JobError: The job has no backend.
        """
        backend = getattr(self, "_backend", None)
        if backend is None:
            message = f"Job {self.job_id()!r} has no backend."
            raise JobError(message, job_id=self.job_id())
        return backend

    def done(self) -> bool:
        """Tell whether the job has successfully run, by one query.

        Raises:
            JobStatusError: `status()` answered something that is no status.
        """
        return checked_status(self, self.status()) is JobStatus.DONE

    def running(self) -> bool:
        """Tell whether the job is actively running, by one query.

        Raises:
            JobStatusError: `status()` answered something that is no status.
        """
        return checked_status(self, self.status()) is JobStatus.RUNNING

    def cancelled(self) -> bool:
        """Tell whether the job has been cancelled, by one query.

        Raises:
            JobStatusError: `status()` answered something that is no status.
        """
        return checked_status(self, self.status()) is JobStatus.CANCELLED

    def in_final_state(self) -> bool:
        """Tell whether the job is in one of `JOB_FINAL_STATES`, by one query.

        Raises:
            JobStatusError: `status()` answered something that is no status.
        """
        return checked_status(self, self.status()) in JOB_FINAL_STATES

    def wait_for_final_state(
        self,
        timeout: float | None = None,
        wait: float | Schedule = 5,
        callback: Callable[[str, JobStatus, Any], object] | None = None,
        *,
        tolerance: Tolerance | None = None,
    ) -> None:
        """Wait until the job is final, by querying its status now and then.

        As `qiskit.providers.JobV1` documents it, except that the time is kept exactly, that the
        callback
        sees the last status too, and that a status that is none is an error.
        The job is queried first, then again after each sleep, and once more at the deadline.
        Waiting never changes the job: it is not cancelled, whatever ends the wait.
        A job that can tell when it is final (`jobv1.protocols.DoneCallback`) ends the wait at once.

        Args:
            timeout: The limit in seconds; None or inf for no limit, 0 or less for exactly one
                query.
            wait: The seconds between two queries, 0 for no pause; or a schedule, such as
                `Adaptive()`.
            callback: Called as `callback(job_id, status, job)` after each query that was answered,
                the last one
                included. Its time counts against `timeout`. What it raises ends the wait and
                travels up.
            tolerance: Which errors of `status()` to survive; None for the default of the class.
                `Tolerance(Exception, failures=0)` survives none.

        Raises:
            JobTimeoutError: The limit was met and the last query was not final.
            JobStatusError: `status()` answered something that is no status.
            TypeError: An argument is of the wrong type; raised before the first query, as is the
                next.
            ValueError: `timeout` is NaN, `wait` is negative or NaN, or a schedule that answers so.
            Exception: What `status()` raised and no tolerance survives, or what `callback` raised.
        """
        check_callback(callback)
        clock = CLOCK.get()
        plan = plan_for(self, clock.now(), timeout=timeout, wait=wait, tolerance=tolerance)
        if not self._async:
            return
        with Sleeper([self], clock) as sleeper:
            poll(self, plan, clock, sleeper.sleep, callback)

    @abstractmethod
    def submit(self) -> Any:
        """Submit the job to the backend for execution.

        Called by the provider's backend or by the user, once.
        Must return without waiting for the work to end, unless `_async` is False.
        """

    @abstractmethod
    def status(self) -> JobStatus:
        """Answer the state of the job now.

        Called by every wait and by `done`, `running`, `cancelled` and `in_final_state`, from any
        thread.
        Must answer a member of `JobStatus` and must not wait for the job.
        May raise: the wait ends with that error unless a tolerance survives it.
        """

    @abstractmethod
    def result(self) -> Any:
        """Return the result of the job, waiting for it if need be.

        Called by the user.
        Must raise, rather than return None, if the job failed or was cancelled.
        May take more arguments, such as a timeout.
        """

    def cancel(self) -> bool | None:
        """Attempt to cancel the job.

        Called by the user only: no wait cancels.
        May answer whether the attempt succeeded, or None.

        Raises:
            NotImplementedError: The class cannot cancel, as here.
        """
        message = f"{type(self).__qualname__} cannot cancel its jobs."
        raise NotImplementedError(message)

    def __await__(self: HasResult[ResultT_co]) -> Generator[Any, Any, ResultT_co]:
        """Wait for the job on the running event loop, and give its result: `await job`.

        As `jobv1.aio.result`, without a limit.

        Raises:
            Exception: As of `jobv1.aio.result`.
        """
        from .aio import result

        return result(self).__await__()

    @override
    def __repr__(self) -> str:
        name = type(self).__qualname__
        # Not through the __getattr__ of a subclass, which may ask the backend.
        try:
            job_id = object.__getattribute__(self, "_job_id")
        except AttributeError:
            job_id = None
        status = self._jobv1_seen
        seen = "not queried yet" if status is None else f"last seen {status.name}"
        return f"<{name} {job_id!r}, {seen}>"


def check_callback(callback: object) -> None:
    """See that an argument can be called back, or is None.

    Raises:
        TypeError: It is neither.
    """
    if callback is not None and not callable(callback):
        message = f"callback must be callable or None, not {callback!r}"
        raise TypeError(message)
