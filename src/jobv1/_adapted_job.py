"""A job of Qiskit's ecosystem as one of ours; `jobv1.qiskit` hands it out."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast, overload

from typing_extensions import override

from ._adapted_future import Teller, future_of, lacks_its_future, may_tell
from ._adapted_status import is_pending_primitive, meaning_of, read_statuses, way_out
from ._answers import checked_status
from ._foreign_job import check_foreign_job, own_attribute
from .exceptions import JobError
from .job import JobV1
from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typing_extensions import Self

__all__ = ["AdaptedJob", "adapt"]

JobT = TypeVar("JobT", bound=JobV1)

# What the ecosystem names so already, and what a wait shows to a person.
_PASSED_ABILITIES = ("error_message", "queue_position")


class AdaptedJob(JobV1):
    """A job of Qiskit's ecosystem as a `JobV1`; `adapt` makes it.

    The status is the original's, as a member of our enum.
    The waits are ours; `submit`, `result`, `cancel`, `backend` and every other attribute are the
    original's, with its answers and its errors.
    An attribute is set and deleted where it is read, but private ones in the adapter alone.
    Special methods, such as those of a `with` block, are not passed on.
    A copy adapts the same original; a deep copy, or one by pickle, a copy of it.
    The abilities of `jobv1.protocols` that the original's class has are offered if they are
    `error_message` and `queue_position`.
    If the original runs on a future of `concurrent.futures`, or has an attribute `_future` for one,
    a wait ends when that is done; then the job has the methods of `jobv1.protocols.DoneCallback`.

    Args:
        job: The original.
        statuses: As of `adapt`.

    Raises:
        TypeError: As of `adapt`.
        ValueError: As of `adapt`.
    """

    _jobv1_base: ClassVar[type[AdaptedJob]]

    def __new__(cls, job: Any, *args: Any, **kwargs: Any) -> Self:
        """Make a job of a class that has the abilities of this original: they belong to a class."""
        check_foreign_job(job)
        kind = cast("type[object]", type(job))
        passed = [name for name in _PASSED_ABILITIES if callable(getattr(kind, name, None))]
        # One that was made here is no base.
        base = vars(cls).get("_jobv1_base", cls)
        new_class = _kind(base, kind.__qualname__, tuple(passed), tells=may_tell(job))
        if not issubclass(new_class, cls):
            return cast("Self", base(job, *args, **kwargs))
        return object.__new__(new_class)

    def __init__(self, job: Any, statuses: Mapping[str, JobStatus] | None = None) -> None:
        self._jobv1_original = job
        self._jobv1_words = read_statuses(statuses)
        self._jobv1_teller = Teller()
        self._async = own_attribute(job, "_async", default=True) is not False
        self._jobv1_note_id()

    @property
    def metadata(self) -> Any:
        """The metadata of the original; empty if it has none."""
        metadata = getattr(self._jobv1_original, "metadata", None)
        return {} if metadata is None else metadata

    @metadata.setter
    def metadata(self, metadata: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self._jobv1_original.metadata = metadata

    @override
    def job_id(self) -> str:
        """Return the id of the original, whether that is a method or a property."""
        job_id: Any = self._jobv1_original.job_id
        self._job_id = cast("str", job_id() if callable(job_id) else job_id)
        return self._job_id

    @override
    def backend(self, *args: Any, **kwargs: Any) -> Any:
        """Return the backend of the original, whether that is a method or a property.

        Raises:
            JobError: It has none.
        """
        backend = getattr(self._jobv1_original, "backend", None)
        self._backend = backend(*args, **kwargs) if callable(backend) else backend
        return super().backend()

    @override
    def submit(self, *args: Any, **kwargs: Any) -> Any:
        """Submit the original.

        Raises:
            JobError: It has no `submit()`: what made it has submitted it.
        """
        submit = getattr(self._jobv1_original, "submit", None)
        if submit is None:
            kind, job_id = type(self._jobv1_original).__qualname__, self._jobv1_note_id()
            message = f"{kind} has no submit(): what made job {job_id!r} has submitted it."
            raise JobError(message, job_id=job_id)
        answer = submit(*args, **kwargs)
        # It may be only now that there is a future, and an id.
        self._jobv1_teller.listen(self._jobv1_original)
        self._jobv1_note_id()
        return answer

    @override
    def status(self, *args: Any, **kwargs: Any) -> JobStatus:
        """Answer the status of the original, as ours.

        A string counts by the name that it is, in any case, or by what `adapt` was told of it; a
        member of any enum by its name, or by its value if that is a string.
        A job of a primitive may answer anything; what is no status is then found by its own
        `in_final_state()`, `done()`, `cancelled()` and `running()`.

        Raises:
            JobStatusError: It answered something that is no status.
            JobError: It answered by an error, and was never submitted.
        """
        original = self._jobv1_original
        self._jobv1_teller.listen(original)
        if is_pending_primitive(original):
            return checked_status(self, JobStatus.QUEUED)
        try:
            answer = original.status(*args, **kwargs)
        except Exception as error:
            if self._jobv1_is_submitted() is not False:
                raise
            job_id = self._jobv1_note_id()
            message = f"Job {job_id!r} has no status: it was never submitted."
            raise JobError(message, job_id=job_id) from error
        meaning = meaning_of(original, answer, self._jobv1_words)
        if meaning is None:
            return checked_status(self, answer, way_out=way_out(answer))
        return checked_status(self, meaning)

    @override
    def result(self, *args: Any, **kwargs: Any) -> Any:
        """Return the result of the original, which gets all arguments and raises its own errors."""
        return self._jobv1_original.result(*args, **kwargs)

    @override
    def cancel(self, *args: Any, **kwargs: Any) -> bool | None:
        """Cancel the original, and return its answer.

        Raises:
            NotImplementedError: It has no `cancel()`.
        """
        cancel = getattr(self._jobv1_original, "cancel", None)
        return super().cancel() if cancel is None else cancel(*args, **kwargs)

    def _jobv1_is_submitted(self) -> bool | None:
        original = self._jobv1_original
        if not callable(getattr(original, "submit", None)):
            return True
        if lacks_its_future(original):
            return False
        # Of one without a future, and without a place for it, only the job knows.
        return None if future_of(original) is None else True

    def _jobv1_note_id(self) -> str | None:
        # For the repr, which must ask nobody, and for errors, which must not be replaced by that of
        # a job that has no id yet.
        with suppress(Exception):
            return self.job_id()
        return None

    def __getattr__(self, name: str) -> Any:
        # What Python itself looks for, as copy and pickle do, is not the original's to answer; and
        # what is ours may be looked for before there is an original.
        if name.startswith(("__", "_jobv1_")):
            message = f"{type(self).__qualname__!r} object has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(self._jobv1_original, name)

    @override
    def __setattr__(self, name: str, value: object) -> None:
        if self._jobv1_keeps(name):
            super().__setattr__(name, value)
        else:
            setattr(self._jobv1_original, name, value)

    @override
    def __delattr__(self, name: str) -> None:
        if self._jobv1_keeps(name):
            super().__delattr__(name)
        else:
            delattr(self._jobv1_original, name)

    @classmethod
    def _jobv1_keeps(cls, name: str) -> bool:
        # A method that is replaced may call the one that it replaces, which would come back to it
        # if it were set in the original.
        return name.startswith("_") or hasattr(cls, name)

    @override
    def __dir__(self) -> Iterable[str]:
        return {*super().__dir__(), *dir(self._jobv1_original)}

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # A lock cannot be copied, and who waits waits for this one.
        state = {name: value for name, value in vars(self).items() if name != "_jobv1_teller"}
        return _remade, (self._jobv1_base, state)


class _Telling:
    # What the class of an adapted job has if the original runs on a future.

    # The future may be of something else.
    _jobv1_may_be_silent = True
    _jobv1_original: Any
    _jobv1_teller: Teller

    def add_done_callback(self, fn: Callable[[Any], object], /) -> None:
        """Have `fn(job)` called once when the future of the original is done, at once if it is.

        What it raises is logged.
        """
        self._jobv1_teller.add(self, self._jobv1_original, fn)

    def remove_done_callback(self, fn: Callable[[Any], object], /) -> None:
        """Take one `fn` back that was added; nothing happens if it was not, or was called."""
        self._jobv1_teller.remove(fn)


@overload
def adapt(  # pyright: ignore[reportOverlappingOverload] - ours are told from all others
    job: JobT, *, statuses: None = None
) -> JobT: ...
@overload
def adapt(job: Any, *, statuses: Mapping[str, JobStatus] | None = None) -> AdaptedJob: ...
def adapt(job: Any, *, statuses: Mapping[str, JobStatus] | None = None) -> JobV1:
    """Make a job of Qiskit's ecosystem a `JobV1`, so that every wait of jobv1 works with it.

    For a subclass of `qiskit.providers.JobV1`, a job of a primitive, a job of a runtime whose
    `status()` is a string; qiskit itself is not needed.
    Nothing is asked but the id.
    A job on a future wakes its waiter at once; others are polled.

    Args:
        job: The job. A `JobV1` of ours, adapted or not, is returned as it is.
        statuses: What words of the job's `status()` mean that are not the names of states; upper
            and lower case are the same. None for no such words.

    Returns:
        An `AdaptedJob`, the repr of whose class names the class of the original.

    Raises:
        TypeError: `job` is no job; the text says what it lacks. Or `statuses` is no mapping of
            strings to members of `JobStatus`, or is given for a job of ours.
        ValueError: A word of `statuses` in two spellings means two states, or is the name of
            another state.
    """
    if not isinstance(job, JobV1):
        return AdaptedJob(job, statuses)
    if statuses is not None:
        message = f"{job!r} is a job of jobv1 already: its own status() says what its words mean"
        raise TypeError(message)
    return job


def _remade(base: type[AdaptedJob], state: dict[str, Any]) -> AdaptedJob:
    job = base.__new__(base, state["_jobv1_original"])
    vars(job).update(state, _jobv1_teller=Teller())
    return job


@cache
def _kind(
    base: type[AdaptedJob], name: str, passed: tuple[str, ...], *, tells: bool
) -> type[AdaptedJob]:
    methods = {ability: _passing(ability) for ability in passed}
    body: dict[str, Any] = {"__module__": __name__, "_jobv1_base": base, **methods}
    bases = (base, _Telling) if tells else (base,)
    return cast("type[AdaptedJob]", type(f"{base.__qualname__}[{name}]", bases, body))


def _passing(name: str) -> Callable[..., Any]:
    def method(job: AdaptedJob, *args: Any, **kwargs: Any) -> Any:
        # Of the original, since the adapter finds this method itself.
        return job.__getattr__(name)(*args, **kwargs)

    method.__name__ = name
    return method
