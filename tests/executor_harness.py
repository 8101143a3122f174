"""The harness of jobs on a real executor: each has a thread of its own that the kit lets go on."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

from jobv1 import JobStatus
from jobv1.executor import ExecutorBackend, ExecutorJob
from jobv1.testing import Harness

WORDS = "The laser went out."
LIMIT = 4.0


class Work:
    """The work of one job: it begins and ends when it is told."""

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)
        self.may_begin, self.has_begun, self.may_end = Event(), Event(), Event()
        self.fails = False
        # Behind this one the job is queued.
        self.pool.submit(self.may_begin.wait)

    def __call__(self):
        self.has_begun.set()
        self.may_end.wait()
        if self.fails:
            raise RuntimeError(WORDS)
        return {"00": 51, "11": 49}

    def begin(self):
        self.may_begin.set()
        assert self.has_begun.wait(LIMIT), "the work did not begin"

    def end(self):
        self.may_begin.set()
        self.may_end.set()
        self.pool.shutdown()


class ExecutorHarness(Harness):
    """Gives jobs on threads."""

    statuses = frozenset(JobStatus) - {JobStatus.INITIALIZING, JobStatus.VALIDATING}
    error_text = WORDS

    def __init__(self):
        self.backend = ExecutorBackend()
        self.works = {}
        self.numbers = count(1)

    def tidy(self):
        for job, work in self.works.items():
            job.cancel()
            work.end()
        self.works.clear()

    def unsubmitted_job(self):
        work = Work()
        job_id = f"thread-{next(self.numbers)}"
        job = ExecutorJob(self.backend, job_id, lambda: work.pool.submit(work))
        self.works[job] = work
        return job

    def submitted_job(self):
        job = self.unsubmitted_job()
        job.submit()
        return job

    def move(self, job, status):
        work = self.works[job]
        if status is JobStatus.RUNNING:
            work.begin()
        elif status is JobStatus.CANCELLED:
            assert job.cancel(), "the job was not queued"
        elif status is not JobStatus.QUEUED:
            work.fails = status is JobStatus.ERROR
            told = Event()
            # Callbacks are called in their order, so this one comes after those of the kit.
            job.add_done_callback(lambda _: told.set())
            work.may_begin.set()
            work.may_end.set()
            assert told.wait(LIMIT), "the job did not end"
