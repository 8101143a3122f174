"""How a foreign job that runs on a future tells that it is final."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeAlias

from ._foreign_job import attributes_of, own_attribute

if TYPE_CHECKING:
    from collections.abc import Callable

    Fn: TypeAlias = "Callable[[Any], object]"

__all__ = ["Teller", "future_of", "lacks_its_future", "may_tell"]

_LOGGER = logging.getLogger(__name__)
# What Qiskit's own local jobs and Aer's call it, before there is one, too.
_NAME = "_future"


def may_tell(original: object) -> bool:
    """Tell whether a job has a future of `concurrent.futures`, or a place for one."""
    return lacks_its_future(original) or future_of(original) is not None


def lacks_its_future(original: object) -> bool:
    """Tell whether a job has a place for a future that is empty, as before it is submitted."""
    return own_attribute(original, _NAME, default=False) is None


def future_of(original: object) -> Future[Any] | None:
    """Find the future that a job runs on now; None if there is none, or several that may be it."""
    named: Future[Any] | None = own_attribute(original, _NAME, None)
    if isinstance(named, Future):
        return named
    # Each once, though it goes by two names.
    found: set[Future[Any]] = {
        each for each in attributes_of(original).values() if isinstance(each, Future)
    }
    # One that is done has told already, of an upload perhaps.
    found = {future for future in found if not future.done()} or found
    return found.pop() if len(found) == 1 else None


class Teller:
    """The done callbacks of an adapted job; it keeps the job only while one is waiting.

    A future keeps what it has called, so it is given this and never the job.
    """

    __slots__ = ("_callbacks", "_future", "_lock")

    def __init__(self) -> None:
        # The garbage collector may close a wait, which takes its callback back, at any time.
        self._lock = RLock()
        self._callbacks: list[tuple[Any, Fn]] = []
        self._future: Future[Any] | None = None

    def add(self, job: Any, original: object, fn: Fn) -> None:
        """Have `fn(job)` called once when the future of the original is done, at once if it is."""
        with self._lock:
            self._callbacks.append((job, fn))
        self.listen(original)

    def remove(self, fn: Fn) -> None:
        """Take one `fn` back; nothing happens if it was not added, or was called."""
        with self._lock:
            for place, (_, added) in enumerate(self._callbacks):
                if added == fn:
                    del self._callbacks[place]
                    return

    def listen(self, original: object) -> None:
        """See that the future that is there now tells, if a callback is waiting."""
        if not self._callbacks:
            return
        with self._lock:
            future = future_of(original)
            is_new, self._future = future is not self._future, future
        if future is None:
            return
        if is_new:
            future.add_done_callback(self)
        elif future.done():
            # It may have told when no callback was waiting.
            self(future)

    def __call__(self, future: Future[Any]) -> None:
        """Call the callbacks, unless the job has another future by now; called by the future."""
        with self._lock:
            if future is not self._future:
                return
            callbacks, self._callbacks = self._callbacks, []
        for job, fn in callbacks:
            try:
                fn(job)
            except Exception:  # noqa: PERF203 - each is called, whatever another does
                _LOGGER.exception("A done callback of %r raised", job)
