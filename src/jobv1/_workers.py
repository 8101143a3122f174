"""Asking many jobs at the same time, in threads that somebody asked for."""

from __future__ import annotations

import math
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from ._asking import answers_of
from ._clock import cut
from ._threads import Threads

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._clock import Clock, Wake
    from ._many import Many
    from ._slots import Slot

__all__ = ["Answered", "Workers", "drive_at_once", "lost_query", "pause_of", "step"]

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
    """Ask slots of jobs in threads, some at the same time.

    Args:
        number: How many are asked at the same time at the most.
        clock: Tells the time.
        wake: Set whenever an answer has come.
        threads: Where they are asked; None for so many threads of their own.
        few_until: Until then, in seconds of the clock, the jobs that were not final are asked one
            by one, and others ever more at a time as long as they are final.

    Attributes:
        few_until: As the argument.
    """

    def __init__(
        self,
        number: int,
        clock: Clock,
        wake: Wake,
        threads: Threads | None = None,
        *,
        few_until: float = -math.inf,
    ) -> None:
        self.few_until = few_until
        self._few = self._few_before = 1
        self._number = number
        self._clock = clock
        self._wake = wake
        self._threads = threads or Threads(number)
        self._answers: SimpleQueue[Answered] = SimpleQueue()
        self._busy: dict[Slot, float] = {}
        self._lost = 0
        self._longest: float | None = None

    @property
    def are_free(self) -> bool:
        """Whether one of them has nothing to do, and may be asked."""
        if self._clock.now() >= self.few_until:
            return len(self._busy) + self._lost < self._number
        # One that was not final before comes first: as long as it is not, no other is needed.
        return len(self._busy) < self._few and all(slot.is_new for slot in self._busy)

    @property
    def are_asking(self) -> bool:
        """Whether an answer may still come."""
        return bool(self._busy)

    def ask_more(self) -> None:
        """Take note that a job has ended, so that others may have, too."""
        self._few = min(self._few_before + 1, self._number)

    def ask(self, slot: Slot) -> None:
        """Have the jobs of a slot asked."""
        now = self._clock.now()
        self._busy[slot] = now
        self.begin(slot, now)

    def begin(self, slot: Slot, asked_at: float) -> None:
        """Have a free thread ask."""
        self._threads.run(partial(self._ask, slot, asked_at))

    def bring(
        self,
        slot: Slot,
        asked_at: float,
        answers: list[Any] | Exception,
        fatal: BaseException | None,
    ) -> None:
        """Take what was answered, in whatever thread."""
        took = self._clock.now() - asked_at
        self._answers.put(Answered(slot, asked_at, took, answers, fatal))
        self._wake.set()

    def take_answered(self) -> Answered | None:
        """Take an answer that has come; None if none has."""
        while not self._answers.empty():
            answered = self._answers.get()
            self._longest = max(self._longest or 0.0, answered.took)
            if self._busy.pop(answered.slot, None) is not None:
                # Unless it turns out to be final.
                self._few_before, self._few = self._few, 1
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
        self._threads.close()

    def _ask(self, slot: Slot, asked_at: float) -> None:
        answers: list[Any] | Exception = []
        fatal: BaseException | None = None
        try:
            answers = answers_of(slot, self._clock)
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
            fatal = error
        self.bring(slot, asked_at, answers, fatal)
        # The traceback of an error holds this frame, which would hold the jobs.
        del answers, fatal


def drive_at_once(many: Many, number: int, *, few: bool = False) -> Generator[Any, None, None]:
    """Ask in so many threads, and give the jobs that end, until all have or time is up.

    Args:
        many: The jobs.
        number: How many are asked at the same time at the most.
        few: Whether to ask no more jobs than must be until time is up.
    """
    wake = many.ears.open_wake()
    few_until = many.deadline if few else -math.inf
    workers = Workers(number, many.clock, wake, few_until=few_until)
    try:
        while not many.is_over():
            if many.outcomes.ended:
                workers.ask_more()
                yield many.pop()
            elif not step(many, workers):
                _sleep(many, workers)
    finally:
        workers.close()
        many.close()


def step(many: Many, workers: Workers) -> bool:
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
    for late in overdue:
        late.plan.lost(lost_query(), many.clock.now())
    many.abandon(overdue)
    if not (overdue or workers.are_free or workers.are_asking):
        # All are lost in queries that do not come back.
        many.abandon_all()
        return True
    return bool(overdue)


def lost_query() -> TimeoutError:
    """Make the error of a query that was given up."""
    return TimeoutError("The last query did not come back in time.")


def pause_of(many: Many, workers: Workers) -> float:
    """Answer for how many seconds there is nothing to do, unless an answer comes."""
    now = many.clock.now()
    until = workers.give_up_time(many.deadline)
    if workers.are_free:
        until = min(until, now + many.pause())
    if now < workers.few_until:
        until = min(until, workers.few_until)
    return cut(math.inf, now, until)


def _sleep(many: Many, workers: Workers) -> None:
    if workers.are_asking:
        many.clock.let_threads_work(many.ears.open_wake())
    pause = pause_of(many, workers)
    if pause > 0:
        many.sleep(pause)
