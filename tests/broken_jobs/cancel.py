"""Jobs that break the rules of cancel."""

from jobv1 import JOB_FINAL_STATES, JobStatus
from jobv1._clock import CLOCK
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


@breaks("check_cancel_shows_in_the_status", "got:      QUEUED")
class CancelsInNameOnlyJob(AbleJob):
    """Answers that it was cancelled, and leaves the request to its author's next version."""

    def _cancel(self):
        return self._course.status() not in JOB_FINAL_STATES


@breaks("check_cancel_leaves_a_finished_job", "got:      CANCELLED")
class CancelsTheDoneJob(AbleJob):
    """Notes that it was cancelled, whatever the service answered."""

    is_noted = False

    def _cancel(self):
        self.is_noted = True
        return super()._cancel()

    def _query(self):
        status = super()._query()
        return JobStatus.CANCELLED if self.is_noted and status is JobStatus.DONE else status


@breaks("check_cancel_twice_is_harmless", "got:      KeyError: 'fake-1', and the job was CANCELLED")
class TripsOverASecondCancelJob(AbleJob):
    """Takes itself out of a dict of the jobs that wait, the second time too."""

    def __init__(self, backend, job_id, *args, **metadata):
        super().__init__(backend, job_id, *args, **metadata)
        self.waiting = {job_id: self}

    def _cancel(self):
        accepted = super()._cancel()
        if accepted or self._course.status() is JobStatus.CANCELLED:
            del self.waiting[self.job_id()]
        return accepted


@breaks("check_cancel_answers_a_bool_or_none", "got:      {'id': 'fake-1', 'cancelled': True}")
class AnswersCancelInWordsJob(AbleJob):
    """Hands on the response of the service."""

    def _cancel(self):
        accepted = super()._cancel()
        return {"id": self.job_id(), "cancelled": True} if accepted else False


@breaks("check_cancel_of_one_is_not_of_all", "got:      CANCELLED")
class CancelsItsSiblingsJob(AbleJob):
    """Cancels the session in which it was submitted."""

    def _cancel(self):
        accepted = super()._cancel()
        for job in self.backend().jobs if accepted else ():
            job._course.cancel()
        return accepted


@breaks("check_cancel_does_not_wait", "got:      it came back after 600 s")
class WaitsInCancelJob(AbleJob):
    """Stays until its machine is surely free for the next job."""

    def _cancel(self):
        was_running = self._course.status() is JobStatus.RUNNING
        accepted = super()._cancel()
        if was_running:
            CLOCK.get().sleep(600)
        return accepted


@breaks("check_cancel_of_a_finished_job_is_not_boasted", "got:      True")
class BoastsOfACancelJob(AbleJob):
    """Answers that its request arrived."""

    def _cancel(self):
        super()._cancel()
        return True
