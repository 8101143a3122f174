"""The jobs of the thread provider keep the contract of JobV1."""

from threading import Event

from examples.thread_provider.provider import ThreadBackend, ThreadJob
from jobv1 import JobStatus
from jobv1.testing import Harness, parametrize_with_checks


class HeldBackend(ThreadBackend):
    """A backend whose jobs stay in the queue until they are released."""

    def enqueue(self, job):
        pass

    def release(self, job):
        super().enqueue(job)


class Work:
    """A function that comes back, or fails, when it is told to."""

    def __init__(self):
        self.started = Event()
        self.may_end = Event()
        self.error = None

    def __call__(self):
        self.started.set()
        self.may_end.wait()
        if self.error:
            raise self.error
        return 42


class ThreadHarness(Harness):
    error_text = "out of cheese"

    def __init__(self):
        self.backend = HeldBackend(workers=8)
        self.works = {}

    def unsubmitted_job(self):
        work = Work()
        job = ThreadJob(self.backend, f"thread-{len(self.works)}", work)
        self.works[job.job_id()] = work
        return job

    def submitted_job(self):
        job = self.unsubmitted_job()
        job.submit()
        return job

    def move(self, job, status):
        if status is JobStatus.CANCELLED:
            job.cancel()
        elif status is not JobStatus.QUEUED:
            self._let_run(job)
        if status in {JobStatus.DONE, JobStatus.ERROR}:
            self._let_end(job, RuntimeError(self.error_text) if status is JobStatus.ERROR else None)

    def tidy(self):
        for work in self.works.values():
            work.may_end.set()
        self.backend.close()

    def _let_run(self, job):
        work = self.works[job.job_id()]
        if not work.started.is_set():
            self.backend.release(job)
            work.started.wait()

    def _let_end(self, job, error):
        work = self.works[job.job_id()]
        ended = Event()
        job.add_done_callback(lambda _: ended.set())
        work.error = error
        work.may_end.set()
        ended.wait()


@parametrize_with_checks(ThreadHarness)
def test_contract(check):
    check()
