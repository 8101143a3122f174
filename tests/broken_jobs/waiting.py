"""Jobs that break the rules of waiting."""

import time
from copy import copy
from math import inf

from jobv1 import JOB_FINAL_STATES, JobFailedError, JobStatus, JobTimeoutError
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


class WaitsItselfJob(AbleJob):
    """Has a wait of its own, which its `result()` does not use: right, unless a subclass errs."""

    def wait_for_final_state(self, timeout=None, wait=5, callback=None, *, tolerance=None):
        self._wait(timeout, wait, callback, tolerance)

    def _wait(self, timeout, wait, callback, tolerance):
        super().wait_for_final_state(timeout, wait, callback, tolerance=tolerance)

    def _fetch(self, timeout, wait):
        twin = copy(self)
        twin.__class__ = AbleJob
        return twin._fetch(timeout, wait)


class LoopsItselfJob(WaitsItselfJob):
    """Waits in a loop over the module `time`: right, unless a subclass errs."""

    ends = JOB_FINAL_STATES

    def _wait(self, timeout, wait, callback, tolerance):
        if tolerance is not None or not is_time(wait) or not (timeout is None or is_time(timeout)):
            super()._wait(timeout, wait, callback, tolerance)
            return
        limit = float("inf") if timeout is None else timeout
        deadline = time.monotonic() + limit
        pauses = 0
        while self._ask(callback) not in self.ends:
            self._pause(wait, deadline - time.monotonic(), pauses)
            pauses += 1

    def _ask(self, callback):
        status = self.status()
        if callback is not None:
            callback(self.job_id(), status, self)
        return status

    def _pause(self, wait, left, pauses):
        if left <= 0:
            self._time_out()
        time.sleep(min(wait, left))

    def _time_out(self):
        message = f"Timeout while waiting for job {self.job_id()}."
        raise JobTimeoutError(message)


def is_time(value):
    """Tell whether a value is a plain number of seconds that is not negative."""
    return type(value) in (int, float) and value >= 0


@breaks("check_waiting_for_a_done_job_takes_no_time", "got:      1 query, 1 s")
class NapsFirstJob(WaitsItselfJob):
    """Gives the service a second before it asks, unless it is in a hurry."""

    def _wait(self, timeout, wait, callback, tolerance):
        if timeout is None:
            time.sleep(1)
        super()._wait(timeout, wait, callback, tolerance)


@breaks("check_waiting_ends_with_a_failed_job", "got:      it raised JobFailedError: It failed.")
class RaisesForAFailedJob(WaitsItselfJob):
    """Does in the wait what `result()` should do."""

    def _wait(self, timeout, wait, callback, tolerance):
        super()._wait(timeout, wait, callback, tolerance)
        if self._told is JobStatus.ERROR:
            raise JobFailedError("It failed.")


@breaks(
    "check_waiting_ends_with_a_cancelled_job",
    "got:      it raised JobTimeoutError: Timeout while waiting for job fake-1.",
)
class OverlooksACancelledJob(LoopsItselfJob):
    """Lists the states in which it stops, and forgets one."""

    ends = (JobStatus.DONE, JobStatus.ERROR)


@breaks("check_waiting_comes_back_at_the_end", "got:      it came back after 210 s")
class BacksOffJob(LoopsItselfJob):
    """Doubles the pause each time, whatever the user asked for."""

    def _pause(self, wait, left, pauses):
        super()._pause(wait * 2**pauses, left, pauses)


@breaks("check_waiting_keeps_the_interval", "got:      24 queries")
class HurriesJob(WaitsItselfJob):
    """Asks each second when there is a limit, so as not to miss it."""

    def _wait(self, timeout, wait, callback, tolerance):
        is_urgent = is_time(timeout) and timeout < inf and is_time(wait)
        super()._wait(timeout, 1 if is_urgent else wait, callback, tolerance)


@breaks("check_waiting_keeps_the_deadline", "got:      it was over after 90 s")
class OvershootsJob(LoopsItselfJob):
    """Sleeps the whole pause, though less time is left."""

    def _pause(self, wait, left, pauses):
        if left <= 0:
            self._time_out()
        time.sleep(wait)


@breaks(
    "check_waiting_asks_at_the_deadline",
    "got:      it raised JobTimeoutError: Timeout while waiting for job fake-1.",
)
class GivesUpUnaskedJob(LoopsItselfJob):
    """Looks at the clock after the pause, and gives up before it has asked."""

    def _pause(self, wait, left, pauses):
        super()._pause(wait, left, pauses)
        if wait >= left:
            self._time_out()


@breaks("check_waiting_times_out_by_an_error", "got:      it answered None")
class QuietAtTheDeadlineJob(WaitsItselfJob):
    """Leaves it to the user to look at the status after a wait."""

    def _wait(self, timeout, wait, callback, tolerance):
        try:
            super()._wait(timeout, wait, callback, tolerance)
        except JobTimeoutError:
            return


@breaks("check_waiting_timeout_tells_the_job", "got:      JobTimeoutError: It took too long.")
class SpeechlessTimeoutJob(WaitsItselfJob):
    """Raises the right error in words of its own."""

    def _wait(self, timeout, wait, callback, tolerance):
        try:
            super()._wait(timeout, wait, callback, tolerance)
        except JobTimeoutError:
            raise JobTimeoutError("It took too long.") from None


@breaks(
    "check_waiting_zero_asks_once",
    "got:      no end: it was still at it after 10,000 queries",
)
class ZeroMeansForeverJob(WaitsItselfJob):
    """Asks `if timeout` where it means `if timeout is not None`."""

    def _wait(self, timeout, wait, callback, tolerance):
        super()._wait(timeout or None, wait, callback, tolerance)


@breaks(
    "check_waiting_none_has_no_limit",
    "got:      it raised JobTimeoutError: Timeout while waiting for job fake-1.",
)
class NoneMeansADayJob(WaitsItselfJob):
    """Has a default that no user sees."""

    def _wait(self, timeout, wait, callback, tolerance):
        super()._wait(86400 if timeout is None else timeout, wait, callback, tolerance)


@breaks("check_waiting_timeout_leaves_the_job", "got:      CANCELLED")
class CancelsOnTimeoutJob(WaitsItselfJob):
    """Spares the machine the jobs for which nobody waits."""

    def _wait(self, timeout, wait, callback, tolerance):
        try:
            super()._wait(timeout, wait, callback, tolerance)
        except JobTimeoutError:
            self.cancel()
            raise


@breaks("check_waiting_takes_positions", "got:      2 calls in 10 s, and then JobTimeoutError: ")
class SwapsTimeoutAndWaitJob(WaitsItselfJob):
    """Takes the pause first, as the users of its package were used to."""

    def wait_for_final_state(self, wait=None, timeout=None, callback=None, *, tolerance=None):
        self._wait(timeout, 5 if wait is None else wait, callback, tolerance)


@breaks("check_waiting_failed_query_is_no_end", "got:      it came back after 0 s")
class TakesFailureForTheEndJob(WaitsItselfJob):
    """Stops waiting when it loses the connection, and does not say so."""

    def _wait(self, timeout, wait, callback, tolerance):
        try:
            super()._wait(timeout, wait, callback, tolerance)
        except ConnectionError:
            return


@breaks("check_waiting_takes_a_schedule", "got:      it raised TypeError: ")
class NumbersOnlyJob(WaitsItselfJob):
    """Calculates with the pause."""

    def _wait(self, timeout, wait, callback, tolerance):
        super()._wait(timeout, wait + 0.0, callback, tolerance)


@breaks("check_waiting_takes_a_tolerance", "got:      it raised ConnectionError: connection reset")
class IgnoresToleranceJob(WaitsItselfJob):
    """Takes the argument, and does not hand it on."""

    def _wait(self, timeout, wait, callback, tolerance):
        super()._wait(timeout, wait, callback, None)


@breaks("check_waiting_refuses_nonsense", "got:      it answered None")
class TakesNonsenseJob(WaitsItselfJob):
    """Makes a pause below zero one of zero."""

    def _wait(self, timeout, wait, callback, tolerance):
        wait = 0 if type(wait) is int and wait < 0 else wait
        super()._wait(timeout, wait, callback, tolerance)


@breaks("check_waiting_lasts_in_every_state", "got:      it was over after 0 s")
class ForgetsAStateJob(LoopsItselfJob):
    """Lists the states in which it goes on, and forgets one."""

    ends = (*JOB_FINAL_STATES, JobStatus.VALIDATING)
