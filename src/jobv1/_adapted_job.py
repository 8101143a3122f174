"""A job of Qiskit's ecosystem as one of ours; `jobv1.qiskit` hands it out."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from functools import cache, partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from typing_extensions import override

from ._answers import checked_status
from .exceptions import JobError
from .job import JobV1
from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Fn: TypeAlias = "Callable[[Any], object]"

__all__ = ["AdaptedJob", "adapt", "named_status"]

_LOGGER = logging.getLogger(__name__)
# What the ecosystem names so already, and what a wait shows to a person.
_PASSED_ABILITIES = ("error_message", "queue_position")


class AdaptedJob(JobV1):
    """A job of Qiskit's ecosystem as a `JobV1`; `adapt` makes it.

    The status is the original's, as a member of our enum.
    The waits are ours; `submit`, `result`, `cancel`, `backend` and every other attribute are the
    original's, with its answers and its errors.
    An attribute that is set is set here, not in the original.
    A copy, also by pickle, adapts a copy of the original.
    If the original runs on a future of `concurrent.futures`, the job can tell when it is final, and
    a wait ends at once; then its class has the methods of `jobv1.protocols.DoneCallback`.

    Args:
        job: The original.
    """

    def __init__(self, job: Any) -> None:
        self._jobv1_original = job
        self._jobv1_lock = Lock()
        self._jobv1_future: Any = None
        self._jobv1_callbacks: list[Fn] = []
        # For the repr, which must ask nobody.
        try:
            self.job_id()
        except Exception:  # noqa: BLE001 - it may have no id before it is submitted
            vars(self)["_job_id"] = None
        self._jobv1_settle()

    @property
    def metadata(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The metadata of the original; empty if it has none."""
        metadata = getattr(self._jobv1_original, "metadata", None)
        return {} if metadata is None else metadata

    @property
    def _async(self) -> bool:  # type: ignore[override]
        return bool(getattr(self._jobv1_original, "_async", True))

    @override
    def job_id(self) -> str:
        """Return the id of the original, whether that is a method or a property."""
        job_id: Any = self._jobv1_original.job_id
        self._job_id = cast("str", job_id() if callable(job_id) else job_id)
        return self._job_id

    @override
    def backend(self) -> Any:
        """Return the backend of the original, whether that is a method or a property.

        Raises:
            JobError: It has none.
        """
        backend = getattr(self._jobv1_original, "backend", None)
        self._backend = backend() if callable(backend) else backend
        return super().backend()

    @override
    def submit(self) -> Any:
        """Submit the original.

        Raises:
            JobError: It has no `submit()`: what made it has submitted it.
        """
        submit = getattr(self._jobv1_original, "submit", None)
        if submit is None:
            kind = type(self._jobv1_original).__qualname__
            message = f"{kind} has no submit(): what made job {self.job_id()!r} has submitted it."
            raise JobError(message, job_id=self.job_id())
        answer = submit()
        # It may be only now that there is a future.
        self._jobv1_settle()
        return answer

    @override
    def status(self) -> JobStatus:
        """Answer the status of the original, as ours.

        A string counts as the member of that name, in any case.

        Raises:
            JobStatusError: It answered something that is no status.
        """
        answer = self._jobv1_original.status()
        return checked_status(self, named_status(answer) or answer)

    @override
    def result(self, *args: Any, **kwargs: Any) -> Any:
        """Return the result of the original, which gets all arguments and raises its own errors."""
        return self._jobv1_original.result(*args, **kwargs)

    @override
    def cancel(self) -> bool | None:
        """Cancel the original, and return its answer.

        Raises:
            NotImplementedError: It has no `cancel()`.
        """
        cancel = getattr(self._jobv1_original, "cancel", None)
        return super().cancel() if cancel is None else cancel()

    def _jobv1_settle(self) -> None:
        original = self._jobv1_original
        # By its kind, since it goes by any name; of several it is not known which one tells.
        attributes: dict[str, Any] = getattr(original, "__dict__", {})
        futures: list[Any] = [each for each in attributes.values() if isinstance(each, Future)]
        self._jobv1_future = futures[0] if len(futures) == 1 else None
        kind = cast("type[object]", type(original))
        passed = [name for name in _PASSED_ABILITIES if callable(getattr(kind, name, None))]
        telling = self._jobv1_future is not None
        # Abilities are looked for on the class.
        new_class = _kind(kind.__qualname__, tuple(passed), telling=telling)
        object.__setattr__(self, "__class__", new_class)

    def __getattr__(self, name: str) -> Any:
        # What Python itself looks for, as copy and pickle do, is not the original's to answer; and
        # what is ours may be looked for before there is an original.
        if name.startswith(("__", "_jobv1_")):
            message = f"{type(self).__qualname__!r} object has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(self._jobv1_original, name)

    @override
    def __dir__(self) -> Iterable[str]:
        return {*super().__dir__(), *dir(self._jobv1_original)}

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        return adapt, (self._jobv1_original,)


class _TellingJob(AdaptedJob):
    # An adapted job whose original runs on a future.

    _jobv1_future: Any
    _jobv1_listens: bool = False

    def add_done_callback(self, fn: Fn, /) -> None:
        """Have `fn(job)` called once when the future of the original is done, at once if it is."""
        with self._jobv1_lock:
            is_over = self._jobv1_listens and self._jobv1_future.done()
            if not is_over:
                self._jobv1_callbacks.append(fn)
            is_first, self._jobv1_listens = not self._jobv1_listens, True
        if is_over:
            fn(self)
        elif is_first:
            # A future keeps what it has called, and would keep the job with it.
            self._jobv1_future.add_done_callback(partial(_tell, [self]))

    def remove_done_callback(self, fn: Fn, /) -> None:
        """Take one `fn` back that was added; nothing happens if it was not, or was called."""
        with self._jobv1_lock:
            if fn in self._jobv1_callbacks:
                self._jobv1_callbacks.remove(fn)

    def _jobv1_tell(self) -> None:
        with self._jobv1_lock:
            callbacks, self._jobv1_callbacks = self._jobv1_callbacks, []
        for fn in callbacks:
            try:
                fn(self)
            except Exception:  # noqa: PERF203 - each is called, whatever another does
                _LOGGER.exception("A done callback of job %s raised", self._job_id)


def adapt(job: Any) -> Any:
    """Make a job of Qiskit's ecosystem a `JobV1`, so that every wait of jobv1 works with it.

    For a subclass of `qiskit.providers.JobV1`, a job of a primitive, a job of a runtime whose
    `status()` is a string; qiskit itself is not needed.
    Nothing is asked but the id.
    A job on a future wakes its waiter at once; others are polled.

    Args:
        job: The job. A `JobV1` of ours, adapted or not, is returned as it is.

    Returns:
        An `AdaptedJob`, the repr of whose class names the class of the original.

    Raises:
        TypeError: `job` is no job; the text says what it lacks.
    """
    if isinstance(job, JobV1):
        return job
    if isinstance(job, type):
        message = f"adapt takes a job, not the class {job.__qualname__}"
        raise TypeError(message)
    lacking = [] if hasattr(job, "job_id") else ["job_id"]
    methods = ("status", "result")
    lacking += [f"{name}()" for name in methods if not callable(getattr(job, name, None))]
    if lacking:
        message = f"{type(job).__qualname__} is no job: it has no {', no '.join(lacking)}"
        raise TypeError(message)
    return AdaptedJob(job)


def named_status(answer: object) -> JobStatus | None:
    """Read a string as the member of that name, in any case; None for everything else."""
    return JobStatus.__members__.get(answer.upper()) if isinstance(answer, str) else None


@cache
def _kind(name: str, passed: tuple[str, ...], *, telling: bool) -> type[AdaptedJob]:
    base = _TellingJob if telling else AdaptedJob
    methods = {ability: _passing(ability) for ability in passed}
    body: dict[str, Any] = {"__module__": __name__, **methods}
    return cast("type[AdaptedJob]", type(f"AdaptedJob[{name}]", (base,), body))


def _passing(name: str) -> Callable[..., Any]:
    def method(job: AdaptedJob, *args: Any, **kwargs: Any) -> Any:
        # Of the original, since the adapter finds this method itself.
        return job.__getattr__(name)(*args, **kwargs)

    method.__name__ = name
    return method


def _tell(holder: list[Any], _future: Future[Any]) -> None:
    holder.pop()._jobv1_tell()  # noqa: SLF001 - of this room
