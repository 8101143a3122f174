"""What a wait for many jobs answers: those that are done, and those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from typing_extensions import NamedTuple

from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._many import Many

__all__ = [
    "ALL_COMPLETED",
    "FIRST_COMPLETED",
    "FIRST_EXCEPTION",
    "DoneAndNotDone",
    "Gathering",
    "ReturnWhen",
    "checked_return_when",
]

JobT = TypeVar("JobT")
ReturnWhen = Literal["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"]

ALL_COMPLETED: Literal["ALL_COMPLETED"] = "ALL_COMPLETED"
"""`wait` returns when the wait for every job is over."""
FIRST_COMPLETED: Literal["FIRST_COMPLETED"] = "FIRST_COMPLETED"
"""`wait` returns when the wait for any job is over."""
FIRST_EXCEPTION: Literal["FIRST_EXCEPTION"] = "FIRST_EXCEPTION"
"""`wait` returns when any job has ended in ERROR or was given up, else as ALL_COMPLETED."""

_CHOICES = (ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION)


class _Pair(NamedTuple, Generic[JobT]):
    done: list[JobT]
    not_done: list[JobT]


class DoneAndNotDone(_Pair[JobT]):
    """What `wait` answers: the pair `done, not_done`, each in the order in which jobs were given.

    They are lists, for a job need not be hashable.

    Attributes:
        done: The jobs whose wait is over: they are final, or were given up because of an error.
        not_done: The other jobs.
        errors: The jobs in `done` that were given up, each with the error that its query raised.
    """

    errors: Sequence[tuple[JobT, Exception]] = ()


class Gathering(Generic[JobT]):
    """The jobs of one `wait`, as they end.

    Args:
        jobs: All of them, in the order given.
        return_when: Which are enough.
    """

    def __init__(self, jobs: Sequence[JobT], return_when: ReturnWhen) -> None:
        self._jobs = jobs
        self._return_when = return_when
        self._errors: dict[int, Exception | None] = {}
        self._has_enough = False

    def take(self, job: JobT, many: Many) -> bool:
        """Take a job that was just given back; tell whether there are enough, and no more come."""
        self._errors[id(job)] = many.error
        if self._return_when == FIRST_COMPLETED:
            self._has_enough = True
        elif self._return_when == FIRST_EXCEPTION and not self._has_enough:
            self._has_enough = many.error is not None or many.status is JobStatus.ERROR
        return self._has_enough and not many.outcomes.ended

    def pair(self) -> DoneAndNotDone[JobT]:
        """Give the jobs that have ended and those that have not."""
        errors = self._errors
        pair = DoneAndNotDone(
            [job for job in self._jobs if id(job) in errors],
            [job for job in self._jobs if id(job) not in errors],
        )
        raised = ((job, errors[id(job)]) for job in pair.done)
        pair.errors = [(job, error) for job, error in raised if error is not None]
        return pair


def checked_return_when(value: object) -> ReturnWhen:
    """Read an argument that must be one of the three constants.

    Raises:
        ValueError: It is none.
    """
    for choice in _CHOICES:
        if value == choice:
            return choice
    message = f"return_when must be one of {', '.join(_CHOICES)}, not {value!r}"
    raise ValueError(message)
