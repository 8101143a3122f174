"""The words of a service for the states of its jobs, and what each of them means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from .exceptions import JobStatusError
from .status import JOB_FINAL_STATES, as_status, probable_status

if TYPE_CHECKING:
    from .status import JobStatus

__all__ = ["StatusTable", "read_words"]


class StatusTable:
    """What each word of a service means; upper and lower case are the same.

    Args:
        words: The states by their words.
        unknown: What a word counts as that is not among them; None if it is an error.
        owner: The name of the class that has the table, for texts.

    Raises:
        TypeError: `words` is no mapping of strings to members of `JobStatus`, or `unknown` is
            neither a member nor None.
        ValueError: A word in two spellings means two states, or `unknown` is a final state.
    """

    def __init__(self, words: object, unknown: object, owner: str) -> None:
        self._owner = owner
        self._words = read_words(words, f"{owner}._statuses")
        self._unknown = _read_unknown(unknown, owner)
        self._warned: dict[str, object] = {}

    def status_of(self, word: object, job_id: object) -> JobStatus:
        """Translate what a service said of a job.

        A word that is not in the table counts as it was said, and is warned of once.

        Raises:
            JobStatusError: The answer is no word, or one that the table does not have and that
                counts as nothing.
        """
        if not isinstance(word, str):
            message = (
                f"Job {job_id!r}: {self._owner} was answered {f'{word!r:.80}'} "
                f"({type(word).__name__}) for a status, which is no word of the service."
            )
            raise JobStatusError(message, job_id=job_id, answer=word)
        status = self._words.get(word.casefold())
        return self._unknown_status(word, job_id) if status is None else status

    def _unknown_status(self, word: str, job_id: object) -> JobStatus:
        said = f"Job {job_id!r}: the service says {f'{word!r:.80}'}, which {self._owner}._statuses"
        if self._unknown is not None:
            mark = object()
            # Of several threads, one finds its own mark.
            if self._warned.setdefault(word.casefold(), mark) is mark:
                from warnings import warn

                message = f"{said} does not have; it counts as {self._unknown.name}."
                warn(message, stacklevel=2)
            return self._unknown
        probable = probable_status(word)
        meant = "" if probable is None else f"Was JobStatus.{probable.name} meant? "
        message = (
            f"{said} does not have. {meant}"
            f"Add it there, or say by {self._owner}._unknown_status what such words count as."
        )
        raise JobStatusError(message, job_id=job_id, answer=word, probable=probable)


def read_words(words: object, name: str) -> dict[str, JobStatus]:
    """Check what the words of a service mean, and give it by the words in small letters.

    Args:
        words: The states by their words.
        name: What the table is called, for texts.

    Raises:
        TypeError: `words` is no mapping of strings to members of `JobStatus`.
        ValueError: A word in two spellings means two states.
    """
    if not isinstance(words, Mapping):
        message = f"{name} must be a mapping of words to JobStatus, not {words!r}"
        raise TypeError(message)
    table: dict[str, JobStatus] = {}
    for word, meaning in cast("Mapping[object, object]", words).items():
        status = as_status(meaning)
        if not isinstance(word, str) or status is None:
            message = f"{name} must have words and JobStatus, not {word!r}: {meaning!r}"
            raise TypeError(message)
        if table.setdefault(word.casefold(), status) is not status:
            message = (
                f"{name} has {word!r} in two spellings that mean two states; "
                "upper and lower case are the same."
            )
            raise ValueError(message)
    return table


def _read_unknown(unknown: object, owner: str) -> JobStatus | None:
    status = as_status(unknown)
    if unknown is not None and status is None:
        message = f"{owner}._unknown_status must be a JobStatus or None, not {unknown!r}"
        raise TypeError(message)
    if status is not None and status in JOB_FINAL_STATES:
        message = (
            f"{owner}._unknown_status is {status.name}, which is final: "
            "a word that nobody knows may not end a job."
        )
        raise ValueError(message)
    return status
