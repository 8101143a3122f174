"""Threads that somebody asked for, and that keep no program from ending."""

from __future__ import annotations

from _thread import allocate_lock
from contextlib import suppress
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

__all__ = ["Threads"]


class Threads:
    """Threads that make calls; each is started when there is a call for it, and none is free.

    They are daemons, so that a call that never comes back does not keep the program from ending.

    Args:
        number: How many there are at the most; further calls wait for their turn.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._calls: SimpleQueue[tuple[Context, Callable[[], None]] | None] = SimpleQueue()
        self._lock = allocate_lock()
        self._living = 0
        self._under_way = 0
        self._is_starting = False
        self._is_closed = False

    def run(self, call: Callable[[], None]) -> None:
        """Have a thread make a call, in a copy of this context, which has the clock in force.

        Args:
            call: What to do; it must not raise.

        Raises:
            RuntimeError: No thread lives and none can be started; the call is not made.
        """
        with self._lock:
            self._is_closed = False
            self._under_way += 1
        try:
            self._start()
        except RuntimeError:
            # Those that live will do, as soon as they are free.
            if not self._living:
                self._under_way -= 1
                raise
        self._calls.put((copy_context(), call))

    def close(self) -> None:
        """Let the threads end, each as soon as its call comes back; `run` starts them again."""
        with self._lock:
            self._is_closed = True
            while self._living > self._under_way:
                self._living -= 1
                self._calls.put(None)

    def _start(self) -> None:
        """Start a thread if one is wanted, and none is on its way."""
        with self._lock:
            if self._is_starting or self._living >= min(self._under_way, self._number):
                return
            self._is_starting = True
            self._living += 1
        try:
            Thread(target=self._work, daemon=True).start()
        except RuntimeError:
            with self._lock:
                self._is_starting = False
                self._living -= 1
            raise

    def _work(self) -> None:
        task = self._calls.get()
        with self._lock:
            self._is_starting = False
        # Each starts the next, for that takes time, which an event loop has not got.
        with suppress(RuntimeError):
            self._start()
        while task is not None:
            context, call = task
            context.run(call)
            # So that no job is kept while this thread waits for the next.
            del task, context, call
            if self._is_left():
                return
            task = self._calls.get()

    def _is_left(self) -> bool:
        """Take note that a call has ended, and tell whether its thread is to end, too."""
        with self._lock:
            self._under_way -= 1
            ends = self._is_closed and self._living > self._under_way
            self._living -= ends
            return ends
