"""What ends a check that a bad job would make hang, and the time that its job sees."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from typing_extensions import override

from jobv1._clock import CLOCK

from ._fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from typing_extensions import Self

    from jobv1._clock import Wake

__all__ = ["Hang", "LimitedClock", "QueryCounter", "RealLimit", "VirtualTime"]

MOST_SECONDS = 30 * 86400.0
MOST_QUERIES = 10_000
MOST_REAL_SECONDS = 5.0

_MOST_HANGS = 3
_HANGS: WeakKeyDictionary[type, int] = WeakKeyDictionary()


class Hang(BaseException):
    """A call would not come back; no `except Exception` of a job catches it."""


class LimitedClock(FakeClock):
    """Virtual time that ends after `MOST_SECONDS`."""

    @override
    def advance(self, seconds: float) -> None:
        self._check(seconds)
        super().advance(seconds)

    @override
    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        # A sleep that a call may cut short may be as long as it likes.
        if wake is None or not (wake.is_set() or self._calls):
            self._check(seconds)
        super().sleep(seconds, wake)

    def _check(self, seconds: float) -> None:
        if self.now() + seconds > MOST_SECONDS:
            message = f"it was still at it after {MOST_SECONDS / 86400:g} days of virtual time"
            raise Hang(message)


class QueryCounter:
    """Takes the place of the `status` of one job: counts the queries, and bounds them."""

    def __init__(self, job: Any) -> None:
        self._status: Callable[[], Any] = job.status
        self.queries = 0
        vars(job)["status"] = self

    def __call__(self) -> Any:
        """Query the job."""
        self.queries += 1
        if self.queries > MOST_QUERIES:
            message = f"it was still at it after {MOST_QUERIES:,} queries"
            raise Hang(message)
        return self._status()


class VirtualTime:
    """Have `time.sleep` and the clocks of `time` follow a `FakeClock`, in this context alone.

    A job class with a loop of its own then takes no real time in it.
    The clocks go on with the real time, too, so that an event loop or a lock with a timeout, which
    lets real time pass, comes to its end.
    """

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._real: dict[str, Callable[..., Any]] = {}

    def __enter__(self) -> Self:
        for name in ("time", "monotonic", "perf_counter", "sleep"):
            self._real[name] = getattr(time, name)
            replacement = self._sleep if name == "sleep" else self._reading(self._real[name])
            setattr(time, name, replacement)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for name, real in self._real.items():
            setattr(time, name, real)

    def _reading(self, real: Callable[[], float]) -> Callable[[], float]:
        def read() -> float:
            return real() + self._clock.now() if CLOCK.get() is self._clock else real()

        return read

    def _sleep(self, seconds: float, /) -> None:
        if CLOCK.get() is self._clock:
            self._clock.sleep(seconds)
        else:
            self._real["sleep"](seconds)


class RealLimit:
    """Raise `Hang` in the main thread when it blocks for over `MOST_REAL_SECONDS` of real time.

    A harness whose jobs have done so some times already is given a tenth of that.
    Without effect in another thread, where there are no such signals, and where somebody uses the
    alarm already.

    Args:
        kind: The class of the harness.
    """

    def __init__(self, kind: type) -> None:
        self._kind = kind
        is_slow = _HANGS.get(kind, 0) >= _MOST_HANGS
        self._seconds = MOST_REAL_SECONDS / 10 if is_slow else MOST_REAL_SECONDS
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
            before = signal.getsignal(signal.SIGALRM)
            if (
                before in {signal.SIG_DFL, signal.SIG_IGN}
                and signal.getitimer(signal.ITIMER_REAL)[0] == 0
            ):
                self._before = signal.signal(signal.SIGALRM, self._ring)
                signal.setitimer(signal.ITIMER_REAL, self._seconds)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        _HANGS[self._kind] = _HANGS.get(self._kind, 0) + 1
        message = (
            f"it blocked for over {self._seconds:g} s of real time; if the class waits by locks or "
            "futures, say so: can_wait_in_virtual_time = False"
        )
        raise Hang(message)
