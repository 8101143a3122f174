"""What ends the sleep of a task on an event loop, whatever thread it comes from."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from typing_extensions import override

from ._clock import Wake

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["LoopWake"]


class LoopWake(Wake):
    """A wake that one task waits for on its event loop, and any thread may set."""

    __slots__ = ("_ring",)

    def __init__(self) -> None:
        super().__init__()
        self._ring: Callable[[], object] | None = None

    @override
    def set(self) -> None:
        super().set()
        ring = self._ring
        if ring is not None:
            # The loop may be closed: then nobody sleeps on it any longer.
            with suppress(RuntimeError):
                ring()

    @contextmanager
    def heard(self) -> Generator[asyncio.Future[None]]:
        """Give a future that is done as soon as this is set, before or meanwhile.

        A clock that awaits it ends it when the time is over.
        """
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        # First, so that it is not set unheard between the two.
        self._ring = lambda: loop.call_soon_threadsafe(self.end, waiter)
        if self.is_set():
            self.end(waiter)
        try:
            yield waiter
        finally:
            self._ring = None

    @staticmethod
    def end(waiter: asyncio.Future[None]) -> None:
        """Let a future be done; called on its loop."""
        if not waiter.done():
            waiter.set_result(None)
