"""The states of a job: their names, which of them are final, which may follow which."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeGuard

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JOB_FINAL_STATES", "JOB_STATUS_SUCCESSORS", "JobStatus"]


class JobStatus(Enum):
    """The state of a job, as `qiskit.providers.JobStatus` documents it.

    A member equals, and hashes like, the member of the same name of Qiskit's enum.
    So a script that compares with Qiskit's enum goes on working when its provider moves to jobv1,
    and the reverse.
    It equals nothing else: neither its name nor its value as a string.
    """

    INITIALIZING = "job is being initialized"
    QUEUED = "job is queued"
    VALIDATING = "job is being validated"
    RUNNING = "job is actively running"
    CANCELLED = "job has been cancelled"
    DONE = "job has successfully run"
    ERROR = "job incurred error"

    @override
    def __eq__(self, other: object) -> bool:
        if other.__class__ is JobStatus:
            return self is other
        if _is_qiskit_status(other):
            return self is as_status(other)
        return NotImplemented

    # Qiskit's enum keeps Enum's hash, which is made of the name alone.
    __hash__ = Enum.__hash__


JOB_FINAL_STATES = (JobStatus.DONE, JobStatus.CANCELLED, JobStatus.ERROR)
"""The states in which a job stays for good."""

_FINAL = frozenset(JOB_FINAL_STATES)
_WAITING = frozenset({JobStatus.QUEUED, JobStatus.VALIDATING})

JOB_STATUS_SUCCESSORS: Mapping[JobStatus, frozenset[JobStatus]] = MappingProxyType(
    {
        JobStatus.INITIALIZING: _WAITING | {JobStatus.RUNNING} | _FINAL,
        JobStatus.QUEUED: frozenset({JobStatus.VALIDATING, JobStatus.RUNNING}) | _FINAL,
        JobStatus.VALIDATING: frozenset({JobStatus.QUEUED, JobStatus.RUNNING}) | _FINAL,
        JobStatus.RUNNING: frozenset({JobStatus.QUEUED}) | _FINAL,
        JobStatus.DONE: frozenset(),
        JobStatus.CANCELLED: frozenset(),
        JobStatus.ERROR: frozenset(),
    },
)
"""Which other states may be seen next after each state.

States are seen by queries, so any number of them may be passed unseen between two.
Services disagree whether validation comes before the queue or after it: both orders are allowed.
A running job may be queued again, because schedulers take a machine from one job for another.
A final state has no successor.
"""


def as_status(answer: object) -> JobStatus | None:
    """Read what a `status()` answered as a member of our enum.

    Returns:
        The member itself, our member of the same name for a member of Qiskit's enum,
        and None for everything else, strings included.
    """
    if type(answer) is JobStatus:
        return answer
    if _is_qiskit_status(answer):
        return JobStatus.__members__.get(answer.name)
    return None


def probable_status(answer: object) -> JobStatus | None:
    """Guess which member was meant by an answer that is no `JobStatus`, for an error text.

    Args:
        answer: A string, or a member of another enum, in any spelling that services use.

    Returns:
        The member that was probably meant; None if nothing comes close.
    """
    words = (answer.name, answer.value) if isinstance(answer, Enum) else (answer,)
    spellings = [_spelling(word) for word in words if isinstance(word, str)]
    for spelling in spellings:
        if spelling in _SPELLINGS:
            return _SPELLINGS[spelling]
    for spelling in spellings:
        for word, status in _SPELLINGS.items():
            if spelling.startswith(f"{word} "):
                return status
    from difflib import get_close_matches

    for spelling in spellings:
        # What denies a state is spelled almost like it.
        if any(spelling.removeprefix(denial) in _SPELLINGS for denial in ("un", "in", "not ")):
            continue
        for match in get_close_matches(spelling, _SPELLINGS, n=1, cutoff=0.8):
            return _SPELLINGS[match]
    return None


def _is_qiskit_status(value: object) -> TypeGuard[Enum]:
    # By name, because jobv1 must not import qiskit to know its enum.
    kind = type(value)
    return (
        kind.__name__ == "JobStatus"
        and kind.__module__.partition(".")[0] == "qiskit"
        and issubclass(kind, Enum)
    )


def _spelling(word: str) -> str:
    import re

    last = word.rstrip(" .").rpartition(".")[2]
    return " ".join(re.findall("[a-z]+", last.lower()))


_SYNONYMS = {
    JobStatus.INITIALIZING: ("created", "new", "submitting"),
    JobStatus.QUEUED: ("pending", "waiting", "in queue", "submitted", "scheduled", "ready"),
    JobStatus.VALIDATING: ("validated", "checking", "compiling"),
    JobStatus.RUNNING: ("in progress", "started", "executing", "active", "processing"),
    JobStatus.CANCELLED: ("canceled", "cancelled", "aborted", "terminated", "stopped", "killed"),
    JobStatus.DONE: ("completed", "complete", "finished", "succeeded", "success", "ok", "ended"),
    JobStatus.ERROR: ("failed", "failure", "errored", "fail", "exception", "timed out"),
}
_SPELLINGS = {
    word: status
    for status, synonyms in _SYNONYMS.items()
    for word in (status.name.lower(), status.value, *synonyms)
}
