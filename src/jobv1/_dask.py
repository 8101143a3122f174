"""What a Dask client needs so that each run is a job of its own that ends."""

from __future__ import annotations

from concurrent.futures import Future
from functools import cache, partial
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["LostResultError", "LostTaskError", "Relay", "is_dask", "key_of", "submit"]


# By the status of the client, where Dask tells no reason.
_REASONS = {
    "connecting": "scheduler-connection-lost",
    "closing": "its client was closed",
    "closed": "its client was closed",
}


class LostTaskError(RuntimeError):
    """Dask gave up a task that nobody here cancelled."""


class LostResultError(RuntimeError):
    """A call returned what cannot be pickled at its worker, or unpickled here."""


class Relay(Future[Any]):
    """The future of a task, which ends whatever becomes of the task.

    The future that Dask's own executor gives stays pending for ever if the result cannot be read,
    and is cancelled when the scheduler is lost.
    What this one does with the task it does in the thread of the client's loop, so it may be asked
    in any thread.

    Args:
        task: The future of Dask. It is kept, so that the task can be published while its job lives.
    """

    def __init__(self, task: Any) -> None:
        super().__init__()
        self._task = task
        self._loop = task.client.loop
        self._loop.add_callback(_follow, self, task)

    @override
    def cancel(self) -> bool:
        if not super().cancel():
            return False
        self._loop.add_callback(_cancel, self._task)
        return True

    def end(self, result: Any, error: BaseException | None) -> None:
        """End, unless it was cancelled; a cancel comes too late from now on."""
        if not self.set_running_or_notify_cancel():
            return
        if error is None:
            self.set_result(result)
        else:
            self.set_exception(error)

    def is_blocked_here(self) -> bool:
        """Tell whether it cannot end while the thread that asks waits for it."""
        return not self.done() and bool(self._task.client.asynchronous)


def is_dask(executor: object) -> bool:
    """Tell whether an executor is that of a Dask client, by name: nothing is imported."""
    return any(
        kind.__name__ == "ClientExecutor" and kind.__module__.split(".")[0] == "distributed"
        for kind in type(executor).__mro__
    )


def key_of(fn: Callable[..., Any], job_id: str) -> str:
    """Give the key of the task of a job."""
    # Dask learns how long a function takes by what its keys begin with.
    return f"{getattr(fn, '__name__', 'call')}-{job_id}"


def submit(
    executor: Any, key: str, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Future[Any]:
    """Submit a call to the client of an executor, under a key.

    Returns:
        The future of the call; it has failed if the function or an argument cannot be pickled.

    Raises:
        RuntimeError: The client is closed, or the executor was shut down.
        Exception: What Dask raises for options of the executor that it does not take.
    """
    client = executor._client  # noqa: SLF001 - Dask has no public name for it, nor for the next
    _check_open(client, is_shut_down=executor._shutdown)  # noqa: SLF001
    options = executor._kwargs  # noqa: SLF001
    # They would be taken for options. Dask resolves its futures in all others.
    own = {name: kwargs.pop(name) for name in _parameters(client.__class__.submit) & kwargs.keys()}
    call = partial(fn, **own) if own else fn
    try:
        # Dask would take two equal calls for one.
        task = client.submit(call, *args, **{**kwargs, **options, "key": key, "pure": False})
    except Exception:
        _check_open(client)
        error = _unpicklable(fn, args, {**kwargs, **own})
        if error is None:
            raise
        failed: Future[Any] = Future()
        failed.set_exception(error)
        return failed
    # It waits for these at the end of its `with` block.
    executor._futures.add(task)  # noqa: SLF001
    return Relay(task)


def _check_open(client: Any, *, is_shut_down: bool = False) -> None:
    if client.status in {"closing", "closed"}:
        message = "its Dask client is closed"
        raise RuntimeError(message)
    if is_shut_down:
        message = "it was shut down"
        raise RuntimeError(message)


@cache
def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(signature(function).parameters)


def _unpicklable(
    fn: Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any]
) -> TypeError | None:
    """Find what cannot be pickled, and make an error that names it."""
    name = getattr(fn, "__qualname__", repr(fn))
    parts = {f"the function {name}": fn}
    parts.update({f"argument {place} of {name}": arg for place, arg in enumerate(args, start=1)})
    parts.update({f"argument {word!r} of {name}": kwargs[word] for word in kwargs})
    dumps = import_module("cloudpickle").dumps
    for what, part in parts.items():
        try:
            dumps(part)
        except Exception as problem:  # noqa: BLE001, PERF203 - whatever its class raises
            # The error of Dask, whose traceback would keep the task.
            problem.__context__ = None
            error = TypeError(f"{what} cannot be pickled: {type(problem).__name__}: {problem}")
            error.__cause__ = problem
            return error
    return None


async def _follow(relay: Relay, task: Any) -> None:
    """Wait for the end of a task, and end its relay, whatever happens."""
    result: Any = None
    error: BaseException | None = LostTaskError("The loop of its Dask client ended before it")
    try:
        result, error = await _outcome(task)
    except Exception as problem:  # noqa: BLE001 - handed to the job
        error = _explained(task, problem)
    finally:
        relay.end(result, error)


async def _outcome(task: Any) -> tuple[Any, BaseException | None]:
    # Returned and not raised: Dask keeps it, and its traceback would keep this frame.
    error = await task.exception()
    if error is None:
        return await _fetched(task), None
    return None, error.with_traceback(await task.traceback())


async def _fetched(task: Any) -> Any:
    while True:
        try:
            return await task
        except Exception as problem:
            if task.status != "finished":
                raise
            # Frames of Dask hold it and the task, in a circle.
            problem.with_traceback(None)
        # Results are fetched together, and one that cannot be read spoils all that come with it.
        answer = await task.client.scheduler.gather(keys=[task.key])
        # Else its worker has died, and it is made again.
        if answer["status"] == "OK":
            return answer["data"][task.key]


def _explained(task: Any, problem: Exception) -> Exception:
    """Say why a task has no result that can be had here."""
    # Its frames hold it, the task and the relay, in a circle; Dask has logged them.
    problem.with_traceback(None)
    if task.status != "cancelled":
        # Dask tells the traceback of the worker after the first line.
        told = str(problem).partition("\n")[0]
        error = LostResultError(
            f"The call returned, but its result cannot be had: {type(problem).__name__}: {told}"
        )
        error.__cause__ = problem
        return error
    reason, words = getattr(problem, "reason", "unknown"), getattr(problem, "msg", None)
    if reason == "unknown":
        otherwise = "no reason told; another client may have cancelled it"
        reason = _REASONS.get(task.client.status, otherwise)
    return LostTaskError(f"Dask gave the task up ({reason}){f': {words}' if words else ''}")


async def _cancel(task: Any) -> None:
    await task.client.cancel([task])
