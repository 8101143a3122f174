"""Both ways between our jobs and those of Qiskit's ecosystem.

`adapt` makes a job of Qiskit's kind one of ours; `register` has ours pass for Qiskit's, and our
errors too.
Nothing happens by itself: without a call of `register`, an installed qiskit changes nothing.
"""

from __future__ import annotations

from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

from ._adapted_job import AdaptedJob, adapt
from ._adapted_status import named_status
from .exceptions import JobError, JobTimeoutError
from .job import JobV1
from .status import JobStatus, as_status, probable_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["AdaptedJob", "adapt", "from_qiskit_status", "register", "to_qiskit_status"]

_REGISTERING = Lock()


def to_qiskit_status(status: object) -> Any:
    """Give Qiskit's member for a status, for code that compares by `is` or looks at the class.

    Elsewhere there is no need: members of the same name are equal, and have one hash.

    Args:
        status: A member of either enum, or its name as a string, in any case.

    Raises:
        ImportError: qiskit is not installed.
        TypeError: `status` is none.
    """
    name = from_qiskit_status(status).name
    return _providers().JobStatus[name]


def from_qiskit_status(status: object) -> JobStatus:
    """Give our member for a status.

    Args:
        status: A member of either enum, or its name as a string, in any case, as runtimes have it.

    Raises:
        TypeError: `status` is none; the text names the member that was probably meant.
    """
    found = named_status(status) or as_status(status)
    if found is not None:
        return found
    probable = probable_status(status)
    meant = f"; was JobStatus.{probable.name} meant?" if probable is not None else ""
    message = f"{status!r} is no status of a job{meant}"
    raise TypeError(message)


def register() -> None:
    """Have our jobs pass for Qiskit's, and our errors too, in this process.

    For scripts that were written for Qiskit's jobs and are not to change.
    From then on, every job of ours is an instance of `qiskit.providers.JobV1` and
    `qiskit.providers.Job`; every `JobError` of ours is a `qiskit.providers.JobError` too, so that
    `except QiskitError` catches it, and every `JobTimeoutError` a
    `qiskit.providers.JobTimeoutError`.
    It holds for all subclasses, those that are there already and those to come.
    It imports `qiskit.providers`.
    A second call does nothing; several threads may call.

    Raises:
        ImportError: qiskit is not installed.
        TypeError: A class, which the text names, inherits from one of Qiskit's and then from one of
            ours, so Python could not put its bases in order; nothing was changed.
    """
    providers = _providers()
    new_bases = {
        JobError: providers.JobError,
        JobTimeoutError: providers.JobTimeoutError,
        JobV1: providers.Job,
    }
    with _REGISTERING:
        before = {kind: kind.__bases__ for kind in new_bases}
        try:
            for kind, base in new_bases.items():
                _add_base(kind, base)
        except TypeError as error:
            for kind, bases in before.items():
                kind.__bases__ = bases
            raise TypeError(_refusal(new_bases, error)) from error
        providers.JobV1.register(JobV1)


def _providers() -> Any:
    try:
        return import_module("qiskit.providers")
    except ImportError as error:
        message = "qiskit cannot be imported, and is needed here: pip install 'jobv1[qiskit]'"
        raise ImportError(message) from error


def _add_base(kind: type, base: type) -> None:
    # The base of an error is all that `except` looks at: what an ABC registers it does not see.
    if not issubclass(kind, base):
        first, *others = kind.__bases__
        kind.__bases__ = (first, base, *others)


def _refusal(new_bases: Mapping[type, type], error: TypeError) -> str:
    # One class may come down on several ways.
    offenders = {
        f"{each.__module__}.{each.__qualname__}": kind.__name__
        for kind, base in new_bases.items()
        for each in _descendants(kind)
        if any(theirs in each.__mro__[: each.__mro__.index(kind)] for theirs in base.__mro__)
    }
    found = " and ".join(f"{name} (before jobv1's {kind})" for name, kind in offenders.items())
    # It may be the bases of two of them that do not go together.
    found = found or str(error)
    return (
        f"A class names one of Qiskit's before one of jobv1's among its bases: {found}. "
        "Name that of jobv1 first, or alone. Nothing was registered."
    )


def _descendants(kind: type) -> Iterator[type]:
    subclasses: list[type] = kind.__subclasses__()
    for each in subclasses:
        yield each
        yield from _descendants(each)
