"""Jobs that break the rules of the callback."""

from contextlib import suppress

from jobv1 import JOB_FINAL_STATES
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


class CallsBackJob(AbleJob):
    """Has a way of its own to call back: right, unless a subclass errs."""

    def wait_for_final_state(self, timeout=None, wait=5, callback=None, *, tolerance=None):
        given = callback and self._wrapped(callback)
        super().wait_for_final_state(timeout, wait, given, tolerance=tolerance)

    def _wrapped(self, callback):
        return callback


@breaks("check_callback_is_given_id_status_job", "got:      a call with (<ShufflesItsCallbackJob ")
class ShufflesItsCallbackJob(CallsBackJob):
    """Gives the most important argument first."""

    def _wrapped(self, callback):
        return lambda job_id, status, job: callback(job, status, job_id)


@breaks("check_callback_sees_the_end", "got:      4 calls, the last one with QUEUED")
class SilentAtTheEndJob(CallsBackJob):
    """Calls back while the job goes on, and then no longer."""

    def _wrapped(self, callback):
        def while_it_goes_on(job_id, status, job):
            if status not in JOB_FINAL_STATES:
                callback(job_id, status, job)

        return while_it_goes_on


@breaks("check_callback_error_travels", "got:      2 calls, JobTimeoutError: ")
class SwallowsCallbackErrorsJob(CallsBackJob):
    """Does not let a fault of the user's spoil the wait."""

    def _wrapped(self, callback):
        def quietly(*given):
            with suppress(Exception):
                callback(*given)

        return quietly


@breaks("check_callback_sees_each_query", "got:      1 call for 5 queries")
class SkipsCallbacksJob(CallsBackJob):
    """Calls back when there is news."""

    def _wrapped(self, callback):
        seen = []

        def with_news(job_id, status, job):
            if seen[-1:] != [status]:
                seen.append(status)
                callback(job_id, status, job)

        return with_news


@breaks("check_callback_interrupt_leaves_the_job", "got:      the interrupt, and CANCELLED")
class CancelsOnInterruptJob(CallsBackJob):
    """Cancels when the user presses Ctrl-C, as if that were what is meant."""

    def wait_for_final_state(self, *given, **options):
        try:
            super().wait_for_final_state(*given, **options)
        except KeyboardInterrupt:
            self.cancel()
            raise
