"""The pool of processes that a backend makes for itself when it is given no executor."""

from __future__ import annotations

import os
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from multiprocessing import Process

__all__ = ["ProcessPool", "usable_cores"]

_HAS_SIGNAL_MASKS = hasattr(signal, "pthread_sigmask")
# Kept for good in a forked child: to free a pool takes a lock that the fork may have left locked.
_POOLS_OF_PARENTS: list[ProcessPoolExecutor] = []


class ProcessPool(Executor):
    """A `ProcessPoolExecutor` that survives what processes and forks do to it.

    Its processes are made at the first submit, are made anew after one of them died, are not
    reached by Ctrl-C, and can be killed.

    Args:
        workers: How many processes; None for one for each usable core.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or usable_cores()
        self._is_shut_down = False
        self._is_forking = False
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None

    @override
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        # One at a time, so that no fork meets another thread in the middle of a submit.
        with self._lock, _interrupts_held_back():
            if self._is_shut_down:
                message = "the pool of processes was shut down"
                raise RuntimeError(message)
            self._is_forking = True
            try:
                return self._submit(fn, *args, **kwargs)
            finally:
                self._is_forking = False

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._lock:
            self._is_shut_down = True
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def kill(self) -> None:
        """Shut down at once: the processes are killed, and what they ran ends with an error."""
        with self._lock:
            self._is_shut_down = True
        if self._pool is not None:
            # Only Python 3.14 has a public way.
            processes: dict[int, Process] = getattr(self._pool, "_processes", None) or {}
            for process in list(processes.values()):
                process.kill()
            self._pool.shutdown()

    def renew(self) -> None:
        """Begin without processes in a forked child: those of the parent do not work for it."""
        if self._pool is not None:
            _POOLS_OF_PARENTS.append(self._pool)
            # A process of this very pool needs them.
            if not self._is_forking:
                _close_connections(self._pool)
        self._pool = None
        self._is_forking = False
        self._lock = Lock()

    def _submit(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        try:
            pool = self._pool_in_force()
            future = pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool = None
            pool = self._pool_in_force()
            future = pool.submit(fn, *args, **kwargs)
        return _PoolFuture.of(future, pool)

    def _pool_in_force(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, initializer=_set_up_worker)
        return self._pool


class _PoolFuture(Future[Any]):
    """The future of a pool, with two faults mended by which a dead process hangs the program.

    Before Python 3.12 the thread that ends the pool failed at the first future that was cancelled,
    and left the others pending.
    And that thread waits for another, which writes the next calls to a pipe; if the pipe is full,
    it goes on for ever unless the reading end is closed, here too.
    """

    _pool: ProcessPoolExecutor

    @classmethod
    def of(cls, future: Future[Any], pool: ProcessPoolExecutor) -> Future[Any]:
        future.__class__ = cls
        vars(future)["_pool"] = pool
        return future

    @override
    def set_exception(self, exception: BaseException | None) -> None:
        if isinstance(exception, BrokenProcessPool):
            _close(self._pool, "_call_queue", "_reader")
        if not self.cancelled():
            super().set_exception(exception)


def _close_connections(pool: ProcessPoolExecutor) -> None:
    # An end that a forked child holds open hides the death of the other side from the parent.
    for queue in ("_call_queue", "_result_queue"):
        for end in ("_reader", "_writer"):
            _close(pool, queue, end)


def _close(pool: ProcessPoolExecutor, queue: str, end: str) -> None:
    connection = getattr(getattr(pool, queue, None), end, None)
    if connection is not None:
        connection.close()


@contextmanager
def _interrupts_held_back() -> Generator[None]:
    # So that Ctrl-C cannot reach a process between its fork and its set-up.
    if not _HAS_SIGNAL_MASKS:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _set_up_worker() -> None:
    # The handlers that a program has set are not meant for its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _HAS_SIGNAL_MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
