"""Jobs that end at a time that was drawn before, and the simplest waits for many of them."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from jobv1 import JobStatus, JobV1

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jobv1._clock import Clock

RUNNING = JobStatus.RUNNING
DONE, CANCELLED, ERROR = JobStatus.DONE, JobStatus.CANCELLED, JobStatus.ERROR
SEED = 1
_LEAST_SLOTS = 64
_MOST_JOBS = 1024


class SimulatedBackend:
    """Where simulated jobs run.

    Attributes:
        clock: Tells the time; each measurement sets its own.
    """

    clock: Clock


class SimulatedJob(JobV1):
    """A job that ends at a time of its backend's clock.

    Attributes:
        end: The time in seconds.
    """

    _backend: SimulatedBackend

    def __init__(self, backend: SimulatedBackend, job_id: str, end: float) -> None:
        super().__init__(backend, job_id)
        self.end = end

    def submit(self) -> None:
        """Do nothing: it runs already."""

    def status(self) -> JobStatus:
        """Look at the clock, and at nothing else: no status can take less."""
        return RUNNING if self._backend.clock.now() < self.end else DONE

    def result(self) -> None:
        """Give nothing."""


def log_uniform(number: int, shortest: float, longest: float) -> list[float]:
    """Draw durations in seconds, the same each time: as many in each factor of the time."""
    random = Random(SEED)
    span = longest / shortest
    return [shortest * span ** random.random() for _ in range(number)]


class HeapOfSlots:
    """The floor: a heap of time slots that hold lists of jobs, and nothing else.

    All are asked at once, and then after `delay`; the first sleep of each slot is another part of
    it.
    An error, a deadline, a job that tells, a batch, a callback: it knows none of them.

    Args:
        jobs: The jobs.
        clock: What is slept on.
        delay: Answers the sleep after so many seconds, in seconds, if so many jobs are left.

    Attributes:
        queries: How many were made.
    """

    def __init__(
        self,
        jobs: Sequence[SimulatedJob],
        clock: Clock,
        delay: Callable[[float, int], float],
    ) -> None:
        self._clock = clock
        self._delay = delay
        self._left = len(jobs)
        # Of few jobs each has a slot; in a large one it takes long to take one out.
        slots = min(len(jobs), max(_LEAST_SLOTS, len(jobs) // _MOST_JOBS))
        cuts = [number * len(jobs) // slots for number in range(slots + 1)]
        self._heap = [
            (0.0, number / slots, list(jobs[first:last]))
            for number, (first, last) in enumerate(pairwise(cuts), start=1)
        ]
        self.queries = 0

    def __iter__(self) -> Iterator[SimulatedJob]:
        """Give each job as it ends."""
        clock = self._clock
        begin = clock.now()
        while self._heap:
            due, part, jobs = heappop(self._heap)
            now = clock.now() - begin
            if due > now:
                clock.sleep(due - now)
            statuses = [job.status() for job in jobs]
            self.queries += len(jobs)
            ended = [
                place
                for place, status in enumerate(statuses)
                if status is DONE or status is CANCELLED or status is ERROR
            ]
            for place in reversed(ended):
                yield jobs.pop(place)
            self._left -= len(ended)
            if jobs:
                delay = self._delay(due, self._left)
                heappush(self._heap, (due + delay if due else part * delay, part, jobs))


class HeapOfJobs:
    """A heap with an entry for each job.

    Args:
        jobs: The jobs.
        clock: What is slept on.
        wait: The seconds between two queries of a job.

    Attributes:
        queries: How many were made.
    """

    def __init__(self, jobs: Sequence[SimulatedJob], clock: Clock, wait: float) -> None:
        self._clock = clock
        self._wait = wait
        self._heap = [(0.0, number / len(jobs), job) for number, job in enumerate(jobs, start=1)]
        self.queries = 0

    def __iter__(self) -> Iterator[SimulatedJob]:
        """Give each job as it ends."""
        clock = self._clock
        begin = clock.now()
        while self._heap:
            due, part, job = heappop(self._heap)
            now = clock.now() - begin
            if due > now:
                clock.sleep(due - now)
            status = job.status()
            self.queries += 1
            if status is DONE or status is CANCELLED or status is ERROR:
                yield job
            else:
                again = due + self._wait if due else part * self._wait
                heappush(self._heap, (again, part, job))
