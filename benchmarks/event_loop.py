"""How long the event loop is held up while jobs with a blocking `status()` are awaited.

A task sleeps 5 ms again and again, and notes how late it wakes.
The floor is the same task on a loop that does nothing else, for as long.
A `status()` blocks its thread for 200 ms; the jobs end after one second.
The figure is the greatest lateness of a round, the least of all rounds.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from rounds import interleaved
from rows import Row
from simulated_jobs import DONE, RUNNING

from jobv1 import JobStatus, JobV1, aio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

JOBS = 100
BLOCKING = 0.2
LENGTH = 1.0
WAIT = 0.5
TICK = 0.005
ROUNDS = 5
IDLE = 1.5
MOST_LAG = 0.02


class BlockingJob(JobV1):
    """A job that ends at a time of the monotonic clock, and blocks at each query."""

    def __init__(self, end: float) -> None:
        super().__init__(None, "blocking")
        self._end = end

    def submit(self) -> None:
        """Do nothing."""

    def status(self) -> JobStatus:
        """Block the thread."""
        time.sleep(BLOCKING)
        return RUNNING if time.monotonic() < self._end else DONE

    def result(self) -> None:
        """Give nothing."""


async def note_lags(lags: list[float]) -> None:
    """Sleep again and again, and note how late each sleep ends."""
    while True:
        due = time.monotonic() + TICK
        await asyncio.sleep(TICK)
        lags.append(time.monotonic() - due)


async def greatest_lag(action: Callable[[], Awaitable[object]]) -> float:
    """Await something, and give the greatest lateness meanwhile."""
    lags: list[float] = []
    watcher = asyncio.create_task(note_lags(lags))
    await asyncio.sleep(TICK)
    await action()
    await asyncio.sleep(2 * TICK)
    watcher.cancel()
    return max(lags)


def jobs() -> list[BlockingJob]:
    """Make the jobs."""
    end = time.monotonic() + LENGTH
    return [BlockingJob(end) for _ in range(JOBS)]


async def wait_for_all() -> None:
    """Await all with `wait`."""
    await aio.wait(jobs(), wait=WAIT)


async def complete() -> None:
    """Await all with `as_completed`."""
    async for _ in aio.as_completed(jobs(), wait=WAIT):
        pass


async def gather() -> None:
    """Await each in a task of its own."""
    await asyncio.gather(*(aio.wait_for_final_state(job, wait=WAIT) for job in jobs()))


async def nothing() -> None:
    """Await nothing for a while."""
    await asyncio.sleep(IDLE)


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    names = {
        "aio.wait": wait_for_all,
        "aio.as_completed": complete,
        "a task each with aio.wait_for_final_state": gather,
        "nothing": nothing,
    }

    def measure(action: Callable[[], Awaitable[object]]) -> Callable[[], float]:
        return lambda: asyncio.run(greatest_lag(action))

    lags = interleaved({name: measure(action) for name, action in names.items()}, ROUNDS)
    floor = min(lags.pop("nothing"))
    return [
        Row(
            figure=f"greatest lag of the event loop, {JOBS} jobs with a status() of 200 ms, {name}",
            measured=1000 * min(found),
            floor=1000 * floor,
            unit="ms",
            goal=f"under {1000 * MOST_LAG:g} ms more",
            met=min(found) < floor + MOST_LAG,
        )
        for name, found in lags.items()
    ]
