"""What Dask's executor needs so that each run is a job of its own that ends."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from functools import partial
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

__all__ = ["LostTaskError", "is_dask", "submit"]


class LostTaskError(RuntimeError):
    """Dask gave up a task that nobody here cancelled."""


class _Relay(Future[Any]):
    """The future of a task, whose end by a lost scheduler is an error and no cancel."""

    def __init__(self, task: Future[Any]) -> None:
        super().__init__()
        self._task = task
        task.add_done_callback(self._take)

    @override
    def cancel(self) -> bool:
        if not super().cancel():
            return False
        self._task.cancel()
        return True

    def _take(self, task: Future[Any]) -> None:
        # False if it was cancelled here; else a cancel comes too late from now on.
        if not self.set_running_or_notify_cancel():
            return
        try:
            error = task.exception(0)
        except CancelledError:
            error = LostTaskError(
                "Dask gave the task up, and nobody here had cancelled it: "
                "its scheduler was lost, or its client closed, or another client cancelled it"
            )
        if error is None:
            self.set_result(task.result(0))
        else:
            self.set_exception(error)


def is_dask(executor: object) -> bool:
    """Tell whether an executor is that of a Dask client, by its name: nothing is imported."""
    kind = type(executor)
    return kind.__name__ == "ClientExecutor" and kind.__module__.split(".")[0] == "distributed"


def submit(
    executor: Executor, job_id: str, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Future[Any]:
    """Submit a call to the executor of a Dask client, under the key `<function>-<job id>`."""
    # The call's own keywords would be taken for options of Dask, and two equal calls for one.
    call = partial(fn, **kwargs) if kwargs else fn
    # Dask learns how long a function takes by what its keys begin with.
    key = f"{getattr(fn, '__name__', 'call')}-{job_id}"
    return _Relay(executor.submit(call, *args, key=key, pure=False))
