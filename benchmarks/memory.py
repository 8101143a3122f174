"""What an idle job keeps in memory, and what a long wait adds to it.

tracemalloc counts the bytes that Python allocates.
"""

from __future__ import annotations

import gc
import tracemalloc
from array import array
from itertools import count
from typing import TYPE_CHECKING, Any

from rows import Row, times_floor

from jobv1 import Adaptive, JobStatus, JobV1, Tolerance
from jobv1.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

OBJECTS = 10_000
EARLY, LATE = 1_000, 100_000
FAR_AWAY = 1e9
# Allocations of the interpreter's own, such as a list that is grown once.
NOISE = 1024


class IdleJob(JobV1):
    """A job as small as a subclass can be."""

    def submit(self) -> None:
        """Do nothing."""

    def status(self) -> JobStatus:
        """Answer the same for ever."""
        return JobStatus.RUNNING

    def result(self) -> None:
        """Give nothing."""


class Plain:
    """An object of no base class with the attributes of a job."""

    def __init__(self, backend: Any, job_id: str, **kwargs: Any) -> None:
        self._job_id = job_id
        self._backend = backend
        self.metadata = kwargs


class PlainQueried(Plain):
    """The same with the attribute that a query adds."""

    def __init__(self, backend: Any, job_id: str, **kwargs: Any) -> None:
        super().__init__(backend, job_id, **kwargs)
        self.seen = JobStatus.RUNNING


def queried_job(backend: Any, job_id: str) -> JobV1:
    """Make a job and query it once."""
    job = IdleJob(backend, job_id)
    job.done()
    return job


def bytes_each(make: Callable[[None, str], object]) -> float:
    """Make many objects, and give the bytes that each keeps; its id is not counted."""
    ids = [f"job-{number}" for number in range(OBJECTS)]
    kept: list[object] = [None] * OBJECTS
    make(None, "the first, which makes what the class keeps")
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number, job_id in enumerate(ids):
        kept[number] = make(None, job_id)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / OBJECTS


class WatchedJob(JobV1):
    """A job that notes the memory in use at an early and at a late query.

    Args:
        answer: Called with the number of each query; gives the status, or raises.
        queries: The number of the query at which the job is done.
    """

    def __init__(self, answer: Callable[[int], JobStatus], queries: int) -> None:
        super().__init__(None, "watched")
        self._answer = answer
        self._queries = queries
        self._numbers = count(1)
        self.in_use = array("q", [0, 0])

    def submit(self) -> None:
        """Do nothing."""

    def status(self) -> JobStatus:
        """Count, note, answer."""
        number = next(self._numbers)
        if number in {EARLY, LATE}:
            self.in_use[number == LATE] = tracemalloc.get_traced_memory()[0]
        return JobStatus.DONE if number >= self._queries else self._answer(number)

    def result(self) -> None:
        """Give nothing."""


def growth(answer: Callable[[int], JobStatus], **options: Any) -> int:
    """Wait once, in virtual time, and give the bytes in use late less those in use early."""
    # Python 3.10 keeps a cache for each function from its call number 1,024 on.
    warm_up, job = WatchedJob(answer, 2 * EARLY), WatchedJob(answer, LATE)
    tracemalloc.start()
    with FakeClock():
        warm_up.wait_for_final_state(FAR_AWAY, **options)
        job.wait_for_final_state(FAR_AWAY, **options)
    tracemalloc.stop()
    return job.in_use[1] - job.in_use[0]


def steady(number: int) -> JobStatus:  # noqa: ARG001 - the shape of an answer
    """Answer the same at each query."""
    return JobStatus.RUNNING


def restless(number: int) -> JobStatus:
    """Answer another status at each query."""
    return JobStatus.RUNNING if number & 1 else JobStatus.QUEUED


def often_failing(number: int) -> JobStatus:
    """Fail at three queries of four."""
    if number & 3:
        raise ConnectionError
    return JobStatus.RUNNING


def always_failing(number: int) -> JobStatus:  # noqa: ARG001 - the shape of an answer
    """Fail at each query."""
    raise ConnectionError


def growth_rows() -> list[Row]:
    """Measure waits of four kinds, and give their rows."""
    survives = Tolerance(ConnectionError, seconds=FAR_AWAY)
    kinds = {
        "wait=0": growth(steady, wait=0),
        "wait=Adaptive(), callback, restless status": growth(
            restless, wait=Adaptive(), callback=lambda *_: None
        ),
        "three queries of four failing": growth(often_failing, wait=1, tolerance=survives),
        "all queries but the last failing": growth(always_failing, wait=1, tolerance=survives),
    }
    return [
        Row(
            figure=f"memory growth from query {EARLY:,} to {LATE:,}, {kind}",
            measured=grown,
            unit="bytes",
            goal=f"none (below {NOISE:,})",
            met=grown < NOISE,
        )
        for kind, grown in kinds.items()
    ]


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    # First, because from then on the class makes each job a place for the attribute.
    queried = bytes_each(queried_job)
    return [
        times_floor(
            "memory of an idle job, against a plain object with its attributes",
            bytes_each(IdleJob),
            bytes_each(Plain),
            "bytes",
            at_most=1.2,
        ),
        times_floor(
            "memory of a job queried once, against one attribute more",
            queried,
            bytes_each(PlainQueried),
            "bytes",
        ),
        *growth_rows(),
    ]
