"""Ending a loop around a bare `except:`, which catches whatever would end it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType, FrameType

__all__ = ["HandlerTrap"]


class HandlerTrap:
    """Finds the code that catches an error, and raises the next one in its handler.

    An alarm alone does not do: it may come inside the `try` each time.
    The trap takes the place of a debugger or of coverage until it is disarmed, so it is for code
    that does not end otherwise.
    """

    def __init__(self) -> None:
        self._error: BaseException | None = None
        self._reached: FrameType | None = None
        self._culprit: CodeType | None = None
        self._before = sys.gettrace()

    def arm(self, error: BaseException, frame: FrameType | None) -> None:
        """Follow an error that is about to be raised in a frame.

        The first time it is only seen who catches it, the next time it is raised there again.
        """
        self._error = error
        # The last frame that an error got to is the one that caught it.
        self._culprit = None if self._reached is None else self._reached.f_code
        self._reached = None
        while frame is not None:
            frame.f_trace = self._trace
            frame = frame.f_back
        sys.settrace(self._trace)

    def disarm(self) -> None:
        """Leave the code alone."""
        if self._error is not None:  # pragma: no cover - coverage is put out of action here
            self._error = self._reached = self._culprit = None
            sys.settrace(self._before)

    # As the rest of it.
    def _trace(self, frame: FrameType, event: str, value: Any) -> Any:  # pragma: no cover
        if self._error is None:
            return None
        if event == "exception" and value[0] is type(self._error):
            self._reached = frame
        elif event == "line" and frame is self._reached and frame.f_code is self._culprit:
            raise self._error
        return self._trace
