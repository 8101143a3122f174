"""Very many jobs that live and fail in every way, in virtual time."""

import gc
import threading
import weakref
from collections import Counter
from contextvars import copy_context
from random import Random

import pytest

from jobv1 import JobV1, Tolerance
from jobv1.testing import FakeClock
from jobv1.waiting import as_completed
from tests.many_jobs import CANCELLED, DONE, ERROR, RUNNING

NUMBER = 3_000
A_HOUR = 3600.0


class SoakJob(JobV1):
    """A job that ends at some time, or when it is cancelled; one query of twenty fails."""

    clock = FakeClock()
    random = Random(4)

    def __init__(self, end, final):
        super().__init__(None, "ab12")
        self.end = end
        self.final = final

    def submit(self):
        """Do nothing."""

    def result(self):
        """Have none."""

    def status(self):
        if self.random.random() < 0.05:
            raise OSError("no route")
        return self.final if self.end <= self.clock.now() else RUNNING

    def cancel(self):
        self.final, self.end = CANCELLED, self.clock.now()


class SoakBatch(SoakJob):
    """A job that is asked in batches, which lack one job of a hundred."""

    @classmethod
    def batch_status(cls, jobs):
        if cls.random.random() < 0.05:
            raise OSError("no route")
        return [cls.entry(job) for job in jobs]

    @classmethod
    def entry(cls, job):
        return None if cls.random.random() < 0.01 else cls.answer(job)

    @staticmethod
    def answer(job):
        try:
            return job.status()
        except OSError as error:
            return error


@pytest.fixture
def clock():
    """The clock of the jobs."""
    SoakJob.clock = FakeClock()
    with SoakJob.clock as clock:
        yield clock


def cancel_in_another_thread(clock, jobs):
    """Have some jobs cancelled by a thread of its own, at times of which each has its share."""
    for number, job in enumerate(jobs):
        clock.call_at(1 + A_HOUR * number / len(jobs), lambda job=job: in_a_thread(job))


def in_a_thread(job):
    """Cancel a job in another thread."""
    thread = threading.Thread(target=copy_context().run, args=(job.cancel,))
    thread.start()
    thread.join()


def test_soak(clock):
    """Each job comes once, with its true final status; none is lost, and none is kept."""
    random = Random(7)
    jobs = [
        random.choice([SoakJob, SoakBatch])(
            A_HOUR * random.random(), ERROR if random.random() < 0.1 else DONE
        )
        for _ in range(NUMBER)
    ]
    never_ending = [kind(1e9, DONE) for kind in (SoakJob, SoakBatch) for _ in range(50)]
    cancel_in_another_thread(clock, never_ending)
    jobs += never_ending
    random.shuffle(jobs)
    references = [weakref.ref(job) for job in jobs]
    expected = Counter(CANCELLED if job.end == 1e9 else job.final for job in jobs)
    del never_ending

    completions = as_completed(jobs, 2 * A_HOUR, wait=30, tolerance=Tolerance(OSError, seconds=600))
    del jobs
    gc.collect()
    gc.disable()
    came, wrong = Counter(), 0
    for job in completions:
        came[completions.status] += 1
        wrong += completions.error is not None or completions.status is not job.final
        wrong += job.end > clock.now()
    del job
    gc.enable()

    assert (came, wrong) == (expected, 0)
    assert sum(reference() is not None for reference in references) == 0
