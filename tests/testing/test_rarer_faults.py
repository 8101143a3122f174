"""Checks refuse what breaks their rule in a rarer way than their broken job does."""

import pytest

from jobv1 import JobStatus, JobTimeoutError
from jobv1.testing import ContractViolation
from jobv1.testing.checks import cancel, identity, outcome, waiting
from tests.fake_harness import AbleJob, FakeHarness


class QuietAtZeroJob(AbleJob):
    """Comes back from a wait with no time, and does not say that the job has not ended."""

    def wait_for_final_state(self, timeout=None, *args, **options):
        if timeout != 0:
            super().wait_for_final_state(timeout, *args, **options)


class BuiltinTimeoutAtZeroJob(AbleJob):
    """Has a quick way for no time, with an error of its own."""

    def _fetch(self, timeout, wait):
        if timeout == 0:
            raise TimeoutError("not yet")
        return super()._fetch(timeout, wait)


class CountsDownJob(AbleJob):
    """Takes no limit for one that it cannot count down from."""

    def wait_for_final_state(self, timeout=None, *args, **options):
        if timeout == float("inf"):
            raise JobTimeoutError("It took too long.")
        super().wait_for_final_state(timeout, *args, **options)


class LeavesTheRunningJob(AbleJob):
    """Takes itself out of the queue, and does nothing when it is not there."""

    def _cancel(self):
        return self._course.status() is JobStatus.RUNNING or super()._cancel()


class CoroutineJob(AbleJob):
    """Has the status that only an event loop can ask for."""

    async def status(self):
        return super().status()


@pytest.mark.parametrize(
    ("check", "kind", "text"),
    [
        (
            waiting.check_waiting_zero_asks_once,
            QuietAtZeroJob,
            "got:      0 queries, 0 s, and None",
        ),
        (
            outcome.check_outcome_zero_timeout_does_not_wait,
            BuiltinTimeoutAtZeroJob,
            "got:      TimeoutError: not yet after 0 s",
        ),
        (
            waiting.check_waiting_none_has_no_limit,
            CountsDownJob,
            "got:      it raised JobTimeoutError: It took too long.",
        ),
        (cancel.check_cancel_shows_in_the_status, LeavesTheRunningJob, "got:      RUNNING"),
        (
            identity.check_identity_is_a_job,
            CoroutineJob,
            "Define `async def status_async(self)` in CoroutineJob",
        ),
    ],
)
def test_rarer_faults_are_refused(check, kind, text):
    """The check refuses it, and says what came."""
    with pytest.raises(ContractViolation) as caught:
        check(FakeHarness(kind))

    assert text in str(caught.value)
