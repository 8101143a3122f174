"""How late `as_completed` gives back jobs that end at random, in real time.

Each job is asked each half second, so a quarter of a second is the best that any wait can do that
does not know when they end.
"""

from __future__ import annotations

import gc
import time
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING

from rows import times_floor
from simulated_jobs import SEED, HeapOfSlots, SimulatedBackend, SimulatedJob

from jobv1._clock import SystemClock
from jobv1.waiting import as_completed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rows import Row

JOBS = 100_000
WAIT = 0.5
FIRST_END, LAST_END = 1.0, 7.0
# Making the jobs, and the table of them, takes a while; none may end before.
LEAD = 2.0


def jobs_from_now() -> list[SimulatedJob]:
    """Make jobs that begin to end soon, at random."""
    backend = SimulatedBackend()
    backend.clock = SystemClock()
    random = Random(SEED)
    begin = time.monotonic() + LEAD
    jobs = [
        SimulatedJob(backend, str(number), begin + random.uniform(FIRST_END, LAST_END))
        for number in range(JOBS)
    ]
    gc.collect()
    time.sleep(max(begin - time.monotonic(), 0))
    return jobs


def delay_of(contender: Callable[[list[SimulatedJob]], Iterable[SimulatedJob]]) -> float:
    """Wait for all, and give the mean of the seconds from an end to its coming."""
    return fmean(time.monotonic() - job.end for job in contender(jobs_from_now()))


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    mine = delay_of(lambda jobs: as_completed(jobs, wait=WAIT, seed=1))
    slots = delay_of(lambda jobs: HeapOfSlots(jobs, SystemClock(), lambda _, __: WAIT))
    return [
        times_floor(
            f"mean delay of {JOBS:,} jobs that end at random, wait={WAIT}, against half of that",
            mine,
            WAIT / 2,
            "s",
            at_most=1.08,
        ),
        times_floor("the same against a heap of slots", mine, slots, "s"),
    ]
