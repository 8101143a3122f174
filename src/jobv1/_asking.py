"""Asking a slot of jobs for their statuses, in the caller's own thread."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, cast

from ._outcomes import Failure
from .exceptions import JobStatusError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from ._clock import Clock
    from ._many import Many
    from ._slots import Slot

__all__ = ["answers_of", "drive", "without_this_frame"]

_PATIENCE = 0.01
_LONGEST_RUN = 128


def drive(many: Many) -> Generator[Any, None, None]:
    """Ask in the caller's own thread, and give the jobs that end, until all have or time is up."""
    try:
        while not many.is_over():
            if many.outcomes.ended:
                yield many.pop()
            elif not _ask_next(many):
                pause = many.pause()
                if pause > 0:
                    many.sleep(pause)
    finally:
        many.close()


def _ask_next(many: Many) -> bool:
    """Ask a slot of jobs, if one is due."""
    slot = many.take()
    if slot is None:
        return False
    begin = many.clock.now()
    many.settle(slot, answers_of(slot, many.clock), begin)
    return True


def answers_of(slot: Slot, clock: Clock) -> list[Any] | Exception:
    """Ask the jobs of a slot, all or the first of them.

    Returns:
        As `Many.settle` takes it.
    """
    if not slot.is_batch:
        return _ask_each(slot.jobs, clock)
    try:
        return _ask_batch(slot)
    except Exception as error:  # noqa: BLE001 - each job is asked alone then
        return without_this_frame(error)


def _ask_each(jobs: Sequence[Any], clock: Clock) -> list[Any]:
    """Ask jobs one after the other, until a hundredth of a second is over.

    The time is looked at after the first query, after four more, sixteen more and so on: as often
    as it costs next to nothing, and early enough for queries that take long.

    Returns:
        The answers of the first jobs, in their order, a `Failure` in place of each that raised.
    """
    answers: list[Any] = []
    job: Any = None
    until = clock.now() + _PATIENCE
    length = 1
    try:
        while len(answers) < len(jobs):
            begin = len(answers)
            try:
                for job in jobs[begin : begin + length]:
                    answers.append(job.status())
            except Exception as error:  # noqa: BLE001 - the outcome of that job alone
                answers.append(Failure(without_this_frame(error)))
            if clock.now() >= until:
                break
            length = min(4 * length, _LONGEST_RUN)
        return answers
    finally:
        # The traceback of an error holds this frame, which would hold the jobs.
        del answers, jobs, job


def _ask_batch(slot: Slot) -> list[Any]:
    """Ask for all jobs of a slot in one request.

    Returns:
        An entry for each job, as `jobv1.protocols.BatchStatus` says.

    Raises:
        JobStatusError: There are more entries than jobs, or fewer, or no entries.
        Exception: What `batch_status` raised.
    """
    ask = slot.kind.batch_status
    answer: object = () if ask is None else ask(slot.jobs.copy())
    number = len(slot.jobs)
    if isinstance(answer, Coroutine):
        answer.close()
        got = "what is to be awaited"
    elif isinstance(answer, Mapping):
        got = "a mapping"
    else:
        entries: list[Any] = list(cast("Iterable[Any]", answer))
        if len(entries) == number:
            return entries
        got = f"{len(entries):,} entries"
    name = type(slot.jobs[0]).__qualname__
    message = (
        f"{name}.batch_status() answered {got} for {number:,} jobs; "
        "it must answer one entry for each, in their order."
    )
    raise JobStatusError(message)


def without_this_frame(error: Exception) -> Exception:
    """Take the frame that caught an error out of its traceback."""
    traceback = error.__traceback__
    return error if traceback is None else error.with_traceback(traceback.tb_next)
