"""How a foreign job that runs on a future tells that it is final."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    Fn: TypeAlias = "Callable[[Any], object]"

__all__ = ["Teller", "future_of", "runs_on_a_future"]

_LOGGER = logging.getLogger(__name__)
# What Qiskit's own local jobs and Aer's call it, before there is one, too.
_NAME = "_future"


def runs_on_a_future(original: Any) -> bool:
    """Tell whether a job has a future of `concurrent.futures`, or a place for one."""
    return hasattr(original, _NAME) or future_of(original) is not None


def future_of(original: Any) -> Future[Any] | None:
    """Find the future that a job runs on now; None if there is none, or several that may be it."""
    named: Future[Any] | None = getattr(original, _NAME, None)
    if isinstance(named, Future):
        return named
    attributes: dict[str, Any] = getattr(original, "__dict__", {})
    # Each once, though it goes by two names.
    found: set[Future[Any]] = {each for each in [*attributes.values()] if isinstance(each, Future)}
    # One that is done has told already, of an upload perhaps.
    found = {future for future in found if not future.done()} or found
    return found.pop() if len(found) == 1 else None


class Teller:
    """The done callbacks of an adapted job; it keeps the job only while one is waiting.

    A future keeps what it has called, so it is given this and never the job.
    """

    __slots__ = ("_callbacks", "_future", "_job", "_lock")

    def __init__(self) -> None:
        self._lock = Lock()
        self._callbacks: list[Fn] = []
        self._future: Future[Any] | None = None
        self._job: Any = None

    def add(self, job: Any, original: object, fn: Fn) -> None:
        """Have `fn(job)` called once when the future of the original is done, at once if it is."""
        with self._lock:
            self._callbacks.append(fn)
            self._job = job
        self.listen(original)

    def remove(self, fn: Fn) -> None:
        """Take one `fn` back; nothing happens if it was not added, or was called."""
        with self._lock:
            if fn in self._callbacks:
                self._callbacks.remove(fn)
            if not self._callbacks:
                self._job = None

    def listen(self, original: object) -> None:
        """See that the future that is there now tells, if a callback is waiting."""
        future = future_of(original) if self._callbacks else None
        if future is None:
            return
        with self._lock:
            is_new, self._future = future is not self._future, future
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
            job, self._job = self._job, None
            callbacks, self._callbacks = self._callbacks, []
        for fn in callbacks:
            try:
                fn(job)
            except Exception:  # noqa: PERF203 - each is called, whatever another does
                _LOGGER.exception("A done callback of %r raised", job)
