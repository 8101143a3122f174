"""Whom to ask when: the queue of the queries of a wait for many jobs.

It does no input and no output, and knows no answers: a driver takes slots of jobs from it and asks
them, and `Outcomes` puts them back with the sleep that their `PollPlan` says.
"""

from __future__ import annotations

import math
from collections import deque
from heapq import heapify, heappop, heappush
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from ._clock import cut
from ._slots import Slot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._polling import PollPlan
    from ._slots import Kind, Kinds

__all__ = ["QueryQueue"]

SAFETY_NET = 60.0
"""The least time in seconds between two queries of jobs that tell when they are final."""
MOST_PER_SECOND = 10_000.0
"""How many requests a second a schedule may bring about, all jobs together."""
_GOLDEN = (math.sqrt(5) - 1) / 2
_NEIGHBOURS = 8
# Few jobs are not all asked at one time.
_LEAST_SLOTS = 32


class QueryQueue:
    """The jobs of one wait that are not asked now, in slots, by the time at which each is due.

    A slot that is taken is put back, or forgotten.

    Args:
        kinds: Sorts jobs.
        plan: The plan of a wait that begins now.
        deadline: When the wait ends at the latest, in seconds of the clock; inf for never.
        rate: How many requests may be made in a second; inf for no limit.
        most_per_second: How many requests the sleeps may bring about in a second at the most.
        phase: A number from 0 to 1 that makes the first sleeps differ.
            None to take one slot until none of its jobs is left, before the next.

    Attributes:
        deadline: As the argument.
        jobs: How many jobs are waited for, those that are asked now included.
    """

    def __init__(
        self,
        kinds: Kinds,
        plan: PollPlan,
        *,
        deadline: float,
        rate: float,
        most_per_second: float,
        phase: float | None,
    ) -> None:
        self.deadline = deadline
        self._kinds = kinds
        self._plan = plan
        self._pause = 1.0 / rate
        self._most_per_second = most_per_second
        self._phase = phase
        self._allowed_at = -math.inf
        # Each with its jobs in reverse, so that the next are taken from the end.
        self._fresh: deque[tuple[Kind, list[Any], float]] = deque()
        self._heap: list[tuple[float, int, Slot]] = []
        self._order = count()
        self._load = 0
        # When the last round began, and the latest time for which a slot was put back.
        self._round = math.inf
        self._latest = -math.inf
        self.jobs = 0
        # Of jobs that tell, by their id().
        self._places: dict[int, Slot] = {}

    def add(self, jobs: Iterable[Any], now: float) -> None:
        """Take jobs in, each to be asked as soon as may be."""
        for kind, its in self._kinds.gather(jobs):
            self._count(kind, len(its))
            self._fresh.append((kind, its[::-1], now))

    def drop(self, kind: Kind, jobs: int = 1) -> None:
        """Take note that jobs of a kind will not be asked again."""
        self._count(kind, -jobs)

    def next_time(self) -> float:
        """Answer when the next slot can be taken; inf if there is none."""
        time = min(self._time_of_the_others(), self._time_of_the_fresh())
        if self._pause and time < math.inf:
            time = max(min(time, self._last_round()), self._allowed_at)
        return time

    def take(self, now: float) -> Slot | None:
        """Take the slot whose jobs are to be asked now; None if there is none yet."""
        if self._pause and now < self._allowed_at:
            return None
        latest = math.inf if self._is_last_round(now) else now
        slot = self._take_fresh(now) or self._take_due(latest)
        if slot is not None:
            slot.asked_at = now
            self._allowed_at = now + self._pause
        return slot

    def take_rest(self) -> list[Slot]:
        """Take every slot that has had its turn in the last round."""
        rest = [slot for _, _, slot in self._heap if slot.asked_at >= self._round]
        self._heap = [entry for entry in self._heap if entry[2].asked_at < self._round]
        heapify(self._heap)
        return self._leave_places(rest)

    def take_unasked(self) -> list[Slot]:
        """Take every slot that was never asked."""
        unasked = [Slot(kind, its, [None] * len(its), self._plan) for kind, its, _ in self._fresh]
        self._fresh.clear()
        return unasked

    def take_all(self) -> list[Slot]:
        """Take every slot."""
        put_back = [slot for _, _, slot in self._heap]
        self._heap.clear()
        return self._leave_places(put_back) + self.take_unasked()

    def ids(self) -> set[int]:
        """Give the `id()` of each job that is here."""
        fresh = (jobs for _, jobs, _ in self._fresh)
        put_back = (slot.jobs for _, _, slot in self._heap)
        return {id(job) for jobs in chain(fresh, put_back) for job in jobs}

    def put(self, slot: Slot, due: float) -> None:
        """Put a slot back whose jobs are due at a time."""
        if -math.inf < due and self._round < math.inf:
            # Behind those that have not had their turn.
            due = max(due, self._latest)
        self._latest = max(due, self._latest)
        slot.due = due
        heappush(self._heap, (due, next(self._order), slot))
        if slot.kind.listens:
            self._places.update(dict.fromkeys(map(id, slot.jobs), slot))

    def hear(self, job_id: int) -> bool:
        """Have a job asked first that says it is final, by its `id()`; False if it is not here."""
        slot = self._places.pop(job_id, None)
        if slot is None:
            return False
        alone = slot.single_out(job_id)
        self._count(slot.kind, -1)
        self._count(alone.kind, 1)
        self.put(alone, -math.inf)
        return True

    def part_of_sleep(self, slot: Slot) -> float:
        """Answer how much of the sleep that follows is wanted: of the first a random part."""
        if not slot.is_new or self._phase is None:
            return 1.0
        # Parts that follow each other by the golden ratio are spread evenly, however many.
        self._phase = (self._phase + _GOLDEN) % 1.0
        return 1.0 - self._phase

    def put_after(self, slot: Slot, delay: float, now: float, *, part: float = 1.0) -> None:
        """Put a slot back that sleeps as its plan says, in seconds; that is a part of its sleep."""
        slot.is_new = False
        delay = max(delay, part * self._load / self._most_per_second)
        if slot.kind.rests:
            delay = max(delay, SAFETY_NET)
        slot.sleep = delay
        self.put(slot, now + cut(delay, now, self.deadline))

    def _count(self, kind: Kind, jobs: int) -> None:
        self._load -= kind.requests
        kind.jobs += jobs
        self._load += kind.requests
        self.jobs += jobs

    def _leave_places(self, slots: Iterable[Slot]) -> list[Slot]:
        left = [slot for slot in slots if slot.jobs]
        for slot in left:
            for key in map(id, slot.jobs):
                self._places.pop(key, None)
        return left

    def _last_round(self) -> float:
        """Answer when the last round must begin if each job shall have its turn in time."""
        return self.deadline - self._load * self._pause

    def _is_last_round(self, now: float) -> bool:
        # Once begun it goes on: the requests that are left grow fewer no faster than the time.
        if self._pause and now >= self._last_round():
            self._round = min(self._round, now)
        return self._round < math.inf

    def _take_due(self, latest: float) -> Slot | None:
        heap = self._heap
        if not self._has_others() or heap[0][0] > latest:
            return None
        slot = heappop(heap)[2]
        if len(slot.jobs) < slot.kind.fills_below:
            for due, _, other in heap[:_NEIGHBOURS]:
                # What is due at the deadline would be asked there again.
                if due <= slot.due + slot.reach(other) and not slot.due < self.deadline <= due:
                    slot.fill_from(other)
        if slot.kind.listens:
            for key in map(id, slot.jobs):
                del self._places[key]
        return slot

    def _time_of_the_fresh(self) -> float:
        if not self._fresh:
            return math.inf
        if self._phase is None and self._has_others():
            return self._last_round()
        return self._fresh[0][2]

    def _time_of_the_others(self) -> float:
        return self._heap[0][0] if self._has_others() else math.inf

    def _has_others(self) -> bool:
        heap = self._heap
        while heap and not heap[0][2].jobs:
            # They were asked along with others, or told of their end.
            heappop(heap)
        return bool(heap)

    def _take_fresh(self, now: float) -> Slot | None:
        time = self._time_of_the_fresh()
        if time > now or time > self._time_of_the_others():
            return None
        kind, jobs, start = self._fresh[0]
        size = kind.size
        if self._phase is None and now < self.deadline and kind.batch_status is None:
            size = 1
        elif kind.batch_status is None:
            size = min(size, len(jobs) // _LEAST_SLOTS + 1)
        taken = jobs[-size:][::-1]
        del jobs[-size:]
        if not jobs:
            self._fresh.popleft()
        hint = kind.hint(taken[0])
        plan = self._plan.fork(start=None if self._phase is None else start, hint=hint)
        if self._phase is None:
            # The next goes on where this one is in its schedule.
            self._plan = plan
        slot = Slot(kind, taken, [None] * len(taken), plan)
        slot.due = now
        return slot
