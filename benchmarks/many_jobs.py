"""What a query costs in `as_completed` over very many jobs, against a heap of slots and no more.

All run in virtual time, so that nothing but the work is measured, and on the same jobs, each of
which is asked as often by one as by the other.
A job takes from 10 s to 10 min, log-uniform: some thirty queries with one each 5 s.
The least CPU time of all rounds counts, for one query, the `status()` itself included, and with it
a share of what it costs to take a job in and to hand it out.
A heap of jobs, a task of asyncio each and a thread each are shown beside; the last two in real
time, on fewer jobs that take a sixtieth and less of that time.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rounds import cpu_of, interleaved
from rows import Row, times_floor
from simulated_jobs import (
    DONE,
    HeapOfJobs,
    HeapOfSlots,
    SimulatedBackend,
    SimulatedJob,
    log_uniform,
)

from jobv1 import Adaptive
from jobv1._clock import SystemClock
from jobv1._query_queue import MOST_PER_SECOND
from jobv1.testing import FakeClock
from jobv1.waiting import Completions, as_completed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jobv1._clock import Clock
    from jobv1.schedules import Schedule

SHORTEST, LONGEST = 10.0, 600.0
WAIT, LONG_WAIT = 5.0, 60.0
FEW, MANY, MOST = 1_000, 100_000, 1_000_000
ROUNDS = {FEW: 30, MANY: 3, MOST: 1}
TASKS, THREADS = 10_000, 1_000
REAL_SHORTEST, REAL_LONGEST, REAL_WAIT = 0.1, 3.0, 0.1


class Cost(NamedTuple):
    """What a contender took: nanoseconds a query, and queries a job."""

    nanoseconds: float
    queries: float


def simulated_jobs(number: int, times: float = 1.0) -> list[SimulatedJob]:
    """Make jobs that take so many times as long, and have been asked once."""
    backend = SimulatedBackend()
    backend.clock = FakeClock()
    lengths = log_uniform(number, times * SHORTEST, times * LONGEST)
    jobs = [SimulatedJob(backend, str(count), end) for count, end in enumerate(lengths)]
    for job in jobs:
        job.done()
    return jobs


def queries_of(wait: Any) -> int:
    """Tell how many queries a wait made that is over."""
    if isinstance(wait, Completions):
        return wait._many.outcomes.queries
    found: int = wait.queries
    return found


def cost_of(
    jobs: list[SimulatedJob], contender: Callable[[list[SimulatedJob], Clock], Iterable[object]]
) -> Cost:
    """Wait for all in virtual time."""
    gc.collect()
    with FakeClock() as clock:
        jobs[0]._backend.clock = clock
        begin = time.process_time()
        wait = contender(jobs, clock)
        ended = sum(1 for _ in wait)
        seconds = time.process_time() - begin
    if ended != len(jobs):
        message = f"{ended:,} of {len(jobs):,} jobs came"
        raise AssertionError(message)
    queries = queries_of(wait)
    return Cost(seconds / queries * 1e9, queries / len(jobs))


def ours(
    jobs: list[SimulatedJob],
    clock: Clock,  # noqa: ARG001 - it is in force
    wait: float | Schedule,
) -> Iterable[object]:
    """Wait as jobv1 does it."""
    return as_completed(jobs, wait=wait, seed=1)


def floor(jobs: list[SimulatedJob], clock: Clock, wait: float | Schedule) -> Iterable[object]:
    """Wait by a heap of slots, asking as often."""
    if isinstance(wait, Adaptive):
        return HeapOfSlots(
            jobs, clock, lambda now, left: max(wait.delay(now, 0), left / MOST_PER_SECOND)
        )
    return HeapOfSlots(jobs, clock, lambda _, __: wait)


def compare(number: int, wait: float | Schedule, times: float = 1.0) -> tuple[Cost, Cost]:
    """Measure both in turn, and give the least of each: ours, and the floor."""
    jobs = simulated_jobs(number, times)
    costs = interleaved(
        {name.__name__: partial(cost_of, jobs, partial(name, wait=wait)) for name in (ours, floor)},
        ROUNDS[number],
    )
    return min(costs["ours"]), min(costs["floor"])


def row_of(figure: str, both: tuple[Cost, Cost], *, at_most: float | None = None) -> Row:
    """Make the row of a comparison."""
    mine, least = both
    queries = f"{mine.queries:.1f} queries a job"
    return times_floor(
        f"CPU per query, as_completed, {figure}, {queries}",
        mine.nanoseconds,
        least.nanoseconds,
        "ns",
        at_most=at_most,
    )


def growth_row(figure: str, few: Cost, most: Cost) -> Row:
    """Make the row of the growth from few jobs to most."""
    return times_floor(
        f"CPU per query, {MOST:,} jobs against {FEW:,}, {figure}",
        most.nanoseconds,
        few.nanoseconds,
        "ns",
        at_most=2,
    )


def heap_of_jobs() -> Cost:
    """Measure a heap with an entry for each job."""
    return cost_of(simulated_jobs(MANY), lambda jobs, clock: HeapOfJobs(jobs, clock, WAIT))


def real_jobs(number: int) -> list[SimulatedJob]:
    """Make jobs that end in some tenths of a second, or some seconds, from now."""
    backend = SimulatedBackend()
    backend.clock = SystemClock()
    now = backend.clock.now()
    lengths = log_uniform(number, REAL_SHORTEST, REAL_LONGEST)
    return [SimulatedJob(backend, str(count), now + end) for count, end in enumerate(lengths)]


def tasks() -> Cost:
    """Measure a task of asyncio for each job."""
    queries = [0]

    async def wait_for(job: SimulatedJob) -> None:
        while job.status() is not DONE:
            queries[0] += 1
            await asyncio.sleep(REAL_WAIT)
        queries[0] += 1

    async def wait_for_all() -> None:
        await asyncio.gather(*map(wait_for, real_jobs(TASKS)))

    seconds = cpu_of(lambda: asyncio.run(wait_for_all()))
    return Cost(seconds / queries[0] * 1e9, queries[0] / TASKS)


def threads() -> Cost:
    """Measure a thread for each job."""
    queries: list[int] = []

    def wait_for(job: SimulatedJob) -> None:
        count = 1
        while job.status() is not DONE:
            count += 1
            time.sleep(REAL_WAIT)
        queries.append(count)

    def wait_for_all() -> None:
        started = [threading.Thread(target=wait_for, args=(job,)) for job in real_jobs(THREADS)]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()

    seconds = cpu_of(wait_for_all)
    return Cost(seconds / sum(queries) * 1e9, sum(queries) / THREADS)


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    adaptive = Adaptive()
    # Jobs that take less long, so that each is asked about as often as with a million.
    few, few_adaptive = compare(FEW, WAIT), compare(FEW, adaptive, 0.05)
    many, many_adaptive = compare(MANY, WAIT), compare(MANY, adaptive)
    rare = compare(MANY, LONG_WAIT)
    # Jobs that take longer, since under a schedule a million are each asked each 100 s at first.
    most, most_adaptive = compare(MOST, WAIT), compare(MOST, adaptive, 5.0)
    beside = {
        f"a heap of {MANY:,} jobs": heap_of_jobs(),
        f"{TASKS:,} tasks of asyncio": tasks(),
        f"{THREADS:,} threads": threads(),
    }
    return [
        row_of(f"{FEW:,} jobs, wait=5", few, at_most=2),
        row_of(f"{FEW:,} jobs, Adaptive()", few_adaptive, at_most=2),
        row_of(f"{MANY:,} jobs, wait=5", many, at_most=2),
        row_of(f"{MANY:,} jobs, Adaptive()", many_adaptive, at_most=2),
        row_of(f"{MOST:,} jobs, wait=5", most, at_most=2),
        row_of(f"{MOST:,} jobs, Adaptive()", most_adaptive, at_most=2),
        row_of(f"{MANY:,} jobs, wait=60", rare),
        *(
            Row(
                figure=f"CPU per query, {name}, {cost.queries:.1f} queries a job",
                measured=cost.nanoseconds,
                unit="ns",
            )
            for name, cost in beside.items()
        ),
        growth_row("wait=5", few[0], most[0]),
        growth_row("Adaptive()", few_adaptive[0], most_adaptive[0]),
    ]
