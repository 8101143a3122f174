"""The clock that controls every wait: monotonic time, and sleep."""

from __future__ import annotations

import math
import time
from _thread import allocate_lock
from abc import ABC, abstractmethod
from contextvars import ContextVar
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from ._loop_wake import LoopWake

__all__ = ["CLOCK", "Clock", "SystemClock", "Wake", "checked_count", "checked_number", "cut"]

# What time.sleep and a lock can take on every platform; a longer sleep ends early, which costs one
# query.
_LONGEST_SLEEP = 4e6


class Wake:
    """What ends a sleep early: an event that one thread waits for and any may set.

    A `threading.Event` takes several times as long to wake its thread.
    """

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._lock.acquire()

    def set(self) -> None:
        """End the sleep, or the next one; a second call changes nothing."""
        try:
            self._lock.release()
        except RuntimeError:
            # It was set already.
            return

    def is_set(self) -> bool:
        """Tell whether it was set and not cleared since."""
        return not self._lock.locked()

    def clear(self) -> None:
        """Make it as it was before it was set."""
        self._lock.acquire(blocking=False)

    def wait(self, seconds: float) -> bool:
        """Wait until it is set, which clears it, or for some seconds; tell whether it was set."""
        return self._lock.acquire(timeout=seconds)


class Clock(ABC):
    """What a wait asks for the time, and what it sleeps on.

    There are two: the system's, and `jobv1.testing.FakeClock` with virtual time.
    """

    @abstractmethod
    def now(self) -> float:
        """Return the time in seconds since an origin of the clock's own choosing.

        Called by every wait at its start and after every query and its callback.
        Must never go backwards and must not follow the wall clock.
        """

    @abstractmethod
    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        """Let `seconds` pass.

        Called by every wait between two queries, with `seconds` above 0; inf means until woken.
        Must return at once when `wake` is set, before or while it sleeps.
        May return early: the wait looks at the clock again.
        """

    def let_threads_work(self, wake: Wake) -> None:  # noqa: B027 - a clock may do nothing
        """Give threads that ask jobs the real time that they need.

        Called before a sleep that an answer of theirs ends, by `wake`.
        A clock whose sleeps take real time does nothing.
        """

    async def sleep_async(self, seconds: float, wake: LoopWake) -> None:
        """Let `seconds` pass, and the event loop run meanwhile.

        Called by every awaited wait, as `sleep`; here it takes real time.
        """
        with wake.heard() as waiter:
            timer = waiter.get_loop().call_later(min(seconds, _LONGEST_SLEEP), wake.end, waiter)
            try:
                await waiter
            finally:
                timer.cancel()

    async def let_queries_work(self, wake: LoopWake) -> None:  # noqa: B027 - as above
        """Give queries that are under way, awaited or in threads, the real time that they need.

        Called before a `sleep_async` that an answer of theirs ends, by `wake`.
        A clock whose sleeps take real time does nothing.
        """


class SystemClock(Clock):
    """The monotonic clock of the machine."""

    # Through the module at each call, so that tools that replace time.monotonic and time.sleep take
    # effect.

    @override
    def now(self) -> float:
        return time.monotonic()

    @override
    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        if wake is None:
            time.sleep(min(seconds, _LONGEST_SLEEP))
        else:
            wake.wait(min(seconds, _LONGEST_SLEEP))


_SYSTEM_CLOCK = SystemClock()

CLOCK: ContextVar[Clock] = ContextVar("jobv1_clock", default=_SYSTEM_CLOCK)
"""The clock in force in this context."""


def checked_number(
    value: object,
    name: str,
    *,
    kind: str = "a number of seconds",
    minimum: float = -math.inf,
    maximum: float = math.inf,
) -> float:
    """Read an argument that must be a number.

    Args:
        value: What the user passed. Any real number is one, numpy's included; a bool is not.
        name: The name of the argument, for the error.
        kind: What the argument must be, for the error.
        minimum: The least value that is allowed.
        maximum: The greatest value that is allowed.

    Returns:
        The value as a float; an integer beyond the range of a float becomes inf.

    Raises:
        TypeError: The value is not a number.
        ValueError: The value is NaN, or outside `minimum` to `maximum`.
    """
    if type(value) is not float and not _is_real(value):
        message = f"{name} must be {kind}, not {value!r} ({type(value).__name__})"
        raise TypeError(message)
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf if value > 0 else -math.inf  # type: ignore[operator]
    if math.isnan(number):
        message = f"{name} must be {kind}, not NaN"
        raise ValueError(message)
    if number < minimum:
        message = f"{name} must be {_text(minimum)} or more, not {_text(number)}"
        raise ValueError(message)
    if number > maximum:
        limit = "finite" if number == math.inf else f"{_text(maximum)} or less"
        message = f"{name} must be {limit}"
        raise ValueError(message)
    return number


def checked_count(value: object, name: str) -> int | None:
    """Read an argument that must be a whole number, 1 or more, or None.

    Raises:
        TypeError: The value is neither; a bool is no number.
        ValueError: The value is below 1.
    """
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name} must be a whole number or None, not {value!r}"
        raise TypeError(message)
    if value < 1:
        message = f"{name} must be 1 or more, not {value}"
        raise ValueError(message)
    return value


def cut(delay: float, now: float, limit: float) -> float:
    """Shorten a sleep of `delay` seconds that begins at `now` so that it ends at `limit`."""
    left = limit - now
    if delay < left:
        return delay
    # Rounded down, the sleep would be followed by one of nothing at all: for ever, in virtual time.
    return left if now + left >= limit else math.nextafter(left, math.inf)


def _text(number: float) -> str:
    return repr(number).removesuffix(".0")


def _is_real(value: object) -> bool:
    if isinstance(value, int | float):
        return not isinstance(value, bool)
    from numbers import Real

    return isinstance(value, Real)
