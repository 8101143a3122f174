"""Tasks that sleep in virtual time, each until its own time."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jobv1._loop_wake import LoopWake

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from jobv1._clock import Clock

__all__ = ["Sleepers"]

# How often the loop must be found with nothing to do before time moves, and how often it is looked
# at in any case: a task that never rests, such as another clock's, must not stop time.
_QUIET_ROUNDS = 4
_MOST_ROUNDS = 100
_REAL_PAUSE = 0.01


class Sleepers:
    """The tasks of one event loop that sleep on a clock.

    When no task of the loop has anything left to do, time moves to the first of them, and no
    further.

    Args:
        clock: What they sleep on.
        step: Moves the clock on to a time, or makes a call that comes before it; tells whether
            there was either.
    """

    def __init__(self, clock: Clock, step: Callable[[float], bool]) -> None:
        self._clock = clock
        self._step = step
        self._ends: dict[asyncio.Future[None], float] = {}
        self._holds = 0
        self._look: asyncio.Handle | None = None
        self._rounds = self._quiet_rounds = 0

    async def sleep_until(self, end: float, waiter: asyncio.Future[None]) -> None:
        """Sleep until a time, or until the waiter is done."""
        self._ends[waiter] = end
        self._watch()
        try:
            await waiter
        finally:
            del self._ends[waiter]
            if not self._ends and self._look is not None:
                self._look.cancel()
                self._look = None

    @contextmanager
    def held(self) -> Generator[None]:
        """Let no time pass by these sleepers while the block runs."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            self._watch()

    def _watch(self) -> None:
        self._rounds = self._quiet_rounds = 0
        if self._look is not None:
            self._look.cancel()
        if self._ends:
            self._look = asyncio.get_running_loop().call_soon(self._look_out)

    def _look_out(self) -> None:
        """Move on if nobody else has anything to do."""
        self._look = None
        asleep = [waiter for waiter in self._ends if not waiter.done()]
        if self._holds or not asleep:
            return
        loop = asyncio.get_running_loop()
        # Not every loop tells; then nothing but the number of rounds counts.
        is_busy = bool(getattr(loop, "_ready", None))
        self._rounds += 1
        self._quiet_rounds = 0 if is_busy else self._quiet_rounds + 1
        if self._quiet_rounds < _QUIET_ROUNDS and self._rounds < _MOST_ROUNDS:
            self._look = loop.call_soon(self._look_out)
        elif self._move_on(asleep):
            self._watch()
        else:
            # Time cannot move without end, and something real may wake them.
            self._look = loop.call_later(_REAL_PAUSE, self._look_out)

    def _move_on(self, asleep: list[asyncio.Future[None]]) -> bool:
        """Move to the first end, or to a call before it; tell whether there was any."""
        first = min(asleep, key=self._ends.__getitem__)
        moved = True
        try:
            moved = self._step(self._ends[first])
        except StopIteration:
            # Neither a future nor a coroutine can raise it.
            first.set_exception(RuntimeError("a call of call_at raised StopIteration"))
        except BaseException as error:  # noqa: BLE001 - raised in the task that sleeps
            first.set_exception(error)
        now = self._clock.now()
        for waiter in asleep:
            if self._ends[waiter] <= now:
                LoopWake.end(waiter)
        return moved
