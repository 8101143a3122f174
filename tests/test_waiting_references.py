import gc
import time
import tracemalloc
import weakref

import pytest

from jobv1 import Adaptive, JobV1, Tolerance
from jobv1._clock import CLOCK
from jobv1.waiting import as_completed, wait
from tests.many_jobs import DONE, RUNNING, EndingJob, ignore
from tests.scripted_job import LoggedClock

TOLERANCE = Tolerance(OSError, failures=3)


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.fixture(autouse=True)
def collector():
    """What is still referred to in a circle is not found: it must not be there."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class LightJob(JobV1):
    """A job that ends at a virtual time, and keeps no log."""

    def __init__(self, end):
        super().__init__(None, f"job-{end}")
        self.end = end

    def submit(self):
        """Do nothing."""

    def status(self):
        return DONE if CLOCK.get().now() >= self.end else RUNNING

    def result(self):
        """Have none."""


class FlakyJob(LightJob):
    """A job of which every other query fails."""

    failed = True

    def status(self):
        self.failed = not self.failed
        if not self.failed:
            raise OSError("no route")
        return super().status()


class LightBatch(LightJob):
    @classmethod
    def batch_status(cls, jobs):
        return [job.status() for job in jobs]


class FlakyBatch(LightJob):
    """A job of a class that is asked in batches, which often fail, lack a job or have an error."""

    number = 0

    @classmethod
    def batch_status(cls, jobs):
        cls.number += 1
        answers = [job.status() for job in jobs]
        if cls.number % 4 == 1:
            raise OSError("no route")
        if cls.number % 4 == 2:
            answers[0] = None
        if cls.number % 4 == 3:
            answers[0] = OSError("no such job")
        return answers


class HintingJob(LightJob):
    def next_query_delay(self):
        return 1.5


class SelfTellingJob(LightJob):
    """A job that tells at each query that it is final, and forgets listeners as it is told."""

    listeners = ()

    def add_done_callback(self, fn, /):
        self.listeners = (fn,)
        CLOCK.get().call_at(self.end, self.tell)

    def remove_done_callback(self, fn, /):
        self.listeners = ()

    def tell(self):
        for fn in self.listeners:
            fn(self)


def is_gone(reference, workers):
    """Tell whether nobody refers to a job; a thread that has asked it may for a moment."""
    end = time.monotonic() + 10
    while workers and reference() and time.monotonic() < end:
        time.sleep(0.001)
    return reference() is None


@pytest.mark.parametrize("workers", [None, 2])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (LightJob, {}),
        (LightJob, {"callback": ignore}),
        (LightJob, {"queries_per_second": 100}),
        (LightJob, {"wait": Adaptive()}),
        (LightBatch, {"batch_size": 3}),
        (FlakyJob, {"tolerance": TOLERANCE}),
        (FlakyBatch, {"tolerance": TOLERANCE, "batch_size": 4}),
        (FlakyBatch, {"batch_size": 4}),
        (HintingJob, {"wait": Adaptive()}),
        (SelfTellingJob, {}),
    ],
)
def test_no_reference_is_kept(kind, options, workers):
    """Once a job was given back, the wait refers to it no longer, whatever it went through."""
    jobs = [kind(end) for end in range(1, 21)]
    references = {job.job_id(): weakref.ref(job) for job in jobs}
    completions = as_completed(jobs, workers=workers, **options)
    del jobs
    came = 0
    for job in completions:
        name = job.job_id()
        del job
        came += 1
        # Its error, which can be read until the next comes, has the job in its traceback.
        assert completions.error is not None or is_gone(references[name], workers), name

    assert came == 20
    assert all(is_gone(reference, workers) for reference in references.values())


def test_reference_of_a_failed_job():
    """The error of a job refers to it; it is let go of when the next job comes."""

    class FailingJob(LightJob):
        def status(self):
            if CLOCK.get().now() >= self.end:
                raise OSError("no route")
            return RUNNING

    failing, good = FailingJob(1), LightJob(30)
    reference = weakref.ref(failing)
    completions = as_completed([failing, good])
    del failing
    next(completions)
    next(completions)

    assert reference() is None


def test_jobs_are_let_go_of_at_the_end():
    """A wait that is over, closed or left refers to none of its jobs."""
    kept = [LightJob(9), LightJob(0)]
    references = [weakref.ref(job) for job in kept]
    completions = as_completed(kept)
    next(completions)
    completions.close()
    del kept, completions

    assert [reference() for reference in references] == [None, None]


@pytest.mark.parametrize("kind", [LightJob, LightBatch])
def test_memory_of_a_waiting_job(clock, kind):
    """A job that waits costs at most 150 bytes, the job itself apart."""
    jobs = [kind(1e6) for _ in range(2_000)]
    for job in jobs:
        # What is remembered in the job is not of the wait.
        job.done()
    measured = []
    clock.call_at(25, lambda: measured.append(tracemalloc.get_traced_memory()[0]))
    tracemalloc.start()
    try:
        wait(jobs, 50, wait=20, callback=ignore)
    finally:
        tracemalloc.stop()

    assert measured[0] / 2_000 <= 150


def test_memory_is_constant(clock):
    """A wait takes no more memory after many queries than after a few."""
    jobs = [FlakyJob(1e6) for _ in range(10)]
    measured = []
    for moment in (300, 1100):
        clock.call_at(moment, lambda: measured.append(tracemalloc.get_traced_memory()[0]))
    clock.slept = type("Forgetful", (list,), {"append": lambda self, seconds: None})()
    tracemalloc.start()
    try:
        wait(jobs, 1200, callback=ignore, tolerance=TOLERANCE)
    finally:
        tracemalloc.stop()
    first, last = measured

    assert last - first < 30_000


def test_no_reference_after_a_batch_was_lost():
    """The error of a batch that failed does not keep the jobs of the batch."""

    class OnceLostBatch(LightJob):
        is_lost = True

        @classmethod
        def batch_status(cls, jobs):
            if cls.is_lost:
                cls.is_lost = False
                raise OSError("no route")
            return [job.status() for job in jobs]

    jobs = [OnceLostBatch(1), OnceLostBatch(7)]
    references = [weakref.ref(job) for job in jobs]
    completions = as_completed(jobs)
    del jobs
    for _ in range(2):
        next(completions)

    assert [reference() for reference in references] == [None, None]


def test_short_lists_of_lasting_jobs():
    """Of a job among many that last on, nothing is kept either."""
    jobs = [EndingJob(100 if place else 3) for place in range(100)]
    reference = weakref.ref(jobs[0])
    completions = as_completed(jobs)
    del jobs
    next(completions)

    assert reference() is None
