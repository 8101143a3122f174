"""What hears of jobs that tell when they are final, whatever thread they tell it in."""

from __future__ import annotations

import logging
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from ._clock import Wake
from .protocols import ability

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._slots import Slot

__all__ = ["Ears"]

_LOGGER = logging.getLogger(__name__)


class Ears:
    """Listens to jobs (`jobv1.protocols.DoneCallback`), and ends a sleep when one tells.

    Args:
        wake: What ends the sleep; None to make it when the first job is listened to.

    Attributes:
        wake: As the argument; still None if there is nothing to hear.
    """

    def __init__(self, wake: Wake | None) -> None:
        self.wake = wake
        self._told: deque[int] = deque()
        self._warned: set[type] = set()
        # A job that has told stays, without its listener, so that it is believed once.
        self._listeners: dict[int, tuple[Any, Callable[[Any], None] | None]] = {}

    def open_wake(self) -> Wake:
        """Answer what ends the sleep; it is made if it is not there."""
        if self.wake is None:
            self.wake = Wake()
        return self.wake

    def listen_to(self, slot: Slot) -> list[tuple[int, Exception]]:
        """Have the jobs of a slot tell that are not listened to yet, if they can.

        Returns:
            The places in the slot of those that raised, with their errors.
        """
        failures: list[tuple[int, Exception]] = []
        if not slot.kind.listens:
            return failures
        wake = self.open_wake()
        for place, job in enumerate(slot.jobs):
            key = id(job)
            if key in self._listeners:
                continue
            listener = partial(self._hear, key, wake)
            self._listeners[key] = (job, listener)
            try:
                job.add_done_callback(listener)
            except Exception as error:  # noqa: BLE001 - the outcome of that job alone
                self._listeners[key] = (job, None)
                failures.append((place, error))
        return failures

    def told(self) -> list[int]:
        """Take those that told since the last call and have not been left, by their `id()`."""
        told: list[int] = []
        while self._told:
            told.append(self._told.popleft())
        return [key for key in told if key in self._listeners]

    def hear_again(self, key: int) -> None:
        """Have a job among those that told at the next call."""
        self._told.append(key)

    def leave(self, job: Any) -> None:
        """Listen to a job no longer."""
        if not self._listeners:
            return
        _, listener = self._listeners.pop(id(job), (job, None))
        remove = ability(job, "remove_done_callback")
        if listener is None or remove is None:
            return
        try:
            remove(listener)
        except Exception as error:  # noqa: BLE001 - the outcome of the job is known without
            self._warn(job, error)

    def close(self) -> None:
        """Listen to no job any longer."""
        for job, _ in list(self._listeners.values()):
            self.leave(job)

    def _warn(self, job: object, error: Exception) -> None:
        kind = type(job)
        if kind not in self._warned:
            self._warned.add(kind)
            _LOGGER.warning(
                "%s.remove_done_callback() failed with %s.",
                kind.__qualname__,
                type(error).__name__,
            )

    def _hear(self, key: int, wake: Wake, job: object) -> None:  # noqa: ARG002 - what is called back
        held, listener = self._listeners.get(key, (None, None))
        if listener is not None:
            self._listeners[key] = held, None
            self._told.append(key)
            wake.set()
