import gc
import tracemalloc

import pytest

from jobv1 import Fixed, JobStatus, JobV1, Tolerance
from jobv1.testing import FakeClock

WARM = 500


class MeasuringJob(JobV1):
    """A job that measures the memory in use at its 500th query and at its last."""

    def __init__(self, queries, answer):
        super().__init__(None, "ab12")
        self.queries = queries
        self.answer = answer
        self.count = 0
        self.measured = []

    def submit(self):
        """Do nothing."""

    def result(self):
        """Have none."""

    def status(self):
        self.count += 1
        if self.count in {WARM, self.queries}:
            gc.collect()
            self.measured.append(tracemalloc.get_traced_memory()[0])
        return JobStatus.DONE if self.count == self.queries else self.answer(self.count)


class TellingJob(MeasuringJob):
    """A job that can tell, and never does."""

    def add_done_callback(self, fn, /):
        """Forget it."""


class LyingJob(MeasuringJob):
    """A job that tells at each query that it is final, and is not."""

    told = ()

    def add_done_callback(self, fn, /):
        self.told = (fn,)

    def status(self):
        for fn in self.told:
            fn(self)
        return super().status()


def run(count):
    """Answer always the same."""
    return JobStatus.RUNNING


def change(count):
    """Answer another status each time."""
    return JobStatus.QUEUED if count % 2 else JobStatus.RUNNING


def fail(count):
    """Fail always, each time with a new error."""
    error = OSError(f"no route {count}")
    error.retry_after = 0
    raise error


def fail_now_and_then(count):
    """Fail every other time."""
    return fail(count) if count % 2 else JobStatus.RUNNING


def ignore(job_id, status, job):
    """Do nothing."""


@pytest.mark.parametrize(
    ("job", "arguments"),
    [
        (MeasuringJob(100_000, run), {"wait": 0}),
        (MeasuringJob(10_000, run), {"timeout": 1e9}),
        (MeasuringJob(10_000, change), {"callback": ignore}),
        (MeasuringJob(5_000, run), {"wait": Fixed(1.0)}),
        (MeasuringJob(5_000, fail), {"tolerance": Tolerance(OSError, seconds=1)}),
        (MeasuringJob(5_000, fail_now_and_then), {"tolerance": Tolerance(OSError, failures=1)}),
        (TellingJob(10_000, run), {}),
        (LyingJob(5_000, run), {}),
    ],
    ids=["no pause", "sleeps", "callback", "schedule", "failures", "some failures", "push", "lies"],
)
def test_memory_is_constant(job, arguments):
    """A wait takes no more memory after many queries than after a few."""
    tracemalloc.start()
    try:
        with FakeClock():
            job.wait_for_final_state(**arguments)
    finally:
        tracemalloc.stop()
    first, last = job.measured

    assert job.count == job.queries
    # An object kept for each query would take a hundred thousand; Python's own caches take some.
    assert last - first < 20_000
