"""A right job with every ability, and the harness of such jobs: what the kit is tried on."""

from __future__ import annotations

from jobv1 import JOB_FINAL_STATES, JobStatus
from jobv1.testing import FakeBackend, FakeJob, Harness, Life

TOKEN = "token-5f2a"
WORDS = "The laser went out."


class AbleJob(FakeJob):
    """A fake job that a test moves, with every ability that a job class may have."""

    def __init__(self, *args, **metadata):
        super().__init__(*args, **metadata)
        self._token = TOKEN
        self._listeners = []
        self.is_being_cancelled = False
        self.is_unknown = False

    def move(self, status):
        super().move(status)
        if status in JOB_FINAL_STATES:
            self._tell()

    def _query(self):
        if self.is_unknown:
            raise KeyError("paused")
        return super()._query()

    def add_done_callback(self, fn, /):
        if self._course.status() in JOB_FINAL_STATES:
            fn(self)
        else:
            self._listeners.append(fn)

    def remove_done_callback(self, fn, /):
        if fn in self._listeners:
            self._listeners.remove(fn)

    def queue_position(self):
        return 0 if self._told is JobStatus.QUEUED else None

    def next_query_delay(self):
        return None

    async def status_async(self):
        return self.status()

    @classmethod
    def batch_status(cls, jobs):
        return [cls._answer_of(job) for job in jobs]

    @staticmethod
    def _answer_of(job):
        try:
            return job.status()
        except ConnectionError as error:
            return error

    def _cancel(self):
        accepted = super()._cancel()
        if accepted:
            self._tell()
        return accepted

    def _tell(self):
        listeners, self._listeners = self._listeners, []
        for fn in listeners:
            fn(self)


class FakeHarness(Harness):
    """Gives jobs of a class that is an `AbleJob`."""

    statuses = frozenset(JobStatus) - {JobStatus.INITIALIZING}
    error_text = WORDS
    secrets = (TOKEN,)

    def __init__(self, job_class=AbleJob):
        self.job_class = job_class
        self.tidy()

    def tidy(self):
        self.backend = FakeBackend(Life(error_message=WORDS), job_class=self.job_class)

    def submitted_job(self):
        return self.backend.run("h q[0];", shots=100)

    def unsubmitted_job(self):
        return self.backend.job("h q[0];", shots=100)

    def move(self, job, status):
        job.move(status)

    def move_to_cancelling(self, job):
        job.move(JobStatus.RUNNING)
        job.is_being_cancelled = True

    def move_to_unknown(self, job):
        job.is_unknown = True

    def break_query(self, job):
        job.inject(ConnectionError("connection reset"))

    def count_requests(self):
        return len(self.backend.log)

    def retrieve(self, job_id):
        return next(job for job in reversed(self.backend.jobs) if job.job_id() == job_id)
