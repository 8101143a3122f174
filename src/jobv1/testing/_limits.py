"""What ends a check that a bad job would make hang, and counts what its job asks."""

from __future__ import annotations

import inspect
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from typing_extensions import override

from jobv1._clock import CLOCK

from ._fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from typing_extensions import Self

    from jobv1._clock import Wake

__all__ = ["Hang", "LimitedClock", "QueryCounter", "RealLimit"]

MOST_SECONDS = 30 * 86400.0
MOST_QUERIES = 10_000
MOST_REAL_SECONDS = 5.0

_AGAIN = 0.1
# How many rings in a row are put off while what one ended cleans up.
_MOST_SPARED = 10
# What must not be left half done: this kit, and what it uses and does not wait in.
_NEVER_INSIDE = ("jobv1.testing.", "contextlib", "weakref")
_NEVER_BELOW = ("coverage.", "_pytest.unraisableexception")
# The classes of harnesses whose jobs have blocked.
_BLOCKING: WeakSet[type] = WeakSet()


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
    """Takes the place of the `status` of one job: counts the queries, and bounds them.

    Attributes:
        queries: How many there were.
        seconds: The virtual time that they took, all together.
        longest: The virtual time that the longest of them took.
    """

    def __init__(self, job: Any) -> None:
        self._status: Callable[[], Any] = job.status
        self.queries = 0
        self.seconds = self.longest = 0.0
        vars(job)["status"] = self

    def __call__(self) -> Any:
        """Query the job."""
        self.queries += 1
        if self.queries > MOST_QUERIES:
            message = f"it was still at it after {MOST_QUERIES:,} queries"
            raise Hang(message)
        clock = CLOCK.get()
        begin = clock.now()
        try:
            return self._status()
        finally:
            took = clock.now() - begin
            self.seconds += took
            self.longest = max(self.longest, took)


class RealLimit:
    """Raise `Hang` in the main thread when it blocks for over `MOST_REAL_SECONDS` of real time.

    It is raised again and again, so that a loop around a bare `except:` ends, too, unless it blocks
    inside the `try` each time.
    It is put off where it would break what is needed afterwards: in the kit itself, in the block of
    the `with` statement, in the tools that watch a test, and for a second in what cleans up after
    it.
    A harness whose jobs have done so already is given a tenth of that.
    Without effect in another thread, where there are no such signals, and where somebody uses the
    alarm already.

    Args:
        kind: The class of the harness.
    """

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self._seconds = MOST_REAL_SECONDS / 10 if kind in _BLOCKING else MOST_REAL_SECONDS
        self._before: Any = None
        self._block: FrameType | None = None
        self._spared = 0

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
            before = signal.getsignal(signal.SIGALRM)
            if (
                before in (signal.SIG_DFL, signal.SIG_IGN)
                and signal.getitimer(signal.ITIMER_REAL)[0] == 0
            ):
                self._block = _first_outside(inspect.currentframe())
                self._before = signal.signal(signal.SIGALRM, self._ring)
                self.begin()
        return self

    def begin(self) -> None:
        """Give what follows the whole time."""
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # First, for a ring may be on its way.
        self._block = None
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)

    def _ring(self, _number: int, frame: FrameType | None) -> None:
        if frame is None or not _may_end(frame, self._block) or self._spares():
            return
        _BLOCKING.add(self._kind)
        message = (
            f"it blocked for over {self._seconds:g} s of real time; call time.sleep by that name, "
            "and if the class waits by locks or futures, say so: can_wait_in_virtual_time = False"
        )
        raise Hang(message)

    def _spares(self) -> bool:
        """Tell whether what was ended before still cleans up, for a while at the most."""
        is_cleaning_up = isinstance(sys.exc_info()[1], Hang)
        self._spared = self._spared + 1 if is_cleaning_up else 0
        return 0 < self._spared <= _MOST_SPARED


def _may_end(frame: FrameType, block: FrameType | None) -> bool:
    """Tell whether an error raised in a frame ends what the block called, and breaks nothing."""
    if frame is block or _module(frame).startswith(_NEVER_INSIDE):
        return False
    outer: FrameType | None = frame
    while outer is not None and outer is not block:
        # A lock that a tool holds would stay locked.
        if _module(outer).startswith(_NEVER_BELOW):
            return False
        outer = outer.f_back
    return outer is not None


def _first_outside(frame: FrameType | None) -> FrameType | None:
    while frame is not None and _module(frame).startswith(_NEVER_INSIDE):
        frame = frame.f_back
    return frame


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))
