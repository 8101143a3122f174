"""The Dask clients of the demo, which end when they are told to, whatever the other side does."""

from __future__ import annotations

import asyncio
import logging
import signal
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from multiprocessing import resource_tracker
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from typing_extensions import Self

__all__ = ["AddressError", "client_at", "client_of_this_machine"]

# Seconds until a scheduler that does not answer is taken for none.
_PATIENCE = 10.0
# Seconds that are left to what is no longer needed.
_GRACE = 3.0


ResultT = TypeVar("ResultT")


class AddressError(ValueError):
    """An address that Dask does not understand."""


@contextmanager
def client_of_this_machine(processes: int) -> Generator[Any, None, None]:
    """Start a Dask cluster of so many processes, and give a client of it; both end with the block.

    Ctrl-C reaches this process alone.
    """
    distributed = import_module("distributed")
    with _quiet(), ExitStack() as stack:
        with _no_interrupt_for_children():
            # Without an address it would still listen, on a port that may be taken.
            cluster = distributed.LocalCluster(
                n_workers=processes,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        stack.enter_context(cluster)
        yield stack.enter_context(distributed.Client(cluster, timeout=_PATIENCE))


@contextmanager
def client_at(address: str, check: Callable[[], object]) -> Generator[tuple[Any, int], None, None]:
    """Give a client of the scheduler at an address, and how many threads its workers have.

    Args:
        address: As Dask takes it.
        check: Called often until it is connected, where it may raise what is to end that.

    Raises:
        AddressError: Dask does not understand the address.
        OSError: No scheduler answers there in time.
    """
    distributed = import_module("distributed")

    async def connect() -> tuple[Any, int]:
        client = distributed.Client(
            address, asynchronous=True, timeout=_PATIENCE, set_as_default=False
        )
        try:
            await client
            return client, sum((await client.nthreads()).values())
        except BaseException:
            # Else it complains when it is let go.
            await client.close()
            raise

    async def close(client: Any) -> None:
        await client.close()

    with _quiet(), _LoopThread() as loop:
        try:
            client, threads = loop.run(_in_time(connect(), _PATIENCE), check)
        except (OSError, asyncio.TimeoutError) as error:
            message = (
                f"no Dask scheduler answers at {address}; "
                "start one there with `dask scheduler`, or give the address that it prints"
            )
            raise OSError(message) from error
        except Exception as error:
            problem = str(error).partition("\n")[0]
            message = f"{address} is no address of a Dask scheduler: {problem}"
            raise AddressError(message) from error
        try:
            yield client, threads
        finally:
            # A scheduler that was lost, or hangs, is not there to take leave of.
            with suppress(OSError, asyncio.TimeoutError):
                loop.run(_in_time(close(client), _GRACE), list)


async def _in_time(work: Coroutine[Any, Any, ResultT], seconds: float) -> ResultT:
    task = asyncio.ensure_future(work)
    # Unlike `wait_for`, this does not wait for a task that does not end when it is cancelled.
    done, _ = await asyncio.wait([task], timeout=seconds)
    if not done:
        task.cancel()
        await asyncio.wait([task], timeout=_GRACE)
        message = f"not within {seconds:g} s"
        raise TimeoutError(message)
    return task.result()


class _LoopThread:
    """A thread with an event loop; it is left behind if it does not end in time."""

    def __init__(self) -> None:
        self._up: Future[asyncio.AbstractEventLoop] = Future()
        self._end = asyncio.Event()
        self._thread = Thread(target=self._run, name="jobv1 demo", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._loop = self._up.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(_GRACE)

    def run(self, work: Coroutine[Any, Any, ResultT], check: Callable[[], object]) -> ResultT:
        """Run a coroutine there, and call `check` often until it has ended."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            while not wait([future], timeout=0.05).done:
                check()
        finally:
            future.cancel()
        return future.result()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._up.set_result(asyncio.get_running_loop())
        await self._end.wait()


@contextmanager
def _quiet() -> Generator[None, None, None]:
    """Keep what Dask logs of a cluster that ends from a screen that tells it already."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _no_interrupt_for_children() -> Generator[None, None, None]:
    """Have the processes that are started here, and by threads that are, not hear Ctrl-C."""
    with ExitStack() as stack:
        if hasattr(signal, "pthread_sigmask"):
            # It unblocks the signal where it is started, which the first process would do.
            resource_tracker.ensure_running()
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            stack.callback(signal.pthread_sigmask, signal.SIG_SETMASK, before)
        yield
