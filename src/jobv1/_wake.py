"""The sleeps of one wait, cut short by jobs that tell when they are final."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ._clock import Wake
from .protocols import ability

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from ._clock import Clock

__all__ = ["Sleeper"]


class Sleeper:
    """Sleep on a clock until the time is over, or until one of the jobs says that it is final.

    The jobs are asked to tell (`jobv1.protocols.DoneCallback`) at the first sleep, so a wait that
    never sleeps costs them nothing, and those that have not told are asked no longer when the
    `with` block ends.

    Args:
        jobs: The jobs.
        clock: What is slept on.
        wake: What ends a sleep; None to make it when the first job is asked to tell.
    """

    __slots__ = ("_clock", "_jobs", "_listeners", "_wake")

    def __init__(self, jobs: Sequence[Any], clock: Clock, wake: Wake | None = None) -> None:
        self._jobs = jobs
        self._clock = clock
        self._wake = wake
        self._listeners: dict[int, Callable[[Any], None]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        listeners = self._listeners or {}
        while listeners:
            index, listener = listeners.popitem()
            remove = ability(self._jobs[index], "remove_done_callback")
            if remove is not None:
                remove(listener)

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass, or less if a job becomes final."""
        self.listen()
        self._clock.sleep(seconds, self._wake)
        # A job tells once; if its status is not final even so, the wait goes on by asking.
        if self._wake is not None:
            self._wake.clear()

    def listen(self) -> None:
        """Have the jobs tell, unless they were asked to before."""
        if self._listeners is None:
            self._listeners = {}
            self._listen(self._listeners)

    def _listen(self, listeners: dict[int, Callable[[Any], None]]) -> None:
        for index, job in enumerate(self._jobs):
            add = ability(job, "add_done_callback")
            if add is None:
                continue
            if self._wake is None:
                self._wake = Wake()
            listeners[index] = partial(self._hear, listeners, index, self._wake)
            add(listeners[index])

    def _hear(
        self,
        listeners: dict[int, Callable[[Any], None]],
        index: int,
        wake: Wake,
        job: object,  # noqa: ARG002 - the shape of a done callback
    ) -> None:
        # It tells once; what tells at each question would have it asked for ever.
        if listeners.pop(index, None) is not None:
            wake.set()
