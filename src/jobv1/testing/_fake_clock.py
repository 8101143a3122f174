"""Virtual time for tests."""

from __future__ import annotations

import sys
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from typing_extensions import override

from jobv1._clock import CLOCK, Clock, checked_number

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from contextvars import Token
    from types import TracebackType

    from typing_extensions import Self

    from jobv1._clock import Wake
    from jobv1._loop_wake import LoopWake

    from ._sleepers import Sleepers

__all__ = ["FakeClock"]

_FINITE = sys.float_info.max
_MOST_READINGS = 10_000_000
_LONGEST_REAL_WAIT = 1.0


class FakeClock(Clock):
    """A clock that stands still until somebody sleeps on it or moves it.

    Inside its `with` block every wait of this context runs in virtual time: days pass in
    milliseconds.
    It starts at 0.
    A thread that runs in a copy of this context (`contextvars.copy_context`), as the library's own
    do, shares it.
    The tasks of an event loop share it (`jobv1.aio`); what else they await, such as
    `asyncio.sleep`, takes real time and no virtual time.
    It does not wait for work that other threads and processes really do: that takes no virtual
    time.
    What shall happen at some time, while others wait, is said by `call_at`.

    ```python
    with FakeClock() as clock:
        clock.call_at(3600, job.cancel)
        job.wait_for_final_state(timeout=86400)
    assert clock.now() <= 86400
    ```
    """

    def __init__(self) -> None:
        from threading import Lock

        self._now = 0.0
        self._readings = 0
        self._calls: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self._lock = Lock()
        self._token: Token[Clock] | None = None
        self._sleepers: WeakKeyDictionary[AbstractEventLoop, Sleepers] = WeakKeyDictionary()

    def __enter__(self) -> Self:
        if self._token is not None:
            message = "this FakeClock is in force already; a block inside it needs its own clock"
            raise RuntimeError(message)
        self._token = CLOCK.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            CLOCK.reset(self._token)
            self._token = None

    @override
    def now(self) -> float:
        """Return the virtual time in seconds; 0 at first.

        Raises:
            RuntimeError: It was read ten million times without moving: a wait asks without pause
                for a job that never ends.
        """
        self._readings += 1
        if self._readings > _MOST_READINGS:
            message = (
                f"the time was read {_MOST_READINGS:,} times while it stood at {self._now:g} s: "
                "a wait without pause (wait=0) does not move virtual time, so its timeout never "
                "comes; give it a wait above 0, or move the clock in status()"
            )
            raise RuntimeError(message)
        return self._now

    @override
    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        """Move the clock on by `seconds` at once; not at all if `wake` is set.

        A call of `call_at` that sets `wake` ends the sleep at its time.

        Raises:
            TypeError: `seconds` is not a number.
            ValueError: `seconds` is negative, NaN or infinite: a sleep without end would never
                return, unless a call ends it.
            BaseException: What a call raised.
        """
        if wake is not None and wake.is_set():
            return
        if wake is None or not self._calls:
            self.advance(seconds)
        else:
            step = checked_number(seconds, "seconds", minimum=0)
            self._call_until(self._now + step, wake)

    @override
    def let_threads_work(self, wake: Wake) -> None:
        """Wait really, for a second at the most, since virtual time would run away meanwhile."""
        if wake.wait(_LONGEST_REAL_WAIT):
            wake.set()

    @override
    async def sleep_async(self, seconds: float, wake: LoopWake | None = None) -> None:
        """Let the other tasks of the event loop run, and time move on by `seconds`.

        When no task has anything left to do, time moves to the first that is to end its sleep: two
        that sleep 10 and 5 seconds end at 10 and 5, not at 15.
        A sleep without end ends by `wake`.
        What a call of `call_at` raises travels out of the sleep that would have ended first.

        Raises:
            TypeError: `seconds` is not a number.
            ValueError: `seconds` is negative or NaN.
            BaseException: What a call raised.
        """
        from jobv1._loop_wake import LoopWake

        end = self._now + checked_number(seconds, "seconds", minimum=0)
        with (wake or LoopWake()).heard() as waiter:
            await self._sleepers_here().sleep_until(end, waiter)

    @override
    async def let_queries_work(self, wake: LoopWake) -> None:
        """Wait really, for a second at the most; virtual time stands still meanwhile."""
        with self._sleepers_here().held():
            await super().sleep_async(_LONGEST_REAL_WAIT, wake)

    def advance(self, seconds: float) -> None:
        """Move the clock on by `seconds`, 0 or more.

        Raises:
            TypeError: `seconds` is not a number.
            ValueError: `seconds` is negative, NaN or infinite.
            BaseException: What a call of `call_at` raised.
        """
        step = checked_number(seconds, "seconds", minimum=0, maximum=_FINITE)
        with self._lock:
            end = self._now + step
            if not self._calls:
                self._now = end
                self._readings = 0
                return
        self._call_until(end)

    def call_at(self, time: float, call: Callable[[], object]) -> None:
        """Have `call()` called when virtual time gets to `time`, during a sleep or an advance.

        So a test says what happens while the code under test waits.
        `now()` is `time` while it runs, in the thread that moves the clock.
        Calls come in order of time, those of the same time in the order in which they were added.
        A call may add others, move the clock, or end the sleep under way by its wake.
        What it raises travels out of the sleep or advance: the clock stands at `time` then, and the
        calls that follow wait for the next move.

        Args:
            time: The virtual time in seconds, not below `now()`; at `now()` it is called at once.
            call: Called once, without arguments; what it returns is not looked at.

        Raises:
            TypeError: `time` is not a number, or `call` cannot be called.
            ValueError: `time` is over already, NaN or infinite.
            BaseException: What a call at once raised.
        """
        time = checked_number(time, "time", maximum=_FINITE)
        _check_call(call)
        with self._lock:
            now = self._now
            if time > now:
                heappush(self._calls, (time, next(self._order), call))
                return
        if time < now:
            message = f"time must be {now!r} or more, where the clock stands, not {time!r}"
            raise ValueError(message)
        call()

    def _call_until(self, end: float, wake: Wake | None = None) -> None:
        while (call := self._next_call(end)) is not None:
            # Without the lock: it may use the clock itself.
            call()
            if wake is not None and wake.is_set():
                return

    def _next_call(self, end: float) -> Callable[[], object] | None:
        """Move on to the next call, or to the end if none comes before it."""
        with self._lock:
            self._readings = 0
            if self._calls and self._calls[0][0] <= end:
                time, _, call = heappop(self._calls)
                self._now = max(self._now, time)
                return call
            self._now = max(self._now, checked_number(end, "seconds", maximum=_FINITE))
            return None

    def _sleepers_here(self) -> Sleepers:
        from asyncio import get_running_loop

        from ._sleepers import Sleepers

        return self._sleepers.setdefault(get_running_loop(), Sleepers(self, self._step))

    def _step(self, end: float) -> bool:
        """Move on to a time, or make a call that comes before it; False if neither ever comes."""
        if end == inf and not self._calls:
            return False
        call = self._next_call(end)
        if call is not None:
            call()
        return True

    @override
    def __repr__(self) -> str:
        return f"<FakeClock at {self._now:.6f} s>"


def _check_call(call: object) -> None:
    if not callable(call):
        message = f"call must be callable without arguments, not {call!r}"
        raise TypeError(message)
