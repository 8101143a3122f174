"""What a `status()` may answer, and what is said when it answers something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exceptions import JobStatusError
from .status import as_status, probable_status

if TYPE_CHECKING:
    from .status import JobStatus

__all__ = ["checked_status"]

_REPR_LENGTH = 80


def checked_status(
    job: Any, answer: object, *, method: str = "status", way_out: str | None = None
) -> JobStatus:
    """Read what the `status()` of a job answered, and remember it for its repr.

    Args:
        job: The job.
        answer: What it answered, or the error that tells that this is no status.
        method: What was asked, for the error.
        way_out: What the error says is to be done; None for what the author of the class can do.

    Returns:
        The status; our member for a member of Qiskit's enum.

    Raises:
        JobStatusError: The answer is anything else.
    """
    status = as_status(answer)
    if status is not None:
        # Past the __setattr__ of a class, which may pass it on to another object.
        try:
            object.__setattr__(job, "_jobv1_seen", status)
        except AttributeError:
            # No JobV1, and without room for it.
            return status
        return status
    if isinstance(answer, JobStatusError):
        raise answer
    kind = type(job).__qualname__
    probable = probable_status(answer)
    message = (
        f"{kind}.{method}() answered {_shortened(answer)} ({_kind_text(answer)}), "
        f"which is no JobStatus. {way_out or _way_out(kind, answer, method, probable)}"
    )
    _close(answer)
    raise JobStatusError(message, job_id=job.job_id(), answer=answer, probable=probable)


def _way_out(kind: str, answer: object, method: str, probable: JobStatus | None) -> str:
    if hasattr(type(answer), "__await__"):
        if method == "status_async":
            return "It must await that itself."
        return f"Define `async def status_async(self)` in {kind} and wait with jobv1.aio."
    if probable is not None:
        return f"Was JobStatus.{probable.name} meant?"
    return "It must answer a member of jobv1.JobStatus."


def _close(answer: object) -> None:
    # A coroutine that is dropped without this warns that it was never awaited.
    close = getattr(answer, "close", None)
    if hasattr(type(answer), "__await__") and callable(close):
        close()


def _kind_text(value: object) -> str:
    kind = type(value)
    # Many packages have a class of that name.
    return f"{kind.__module__}.JobStatus" if kind.__name__ == "JobStatus" else kind.__name__


def _shortened(value: object) -> str:
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - the answer is at fault, whatever its repr raises
        text = f"something whose repr raises {type(error).__name__}"
    return text if len(text) <= _REPR_LENGTH else text[: _REPR_LENGTH - 3] + "..."
