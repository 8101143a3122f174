"""What hears of jobs that tell when they are final, whatever thread they tell it in."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from ._clock import Wake
from .protocols import ability

if TYPE_CHECKING:
    from ._slots import Slot

__all__ = ["Ears"]

_LOGGER = logging.getLogger(__name__)


class _Listener:
    # What a job calls when it is final: an object of two slots, as there may be a million. It
    # hears once, and nothing more when its `ears` are None.

    __slots__ = ("ears", "job")

    def __init__(self, ears: Ears | None, job: Any) -> None:
        self.ears = ears
        self.job = job

    def __call__(self, _job: object) -> None:
        ears, self.ears = self.ears, None
        if ears is not None:
            ears.hear(id(self.job))


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
        # That of a job that has told stays, so that the job is believed once.
        self._listeners: dict[int, _Listener] = {}

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
        self.open_wake()
        for place, job in enumerate(slot.jobs):
            key = id(job)
            if key in self._listeners:
                continue
            listener = self._listeners[key] = _Listener(self, job)
            try:
                job.add_done_callback(listener)
            except Exception as error:  # noqa: BLE001 - the outcome of that job alone
                listener.ears = None
                failures.append((place, error))
        return failures

    def told(self) -> list[int]:
        """Take those that told since the last call and have not been left, by their `id()`."""
        told: list[int] = []
        while self._told:
            told.append(self._told.popleft())
        return [key for key in told if key in self._listeners]

    def hear(self, key: int) -> None:
        """Take note that a job has told, in whatever thread."""
        self._told.append(key)
        self.open_wake().set()

    def hear_again(self, key: int) -> None:
        """Have a job among those that told at the next call."""
        self._told.append(key)

    def leave(self, job: Any) -> None:
        """Listen to a job no longer."""
        listener = self._listeners.pop(id(job), None)
        if listener is None:
            return
        # The job may keep its listeners, which may not keep the job.
        was_open = listener.ears is not None
        listener.ears = listener.job = None
        if not was_open:
            return
        remove = ability(job, "remove_done_callback")
        if remove is None:
            return
        try:
            remove(listener)
        except Exception as error:  # noqa: BLE001 - the outcome of the job is known without
            self._warn(job, error)

    def close(self) -> None:
        """Listen to no job any longer."""
        for listener in [*self._listeners.values()]:
            self.leave(listener.job)

    def _warn(self, job: object, error: Exception) -> None:
        kind = type(job)
        if kind not in self._warned:
            self._warned.add(kind)
            _LOGGER.warning(
                "%s.remove_done_callback() failed with %s.",
                kind.__qualname__,
                type(error).__name__,
            )
