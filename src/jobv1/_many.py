"""The parts of a wait for many jobs, put together; how they are driven is for others."""

from __future__ import annotations

import math
from _thread import allocate_lock
from collections import deque
from typing import TYPE_CHECKING, Any

from ._clock import Wake, cut
from ._ears import Ears
from ._outcomes import Outcomes
from ._polling import PollPlan
from ._query_queue import MOST_PER_SECOND, QueryQueue
from ._slots import MOST_JOBS, Kinds
from .exceptions import JobTimeoutError, seconds_text
from .job import JobV1

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._options import Options
    from ._slots import Slot
    from .status import JobStatus

__all__ = ["Many", "checked_jobs"]


class Many:
    """A wait for many jobs.

    A driver takes slots with `take`, asks their jobs, has the answers settled, and gives back the
    jobs that have ended, until `is_over`; when there is nothing to take it sleeps for `pause`.

    Args:
        jobs: The jobs, as `checked_jobs` gives them.
        timeout: The limit in seconds; None or inf for none, 0 or less for one query of each.
        options: All else that the caller said.
        asks_at_once: Whether several slots are asked at the same time, so that none may be long.
        one_by_one: Whether to ask one job until it is final, before the next.
        wakes: Whether the sleep may be ended though no job tells.

    Attributes:
        clock: Tells the time.
        ears: Hears of jobs that tell when they are final.
        queue: The jobs that are not asked now.
        outcomes: What became of the others.
        deadline: When the wait ends at the latest, by the clock; inf for never.
        status: The last status of the job that was given back last.
        error: The error that ended the wait for it; None if it is final.

    Raises:
        TypeError: `timeout` or an option is of the wrong type, or the default tolerance of a class
            is not allowed.
        ValueError: `timeout` or an option is out of its range.
    """

    def __init__(
        self,
        jobs: list[Any],
        timeout: float | None,
        options: Options,
        *,
        asks_at_once: bool = False,
        one_by_one: bool = False,
        wakes: bool = False,
    ) -> None:
        self.clock = options.clock
        self._start = options.start
        tolerance = options.tolerance
        plan = PollPlan(self._start, timeout=timeout, wait=options.wait, tolerance=tolerance)
        self._timeout = math.inf if timeout is None else float(timeout)
        self.deadline = self._start + max(self._timeout, 0.0)
        self._is_paced = options.is_paced
        self._asks_singly = asks_at_once or options.is_paced
        self._kinds = Kinds(
            batch_size=options.batch_size,
            most_jobs=1 if self._asks_singly else MOST_JOBS,
            heeds_hints=options.is_scheduled,
            tolerance=tolerance,
        )
        self._kinds.check(jobs)
        self.ears = Ears(Wake() if wakes else None)
        self.queue = QueryQueue(
            self._kinds,
            plan,
            deadline=self.deadline,
            rate=options.rate,
            most_per_second=MOST_PER_SECOND if options.is_stretched else math.inf,
            phase=None if one_by_one else options.phase,
        )
        self.outcomes = Outcomes(self.queue, self._kinds, self.ears, self.clock, options.callback)
        self.status: JobStatus | None = None
        self.error: Exception | None = None
        self._number = len(jobs)
        self._added: deque[Any] = deque()
        # Of all that are waited for, by their `id()`; not known until a job is added.
        self._known: set[int] | None = None
        self._asked: set[Slot] = set()
        self._is_closed = False
        self._lock = allocate_lock()
        self.queue.add(jobs, self._start)

    def is_over(self) -> bool:
        """Tell whether no job is left to wait for or to give back; then none is taken in either."""
        if self.queue.jobs or self.outcomes.ended:
            return False
        with self._lock:
            self._is_closed = not self._added
            return self._is_closed

    def add(self, job: Any) -> None:
        """Wait for one more job, which may be said in any thread; nothing if it is waited for.

        Raises:
            TypeError: It is no job, or the default tolerance of its class is not allowed.
            RuntimeError: The wait is over.
        """
        _check_job(job)
        self._kinds.check([job])
        with self._lock:
            if self._is_closed:
                message = "the wait for these jobs is over; begin another for more"
                raise RuntimeError(message)
            self._added.append(job)
        if self.ears.wake is not None:
            self.ears.wake.set()

    def take(self) -> Slot | None:
        """Take a slot that is to be asked now, None if there is none yet."""
        now = self.clock.now()
        if self._added:
            self._take_added(now)
        for key in self.ears.told():
            if not self.queue.hear(key):
                # It is being asked, perhaps a little too early.
                self.ears.hear_again(key)
        if self._is_paced and now >= self.deadline:
            # So that the limit does not make the wait late.
            self.abandon(self.queue.take_rest())
            # Where there was no time at all, each has its one query all the same.
            if self.deadline > self._start:
                self.abandon(self.queue.take_unasked())
        slot = self.queue.take(now)
        if slot is not None:
            if self._asks_singly and len(slot.jobs) > 1 and not slot.is_batch:
                self.queue.put(slot.split(1), now)
            self._asked.add(slot)
        return slot

    def settle(self, slot: Slot, answers: list[Any] | Exception, asked_at: float) -> None:
        """Take the answers of a slot, or the error of the request for all its jobs.

        Raises:
            Exception: What the callback raised.
        """
        self._asked.discard(slot)
        if isinstance(answers, Exception):
            self.outcomes.settle_lost_batch(slot, answers)
        else:
            self.outcomes.settle(slot, answers, asked_at)

    def abandon(self, slots: Iterable[Slot]) -> None:
        """Give up slots that are being asked, and do not answer; their jobs are unfinished."""
        for slot in slots:
            self._asked.discard(slot)
            self.outcomes.leave(slot)

    def abandon_all(self) -> None:
        """Give up every job that is not final yet."""
        self.abandon([*self._asked, *self.queue.take_all()])

    def sleep(self, seconds: float) -> None:
        """Let seconds pass, or less if a job tells of its end or is added."""
        wake = self.ears.wake
        self.clock.sleep(seconds, wake)
        if wake is not None:
            wake.clear()

    def close(self) -> None:
        """Take no more jobs in, and listen to none any longer."""
        with self._lock:
            self._is_closed = True
        self.ears.close()

    def pause(self) -> float:
        """Answer for how many seconds there is nothing to take; 0 if no job is left."""
        if not self.queue.jobs:
            return 0.0
        now = self.clock.now()
        until = self.queue.next_time()
        if self._is_paced and now < self.deadline:
            # Nobody waits for the turn of a query that will not be made.
            until = min(until, self.deadline)
        return cut(math.inf, now, until)

    def pop(self) -> Any:
        """Give back a job that has ended, and tell its status and its error."""
        if self._added:
            # What is added until it comes is waited for already.
            self._take_added(self.clock.now())
        job, self.status, self.error = self.outcomes.ended.popleft()
        if self._known is not None:
            self._known.discard(id(job))
        return job

    def timeout_error(self) -> JobTimeoutError:
        """Make the error that tells which jobs are unfinished."""
        unfinished = [job for jobs, _ in self.outcomes.unfinished for job in jobs]
        ids = [*map(_id_of, unfinished)]
        errors = [plan.timeout_error(ids) for _, plan in self.outcomes.unfinished]
        last = next((error for error in errors if error.__cause__ is not None), errors[-1])
        elapsed = self.clock.now() - self._start
        number = self.outcomes.queries
        queries = "1 query" if number == 1 else f"{number:,} queries"
        message = (
            f"{len(ids):,} (of {self._number:,}) jobs unfinished "
            f"after {seconds_text(elapsed)} (timeout {seconds_text(self._timeout)}, "
            f"{queries}); none was cancelled."
        )
        error = JobTimeoutError(
            message,
            job_id=ids,
            elapsed=elapsed,
            timeout=self._timeout,
            queries=self.outcomes.queries,
            last_error=last.last_error,
            unfinished=unfinished,
        )
        error.__cause__ = last.__cause__
        return error

    def _take_added(self, now: float) -> None:
        added: list[Any] = []
        while self._added:
            job = self._added.popleft()
            if self._known is None:
                self._known = self.queue.ids()
                self._known.update(id(its) for slot in self._asked for its in slot.jobs)
                self._known.update(id(its) for its, _, _ in self.outcomes.ended)
                self._known.update(id(its) for jobs, _ in self.outcomes.unfinished for its in jobs)
            if id(job) not in self._known:
                self._known.add(id(job))
                added.append(job)
        self._number += len(added)
        self.queue.add(added, now)


def checked_jobs(jobs: Iterable[Any]) -> list[Any]:
    """Read an argument that is an iterable of jobs.

    Returns:
        The jobs in the order given, each once.

    Raises:
        TypeError: It is no iterable, or something in it is no job.
    """
    try:
        given = iter(jobs)
    except TypeError:
        message = f"jobs must be an iterable of jobs, not {jobs!r} ({type(jobs).__name__})"
        if is_job(jobs):
            message += "; put it into a list"
        raise TypeError(message) from None
    unique = list({id(job): job for job in given}.values())
    jobs_of_ours = {kind for kind in set(map(type, unique)) if issubclass(kind, JobV1)}
    for job in unique:
        if type(job) not in jobs_of_ours:
            _check_job(job)
    return unique


def is_job(value: object) -> bool:
    """Tell whether something has what every job has; a class has it too, but is no job."""
    return not isinstance(value, type) and all(
        callable(getattr(value, name, None)) for name in ("job_id", "status")
    )


def _id_of(job: Any) -> object:
    try:
        return job.job_id()
    except Exception:  # noqa: BLE001 - one job shall not hide which are unfinished
        return None


def _check_job(value: object) -> None:
    if not is_job(value):
        message = f"a job has job_id() and status(), and {value!r} ({type(value).__name__}) has not"
        raise TypeError(message)
