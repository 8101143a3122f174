"""What a provider says of its service: the attributes of its class, and a status with more."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from ._clock import checked_number
from ._driver import class_tolerance
from ._status_table import StatusTable
from .exceptions import JobStatusError

__all__ = ["RemoteStatus", "checked_answer", "checked_table"]

_ATTRIBUTES = ("_statuses", "_unknown_status", "_grace", "_not_found", "_is_submit_repeatable")


class RemoteStatus(NamedTuple):
    """What a service says of a job, where it says more than a word.

    Attributes:
        text: The word for its state.
        queue_position: How many places it is from the head of the queue, 0 or more; None if that
            is not known.
        error_message: Why it failed or was cancelled, in the words of the service; None if it has
            none.
    """

    text: str
    queue_position: int | None = None
    error_message: str | None = None


def checked_table(job_class: type[Any]) -> StatusTable:
    """Check what a class says of its service, and give its words.

    Raises:
        TypeError: An attribute is of the wrong type.
        ValueError: An attribute makes no sense.
    """
    name = job_class.__qualname__
    words, unknown, grace, not_found, is_repeatable = (
        getattr(job_class, attribute) for attribute in _ATTRIBUTES
    )
    table = StatusTable(words, unknown, name)
    class_tolerance(job_class)
    checked_number(grace, f"{name}._grace", minimum=0)
    _check_not_found(not_found, name)
    # What is true by accident, such as "no", would make two jobs of one.
    if not isinstance(is_repeatable, bool):
        message = f"{name}._is_submit_repeatable must be True or False, not {is_repeatable!r}"
        raise TypeError(message)
    return table


def checked_answer(job: Any, answer: object) -> RemoteStatus:
    """Read what a service said of a job: its word is looked up later, the rest is checked.

    Raises:
        JobStatusError: The place in the queue or the words for the failure are of the wrong type.
    """
    if not isinstance(answer, RemoteStatus):
        return RemoteStatus(cast("str", answer))
    _, place, words = cast("tuple[object, object, object]", answer)
    is_place = isinstance(place, int) and not isinstance(place, bool) and place >= 0
    if place is not None and not is_place:
        raise _wrong(job, "queue_position", place, "a whole number, 0 or more, or None")
    if words is not None and not isinstance(words, str):
        raise _wrong(job, "error_message", words, "a text or None")
    return answer


def _wrong(job: Any, field: str, value: object, right: str) -> JobStatusError:
    kind, job_id = type(job).__qualname__, job.job_id()
    message = (
        f"Job {job_id!r}: {kind} was answered a RemoteStatus with the {field} "
        f"{f'{value!r:.80}'} ({type(value).__name__}); it must be {right}."
    )
    return JobStatusError(message, job_id=job_id, answer=value)


def _check_not_found(given: object, owner: str) -> None:
    kinds = cast("tuple[object, ...]", given if isinstance(given, tuple) else (given,))
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            message = f"{owner}._not_found must be subclasses of Exception, not {kind!r}"
            raise TypeError(message)
