"""Fakes for the tests of waiting for many jobs."""

from __future__ import annotations

from jobv1 import JobStatus
from jobv1._clock import CLOCK
from tests.scripted_job import ScriptedJob

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE
ERROR, CANCELLED = JobStatus.ERROR, JobStatus.CANCELLED


class EndingJob(ScriptedJob):
    """A job that runs until a virtual time, and is then as it is told for ever."""

    def __init__(self, end, final=DONE, **keywords):
        super().__init__((), **keywords)
        self.end = end
        self.final = final

    def _take_step(self):
        return self.final if CLOCK.get().now() >= self.end else RUNNING


class Batch(ScriptedJob):
    """A job of a class that is asked in batches; a test takes a class of its own by `batches()`.

    An entry of a batch is the next step of the script: a status, or an exception as such.
    `requests` holds the ids of each batch, `requested_at` the time when it was asked.
    `faults` says what the n-th batch, from 1, raises or answers instead; `slowness` how many
    seconds each takes.
    """

    requests = []
    requested_at = []
    faults = {}
    slowness = 0.0

    @classmethod
    def batch_status(cls, jobs):
        cls.requests.append([job.job_id() for job in jobs])
        cls.requested_at.append(CLOCK.get().now())
        CLOCK.get().advance(cls.slowness)
        fault = cls.faults.get(len(cls.requests))
        if isinstance(fault, Exception):
            raise fault
        return [job.entry() for job in jobs] if fault is None else fault

    def entry(self):
        try:
            return self._take_step()
        except OSError as error:
            return error


class EndingBatch(Batch, EndingJob):
    """A job that runs until a virtual time, of a class that is asked in batches."""


def batches(kind=Batch, **attributes):
    """Make a class of jobs that are asked in batches, with a log of its own."""
    its = {"requests": [], "requested_at": [], "faults": {}, **attributes}
    return type("BatchJob", (kind,), its)


class HintingJob(EndingJob):
    """A job that says after how many seconds it is worth asking again."""

    delay = 1.0

    def next_query_delay(self):
        return self.delay


class ForeignJob:
    """A job of another house: an id, a status, and no room for anything else."""

    __slots__ = ("__weakref__", "answer", "id")
    __hash__ = None

    def __init__(self, answer=DONE, job_id="foreign"):
        self.answer = answer
        self.id = job_id

    def __eq__(self, other):
        return True

    def job_id(self):
        return self.id

    def status(self):
        return self.answer


def ignore(job_id, status, job):
    """Do nothing: a callback, so that all jobs are asked."""
