"""What a foreign job's answers to `status()` mean."""

from __future__ import annotations

from concurrent.futures import Future
from enum import Enum
from typing import TYPE_CHECKING, Any

from ._status_table import read_words
from .status import JobStatus, as_status, probable_status

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_pending_primitive", "meaning_of", "named_status", "read_statuses", "way_out"]

_BY_NAME = {name.casefold(): status for name, status in JobStatus.__members__.items()}
_LONGEST_WORD = 40


def named_status(word: object) -> JobStatus | None:
    """Read a string as the member of that name, in any case; None for everything else."""
    return _BY_NAME.get(word.casefold()) if isinstance(word, str) else None


def read_statuses(statuses: object) -> dict[str, JobStatus]:
    """Check what words mean besides the names of states, and give it by the words in small letters.

    Args:
        statuses: The states by their words; None for no words.

    Raises:
        TypeError: It is no mapping of strings to members of `JobStatus`.
        ValueError: A word in two spellings means two states, or is the name of another state.
    """
    words = read_words({} if statuses is None else statuses, "statuses")
    for word, status in words.items():
        if named_status(word) not in {None, status}:
            message = f"statuses has {word!r}, which is the name of another state than {status}"
            raise ValueError(message)
    return words


def meaning_of(original: Any, answer: object, words: Mapping[str, JobStatus]) -> JobStatus | None:
    """Read what a job answered as its status.

    Args:
        original: The job.
        answer: What it answered: a member of our enum or of Qiskit's; a string; or a member of
            another enum, which counts by its name or by its value, if that is a string.
        words: What words in small letters mean besides the names of states.

    Returns:
        Our member; None if nothing is known of that answer.
    """
    status = as_status(answer)
    if status is not None:
        return status
    for word in _words_of(answer):
        status = named_status(word) or words.get(word.casefold())
        if status is not None:
            return status
    if _is_kind(original, "BasePrimitiveJob") and not hasattr(type(answer), "__await__"):
        return _coarse_status(original)
    return None


def is_pending_primitive(original: Any) -> bool:
    """Tell whether a `PrimitiveJob` of Qiskit waits for its thread.

    It would answer ERROR then, and keep that answer even when it is done.
    """
    if not _is_kind(original, "PrimitiveJob"):
        return False
    future = getattr(original, "_future", None)
    return isinstance(future, Future) and not future.running() and not future.done()


def way_out(answer: object) -> str | None:
    """Say what a user can do about an answer that means nothing; None if that is nothing."""
    if hasattr(type(answer), "__await__"):
        return "adapt takes a job whose status() answers without being awaited."
    word = next(iter(_words_of(answer)), None)
    if word is None or len(word) > _LONGEST_WORD:
        return None
    probable = probable_status(answer)
    meant = "..." if probable is None else f"JobStatus.{probable.name}"
    return f"Tell what it means: adapt(job, statuses={{{word!r}: {meant}}})."


def _words_of(answer: object) -> list[str]:
    words = [answer.name, answer.value] if isinstance(answer, Enum) else [answer]
    return [word for word in words if isinstance(word, str)]


def _coarse_status(primitive_job: Any) -> JobStatus:
    # Qiskit documents that the status of a primitive's job is freeform, and that these methods are
    # what a program asks.
    if primitive_job.in_final_state() is True:
        if primitive_job.done() is True:
            return JobStatus.DONE
        return JobStatus.CANCELLED if primitive_job.cancelled() is True else JobStatus.ERROR
    return JobStatus.RUNNING if primitive_job.running() is True else JobStatus.QUEUED


def _is_kind(original: object, name: str) -> bool:
    # By name, because jobv1 must not import qiskit to know its classes.
    return any(
        kind.__name__ == name and kind.__module__.startswith("qiskit.primitives.")
        for kind in type(original).__mro__
    )
