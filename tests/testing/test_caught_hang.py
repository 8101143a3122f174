"""A job that catches whatever would end it is ended all the same."""

import sys
import threading
import time
from contextlib import suppress

import pytest

from jobv1 import JOB_FINAL_STATES
from jobv1.testing import ContractViolation, _limits
from jobv1.testing.checks import outcome
from tests.fake_harness import AbleJob, FakeHarness


class CatchesAllJob(AbleJob):
    """Catches whatever is raised in its loop."""

    def _fetch(self, timeout, wait):
        while self._course.status() not in JOB_FINAL_STATES or timeout is None:
            try:
                self.wait_for_final_state(wait=1e6)
                time.sleep(1e6)
            except:  # noqa: E722, PERF203, S112 - what is tested
                continue


class SuppressesAllJob(AbleJob):
    """Suppresses whatever is raised in its loop, where it really waits."""

    def _fetch(self, timeout, wait):
        while True:
            with suppress(BaseException):
                threading.Event().wait()


class AsksAgainJob(AbleJob):
    """Catches whatever is raised in a method that its loop calls."""

    def _fetch(self, timeout, wait):
        while not self._is_there():
            continue

    def _is_there(self):
        try:
            threading.Event().wait()
        except BaseException:  # noqa: BLE001 - what is tested
            return False


@pytest.mark.parametrize("kind", [CatchesAllJob, SuppressesAllJob, AsksAgainJob])
def test_no_handler_outlives_the_limit(monkeypatch, kind):
    """A loop that catches everything is ended all the same, and the tracing is as before."""
    monkeypatch.setattr(_limits, "MOST_REAL_SECONDS", 0.05)
    monkeypatch.setattr(_limits, "_AGAIN", 0.01)
    before = sys.gettrace()

    class StubbornHarness(FakeHarness):
        """So that no other test is given less time."""

    with pytest.raises(ContractViolation, match="no end: it blocked for over"):
        outcome.check_outcome_is_something(StubbornHarness(kind))

    assert sys.gettrace() is before


def test_a_harness_tidies_up_after_a_hang(monkeypatch):
    """What ended the check does not ring again while the harness tidies up."""
    monkeypatch.setattr(_limits, "MOST_REAL_SECONDS", 0.2)
    monkeypatch.setattr(_limits, "_AGAIN", 0.01)
    tidied = []

    class SlowToTidyHarness(FakeHarness):
        def tidy(self):
            super().tidy()
            threading.Event().wait(0.05)
            tidied.append("tidy")

    harness = SlowToTidyHarness(SuppressesAllJob)
    with pytest.raises(ContractViolation, match="no end"):
        outcome.check_outcome_is_something(harness)

    assert len(tidied) == 2
