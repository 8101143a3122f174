"""What a query costs in a wait that never sleeps, against a loop written by hand.

The job is pure Python and its `status()` only counts down, so nearly all that is measured is the
loop around it.
Each contender asks as often in each round; the least CPU time of all rounds counts, since whatever
else the machine does can only add to it.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from rounds import cpu_of, interleaved
from rows import Row, times_floor

from jobv1 import JOB_FINAL_STATES, JobStatus, JobV1

if TYPE_CHECKING:
    from collections.abc import Callable

QUERIES = 100_000
ROUNDS = 15
FAR_AWAY = 3600.0
QUEUED, RUNNING = JobStatus.QUEUED, JobStatus.RUNNING
DONE, CANCELLED, ERROR = JobStatus.DONE, JobStatus.CANCELLED, JobStatus.ERROR


class CountdownJob(JobV1):
    """A job that is done at the n-th query, and runs until then."""

    def __init__(self, queries: int = QUERIES) -> None:
        super().__init__(None, "countdown")
        self.left = queries

    def submit(self) -> None:
        """Do nothing: the job counts from the start."""

    def status(self) -> JobStatus:
        """Count down."""
        self.left -= 1
        return RUNNING if self.left else DONE

    def result(self) -> None:
        """Give nothing."""


class RestlessJob(CountdownJob):
    """A countdown whose status is another one at each query."""

    def status(self) -> JobStatus:
        """Count down."""
        self.left -= 1
        if not self.left:
            return DONE
        return RUNNING if self.left & 1 else QUEUED


def loop_by_hand(job: JobV1, timeout: float) -> None:
    """Wait as a user writes it: `in` the tuple of final states."""
    deadline = time.monotonic() + timeout
    while True:
        status = job.status()
        if status in JOB_FINAL_STATES:
            return
        if time.monotonic() >= deadline:
            raise TimeoutError


def strict_loop(job: JobV1, timeout: float) -> None:
    """Wait as someone writes it who counts nanoseconds: identity tests in place of `in`."""
    deadline = time.monotonic() + timeout
    while True:
        status = job.status()
        if status is DONE or status is CANCELLED or status is ERROR:
            return
        if time.monotonic() >= deadline:
            raise TimeoutError


def strict_loop_with_callback(
    job: JobV1, timeout: float, callback: Callable[[str, JobStatus, Any], object]
) -> None:
    """Wait as `strict_loop`, and call back after each query."""
    deadline = time.monotonic() + timeout
    while True:
        status = job.status()
        callback(job.job_id(), status, job)
        if status is DONE or status is CANCELLED or status is ERROR:
            return
        if time.monotonic() >= deadline:
            raise TimeoutError


def ignore(job_id: str, status: JobStatus, job: object) -> None:
    """Be called back, and do nothing."""


def wait(job: JobV1, callback: Callable[[str, JobStatus, Any], object] | None = None) -> None:
    """Wait as jobv1 does it, with a deadline far away."""
    job.wait_for_final_state(timeout=FAR_AWAY, wait=0, callback=callback)


def sleeps_in_a_wait() -> int:
    """Count the calls of `time.sleep` in one wait, which goes through the module to it."""
    calls: list[float] = []
    real = time.sleep
    time.sleep = calls.append
    try:
        wait(CountdownJob())
    finally:
        time.sleep = real
    return len(calls)


def nanoseconds_per_query() -> dict[str, float]:
    """Measure all contenders in turn, and give the best of each by name."""
    contenders = {
        "wait": lambda: wait(CountdownJob()),
        "loop by hand": lambda: loop_by_hand(CountdownJob(), FAR_AWAY),
        "strict loop": lambda: strict_loop(CountdownJob(), FAR_AWAY),
        "wait, restless": lambda: wait(RestlessJob()),
        "strict loop, restless": lambda: strict_loop(RestlessJob(), FAR_AWAY),
        "wait, callback": lambda: wait(CountdownJob(), ignore),
        "strict loop, callback": lambda: strict_loop_with_callback(
            CountdownJob(), FAR_AWAY, ignore
        ),
    }
    seconds = interleaved({name: partial(cpu_of, run) for name, run in contenders.items()}, ROUNDS)
    return {name: min(measured) / QUERIES * 1e9 for name, measured in seconds.items()}


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    best = nanoseconds_per_query()
    sleeps = sleeps_in_a_wait()
    return [
        times_floor(
            "CPU per query, wait=0, against a loop by hand",
            best["wait"],
            best["loop by hand"],
            "ns",
            at_most=1.5,
        ),
        times_floor(
            "CPU per query, wait=0, against a loop by hand with identity tests",
            best["wait"],
            best["strict loop"],
            "ns",
            at_most=1.5,
        ),
        Row(
            figure=f"calls of time.sleep in {QUERIES:,} queries, wait=0",
            measured=sleeps,
            goal="none",
            met=sleeps == 0,
        ),
        times_floor(
            "the same with a callback, against identity tests and a callback",
            best["wait, callback"],
            best["strict loop, callback"],
            "ns",
        ),
        times_floor(
            "the same with another status at each query, against identity tests",
            best["wait, restless"],
            best["strict loop, restless"],
            "ns",
        ),
    ]
