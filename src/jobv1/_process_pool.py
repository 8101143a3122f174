"""The pool of processes that a backend makes for itself when it is given no executor."""

from __future__ import annotations

import os
import pickle
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import process as process_module
from multiprocessing.util import Finalize
from threading import Lock, RLock, Thread, current_thread
from typing import TYPE_CHECKING, Any
from weakref import ref

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from multiprocessing import Process
    from multiprocessing.connection import Connection

__all__ = ["ProcessPool", "mended", "usable_cores"]

_HAS_SIGNAL_MASKS = hasattr(signal, "pthread_sigmask")
_STOPS = {signal.SIGINT, signal.SIGTERM}
# Held by who submits, since that may fork, and by who forks: so no fork meets a half-made pool.
_FORKS = RLock()
# Kept for good in a forked child: to free a pool takes a lock that the fork may have left locked.
_POOLS_OF_PARENTS: list[ProcessPoolExecutor] = []


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_FORKS.acquire, after_in_parent=_FORKS.release, after_in_child=_FORKS.release
    )


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
        self._ending = Lock()
        self._pool: ProcessPoolExecutor | None = None

    @override
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with _FORKS, _signals_held_back():
            if self._is_shut_down:
                message = "the pool of processes was shut down"
                raise RuntimeError(message)
            self._is_forking = True
            try:
                return self._submit(fn, args, kwargs)
            finally:
                self._is_forking = False

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with _FORKS:
            self._is_shut_down = True
        if self._pool is None:
            return
        # Not made for two threads at once.
        with self._ending:
            self._pool.shutdown(wait and not self.is_calling_back(), cancel_futures=cancel_futures)

    def is_calling_back(self) -> bool:
        """Tell whether this is a done callback, in the thread that an end would wait for."""
        return getattr(self._pool, "_executor_manager_thread", None) is current_thread()

    def kill(self) -> None:
        """Shut down at once: the processes are killed, and what they ran ends with an error."""
        # Only Python 3.14 has a public way.
        processes = _processes_of(self._pool)
        for process in processes:
            process.kill()
        for process in processes:
            process.join(1)
        thread: Thread | None = getattr(self._pool, "_executor_manager_thread", None)
        # Not by waiting: Python before 3.13 does not know how, if that was interrupted before.
        self.shutdown(wait=False)
        if thread is not None and thread is not current_thread():
            thread.join(1)

    def renew(self) -> None:
        """Begin without processes in a forked child: those of the parent do not work for it."""
        if self._pool is not None:
            _POOLS_OF_PARENTS.append(self._pool)
            _close_connections(self._pool, is_worker=self._is_forking)
            # At its own end the child would try to wait for them.
            children: set[Process] = getattr(process_module, "_children", set())
            children.difference_update(_processes_of(self._pool))
        self._pool = None
        self._is_forking = False
        self._ending = Lock()

    def _submit(
        self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Future[Any]:
        try:
            pool = self._pool_in_force()
            future = pool.submit(_call, fn, args, kwargs)
        except BrokenExecutor:
            self._pool = None
            pool = self._pool_in_force()
            future = pool.submit(_call, fn, args, kwargs)
        return mended(future, pool)

    def _pool_in_force(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, initializer=_set_up_worker)
            # A process that multiprocessing made waits at its end for those of the pool; before its
            # queues are closed they must be told to end.
            Finalize(self._pool, _end, args=(ref(self._pool),), exitpriority=100)
        return self._pool


def _end(pool: ref[ProcessPoolExecutor]) -> None:
    pool_in_force = pool()
    if pool_in_force is not None:
        pool_in_force.shutdown()


def mended(future: Future[Any], pool: ProcessPoolExecutor) -> Future[Any]:
    """Mend two faults in a future of a pool by which a dead process hangs the program.

    Before Python 3.12 the thread that ends the pool failed at the first future that was cancelled,
    and left the others pending.
    And that thread waits for another, which writes the next calls to a pipe; if the pipe is full,
    it goes on for ever unless the reading end is closed, here too.
    """
    if type(future) is Future:
        future.__class__ = _MendedFuture
        # Now, because a pool that is shut down lets go of its queues.
        vars(future)["_reader"] = _connection(pool, "_call_queue", "_reader")
    return future


class _MendedFuture(Future[Any]):
    _reader: Connection[Any, Any] | None

    @override
    def set_exception(self, exception: BaseException | None) -> None:
        if isinstance(exception, BrokenProcessPool) and self._reader is not None:
            self._reader.close()
        if not self.cancelled():
            super().set_exception(exception)


def _processes_of(pool: ProcessPoolExecutor | None) -> list[Process]:
    processes: dict[int, Process] = getattr(pool, "_processes", None) or {}
    return list(processes.values())


def _close_connections(pool: ProcessPoolExecutor, *, is_worker: bool) -> None:
    # An end that a forked child holds open hides the death of one side from the other.
    _close(pool, "_call_queue", "_writer")
    _close(pool, "_result_queue", "_reader")
    # The other ends are those of the pool's own processes.
    if not is_worker:
        _close(pool, "_call_queue", "_reader")
        _close(pool, "_result_queue", "_writer")


def _close(pool: ProcessPoolExecutor, queue: str, end: str) -> None:
    connection = _connection(pool, queue, end)
    if connection is not None:
        connection.close()


def _connection(pool: ProcessPoolExecutor, queue: str, end: str) -> Connection[Any, Any] | None:
    return getattr(getattr(pool, queue, None), end, None)


@contextmanager
def _signals_held_back() -> Generator[None]:
    # So that Ctrl-C cannot reach a process between its fork and its set-up.
    if not _HAS_SIGNAL_MASKS:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _set_up_worker() -> None:
    # The handlers that a program has set are not meant for its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _HAS_SIGNAL_MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def _call(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return fn(*args, **kwargs)
    except BaseException as error:
        # An error that cannot be read there would break the pool, and all its jobs with it.
        if _can_be_sent(error):
            raise
        message = f"{type(error).__qualname__}: {error}"
        raise RuntimeError(message) from error


def _can_be_sent(error: BaseException) -> bool:
    try:
        return isinstance(pickle.loads(pickle.dumps(error)), BaseException)  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever the class of the error raises
        return False


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
