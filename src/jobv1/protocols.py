"""Abilities that a job class may have beyond the contract of `JobV1`.

None is an obligation.
A class opts in by defining the method, and needs not inherit from the protocol.
The method is looked for on the class, never on the instance: a job that answers for every name
through `__getattr__` is not taken to have every ability.
A class that inherits an ability and cannot keep it sets the name to None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .status import JobStatus

__all__ = [
    "AsyncStatus",
    "BatchStatus",
    "DoneCallback",
    "ErrorMessage",
    "QueryHint",
    "QueuePosition",
]


class BatchStatus(Protocol):
    """A class that can ask for the statuses of many jobs in one request."""

    @classmethod
    def batch_status(cls, jobs: Sequence[Any]) -> Sequence[JobStatus | Exception | None]:
        """Ask the backend once for the status of each of `jobs`.

        Called by waits for many jobs, with jobs of this class and of one backend, each once.
        Must answer one entry a job, in the order of `jobs`: its status, or the exception that its
        query met; so nothing for no jobs.
        May answer None for a job that the backend left out; that job is then asked alone.
        May raise if the request failed as a whole; it is then tried again as the tolerance of the
        wait says, and after that each job is asked alone.
        """
        ...


class DoneCallback(Protocol):
    """A class whose jobs tell when they are final, so that nobody needs to ask."""

    def add_done_callback(self, fn: Callable[[Any], object], /) -> None:
        """Have `fn(job)` called once when the job is final.

        Called by a wait before it sleeps, with a function that is quick and raises nothing.
        Must call it at once if the job is final already; by then `status()` must answer a final
        status.
        May call it from any thread.
        A class may also define `remove_done_callback(fn)`: called by a wait that ends before it
        was told,
        so that a job that is waited for again and again does not collect callbacks.
        """
        ...


class AsyncStatus(Protocol):
    """A class whose status can be awaited, so that an async wait needs no thread."""

    async def status_async(self) -> JobStatus:
        """Answer what `status()` answers.

        Called by async waits in place of `status()`, on the event loop of the caller.
        Must not block the loop.
        """
        ...


class QueuePosition(Protocol):
    """A class whose jobs know their place in the queue."""

    def queue_position(self) -> int | None:
        """Answer how many places the job is from the head of the queue, None if that is not known.

        Called when a person is shown the progress of a queued job, after a query.
        Must answer what the last query learned, and do no request of its own.
        """
        ...


class ErrorMessage(Protocol):
    """A class whose jobs can say why they failed."""

    def error_message(self) -> str | None:
        """Answer the backend's own words on the failure; None if it has none.

        Called when a person is shown, or an error tells, that a job ended in ERROR.
        """
        ...


class QueryHint(Protocol):
    """A class whose jobs know when it is worth asking again: an estimate, a place in a queue."""

    def next_query_delay(self) -> float | None:
        """Answer in how many seconds the next query is worth its cost; None: no opinion.

        Called after each query that is not final, if `wait` is a schedule; a number as `wait` means
        exactly that number.
        Takes the place of the schedule's delay for this one sleep; the deadline cuts it all the
        same.
        Must answer 0 or more, and do no request of its own.
        """
        ...


def ability(job: object, name: str) -> Callable[..., Any] | None:
    """Return the bound method of an ability, or None if the class of the job does not have it."""
    if getattr(type(job), name, None) is None:
        return None
    method = getattr(job, name)
    return method if callable(method) else None
