"""Jobs on any executor of `concurrent.futures`: processes, threads, or a cluster's engine."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_futures
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import uuid4
from weakref import WeakSet

from typing_extensions import override

from ._clock import checked_count
from ._dask import Relay, is_dask, key_of
from ._dask import submit as submit_to_dask
from ._executor_job import ExecutorJob
from ._process_pool import ProcessPool, mended
from .exceptions import JobError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor, Future
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["ExecutorBackend", "ExecutorJob"]

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


class ExecutorBackend:
    """Run functions as jobs, on the executor that is given or on a pool of processes of its own.

    ```python
    with ExecutorBackend() as backend:
        job = backend.run(pow, 2, 10)
        assert job.result() == 1024
    ```

    The own pool is made at the first run.
    If one of its processes dies, all jobs that it has not ended end in ERROR, and the next run
    makes another pool.
    The processes ignore Ctrl-C: that reaches the program that waits, not the jobs.
    A forked child may use the backend too: it gets a pool of its own there.
    The end of the `with` block closes the backend; leaving the block by KeyboardInterrupt or
    SystemExit terminates it.

    Args:
        executor: Where the jobs run. It stays the caller's and is never shut down here.
            None for a pool of processes of the backend's own.
        workers: How many processes the own pool has; None for one for each usable core.

    Raises:
        TypeError: `executor` has no method `submit`, or `workers` is not a whole number.
        ValueError: `workers` is below 1, or given together with an executor.
    """

    def __init__(self, executor: Executor | None = None, *, workers: int | None = None) -> None:
        _check_arguments(executor, workers)
        self._pool: ProcessPool | None = None
        if executor is None:
            executor = self._pool = ProcessPool(workers)
        self._executor = executor
        self._is_dask = is_dask(executor)
        self._made_in = os.getpid()
        self._closed = False
        self._start_anew()
        _BACKENDS.add(self)

    def run(
        self, fn: Callable[P, ResultT], /, *args: P.args, **kwargs: P.kwargs
    ) -> ExecutorJob[ResultT]:
        """Submit the call `fn(*args, **kwargs)` as a job.

        A pool of processes needs a function that can be imported by its name, and arguments and a
        result that can be pickled; without, the job ends in ERROR. So does a cluster.
        On a Dask cluster the metadata of the job tell the key of its task.

        Raises:
            TypeError: `fn` is not callable.
            JobError: The backend is closed, or the executor takes no more work.
        """
        _check_callable(fn)
        job_id = f"{self._prefix}-{next(self._numbers)}"
        launch = partial(self._submit, job_id, fn, *args, **kwargs)
        metadata = {"function": getattr(fn, "__qualname__", repr(fn))}
        if self._is_dask:
            metadata["key"] = key_of(fn, job_id)
        job: ExecutorJob[ResultT] = ExecutorJob(self, job_id, launch, **metadata)
        job.submit()
        return job

    def close(self) -> None:
        """Take no more jobs, wait until those that were taken have ended, then end the own pool.

        An executor that was given goes on.
        A second call does nothing.
        In a done callback of a job on the own pool it does not wait, for the job would wait for it;
        nor in the thread of a Dask client's loop, where done callbacks are called.
        """
        self._closed = True
        if self._pool is None:
            wait_for_futures({it for it in set(self._futures) if not _is_blocked_here(it)})
        else:
            self._pool.shutdown()

    def terminate(self) -> None:
        """Take no more jobs, cancel those that are queued, and kill the own pool.

        A job that runs in the own pool ends in ERROR.
        A job that runs on an executor that was given goes on: no executor can stop it.
        """
        self._closed = True
        running = [future for future in set(self._futures) if not future.cancel()]
        if self._pool is not None:
            can_wait = not self._pool.is_calling_back()
            self._pool.kill()
            wait_for_futures(running, timeout=1 if can_wait else 0)

    def _renew(self) -> None:
        self._start_anew()
        if self._pool is not None:
            self._pool.renew()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if not isinstance(error, KeyboardInterrupt | SystemExit):
                self.close()
                return
        except (KeyboardInterrupt, SystemExit):
            self.terminate()
            raise
        self.terminate()

    @override
    def __repr__(self) -> str:
        where = "its own pool" if self._pool is not None else type(self._executor).__qualname__
        return f"<{type(self).__qualname__} on {where}{', closed' if self._closed else ''}>"

    def _submit(
        self, job_id: str, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        self._check_open()
        try:
            if self._is_dask:
                key = key_of(fn, job_id)
                future = submit_to_dask(self._executor, key, fn, *args, **kwargs)
            else:
                future = self._executor.submit(fn, *args, **kwargs)
        except RuntimeError as error:
            message = f"The executor takes no more jobs: {error}"
            raise JobError(message) from error
        if isinstance(self._executor, ProcessPoolExecutor):
            mended(future, self._executor)
        self._futures.add(future)
        return future

    def _check_open(self) -> None:
        if self._closed:
            message = "The backend is closed and takes no more jobs."
            raise JobError(message)
        is_lost = self._is_dask or isinstance(self._executor, _LOST_BY_FORK)
        if is_lost and self._made_in != os.getpid():
            message = (
                f"The executor of this backend lives in process {self._made_in}, "
                f"not in its forked child {os.getpid()}: make another backend in the child."
            )
            raise JobError(message)

    def _start_anew(self) -> None:
        self._prefix = uuid4().hex[:8]
        self._numbers = count(1)
        # The executor keeps those that are not done.
        self._futures: WeakSet[Future[Any]] = WeakSet()


_LOST_BY_FORK = (ProcessPoolExecutor, ThreadPoolExecutor)
_BACKENDS: WeakSet[ExecutorBackend] = WeakSet()


def _renew_backends() -> None:
    for backend in _BACKENDS:
        backend._renew()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this room


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_backends)


def _is_blocked_here(future: Future[Any]) -> bool:
    return isinstance(future, Relay) and future.is_blocked_here()


def _check_arguments(executor: object, workers: object) -> None:
    if executor is not None and not callable(getattr(executor, "submit", None)):
        message = f"executor must be an Executor of concurrent.futures or None, not {executor!r}"
        raise TypeError(message)
    if checked_count(workers, "workers") is not None and executor is not None:
        message = "workers are those of the own pool: give either an executor or workers"
        raise ValueError(message)


def _check_callable(fn: object) -> None:
    if not callable(fn):
        message = f"run needs something to call, not {fn!r}"
        raise TypeError(message)
