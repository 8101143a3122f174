"""A harness that fails: it is told so, and its jobs are not blamed."""

import re
import threading
from contextlib import suppress
from unittest import SkipTest

import pytest

from jobv1 import JobStatus
from jobv1.testing import ContractViolation, HarnessError, _limits, check_job, checks_for
from jobv1.testing.checks import CHECKS
from tests.fake_harness import AbleJob, FakeHarness
from tests.testing.test_trial import trial


class UntidyHarness(FakeHarness):
    def tidy(self):
        if hasattr(self, "backend"):
            raise OSError("busy")
        super().tidy()


def test_a_harness_that_cannot_tidy_up():
    """An error of `tidy` is the harness's own, unless the check found something before."""
    with (
        pytest.raises(HarnessError, match=r"The harness failed: tidy\(\) raised OSError: busy"),
        trial(UntidyHarness()),
    ):
        pass
    with (
        pytest.raises(ContractViolation, match="got:      a bird"),
        trial(UntidyHarness()) as its,
    ):
        its.require(False, got="a bird")


class ClumsyHarness(FakeHarness):
    def move(self, job, status):
        raise AttributeError("no such client")


def test_a_harness_that_fails():
    """What a harness raises is its own failure, told with the place, even in a wait of the job."""
    with (
        pytest.raises(HarnessError) as caught,
        trial(ClumsyHarness()) as its,
    ):
        job = its.job()
        its.move_at(10, job, JobStatus.DONE)
        its.attempt(job.wait_for_final_state)

    text = str(caught.value)
    assert text.startswith("The harness failed: move(..., DONE) raised AttributeError: no such")
    assert re.search(r"client \(test_asked_harness\.py:\d+\)$", text)


@pytest.mark.parametrize(
    ("give", "sentence"),
    [
        (lambda harness: None, "submitted_job() answered None, which is no JobV1"),
        (lambda harness: harness.backend.jobs[0], "submitted_job() answered the same job twice"),
    ],
    ids=["nothing", "the same"],
)
def test_a_harness_without_new_jobs(give, sentence):
    """A harness that gives no job, or one twice, is told so."""

    class PoorHarness(FakeHarness):
        def submitted_job(self):
            super().submitted_job()
            return give(self)

    with (
        pytest.raises(HarnessError, match=re.escape(f"The harness failed: {sentence}")),
        trial(PoorHarness()) as its,
    ):
        its.job()
        its.job()


def test_a_harness_that_blocks(monkeypatch):
    """A harness that does not come back is ended, and told so."""
    monkeypatch.setattr(_limits, "MOST_REAL_SECONDS", 0.05)

    class BlockingHarness(FakeHarness):
        def move(self, job, status):
            lock = threading.Lock()
            lock.acquire()
            lock.acquire()

    with (
        pytest.raises(HarnessError, match=r"move\(..., DONE\) did not come back: it blocked"),
        trial(BlockingHarness()) as its,
    ):
        its.job(JobStatus.DONE)


def test_harnesses_that_block_again_and_again(monkeypatch):
    """After one blocked check of a harness class the others are given less time."""
    monkeypatch.setattr(_limits, "MOST_REAL_SECONDS", 0.1)

    class BlockingHarness(FakeHarness):
        def move(self, job, status):
            lock = threading.Lock()
            lock.acquire()
            lock.acquire()

    texts = []
    for _ in range(4):
        with pytest.raises(HarnessError) as caught, trial(BlockingHarness()) as its:
            its.job(JobStatus.DONE)
        texts.append(re.search(r"over (.+?) s", str(caught.value)).group(1))

    assert texts == ["0.1", "0.01", "0.01", "0.01"]


def test_verdicts_pass_through_a_harness():
    """What a harness skips is skipped, and no failure of its own."""

    class SkippingHarness(FakeHarness):
        def submitted_job(self):
            raise SkipTest("the simulator is not installed")

    with (
        pytest.raises(SkipTest, match="the simulator is not installed"),
        trial(SkippingHarness()) as its,
    ):
        its.attempt(its.job)


def outcomes(harness):
    """Run every check, and give the outcomes."""
    return [check.outcome() for check in checks_for(harness)]


class LateClumsyHarness(FakeHarness):
    def move(self, job, status):
        if status is JobStatus.ERROR:
            raise AttributeError("no such client")
        super().move(job, status)


def test_one_failure_of_a_harness_is_told_once():
    """A failure of the harness fails one check; those that meet it again are skipped."""
    states = outcomes(LateClumsyHarness)
    failed = [outcome for outcome in states if outcome.state == "failed"]
    again = {outcome.reason for outcome in states if "failed as before" in outcome.reason}

    assert len(failed) == 1
    assert failed[0].reason.startswith("The harness failed: move(..., ERROR) raised AttributeError")
    assert again == {"the harness failed as before, in move(..., ERROR)"}


def test_a_harness_that_cannot_be_made():
    """A class that raises when it is made fails once, and all else is skipped."""

    class BrokenHarness(FakeHarness):
        def __init__(self):
            raise OSError("no port is free")

    first, *others = outcomes(BrokenHarness)

    assert first.reason.startswith("The harness failed: ")
    assert "BrokenHarness() raised OSError: no port is free (test_asked_harness.py:" in first.reason
    assert {outcome.state for outcome in others} == {"skipped"}


def test_a_class_gives_a_harness_to_each_check():
    """Of a class each check gets a new harness; a harness that is given is that of all."""
    made = []

    class CountedHarness(FakeHarness):
        def __init__(self):
            super().__init__()
            made.append(self)

    check_job(CountedHarness)
    assert len(made) == len(CHECKS) + 1
    check_job(CountedHarness())
    assert len(made) == len(CHECKS) + 2


class DeafHarness(FakeHarness):
    def move(self, job, status):
        """Forget to move."""


def test_a_harness_that_moves_nothing():
    """A move that does not show is asked about by the gate, before all else."""
    first, *others = outcomes(DeafHarness)

    assert "got:      QUEUED; does the harness's move() reach the backend of this" in first.reason
    assert {outcome.state for outcome in others} == {"skipped"}


class HarmlessHarness(FakeHarness):
    def break_query(self, job):
        """Break nothing."""


def test_a_break_that_breaks_nothing():
    """If no query is seen to fail, the rule is skipped with that reason."""
    reasons = {outcome.rule.number: outcome.reason for outcome in outcomes(HarmlessHarness)}

    assert reasons["3.6"] == "break_query() made no query fail, as far as status() shows"


def test_a_job_class_is_no_harness():
    """Whoever gives the job class is told that it is that of the harness's jobs."""
    with pytest.raises(TypeError, match="AbleJob is the job class; give the harness of its jobs"):
        check_job(AbleJob)


def test_a_harness_tidies_up_after_a_hang(monkeypatch):
    """What ended the check does not ring again while the harness tidies up."""
    monkeypatch.setattr(_limits, "MOST_REAL_SECONDS", 0.5)
    monkeypatch.setattr(_limits, "_AGAIN", 0.01)
    tidied = []

    class BlockingJob(AbleJob):
        def status(self):
            threading.Event().wait()

    class SlowToTidyHarness(FakeHarness):
        def tidy(self):
            super().tidy()
            threading.Event().wait(0.02)
            tidied.append("tidy")

    with pytest.raises(ContractViolation, match="no end"):
        CHECKS[0](SlowToTidyHarness(BlockingJob))

    assert len(tidied) == 2


class CatchesAllJob(AbleJob):
    """Catches whatever is raised in its loop."""

    def status(self):
        while True:
            with suppress(BaseException):
                super().job_id()


def test_a_job_that_catches_everything(monkeypatch):
    """A loop that catches even what ends a check is ended, since it is raised again."""
    monkeypatch.setattr(_limits, "MOST_REAL_SECONDS", 0.05)
    monkeypatch.setattr(_limits, "_AGAIN", 0.002)

    class StubbornHarness(FakeHarness):
        """So that no other test is given less time."""

    with pytest.raises(ContractViolation, match="no end: it blocked"):
        CHECKS[0](StubbornHarness(CatchesAllJob))
