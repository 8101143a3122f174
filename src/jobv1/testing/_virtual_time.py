"""The time that the code under a check sees when it asks the module `time`."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from jobv1._clock import CLOCK

from ._limits import LimitedClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["VIRTUAL_TIME", "VirtualTime"]

# How many of its units each has in a second.
_CLOCKS = {
    "time": 1,
    "monotonic": 1,
    "perf_counter": 1,
    "time_ns": 10**9,
    "monotonic_ns": 10**9,
    "perf_counter_ns": 10**9,
}


class VirtualTime:
    """Have `time.sleep` and the clocks of `time` follow the `LimitedClock` in force, if one is.

    A job class with a loop of its own then takes no real time in it.
    The clocks go on with the real time, too, so that an event loop or a lock with a timeout, which
    lets real time pass, comes to its end.
    They are replaced once for all the checks under way, in whatever threads: each sees its own
    time, and what runs in no check sees real time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._checks = 0
        self._real: dict[str, Callable[..., Any]] = {}

    def __enter__(self) -> Self:
        with self._lock:
            if not self._checks:
                self._replace()
            self._checks += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._checks -= 1
            if not self._checks:
                for name, real in self._real.items():
                    setattr(time, name, real)

    def _replace(self) -> None:
        self._real = {name: getattr(time, name) for name in (*_CLOCKS, "sleep")}
        for name, units in _CLOCKS.items():
            setattr(time, name, _reading(self._real[name], units))
        time.sleep = _sleeping(self._real["sleep"])


VIRTUAL_TIME = VirtualTime()
"""The one that all checks share."""


def _reading(real: Callable[[], Any], units: int) -> Callable[[], Any]:
    def read() -> Any:
        clock = CLOCK.get()
        if not isinstance(clock, LimitedClock):
            return real()
        passed = clock.now() * units
        return real() + (passed if units == 1 else int(passed))

    return read


def _sleeping(real: Callable[[Any], None]) -> Callable[[Any], None]:
    def sleep(seconds: Any, /) -> None:
        clock = CLOCK.get()
        if isinstance(clock, LimitedClock):
            clock.sleep(seconds)
        else:
            real(seconds)

    return sleep
