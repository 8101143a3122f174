"""How often a job behind an API is asked in a wait of about an hour, in virtual time.

The requests are counted where they would leave the machine: in the methods of a `RemoteJob`.
So submission, queries and the fetch of the result are all in the figure.
"""

from __future__ import annotations

from random import Random
from statistics import fmean
from typing import TYPE_CHECKING, ClassVar

from rows import Row, times_floor

from jobv1 import Adaptive, JobStatus
from jobv1.remote import RemoteJob
from jobv1.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobv1.schedules import Schedule

FIXED = 5.0
# What keeps the goal, for a longer delay.
SPARING = Adaptive(root=0.7)
HOUR = 3600.0
# As far around the hour that no interval is tuned to it.
SPREAD = 300.0
JOBS = 200
SEED = 1


class CountingJob(RemoteJob[int]):
    """A job that ends when its time has come, and counts its requests."""

    _statuses: ClassVar[Mapping[str, JobStatus]] = {
        "running": JobStatus.RUNNING,
        "done": JobStatus.DONE,
    }

    def __init__(self, clock: FakeClock, duration: float) -> None:
        super().__init__(None)
        self.requests = 0
        self._clock = clock
        self._end = clock.now() + duration

    def _submit(self, key: str) -> str:
        self.requests += 1
        return key

    def _fetch_status(self) -> str:
        self.requests += 1
        return "running" if self._clock.now() < self._end else "done"

    def _fetch_result(self) -> int:
        self.requests += 1
        return self.requests


def waited(duration: float, wait: float | Schedule) -> tuple[int, float]:
    """Wait for one job, and give its requests and how many seconds late its result came."""
    with FakeClock() as clock:
        job = CountingJob(clock, duration)
        job.submit()
        requests = job.result(wait=wait)
        return requests, clock.now() - duration


def means(durations: list[float], wait: float | Schedule) -> tuple[float, float]:
    """Give requests and delay a job, on average."""
    waits = [waited(duration, wait) for duration in durations]
    return fmean(requests for requests, _ in waits), fmean(delay for _, delay in waits)


def rows() -> list[Row]:
    """Wait, and give the rows of the table."""
    random = Random(SEED)
    durations = [random.uniform(HOUR - SPREAD, HOUR + SPREAD) for _ in range(JOBS)]
    fixed_requests, fixed_delay = means(durations, FIXED)
    requests, delay = means(durations, Adaptive())
    sparing_requests, sparing_delay = means(durations, SPARING)
    what = "requests of a RemoteJob in an hour"
    root = f"{SPARING.root:g}"
    return [
        Row(
            figure=f"{what}, Adaptive() against 5 s",
            measured=requests,
            floor=fixed_requests,
            goal="at most 1/3",
            met=requests * 3 <= fixed_requests,
        ),
        times_floor("the same, mean delay", delay, fixed_delay, "s"),
        times_floor(
            f"{what}, Adaptive(root={root}) against 5 s", sparing_requests, fixed_requests, ""
        ),
        times_floor("the same, mean delay", sparing_delay, fixed_delay, "s"),
    ]
