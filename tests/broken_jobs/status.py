"""Jobs that break the rules of status."""

from jobv1 import JobStatus
from jobv1._clock import CLOCK
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob

DAY = 86400


@breaks("check_status_follows_the_backend", "got:      QUEUED")
class MisreadsValidatingJob(AbleJob):
    """Has no entry for one word of the service, and a default for the rest."""

    def _query(self):
        status = super()._query()
        return JobStatus.QUEUED if status is JobStatus.VALIDATING else status


@breaks("check_status_stays_final", "got:      ERROR")
class ForgetsItIsDoneJob(AbleJob):
    """Asks on after the end, until the service purges the job and says that there is none."""

    ended_at = None

    def move(self, status):
        super().move(status)
        if status is JobStatus.DONE:
            self.ended_at = CLOCK.get().now()

    def _query(self):
        is_purged = self.ended_at is not None and CLOCK.get().now() >= self.ended_at + DAY
        return JobStatus.ERROR if is_purged else super()._query()


@breaks("check_status_cancelling_is_not_final", "got:      CANCELLED")
class CancelledTooEarlyJob(AbleJob):
    """Maps the "cancelling" of the service to CANCELLED."""

    def _query(self):
        status = super()._query()
        return JobStatus.CANCELLED if self.is_being_cancelled else status


@breaks("check_status_is_repeatable", "got:      QUEUED at first, ERROR at query 61")
class WearsOutJob(AbleJob):
    """Takes the "too many requests" of the service for a failure of the job."""

    moment = None
    requests = 0

    def _query(self):
        status = super()._query()
        now = CLOCK.get().now()
        self.requests = self.requests + 1 if now == self.moment else 1
        self.moment = now
        return JobStatus.ERROR if self.requests > 60 else status


@breaks("check_status_after_a_failure_is_true", "got:      RUNNING, then DONE")
class StaleAfterFailureJob(AbleJob):
    """Bridges an outage with the last status it saw, one query too late."""

    is_bridging = False

    def _query(self):
        last, was_bridging = self._told, self.is_bridging
        try:
            self.is_bridging = False
            status = super()._query()
        except ConnectionError:
            self.is_bridging = True
            raise
        return last if was_bridging and last is JobStatus.RUNNING else status


@breaks("check_status_failure_is_no_end", "got:      ERROR")
class TakesOutagesForErrorsJob(AbleJob):
    """Takes a connection that breaks while the service validates for a rejected job."""

    def _query(self):
        try:
            return super()._query()
        except ConnectionError:
            if self._course.status() is JobStatus.VALIDATING:
                return JobStatus.ERROR
            raise


@breaks("check_status_does_not_wait", "got:      VALIDATING after 300 s")
class WaitsInStatusJob(AbleJob):
    """Saves its users a state by waiting for the validation, for five minutes."""

    def _query(self):
        status = super()._query()
        if status is JobStatus.VALIDATING:
            CLOCK.get().sleep(300)
        return status


@breaks("check_status_never_begins_again", "got:      INITIALIZING")
class BeginsAgainJob(AbleJob):
    """Asks a service that keeps long jobs elsewhere, and takes an unknown job for a new one."""

    running_since = None

    def move(self, status):
        super().move(status)
        self.running_since = CLOCK.get().now() if status is JobStatus.RUNNING else None

    def _query(self):
        status = super()._query()
        is_long = self.running_since is not None and CLOCK.get().now() >= self.running_since + DAY
        return JobStatus.INITIALIZING if is_long else status


@breaks("check_status_unknown_word_is_no_end", "got:      ERROR")
class TakesNewWordsForErrorsJob(AbleJob):
    """Looks the word of the service up with a default."""

    def _query(self):
        return JobStatus.ERROR if self.is_unknown else super()._query()
