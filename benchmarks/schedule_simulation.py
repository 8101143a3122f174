"""Schedules against each other on jobs of every length, in virtual time and exact.

How long a job takes is not known, so the durations are drawn log-uniform: as many between one and
two seconds as between one and two hours.
In virtual time a query takes none, and when a schedule asks does not depend on when the job will
end.
So one long wait through the `PollPlan` gives the times of all queries (`query_times`), and each
job ends at the first of them that is not before its end (`noticed`).
`wait_for` runs the plan for one job alone; the tests and the benchmark compare the two.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from statistics import fmean, median
from typing import TYPE_CHECKING

from jobv1 import JobStatus
from jobv1._polling import PollPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jobv1.schedules import Schedule

SHORTEST, LONGEST = 0.01, 86_400.0
JOBS = 10_000
SEED = 1


@dataclass(frozen=True)
class Noticed:
    """How the end of one job was noticed: after so many queries, so many seconds late."""

    queries: int
    delay: float


@dataclass(frozen=True)
class Totals:
    """What many jobs cost a job: queries on average, and the delay in seconds."""

    queries: float
    mean_delay: float
    median_delay: float


def durations(jobs: int = JOBS, seed: int = SEED) -> list[float]:
    """Draw how long each job takes, in seconds."""
    random = Random(seed)
    span = LONGEST / SHORTEST
    return [SHORTEST * span ** random.random() for _ in range(jobs)]


def wait_for(duration: float, wait: float | Schedule) -> Noticed:
    """Wait for one job through a plan of its own."""
    plan = PollPlan(0.0, wait=wait)
    now = 0.0
    while True:
        status = JobStatus.RUNNING if now < duration else JobStatus.DONE
        delay = plan.answered(status, now)
        if delay is None:
            return Noticed(plan.queries, now - duration)
        now += delay


def query_times(wait: float | Schedule) -> list[float]:
    """Give the times at which a plan asks for a job that takes longest, the last one included."""
    plan = PollPlan(0.0, wait=wait)
    times = [0.0]
    while times[-1] < LONGEST:
        delay = plan.answered(JobStatus.RUNNING, times[-1])
        if delay is None:
            message = "a plan without a timeout ended a wait for a running job"
            raise AssertionError(message)
        times.append(times[-1] + delay)
    return times


def noticed(duration: float, times: Sequence[float]) -> Noticed:
    """Tell how the end of a job is noticed that is asked for at these times."""
    last = bisect_left(times, duration)
    return Noticed(last + 1, times[last] - duration)


def simulate(lengths: Iterable[float], wait: float | Schedule) -> list[Noticed]:
    """Wait for a job of each length."""
    times = query_times(wait)
    return [noticed(duration, times) for duration in lengths]


def totals(jobs: Sequence[Noticed]) -> Totals:
    """Sum many jobs up."""
    return Totals(
        queries=fmean(job.queries for job in jobs),
        mean_delay=fmean(job.delay for job in jobs),
        median_delay=median(job.delay for job in jobs),
    )


def expectation(wait: float | Schedule) -> tuple[float, float]:
    """Give the mean queries and the mean delay over the distribution itself, with no draw.

    The integral of 1 and of (b - x) over the density 1 / x, from one query to the next at b.
    """
    queries = delay = 0.0
    for number, (before, after) in enumerate(pairwise(query_times(wait)), start=2):
        low, high = max(before, SHORTEST), min(after, LONGEST)
        if low < high:
            weight = math.log(high / low)
            queries += number * weight
            delay += after * weight - (high - low)
    span = math.log(LONGEST / SHORTEST)
    return queries / span, delay / span
