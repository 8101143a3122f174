"""How many queries waits for many jobs make, in virtual time: exact, the same on every machine.

10,000 jobs take from 10 s to 1 h, log-uniform.
`tests/test_many_benchmarks.py` asserts the numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

from rows import Row, times_floor
from simulated_jobs import SimulatedBackend, SimulatedJob, log_uniform

from jobv1.testing import FakeClock
from jobv1.waiting import as_completed, wait

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobv1 import JobStatus

JOBS = 10_000
SHORTEST, LONGEST = 10.0, 3600.0
WAIT = 5.0
BATCH = 100
RATE = 50


class CountingBackend(SimulatedBackend):
    """Notes when it is asked.

    Attributes:
        requests: The times in seconds.
    """

    def __init__(self) -> None:
        self.requests: list[float] = []

    def take_request(self) -> None:
        """Note the time."""
        self.requests.append(self.clock.now())


class CountingJob(SimulatedJob):
    """A job each of whose queries its backend counts."""

    _backend: CountingBackend

    def status(self) -> JobStatus:
        """Have it counted."""
        self._backend.take_request()
        return super().status()


class BatchedJob(CountingJob):
    """A job that is asked for with others of its kind, in one request."""

    @classmethod
    def batch_status(cls, jobs: Sequence[CountingJob]) -> list[JobStatus]:
        """Have one request counted for all."""
        jobs[0]._backend.take_request()
        return [SimulatedJob.status(job) for job in jobs]


class Waited(NamedTuple):
    """What a wait did: when it asked, when it was over, and how late on the average, in seconds."""

    requests: list[float]
    seconds: float
    mean_delay: float


def jobs_of(kind: type[CountingJob], clock: FakeClock, jobs: int) -> list[CountingJob]:
    """Make so many jobs."""
    backend = CountingBackend()
    backend.clock = clock
    lengths = log_uniform(jobs, SHORTEST, LONGEST)
    return [kind(backend, str(number), end) for number, end in enumerate(lengths)]


def wait_for_all() -> Waited:
    """Wait for all with `wait`."""
    with FakeClock() as clock:
        jobs = jobs_of(CountingJob, clock, JOBS)
        wait(jobs, wait=WAIT, seed=1)
        delay = fmean(clock.now() - job.end for job in jobs)
        return Waited(jobs[0]._backend.requests, clock.now(), delay)


def wait_for_each(kind: type[CountingJob], number: int = JOBS, **options: Any) -> Waited:
    """Wait for all with `as_completed`."""
    with FakeClock() as clock:
        jobs = jobs_of(kind, clock, number)
        delay = fmean(clock.now() - job.end for job in as_completed(jobs, seed=1, **options))
        return Waited(jobs[0]._backend.requests, clock.now(), delay)


def most_in_a_second(times: Sequence[float]) -> int:
    """Give the greatest number of times that are less than a second apart."""
    # A second by the hair of a rounding is a second.
    ends = (bisect_left(times, time + 1.0 - 1e-9) for time in times)
    return max(end - begin for begin, end in enumerate(ends))


def all_rows() -> list[Row]:
    """Compare waiting for all with a query of each job in each interval."""
    mine = wait_for_all()
    each = wait_for_each(CountingJob, wait=WAIT)
    bound = JOBS + mine.seconds / WAIT
    return [
        Row(
            figure=f"queries of wait() for all of {JOBS:,} jobs, wait=5",
            measured=len(mine.requests),
            floor=len(each.requests),
            goal=f"at most {bound:,.0f} (N + T/wait)",
            met=len(mine.requests) <= bound,
        ),
    ]


def batch_rows() -> list[Row]:
    """Compare batches with single queries."""
    found = []
    single = wait_for_each(CountingJob, wait=WAIT)
    batched = wait_for_each(BatchedJob, wait=WAIT, batch_size=BATCH)
    difference = abs(batched.mean_delay - single.mean_delay)
    found += [
        times_floor(
            f"requests of as_completed, batches of {BATCH}, against single queries",
            len(batched.requests),
            len(single.requests),
            "",
            at_most=0.02,
        ),
        Row(
            figure="mean delay of the same",
            measured=batched.mean_delay,
            floor=single.mean_delay,
            unit="s",
            goal=f"{WAIT:g} s apart at most",
            met=difference <= WAIT,
        ),
    ]
    return found


def rate_rows() -> list[Row]:
    """Find the greatest rate under a limit."""
    found = []
    for kind, name in ((CountingJob, "single queries"), (BatchedJob, "batches")):
        waited = wait_for_each(kind, wait=WAIT, queries_per_second=RATE)
        most = most_in_a_second(waited.requests)
        found += [
            Row(
                figure=f"{JOBS:,} jobs, queries_per_second={RATE}, {name}, most in a second",
                measured=most,
                goal=f"at most {RATE} and one",
                met=most <= RATE + 1,
            ),
            Row(figure="mean delay of the same", measured=waited.mean_delay, unit="s"),
        ]
    return found


def rows() -> list[Row]:
    """Simulate, and give the rows of the table."""
    return [*all_rows(), *batch_rows(), *rate_rows()]
