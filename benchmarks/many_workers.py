"""Asking in threads: how long a sweep takes, and that none is started unless asked for.

A job is asked over a connection that takes a while to answer; a sweep asks each once.
The floor is the time that the queries take, shared among the workers.
"""

from __future__ import annotations

import _thread
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rows import Row, times_floor
from simulated_jobs import DONE, RUNNING

from jobv1 import JobStatus, JobV1
from jobv1.testing import FakeClock
from jobv1.waiting import ALL_COMPLETED, FIRST_COMPLETED, as_completed, wait

if TYPE_CHECKING:
    from collections.abc import Callable

JOBS = 1_000
WORKERS = 16
SLOW, FAST = 0.2, 0.02
FAR_AWAY = 1e6


class SlowJob(JobV1):
    """A job that is done, and takes a while to say so.

    Args:
        job_id: Its id.
        seconds: How long.
        answer: What it says.
    """

    def __init__(self, job_id: str, seconds: float, answer: JobStatus = DONE) -> None:
        super().__init__(None, job_id)
        self._seconds = seconds
        self._answer = answer

    def submit(self) -> None:
        """Do nothing."""

    def status(self) -> JobStatus:
        """Take the time."""
        time.sleep(self._seconds)
        return self._answer

    def result(self) -> None:
        """Give nothing."""


def slow_jobs(seconds: float, answer: JobStatus = DONE) -> list[SlowJob]:
    """Make the jobs."""
    return [SlowJob(str(number), seconds, answer) for number in range(JOBS)]


def seconds_of(action: Callable[[], object]) -> float:
    """Give the wall time of an action."""
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


def with_a_pool(jobs: list[SlowJob]) -> None:
    """Ask each once in a plain pool of as many threads."""
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(SlowJob.status, jobs))


def sweep_rows() -> list[Row]:
    """Measure a sweep of jobs that end, of jobs that go on, and of a plain pool."""
    slow, fast = (JOBS * seconds / WORKERS for seconds in (SLOW, FAST))
    ending, fast_ending = slow_jobs(SLOW), slow_jobs(FAST)
    going_on = slow_jobs(FAST, RUNNING)
    what = f"{JOBS:,} jobs, workers={WORKERS}, status() of"
    return [
        times_floor(
            f"{what} {SLOW:g} s, as_completed of ended jobs",
            seconds_of(lambda: list(as_completed(ending, workers=WORKERS))),
            slow,
            "s",
            at_most=1.2,
        ),
        times_floor(
            f"{what} {FAST:g} s, as_completed of ended jobs",
            seconds_of(lambda: list(as_completed(fast_ending, workers=WORKERS))),
            fast,
            "s",
            at_most=1.2,
        ),
        times_floor(
            f"{what} {FAST:g} s, wait(timeout=0) of running jobs",
            seconds_of(lambda: wait(going_on, 0, workers=WORKERS)),
            fast,
            "s",
            at_most=1.2,
        ),
        times_floor(
            f"{what} {FAST:g} s, in a ThreadPoolExecutor",
            seconds_of(lambda: with_a_pool(fast_ending)),
            fast,
            "s",
        ),
    ]


class CensusJob(JobV1):
    """A job that counts the threads whenever it is asked.

    Attributes:
        most: The greatest number that was seen.
    """

    def __init__(self, end: float, clock: FakeClock) -> None:
        super().__init__(None, "census")
        self._end = end
        self._clock = clock
        self.most = 0

    def submit(self) -> None:
        """Do nothing."""

    def status(self) -> JobStatus:
        """Count, and look at the clock."""
        self.most = max(self.most, _thread._count())
        return RUNNING if self._clock.now() < self._end else DONE

    def result(self) -> None:
        """Give nothing."""


def threads_started() -> int:
    """Wait in every way that is the default, and give how many threads there were more."""
    before = _thread._count()
    with FakeClock() as clock:
        jobs = [CensusJob(float(number), clock) for number in range(JOBS)]
        wait(jobs, FAR_AWAY, FIRST_COMPLETED)
        wait(jobs, 5.0, ALL_COMPLETED)
        for _ in as_completed(jobs, FAR_AWAY):
            pass
    return max(_thread._count(), *(job.most for job in jobs)) - before


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    started = threads_started()
    return [
        *sweep_rows(),
        Row(
            figure="threads started by wait and as_completed by default",
            measured=started,
            goal="none",
            met=started == 0,
        ),
    ]
