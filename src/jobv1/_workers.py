"""Asking many jobs at the same time, in threads that somebody asked for."""

from __future__ import annotations

import math
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from ._asking import answers_of
from ._clock import cut

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._clock import Clock, Wake
    from ._many import Many
    from ._slots import Slot

__all__ = ["Workers", "drive_at_once"]

_SHORTEST_GRACE = 0.1
_FIRST_GRACE = 1.0


class Answered(NamedTuple):
    """What a thread brings back.

    Attributes:
        slot: Whom it asked.
        asked_at: When it began, in seconds of the clock.
        took: How long it took, in seconds.
        answers: What came, as `Many.settle` takes it.
        fatal: What it raised that is no error of a query, None for nothing.
    """

    slot: Slot
    asked_at: float
    took: float
    answers: list[Any] | Exception
    fatal: BaseException | None


class Workers:
    """Threads that ask slots of jobs; each is started when there is work for it.

    They are daemons, so that a query that never comes back does not keep the program from ending.

    Args:
        number: How many there are at the most.
        clock: Tells the time.
        wake: Set whenever an answer has come.
    """

    def __init__(self, number: int, clock: Clock, wake: Wake) -> None:
        self._number = number
        self._clock = clock
        self._wake = wake
        self._threads: list[Thread] = []
        self._tasks: SimpleQueue[tuple[Slot, float] | None] = SimpleQueue()
        self._answers: SimpleQueue[Answered] = SimpleQueue()
        self._busy: dict[Slot, float] = {}
        self._lost = 0
        self._longest: float | None = None

    @property
    def are_free(self) -> bool:
        """Whether one of them has nothing to do."""
        return len(self._busy) + self._lost < self._number

    @property
    def are_asking(self) -> bool:
        """Whether an answer may still come."""
        return bool(self._busy)

    def ask(self, slot: Slot) -> None:
        """Have a free thread ask the jobs of a slot."""
        now = self._clock.now()
        self._busy[slot] = now
        if len(self._threads) < len(self._busy) + self._lost:
            # Each in a context of its own, which has the clock in force.
            thread = Thread(target=copy_context().run, args=(self._work,), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._tasks.put((slot, now))

    def take_answered(self) -> Answered | None:
        """Take an answer that has come; None if none has."""
        while not self._answers.empty():
            answered = self._answers.get()
            self._longest = max(self._longest or 0.0, answered.took)
            if self._busy.pop(answered.slot, None) is not None:
                return answered
            # It was given up, and its thread is free again.
            self._lost -= 1
        return None

    def give_up_time(self, deadline: float) -> float:
        """Answer when the first query under way is to be given up; inf if none is.

        A query may take twice as long as the longest so far, or go on until the deadline.
        """
        if not self._busy:
            return math.inf
        grace = _FIRST_GRACE
        if self._longest is not None:
            grace = max(2 * self._longest, _SHORTEST_GRACE)
        return max(deadline, min(self._busy.values()) + grace)

    def give_up(self, deadline: float) -> list[Slot]:
        """Give up the queries that are overdue after the deadline, and answer their slots."""
        given_up: list[Slot] = []
        now = self._clock.now()
        while self.give_up_time(deadline) <= now:
            slot = min(self._busy, key=self._busy.__getitem__)
            del self._busy[slot]
            self._lost += 1
            given_up.append(slot)
        return given_up

    def close(self) -> None:
        """Let the threads end, each as soon as its query comes back."""
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            slot, asked_at = task
            answers: list[Any] | Exception = []
            fatal: BaseException | None = None
            try:
                answers = answers_of(slot, self._clock)
            except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
                fatal = error
            took = self._clock.now() - asked_at
            self._answers.put(Answered(slot, asked_at, took, answers, fatal))
            # So that no job is kept while this thread waits for the next.
            del task, slot, answers, fatal
            self._wake.set()


def drive_at_once(many: Many, number: int) -> Generator[Any, None, None]:
    """Ask in so many threads, and give the jobs that end, until all have or time is up."""
    wake = many.ears.open_wake()
    workers = Workers(number, many.clock, wake)
    try:
        while not many.is_over():
            if many.outcomes.ended:
                yield many.pop()
            elif not _step(many, workers):
                _sleep(many, workers)
    finally:
        workers.close()
        many.close()


def _step(many: Many, workers: Workers) -> bool:
    """Do what there is to do now; False if nothing is."""
    answered = workers.take_answered()
    if answered is not None:
        if answered.fatal is not None:
            raise answered.fatal
        many.settle(answered.slot, answered.answers, answered.asked_at)
        return True
    slot = many.take() if workers.are_free else None
    if slot is not None:
        workers.ask(slot)
        return True
    overdue = workers.give_up(many.deadline)
    many.abandon(overdue)
    if not (overdue or workers.are_free or workers.are_asking):
        # All are lost in queries that do not come back.
        many.abandon_all()
        return True
    return bool(overdue)


def _sleep(many: Many, workers: Workers) -> None:
    now = many.clock.now()
    until = workers.give_up_time(many.deadline)
    if workers.are_free:
        until = min(until, now + many.pause())
    if workers.are_asking:
        many.clock.let_threads_work(many.ears.open_wake())
    pause = cut(math.inf, now, until)
    if pause > 0:
        many.sleep(pause)
