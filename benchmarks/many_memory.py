"""What `as_completed` keeps of each job that it waits for, the job objects apart.

tracemalloc counts in the middle of a wait, in virtual time: every job has been asked several times,
and none has ended.
The jobs and the list that has them were made before.
The peak is that of the whole call up to there; most of it is the table that finds jobs given twice.
"""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

from rows import Row
from simulated_jobs import RUNNING, SimulatedBackend, SimulatedJob

from jobv1 import Tolerance
from jobv1.testing import FakeClock
from jobv1.waiting import as_completed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jobv1 import JobStatus

JOBS = 100_000
END = 40.0
MIDDLE = 20.0
MOST_BYTES = 150


class BatchedJob(SimulatedJob):
    """A job that is asked for with others of its kind."""

    @classmethod
    def batch_status(cls, jobs: Sequence[SimulatedJob]) -> list[JobStatus]:
        """Ask each."""
        return [job.status() for job in jobs]


class TellingJob(SimulatedJob):
    """A job that could tell, but does not before it is asked."""

    def add_done_callback(self, listener: Callable[[Any], object]) -> None:
        """Forget the listener."""

    def remove_done_callback(self, listener: Callable[[Any], object]) -> None:
        """Do nothing: it was forgotten."""


class FailingJob(SimulatedJob):
    """A job whose first query fails, so that it is tried again by itself."""

    has_failed = False

    def status(self) -> JobStatus:
        """Fail, or look at the clock."""
        if not self.has_failed:
            self.has_failed = True
            raise ConnectionError
        return super().status()


def bytes_each(kind: type[SimulatedJob], **options: Any) -> tuple[float, float]:
    """Wait once, and give the bytes a job in use in the middle, and at the peak before."""
    backend = SimulatedBackend()
    jobs = [kind(backend, str(number), END) for number in range(JOBS)]
    noted: list[tuple[int, int]] = []
    with FakeClock() as clock:
        backend.clock = clock
        for job in jobs:
            # So that it has room for what every query of a job remembers.
            vars(job).update(_jobv1_seen=RUNNING, has_failed=False)
        clock.call_at(MIDDLE, lambda: noted.append(tracemalloc.get_traced_memory()))
        tracemalloc.start()
        completions = as_completed(jobs, seed=1, **options)
        next(completions)
        tracemalloc.stop()
    [(in_use, peak)] = noted
    return in_use / JOBS, peak / JOBS


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    plain, peak = bytes_each(SimulatedJob)
    batched, batched_peak = bytes_each(BatchedJob)
    telling, _ = bytes_each(TellingJob)
    failing, _ = bytes_each(FailingJob, tolerance=Tolerance(ConnectionError, seconds=END))

    def row(figure: str, measured: float, *, has_goal: bool = False) -> Row:
        goal = f"at most {MOST_BYTES} bytes" if has_goal else ""
        met = measured <= MOST_BYTES if has_goal else None
        return Row(figure=figure, measured=measured, unit="bytes", goal=goal, met=met)

    return [
        row(f"memory per waiting job, {JOBS:,} jobs", plain, has_goal=True),
        row("the same, peak from the call on", peak, has_goal=True),
        row("memory per waiting job, asked in batches", batched, has_goal=True),
        row("the same, peak from the call on", batched_peak, has_goal=True),
        row("memory per waiting job, jobs that tell", telling),
        row("memory per waiting job, the first query of each failed", failing),
    ]
