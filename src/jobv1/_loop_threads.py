"""Calls that block, made in threads, so that the event loop stays free."""

from __future__ import annotations

import asyncio
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

from ._loop_wake import LoopWake
from ._threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ._clock import Clock

__all__ = ["MOST_THREADS", "Outcome", "call_in_thread", "in_thread", "lent_threads", "outcome_of"]

MOST_THREADS = 32
"""How many threads all waits of one event loop share."""

Outcome: TypeAlias = "tuple[Any, BaseException | None]"
"""What a call returned, and what it raised, None if it did not."""


class _LoopThreads(Threads):
    """The threads that all waits of one event loop share.

    Attributes:
        users: How many waits use them.
    """

    def __init__(self) -> None:
        super().__init__(MOST_THREADS)
        self.users = 0


# By the loop, so that a forked child, which has another, gets threads that live.
_SHARED: WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopThreads] = WeakKeyDictionary()


@contextmanager
def lent_threads(number: int | None) -> Generator[Threads]:
    """Lend threads to a wait: so many of its own, or for None those that the loop shares."""
    if number is not None:
        with closing(Threads(number)) as own:
            yield own
        return
    shared = _SHARED.setdefault(asyncio.get_running_loop(), _LoopThreads())
    shared.users += 1
    try:
        yield shared
    finally:
        shared.users -= 1
        if not shared.users:
            shared.close()


def in_thread(threads: Threads, call: Callable[[], Any]) -> asyncio.Future[Outcome]:
    """Have a thread make a call; it is made no more if what is returned is cancelled before."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Outcome] = loop.create_future()
    threads.run(partial(_make, call, future, loop))
    return future


def outcome_of(outcome: Outcome) -> Any:
    """Return what a call returned, or raise what it raised."""
    value, error = outcome
    if error is None:
        return value
    try:
        raise error
    finally:
        # Its traceback holds this frame.
        del error, outcome


async def call_in_thread(call: Callable[[], Any], clock: Clock) -> Any:
    """Make a call in a thread that the loop shares, and give what it gives or raises."""
    wake = LoopWake()
    with lent_threads(None) as threads:
        future = in_thread(threads, call)
        future.add_done_callback(lambda _: wake.set())
        try:
            await clock.let_queries_work(wake)
            return outcome_of(await future)
        finally:
            future.cancel()


def _make(
    call: Callable[[], Any], future: asyncio.Future[Outcome], loop: asyncio.AbstractEventLoop
) -> None:
    if future.cancelled():
        return
    outcome: Outcome
    try:
        outcome = call(), None
    except BaseException as error:  # noqa: BLE001 - raised in the task that waits
        outcome = None, error
    # The loop may be closed: then nobody waits for it any longer.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_bring, future, outcome)
    # The traceback of the error holds this frame.
    del outcome


def _bring(future: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not future.done():
        future.set_result(outcome)
