"""How late `timeout` ends a wait for a job that never does, against a loop written by hand.

The loop sleeps min(wait, time left) and asks once more at the deadline.
Lateness is the monotonic time at which the error had arrived, less the start and the timeout.
All cases of one timeout are measured in turn; the median counts, and not one wait may end early.
"""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from rounds import interleaved
from rows import Row, times_floor

from jobv1 import JOB_FINAL_STATES, JobStatus, JobV1

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = {0.05: 21, 0.3: 9, 1.0: 5}
WAITS = (0.25, 0.4, 5.0)


class EndlessJob(JobV1):
    """A job that runs for ever, and counts its queries."""

    def __init__(self) -> None:
        super().__init__(None, "endless")
        self.queries = 0

    def submit(self) -> None:
        """Do nothing: the job runs for ever."""

    def status(self) -> JobStatus:
        """Count the query."""
        self.queries += 1
        return JobStatus.RUNNING

    def result(self) -> None:
        """Give nothing."""


def loop_by_hand(job: JobV1, timeout: float, wait: float) -> None:
    """Sleep min(wait, time left), and ask once more at the deadline."""
    deadline = time.monotonic() + timeout
    while job.status() not in JOB_FINAL_STATES:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        time.sleep(min(wait, left))


class Case:
    """Waits with one timeout and one wait, by one contender.

    Args:
        wait_for: The contender, called as `wait_for(job, timeout, wait)`.
        timeout: Seconds.
        wait: Seconds.

    Attributes:
        late: The milliseconds too late, one entry a wait.
        queries: The number of queries, one entry a wait.
    """

    def __init__(
        self, wait_for: Callable[[EndlessJob, float, float], None], timeout: float, wait: float
    ) -> None:
        self._wait_for = wait_for
        self._timeout = timeout
        self._wait = wait
        self.late: list[float] = []
        self.queries: list[int] = []

    def run(self) -> float:
        """Wait once, and give the milliseconds too late."""
        job = EndlessJob()
        begin = time.monotonic()
        try:
            self._wait_for(job, self._timeout, self._wait)
        except TimeoutError:
            end = time.monotonic()
        self.late.append(1000 * (end - begin - self._timeout))
        self.queries.append(job.queries)
        return self.late[-1]


def measure() -> dict[tuple[float, float], tuple[Case, Case]]:
    """Measure everything: by timeout and wait, our case and that of the loop by hand."""
    measured = {}
    for timeout, repetitions in REPETITIONS.items():
        cases = {
            (timeout, wait): (
                Case(JobV1.wait_for_final_state, timeout, wait),
                Case(loop_by_hand, timeout, wait),
            )
            for wait in WAITS
        }
        runs = [case.run for pair in cases.values() for case in pair]
        interleaved({str(number): run for number, run in enumerate(runs)}, repetitions)
        measured.update(cases)
    return measured


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    measured = measure()
    lateness = partial(times_floor, unit="ms", at_most=1.5)
    ours = [case for case, _ in measured.values()]
    by_hand = [case for _, case in measured.values()]
    earliest = min(late for case in ours for late in case.late)
    return [
        *(
            lateness(
                f"lateness of timeout={timeout:g}, wait={wait:g}, median",
                median(mine.late),
                median(hand.late),
            )
            for (timeout, wait), (mine, hand) in measured.items()
        ),
        lateness(
            "lateness, all of these together, median",
            median(late for case in ours for late in case.late),
            median(late for case in by_hand for late in case.late),
        ),
        Row(
            figure="lateness, all of these together, least",
            measured=earliest,
            unit="ms",
            goal="never early",
            met=earliest >= 0,
        ),
        Row(
            figure="queries of these waits",
            measured=sum(sum(case.queries) for case in ours),
            floor=sum(sum(case.queries) for case in by_hand),
            goal="as many in each",
            met=[case.queries for case in ours] == [case.queries for case in by_hand],
        ),
    ]
