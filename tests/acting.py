"""Jobs and harnesses for the actions of the state machine, and how they are done by hand."""

from jobv1 import JobCancelledError, JobStatus
from jobv1._clock import CLOCK
from jobv1.testing import Life
from jobv1.testing._actions import JobActions
from tests.fake_harness import AbleJob, FakeHarness


class SlowCancelHarness(FakeHarness):
    """Gives jobs whose cancel takes its time, in seconds."""

    delay = 60

    def tidy(self):
        super().tidy()
        self.backend._lives = (Life(cancel_delay=self.delay),)


class StubbornHarness(SlowCancelHarness):
    """Gives jobs that refuse to be cancelled."""

    delay = None


class NeverCancelledHarness(SlowCancelHarness):
    """Gives jobs that accept a cancel and go on."""

    delay = float("inf")


class CachingJob(AbleJob):
    """Answers a state it knows without a query, so that no query fails."""

    known = None

    def _query(self):
        if self.known is None or self._course.status() is JobStatus.DONE:
            self.known = super()._query()
        return self.known


class RefusesByErrorJob(AbleJob):
    """Raises when it cannot be cancelled any more."""

    def _cancel(self):
        if not super()._cancel():
            raise JobCancelledError("too late")


class ChangesItsResultJob(AbleJob):
    """Fetches anew each time."""

    def _fetch(self, timeout, wait):
        return object()


class BlamesTheTransportJob(AbleJob):
    """Raises an error that is no JobError for a failed job."""

    def _fetch(self, timeout, wait):
        raise OSError("it failed")


class RefusesAndCancelsJob(AbleJob):
    """Says that it was not cancelled, and is."""

    def _cancel(self):
        super()._cancel()
        return False


class SilentHarness(FakeHarness):
    """Gives one job, and then has no connection."""

    def submitted_job(self):
        if self.backend.jobs:
            raise ConnectionError("no backend")
        return super().submitted_job()

    def move(self, job, status):
        raise ConnectionError("no backend")

    def break_query(self, job):
        raise ConnectionError("no backend")


class UntidyHarness(FakeHarness):
    """Cannot tidy up after a job that answers whatever it likes."""

    tidied_at = None

    def tidy(self):
        if hasattr(self, "backend"):
            self.tidied_at = CLOCK.get().now()
            raise OSError("still busy")
        super().tidy()

    def break_query(self, job):
        job.inject(JobStatus.DONE)


class SpoiledJob(AbleJob):
    """Answers its cancel in words, and nothing right from then on, if it is the first."""

    is_spoiled = False

    def _cancel(self):
        self.is_spoiled = self._job_id == "fake-1"
        return "cancelled" if self.is_spoiled else super()._cancel()

    def _query(self):
        return "spoiled" if self.is_spoiled else super()._query()

    def job_id(self):
        return "spoiled" if self.is_spoiled else super().job_id()


class QuietJob(AbleJob):
    """Does not tell when it is final."""

    add_done_callback = None


class RetryingJob(AbleJob):
    """Asks again when a query fails."""

    def _query(self):
        try:
            return super()._query()
        except ConnectionError:
            return super()._query()


class PedanticHarness(SlowCancelHarness):
    """Refuses what the kit must not ask of it."""

    delay = 600

    def __init__(self):
        self.at = {}
        super().__init__(RetryingJob)

    def move(self, job, status):
        before = self.at.get(job.job_id())
        assert not any(call.method == "cancel" for call in job.log), "it was cancelled"
        assert before is None or before is JobStatus.RUNNING, "it may not be moved any more"
        assert before is None or status in {JobStatus.DONE, JobStatus.ERROR}, "it runs already"
        self.at[job.job_id()] = status
        super().move(job, status)


class EarlyTimeoutJob(AbleJob):
    """Gives up when half of the time is over."""

    def wait_for_final_state(self, timeout=None, wait=5, callback=None, *, tolerance=None):
        super().wait_for_final_state(timeout / 2, wait, callback, tolerance=tolerance)


def acting(harness, *steps):
    """Do the actions, each a name and its arguments, with one job that is submitted first."""
    actions = JobActions(harness)
    for name, *arguments in (("submit_jobs", 1), *steps):
        getattr(actions, name)(*arguments)
    return actions


def states(actions):
    """Give what the model knows of the status of each job."""
    return [tracked.status for tracked in actions.tracked]
