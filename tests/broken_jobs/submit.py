"""Jobs that break the rules of submit."""

from contextlib import suppress

from jobv1 import JOB_FINAL_STATES, JobStatus, JobTimeoutError
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob, FakeHarness


class DetachingHarness(FakeHarness):
    """Submits in the background, as the backend of such a class does."""

    def submitted_job(self):
        job = self.unsubmitted_job()
        job.submit(attached=False)
        return job


@breaks(
    "check_submit_returns_before_the_end",
    "got:      it came back after 600 s, and the job was QUEUED",
    harness=DetachingHarness,
)
class WaitsInSubmitJob(AbleJob):
    """Stays for a while unless it is told not to, as the command lines of clusters do."""

    def submit(self, *, attached=True):
        super().submit()
        if attached:
            with suppress(JobTimeoutError):
                self.wait_for_final_state(600)


@breaks("check_submit_only_once", "got:      None")
class SubmitsTwiceJob(AbleJob):
    """Sends the request again, and the service takes it for the first."""

    def submit(self):
        if not self._course.is_submitted:
            super().submit()


@breaks("check_submit_again_changes_nothing", "got:      QUEUED, 'fake-2'")
class QueuesItselfAgainJob(AbleJob):
    """Notes that it is queued, and only then sends the request, which is refused."""

    def submit(self):
        if self._course.is_submitted and self._course.status() not in JOB_FINAL_STATES:
            self._course.move(JobStatus.QUEUED)
        super().submit()


@breaks("check_submit_status_before", "got:      QUEUED")
class QueuedTooEarlyJob(AbleJob):
    """Begins as QUEUED, since its author never saw a job that was not submitted."""

    def _query(self):
        return super()._query() if self._course.is_submitted else JobStatus.QUEUED


@breaks(
    "check_submit_no_result_before",
    "(timeout 600 s, 121 queries); it was not cancelled. after 600 s",
)
class WaitsUnsubmittedJob(AbleJob):
    """Waits for the end of what was never begun, until it loses patience."""

    def _fetch(self, timeout, wait):
        if not self._course.is_submitted:
            self.wait_for_final_state(600, wait)
        return super()._fetch(timeout, wait)
