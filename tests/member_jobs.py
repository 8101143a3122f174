"""Jobs to make jobs of jobs of: each class differs in one thing."""

from concurrent.futures import Future

from jobv1 import JOB_FINAL_STATES, JobCancelledError, JobFailedError, JobStatus, JobV1, Tolerance
from jobv1.executor import ExecutorJob


class HandJob(JobV1):
    """A job that a test moves, whose `result` takes nothing, and that counts its queries."""

    def __init__(self, job_id="hand-1", status=JobStatus.QUEUED, backend=None):
        super().__init__(backend, job_id)
        self.state = status
        self.queries = self.results = 0
        self.errors = []
        self.submits = []

    def submit(self):
        if self.errors:
            raise self.errors.pop(0)
        self.submits.append(self.job_id())

    def status(self):
        self.queries += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.state

    def result(self):
        self.results += 1
        if self.state is JobStatus.ERROR:
            raise JobFailedError(f"{self.job_id()} went out.")
        if self.state is JobStatus.CANCELLED:
            raise JobCancelledError(f"{self.job_id()} was stopped.")
        return f"result of {self.job_id()}"

    def cancel(self):
        if self.errors:
            raise self.errors.pop(0)
        if self.state in JOB_FINAL_STATES:
            return False
        self.state = JobStatus.CANCELLED
        return True


class TimedJob(HandJob):
    """A job whose `result` takes a timeout."""

    def result(self, timeout=None):
        self.timeout = timeout
        return super().result()


class WaitedJob(HandJob):
    """A job whose `result` takes a timeout and a pause."""

    def result(self, timeout=None, wait=5):
        self.timeout = timeout
        self.wait_for_final_state(timeout, wait)
        return super().result()


class BatchJob(HandJob):
    """A job that is asked for with others."""

    batches = []
    answers = staticmethod(lambda jobs: [job.state for job in jobs])

    @classmethod
    def batch_status(cls, jobs):
        cls.batches.append([job.job_id() for job in jobs])
        return cls.answers(jobs)


class SteadyJob(HandJob):
    """A job whose class survives lost connections for a minute."""

    _tolerance = Tolerance(ConnectionError, seconds=60)


class PatientJob(HandJob):
    """A job whose class survives three timeouts in a row."""

    _tolerance = Tolerance(TimeoutError, failures=3)


def hands(number, job_class=HandJob, status=JobStatus.QUEUED):
    """Give some jobs of a class, called a, b, c and so on."""
    return [job_class("abcdefghij"[place], status) for place in range(number)]


def told_job(job_id):
    """Give a job that tells when it ends, and the future that ends it."""
    future = Future()
    job = ExecutorJob(None, job_id, lambda: future)
    job.submit()
    return job, future
