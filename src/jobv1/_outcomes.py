"""What became of the jobs that were asked: their answers, their failures, their ends."""

from __future__ import annotations

import logging
import math
from collections import deque
from itertools import compress
from operator import is_not
from typing import TYPE_CHECKING, Any

from ._answers import checked_status
from ._slots import Slot
from .exceptions import JobStatusError
from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._clock import Clock
    from ._driver import Callback
    from ._ears import Ears
    from ._polling import PollPlan
    from ._query_queue import QueryQueue
    from ._slots import Kinds

__all__ = ["Failure", "Outcomes"]

DONE, CANCELLED, ERROR = JobStatus.DONE, JobStatus.CANCELLED, JobStatus.ERROR

_LOGGER = logging.getLogger(__name__)


class Failure:
    """What stands in the place of an answer if the query raised."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


class Outcomes:
    """Takes the answers of slots, and puts back into the queue what goes on.

    Args:
        queue: Where the slots came from.
        kinds: Knows which failures are survived.
        ears: Hears of the ends of jobs that tell.
        clock: Tells the time.
        callback: Called with the id, the status and the job after each answer; None for none.

    Attributes:
        ended: Those whose wait is over: each with its last status, None if there was none, and the
            error that ended the wait, None if it is final.
        unfinished: Those that met the deadline, and the plan on which they were asked.
        queries: How many requests were made.
    """

    def __init__(
        self,
        queue: QueryQueue,
        kinds: Kinds,
        ears: Ears,
        clock: Clock,
        callback: Callback | None,
    ) -> None:
        self._queue = queue
        self._kinds = kinds
        self._ears = ears
        self._clock = clock
        self._callback = callback
        self.ended: deque[tuple[Any, JobStatus | None, Exception | None]] = deque()
        self.unfinished: list[tuple[list[Any], PollPlan]] = []
        self.queries = 0
        self._warned: set[type] = set()

    def settle(self, slot: Slot, answers: list[Any], asked_at: float) -> None:
        """Take the answers of a slot.

        Args:
            slot: The slot.
            answers: Of its first jobs, one at least, in their order: what `status()` answered, or
                a `Failure`; of a batch also None, for a job that it lacks.
                The other jobs were not asked.
            asked_at: When the first was asked, in seconds of the clock.

        Raises:
            Exception: What the callback raised.
        """
        now = self._clock.now()
        is_batch = slot.is_batch
        self.queries += 1 if is_batch else len(answers)
        if len(answers) < len(slot.jobs):
            self._queue.put(slot.split(len(answers)), asked_at)
        slot.is_alone = False
        if is_batch:
            slot.lost_a_batch = False
        # Several queries are made over a time, and only their last may be the last of all.
        answered_at = now if is_batch or len(answers) == 1 else asked_at
        if not (len(answers) == 1 and isinstance(answers[0], Failure | Exception)):
            # The traceback of an error that was survived holds jobs that are given back now.
            slot.plan.last_error = None
        self._take(slot, answers, now, is_batch=is_batch)
        if not slot.jobs:
            return
        slot.is_failing = False
        if self._callback is not None:
            now = self._clock.now()
        status = slot.seen[0] or JobStatus.INITIALIZING
        part = self._queue.part_of_sleep(slot)
        try:
            delay = slot.plan.answered(status, now, answered_at, part=part)
        except Exception as error:
            if not slot.kind.hints:
                raise
            # A job that hints is alone in its slot.
            self._end(slot.jobs[0], status, error)
            self._queue.drop(slot.kind)
            return
        if delay is None:
            self.leave(slot)
        else:
            for place, failure in reversed(self._ears.listen_to(slot)):
                self._end(slot.jobs.pop(place), slot.seen.pop(place), failure)
                self._queue.drop(slot.kind)
            self._queue.put_after(slot, delay, now, part=part)

    def settle_lost_batch(self, slot: Slot, error: Exception) -> None:
        """Take the error of the request for a batch: try again, or ask each job alone."""
        now = self._clock.now()
        self.queries += 1
        # Nobody has had his turn by that.
        slot.asked_at = -math.inf
        if not slot.lost_a_batch:
            if not slot.is_failing:
                slot.plan = slot.plan.fork(tolerance=self._kinds.tolerance(slot.jobs[0]))
            delay = slot.plan.failed(error, now)
            if slot.plan.expired:
                self.leave(slot)
                return
            if delay is not None:
                slot.is_failing = True
                self._queue.put(slot, now + delay)
                return
            self._warn(slot.jobs[0], error)
            slot.plan = slot.plan.fork()
        slot.is_failing, slot.is_alone, slot.lost_a_batch = False, True, True
        self._queue.put(slot, now)

    def leave(self, slot: Slot) -> None:
        """Take note that the wait for the jobs of a slot met its deadline."""
        self._queue.drop(slot.kind, len(slot.jobs))
        self.unfinished.append((slot.jobs, slot.plan))

    def _warn(self, job: object, error: Exception) -> None:
        kind = type(job)
        if kind not in self._warned:
            self._warned.add(kind)
            # The text of an error that is not ours may hold what nobody may see.
            name, failure = kind.__qualname__, type(error).__name__
            text = f"{name}.batch_status() failed with {failure}; its"
            if isinstance(error, JobStatusError):
                text = f"{error} Its"
            _LOGGER.warning("%s jobs are asked one by one.", text)

    def _take(self, slot: Slot, answers: list[Any], now: float, *, is_batch: bool) -> None:
        seen, slot.seen = slot.seen, answers
        places: Iterable[int] = range(len(answers))
        if self._callback is None and not slot.is_new:
            places = compress(places, map(is_not, answers, seen))
        gone: list[int] = []
        before = len(self.ended)
        for place in places:
            if not self._goes_on(slot, place, seen[place], now, is_batch=is_batch):
                gone.append(place)  # noqa: PERF401 - a comprehension would hide that it acts
        for place in reversed(gone):
            del slot.jobs[place], answers[place]
        self._queue.drop(slot.kind, len(self.ended) - before)

    def _goes_on(
        self, slot: Slot, place: int, seen: JobStatus | None, now: float, *, is_batch: bool
    ) -> bool:
        """Take the answer of one job; tell whether it stays in the slot."""
        job = slot.jobs[place]
        answer: object = slot.seen[place]
        if isinstance(answer, Failure):
            self._fail(slot, job, seen, answer.error, now)
            return False
        if is_batch and isinstance(answer, Exception):
            self._fail(slot, job, seen, answer, now)
            return False
        if is_batch and answer is None:
            self._queue.put(self._alone(slot, job, seen, slot.plan.fork()), now)
            return False
        method = "batch_status" if is_batch else "status"
        try:
            status = slot.seen[place] = checked_status(job, answer, method=method)
            job_id = None if self._callback is None else job.job_id()
        except Exception as error:  # noqa: BLE001 - a wrong answer, or a job that cannot tell its id
            self._end(job, seen, error)
            return False
        if self._callback is not None:
            self._callback(job_id, status, job)
        # By identity, since `in` compares by a method of the enum.
        is_final = status is DONE or status is CANCELLED or status is ERROR
        if is_final or not getattr(job, "_async", True):
            self._end(job, status, None)
            return False
        return True

    def _fail(
        self, slot: Slot, job: Any, seen: JobStatus | None, error: Exception, now: float
    ) -> None:
        plan = slot.plan
        if not slot.is_failing or len(slot.jobs) > 1:
            plan = plan.fork(tolerance=self._kinds.tolerance(job), hint=slot.kind.hint(job))
        delay = plan.failed(error, now)
        alone = self._alone(slot, job, seen, plan)
        if delay is not None:
            alone.is_failing = True
            self._queue.put(alone, now + delay)
        elif plan.expired:
            self.leave(alone)
        else:
            self._end(job, seen, error)

    def _alone(self, slot: Slot, job: Any, seen: JobStatus | None, plan: PollPlan) -> Slot:
        alone = Slot(slot.kind, [job], [seen], plan)
        alone.is_new, alone.is_alone = slot.is_new, slot.kind.batch_status is not None
        return alone

    def _end(self, job: Any, status: JobStatus | None, error: Exception | None) -> None:
        self._ears.leave(job)
        self.ended.append((job, status, error))
