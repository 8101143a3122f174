"""What it costs to work the answer of a batch through, against a bare scan of the same answer.

The wait is driven by hand, in virtual time, so that nothing but the working through is timed: each
answer is first scanned for jobs that have ended, by identity, then given to the wait, which does
all that there is to do: it finds what changed, checks and remembers it, lets the jobs go that have
ended, and puts the others back into its queue.
The jobs are those of `many_jobs`: one answer of thirty ends a job, another is its first.
Beside it, without that: 100 jobs that go on.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from many_jobs import LONGEST, MANY, SHORTEST, WAIT
from rows import times_floor
from simulated_jobs import (
    CANCELLED,
    DONE,
    ERROR,
    SimulatedBackend,
    SimulatedJob,
    log_uniform,
)

from jobv1._many import Many
from jobv1._options import Options
from jobv1.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rows import Row

    from jobv1 import JobStatus

BATCH, LARGE_BATCH = 100, 1_000
ROUNDS = 3
FEW = 100
ANSWERS = 10_000


class BatchedJob(SimulatedJob):
    """A job that is asked for with others of its kind."""

    @classmethod
    def batch_status(cls, jobs: Sequence[SimulatedJob]) -> list[JobStatus]:
        """Ask each."""
        return [job.status() for job in jobs]


def bare_scan(jobs: list[SimulatedJob], answers: list[JobStatus]) -> list[SimulatedJob]:
    """Find the jobs that have ended."""
    ended = []
    for job, status in zip(jobs, answers, strict=True):
        if status is DONE or status is CANCELLED or status is ERROR:
            ended.append(job)
    return ended


def nanoseconds_per_answer(ends: list[float], batch: int, most: int) -> tuple[float, float]:
    """Drive one wait for so many answers, and give what each took: worked through, and scanned."""
    backend = SimulatedBackend()
    worked = scanned = answered = 0
    with FakeClock() as clock:
        backend.clock = clock
        jobs = [BatchedJob(backend, str(number), end) for number, end in enumerate(ends)]
        many = Many(jobs, None, Options(WAIT, None, None, None, None, batch, 1))
        gc.collect()
        while not many.is_over() and answered < most:
            while many.outcomes.ended:
                many.pop()
            slot = many.take()
            if slot is None:
                clock.sleep(many.pause())
                continue
            answers = BatchedJob.batch_status(slot.jobs)
            answered += len(answers)
            begin = time.perf_counter_ns()
            bare_scan(slot.jobs, answers)
            between = time.perf_counter_ns()
            many.settle(slot, answers, clock.now())
            worked += time.perf_counter_ns() - between
            scanned += between - begin
    return worked / answered, scanned / answered


def row_of(
    figure: str, ends: list[float], batch: int, *, most: int, at_most: float | None = None
) -> Row:
    """Measure one case, and make its row."""
    measured = [nanoseconds_per_answer(ends, batch, most) for _ in range(ROUNDS)]
    worked, scanned = map(min, zip(*measured, strict=True))
    return times_floor(
        f"an answer of a batch of {batch:,} worked through, against a bare scan, {figure}",
        worked,
        scanned,
        "ns",
        at_most=at_most,
    )


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    ends = log_uniform(MANY, SHORTEST, LONGEST)
    all_of_it = MANY * 1000
    steady = [ANSWERS * WAIT] * FEW
    return [
        row_of(f"{MANY:,} jobs from first to last", ends, BATCH, most=all_of_it, at_most=3),
        row_of(f"{MANY:,} jobs from first to last", ends, LARGE_BATCH, most=all_of_it, at_most=3),
        row_of(f"{FEW} jobs that go on", steady, BATCH, most=ANSWERS * FEW, at_most=3),
    ]
