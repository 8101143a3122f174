"""The checks are fair to classes that are right in another way than most."""

import signal
import threading
import time
from enum import Enum

import pytest

from jobv1 import JobError
from jobv1.testing import ContractViolation, check_job
from jobv1.testing._limits import RealLimit
from jobv1.testing.checks import identity, outcome, sharing
from tests.fake_harness import AbleJob, FakeHarness


class RefusingJob(AbleJob):
    """Says by an error that a cancel comes too late, as some services do."""

    def cancel(self):
        if self.in_final_state():
            raise JobError("It has ended.", job_id=self.job_id())
        return super().cancel()


class LonelyJob(AbleJob):
    """Has no backend that a user could want."""

    def backend(self):
        raise JobError("It has no backend.", job_id=self.job_id())


class UnlimitedJob(AbleJob):
    """Its result takes no timeout."""

    def result(self):
        return super().result()


class UnlimitedHarness(FakeHarness):
    can_time_out_result = False

    def __init__(self):
        super().__init__(UnlimitedJob)


class QuietJob(AbleJob):
    """Has a wait of its own, without callbacks."""

    def wait_for_final_state(self, timeout=None, wait=5, callback=None):
        super().wait_for_final_state(timeout, wait)


class ThreadBoundJob(AbleJob):
    """Refuses every thread but the one that made it."""

    def __init__(self, *args, **metadata):
        self._thread = threading.get_ident()
        super().__init__(*args, **metadata)

    def status(self):
        if threading.get_ident() != self._thread:
            raise RuntimeError("made in another thread")
        return super().status()


class SlowJob(AbleJob):
    """Its service takes three seconds for each answer."""

    def _query(self):
        time.sleep(2)
        answer = super()._query()
        time.sleep(1)
        return answer


class NanosecondsJob(AbleJob):
    """Has a wait of its own, which counts nanoseconds."""

    def _fetch(self, timeout, wait):
        if timeout and self._course.is_submitted:
            end = time.monotonic_ns() + int(timeout * 1e9)
            while not self.in_final_state() and time.monotonic_ns() < end:
                time.sleep(min(5, max(0, end - time.monotonic_ns()) / 1e9))
        return super()._fetch(timeout and 0, wait)


class QiskitStatus(Enum):
    """Stands where Qiskit's enum stands, and has its members."""

    INITIALIZING = 1
    QUEUED = 2
    VALIDATING = 3
    RUNNING = 4
    CANCELLED = 5
    DONE = 6
    ERROR = 7


QiskitStatus.__name__ = QiskitStatus.__qualname__ = "JobStatus"
QiskitStatus.__module__ = "qiskit.providers.jobstatus"


class QiskitStatusJob(AbleJob):
    """Answers members of Qiskit's enum, as a class does that came from there."""

    def status(self):
        return QiskitStatus[super().status().name]


@pytest.mark.parametrize("kind", [RefusingJob, LonelyJob, SlowJob, NanosecondsJob, QiskitStatusJob])
def test_right_in_another_way(kind):
    """Refusals by JobErrors, slow queries, other clocks and Qiskit's enum break no rule."""
    assert check_job(FakeHarness(kind)).failures == ()


def test_a_result_without_a_timeout():
    """A class whose result takes no timeout is spared the rules on it, and keeps the others."""
    report = check_job(UnlimitedHarness)

    spared = [outcome for outcome in report.outcomes if "can_time_out_result" in outcome.reason]
    assert {outcome.reason for outcome in spared} == {
        "can_time_out_result = False: result() takes no timeout"
    }
    assert "7.9" in {outcome.rule.number for outcome in spared}
    outcome.check_outcome_errors_keep_secrets(UnlimitedHarness())


def test_an_error_in_another_thread():
    """What a job raises in another thread is told."""
    with pytest.raises(
        ContractViolation, match="got:      it raised RuntimeError: made in another"
    ):
        sharing.check_sharing_status(FakeHarness(ThreadBoundJob))


def test_a_job_without_a_backend():
    """A job that has no backend says so each time."""
    assert identity.check_identity_backend_stays(FakeHarness(LonelyJob)) is None


def test_the_alarm_of_somebody_else():
    """Where somebody uses the alarm already, it is left to them."""
    rung = []

    class Bell:
        """Cannot be hashed, as a handler need not."""

        __hash__ = None

        def __call__(self, number, frame):
            rung.append(number)

    before = signal.signal(signal.SIGALRM, Bell())
    try:
        with RealLimit(FakeHarness):
            signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)

    assert rung == [signal.SIGALRM]


def test_a_query_before_the_move_does_not_count():
    """A harness may ask for the status in `move` until it is so."""

    class AskingHarness(FakeHarness):
        def move(self, job, status):
            super().move(job, status)
            while job.status() != status:
                raise AssertionError("it did not move")

    assert check_job(AskingHarness).failures == ()


def test_waits_without_callbacks():
    """Two waits that call nobody back are let come back by themselves."""
    assert sharing.check_sharing_waits(FakeHarness(QuietJob)) is None
