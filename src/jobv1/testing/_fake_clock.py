"""Virtual time for tests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from typing_extensions import override

from jobv1._clock import CLOCK, Clock, checked_number

if TYPE_CHECKING:
    from contextvars import Token
    from types import TracebackType

    from typing_extensions import Self

    from jobv1._clock import Wake

__all__ = ["FakeClock"]

_MOST_READINGS = 10_000_000


class FakeClock(Clock):
    """A clock that stands still until somebody sleeps on it or moves it.

    Inside its `with` block every wait of this context runs in virtual time: days pass in
    milliseconds.
    It starts at 0.
    A thread that runs in a copy of this context (`contextvars.copy_context`), as the library's own
    do, shares it.
    It does not wait for work that other threads and processes really do: that takes no virtual
    time.

    ```python
    with FakeClock() as clock:
        job.wait_for_final_state(timeout=86400)
    assert clock.now() <= 86400
    ```
    """

    def __init__(self) -> None:
        from threading import Lock

        self._now = 0.0
        self._readings = 0
        self._lock = Lock()
        self._token: Token[Clock] | None = None

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

        Raises:
            TypeError: `seconds` is not a number.
            ValueError: `seconds` is negative, NaN or infinite: a sleep without end would never
                return.
        """
        if wake is None or not wake.is_set():
            self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move the clock on by `seconds`, 0 or more.

        Raises:
            TypeError: `seconds` is not a number.
            ValueError: `seconds` is negative, NaN or infinite.
        """
        step = checked_number(seconds, "seconds", minimum=0, maximum=sys.float_info.max)
        with self._lock:
            self._now += step
            self._readings = 0

    @override
    def __repr__(self) -> str:
        return f"<FakeClock at {self._now:.6f} s>"
