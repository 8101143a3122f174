"""A right job of jobs over able jobs, and the harness of such jobs."""

from jobv1 import JOB_FINAL_STATES, JobCancelledError, JobError, JobFailedError, JobStatus, JobV1
from jobv1.testing import FakeBackend, Harness, Life
from tests.fake_harness import WORDS, AbleJob

SIZE = 3
ADVANCE = (JobStatus.INITIALIZING, JobStatus.QUEUED, JobStatus.VALIDATING)


class FakeCompositeJob(JobV1):
    """Many able jobs as one."""

    def __init__(self, backend, job_id, members):
        super().__init__(backend, job_id, size=len(members))
        self.members = members

    def submit(self):
        if self._is_submitted():
            raise JobError(f"Job {self.job_id()} was submitted already.")
        for member in self.members:
            member.submit()

    def status(self):
        return self._whole([member.status() for member in self.members])

    def result(self, timeout=None, wait=5):
        if not self._is_submitted():
            raise JobError(f"Job {self.job_id()} was never submitted.")
        self.wait_for_final_state(timeout, wait)
        status = self.status()
        if status is JobStatus.ERROR:
            raise JobFailedError(f"Job {self.job_id()} failed: {WORDS}")
        if status is JobStatus.CANCELLED:
            raise JobCancelledError(f"Job {self.job_id()} was cancelled.")
        return [member.result() for member in self._in_result()]

    def cancel(self):
        accepted = [member.cancel() for member in self._to_cancel()]
        return all(accepted)

    def _is_submitted(self):
        return self.members[0]._course.is_submitted

    def _in_result(self):
        return self.members

    def _to_cancel(self):
        return self.members

    def _whole(self, statuses):
        ended = [status for status in statuses if status in JOB_FINAL_STATES]
        if len(ended) == len(statuses):
            return self._end(ended)
        if ended or JobStatus.RUNNING in statuses:
            return JobStatus.RUNNING
        return min(statuses, key=ADVANCE.index)

    def _end(self, statuses):
        for status in (JobStatus.ERROR, JobStatus.CANCELLED):
            if status in statuses:
                return status
        return JobStatus.DONE


class CompositeHarness(Harness):
    """Gives jobs of jobs of a class that is a `FakeCompositeJob`."""

    statuses = frozenset(JobStatus) - {JobStatus.INITIALIZING}
    error_text = WORDS

    def __init__(self, job_class=FakeCompositeJob):
        self.job_class = job_class
        self.tidy()

    def tidy(self):
        self.backend = FakeBackend(Life(error_message=WORDS), job_class=AbleJob)

    def submitted_job(self):
        job = self.unsubmitted_job()
        job.submit()
        return job

    def unsubmitted_job(self):
        members = [self.backend.job(f"rx({angle}) q[0];") for angle in range(SIZE)]
        return self.job_class(self.backend, f"batch-{len(self.backend.jobs) // SIZE}", members)

    def move(self, job, status):
        for member in getattr(job, "members", [job]):
            member.move(status)

    def break_query(self, job):
        job.members[0].inject(ConnectionError("connection reset"))

    def count_requests(self):
        return len(self.backend.log)

    def members(self, job):
        return job.members
