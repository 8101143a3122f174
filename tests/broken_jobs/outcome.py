"""Jobs that break the rules of outcome."""

import time
from math import ceil, isfinite

from jobv1 import JOB_FINAL_STATES, JobError, JobFailedError, JobStatus, JobTimeoutError
from jobv1.exceptions import JobCancelledError
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


@breaks("check_outcome_is_something", "got:      None")
class AnswersNothingJob(AbleJob):
    """Fetches the result, and forgets to return it."""

    def _fetch(self, timeout, wait):
        super()._fetch(timeout, wait)


@breaks("check_outcome_is_the_same_twice", "got:      None")
class SpendsItsResultJob(AbleJob):
    """Has nothing to give once the service has thrown the result away."""

    def _fetch(self, timeout, wait):
        result = super()._fetch(timeout, wait)
        fetched_at = vars(self).setdefault("_fetched_at", time.monotonic())
        return result if time.monotonic() < fetched_at + 3600 else None


@breaks("check_outcome_waits_for_the_end", "got:      [] after 0 s")
class ImpatientResultJob(AbleJob):
    """Gives of a running job what there is so far."""

    def _fetch(self, timeout, wait):
        if self._course.status() is JobStatus.RUNNING:
            return []
        return super()._fetch(timeout, wait)


@breaks("check_outcome_of_a_failed_job_raises", "got:      it answered None")
class AnswersForAFailureJob(AbleJob):
    """Has no result for a job that failed, and says so by None."""

    def _fetch(self, timeout, wait):
        try:
            return super()._fetch(timeout, wait)
        except JobFailedError:
            return None


@breaks("check_outcome_of_a_cancelled_job_raises", "got:      it answered None")
class AnswersForACancelledJob(AbleJob):
    """Has no result for a job that was cancelled, and says so by None."""

    def _fetch(self, timeout, wait):
        try:
            return super()._fetch(timeout, wait)
        except JobCancelledError:
            return None


@breaks("check_outcome_tells_why", "got:      JobFailedError: The job has failed.")
class LosesTheWordsJob(AbleJob):
    """Raises for a failed job, and does not ask the service for the reason."""

    def _fetch(self, timeout, wait):
        try:
            return super()._fetch(timeout, wait)
        except JobFailedError:
            raise JobFailedError("The job has failed.") from None


@breaks("check_outcome_fails_the_same_twice", "got:      None")
class FailsOnceJob(AbleJob):
    """Keeps what the first call found, and forgets that it was a cancelled job."""

    _was_asked = False

    def _fetch(self, timeout, wait):
        try:
            return super()._fetch(timeout, wait)
        except JobCancelledError:
            if self._was_asked:
                return None
            self._was_asked = True
            raise


@breaks("check_outcome_is_told_at_once", "got:      it took 2 s")
class NapsBeforeTheResultJob(AbleJob):
    """Gives the service two seconds to store the result."""

    def _fetch(self, timeout, wait):
        if self._course.status() in JOB_FINAL_STATES:
            time.sleep(2)
        return super()._fetch(timeout, wait)


@breaks("check_outcome_times_out_by_an_error", "got:      it raised TimeoutError: too late")
class BuiltinTimeoutJob(AbleJob):
    """Hands on the timeout of the transport."""

    def _fetch(self, timeout, wait):
        try:
            return super()._fetch(timeout, wait)
        except JobTimeoutError:
            raise TimeoutError("too late") from None


@breaks("check_outcome_keeps_its_deadline", "got:      it was over after 10 s")
class OversleepsResultJob(AbleJob):
    """Counts the time in whole pauses."""

    def _fetch(self, timeout, wait):
        if timeout is not None and isfinite(timeout):
            timeout = ceil(timeout / 5) * 5
        return super()._fetch(timeout, wait)


@breaks(
    "check_outcome_zero_timeout_does_not_wait",
    "got:      no end: it was still at it after 10,000 queries",
)
class ZeroMeansForeverResultJob(AbleJob):
    """Asks `if timeout` in `result()` where it means `if timeout is not None`."""

    def _fetch(self, timeout, wait):
        return super()._fetch(timeout or None, wait)


@breaks(
    "check_outcome_ends_with_the_job",
    "got:      no end: it was still at it after 10,000 queries",
)
class WaitsOnAfterTheEndJob(AbleJob):
    """Looks whether it was cancelled before it waits for the result, and then no longer."""

    def _fetch(self, timeout, wait):
        waits = timeout is None and self._course.is_submitted
        if waits and self._course.status() not in JOB_FINAL_STATES:
            while self.status() not in (JobStatus.DONE, JobStatus.ERROR):
                time.sleep(5)
        return super()._fetch(timeout, wait)


@breaks("check_outcome_makes_the_status_final", "got:      RUNNING")
class LagsBehindItsResultJob(AbleJob):
    """Is sent the result, and asks a cache for the status."""

    _cached_until = 0.0

    def _query(self):
        status = super()._query()
        return JobStatus.RUNNING if time.monotonic() < self._cached_until else status

    def _fetch(self, timeout, wait):
        was_final = self._course.status() in JOB_FINAL_STATES
        try:
            return super()._fetch(timeout, wait)
        finally:
            if not was_final and self._course.status() in JOB_FINAL_STATES:
                self._cached_until = time.monotonic() + 10


@breaks("check_outcome_timeout_leaves_the_job", "got:      CANCELLED")
class CancelsWhenResultTimesOutJob(AbleJob):
    """Spares the machine the jobs whose result nobody waits for."""

    def _fetch(self, timeout, wait):
        try:
            return super()._fetch(timeout, wait)
        except JobTimeoutError:
            self.cancel()
            raise


@breaks("check_outcome_errors_keep_secrets", "got:      1 of the secrets (not shown here)")
class TellsItsTokenInErrorsJob(AbleJob):
    """Shows the request that failed, with all its headers."""

    def _fetch(self, timeout, wait):
        try:
            return super()._fetch(timeout, wait)
        except JobError as error:
            request = f"GET /jobs/{self.job_id()} (Authorization: {self._token})"
            raise error from OSError(request)
