"""One check at work: what it may do, and what becomes of what its job does."""

import threading
import time
from contextlib import suppress
from unittest import SkipTest

import pytest

from jobv1 import JobStatus
from jobv1._clock import CLOCK
from jobv1.testing import ContractViolation, HarnessError, Rule, _limits
from jobv1.testing._trial import Trial, shown
from tests.fake_harness import TOKEN, AbleJob, FakeHarness

RULE = Rule("0.1", "A job is a job.", "check_nothing")


def trial(harness=None, *needs):
    """Make a trial of a rule that is not in the contract."""
    return Trial(harness or FakeHarness(), Rule("0.1", "A job is a job.", "check_nothing", needs))


def test_jobs_are_submitted_and_moved():
    """A trial gives submitted jobs, in the state after the submission or in one that it names."""
    with trial() as its:
        assert its.job().status() is JobStatus.QUEUED
        assert its.job(JobStatus.ERROR).status() is JobStatus.ERROR
        assert its.unsubmitted_job().status() is JobStatus.INITIALIZING


def test_statuses_are_those_of_the_backend():
    """A check loops over those of some states that the backend can say, in the order it names."""
    with trial() as its:
        assert its.statuses([JobStatus.ERROR, JobStatus.INITIALIZING, JobStatus.DONE]) == [
            JobStatus.ERROR,
            JobStatus.DONE,
        ]
        assert len(its.statuses()) == 6


def test_queries_are_counted_whoever_makes_them():
    """The queries of a job are counted, those that its own methods make too."""
    with trial() as its:
        job = its.job()
        job.status()
        job.done()

        assert its.queries(job) == 2


def test_a_move_falls_due_in_virtual_time():
    """A job is moved at a virtual time, in the middle of a sleep."""
    with trial() as its:
        job = its.job()
        its.move_at(30, job, JobStatus.DONE)
        its.clock.advance(29)
        before = job.status()
        its.clock.advance(1)

        assert (before, job.status()) == (JobStatus.QUEUED, JobStatus.DONE)


def test_a_requirement_that_does_not_hold():
    """A violation tells the rule, what was done, what was expected and what came."""
    with pytest.raises(ContractViolation) as caught, trial() as its:
        job = its.job()
        its.doing("looked", expected="a fish")
        its.require(job, got="nothing")
        its.require(0, got="a bird")

    assert caught.value.rule == RULE
    assert (caught.value.did, caught.value.expected) == ("looked", "a fish")
    assert caught.value.got == "a bird"


def test_an_unexpected_error_is_a_violation():
    """What a job raises where it must not is a violation, and its cause."""
    with (
        pytest.raises(ContractViolation, match="got:      it raised KeyError: 'x'") as caught,
        trial() as its,
    ):
        its.doing("looked", expected="a fish")
        {}["x"]

    assert isinstance(caught.value.__cause__, KeyError)


def test_an_error_that_is_demanded():
    """A call that must raise gives its error; if it answers, that is a violation."""
    with trial() as its:
        assert isinstance(its.raised(int, "x"), ValueError)
    with pytest.raises(ContractViolation, match="got:      it answered 7"), trial() as its:
        its.raised(int, "7")


def test_a_harness_that_fails_is_no_error_of_the_job():
    """Where a job must raise, the failure of a harness is not taken for it."""
    with pytest.raises(HarnessError), trial() as its:
        its.raised(its.harness.move, None, JobStatus.DONE)


def test_an_attempt_gives_the_answer_or_the_error():
    """A call that may do either gives what came."""
    with trial() as its:
        assert its.attempt(int, "7") == 7
        assert isinstance(its.attempt(int, "x"), ValueError)


def test_interrupts_travel_up():
    """Ctrl-C is no violation: it ends the check, and the harness tidies up all the same."""

    class TidyHarness(FakeHarness):
        tidied = 0

        def tidy(self):
            super().tidy()
            self.tidied += 1

    harness = TidyHarness()
    with pytest.raises(KeyboardInterrupt), trial(harness):
        raise KeyboardInterrupt

    assert harness.tidied == 2
    assert time.monotonic.__module__ == "time"


def test_needs_that_are_not_met():
    """A rule whose needs the harness lacks is skipped, with the reason."""
    with (
        pytest.raises(SkipTest, match=r"the harness has no members\(\)"),
        trial(None, "break_query", "members") as its,
    ):
        its.skip_without_needs()
    with trial(None, "break_query", "status_async", "DONE") as its:
        its.skip_without_needs()


@pytest.mark.parametrize(
    "never",
    [
        lambda job: job.wait_for_final_state(),
        lambda job: job.wait_for_final_state(wait=0),
        lambda job: job.wait_for_final_state(wait=float("inf")),
        lambda job: time.sleep(1e9),
        lambda job: [job.status() for _ in range(20_000)],
    ],
    ids=["wait", "no pause", "endless pause", "own sleep", "own loop"],
)
def test_nothing_hangs(never):
    """A call without end is ended by virtual time or by the number of queries."""

    class MuteJob(AbleJob):
        add_done_callback = None

    with (
        pytest.raises(ContractViolation, match="got:      no end: it "),
        trial(FakeHarness(MuteJob)) as its,
    ):
        never(its.job())


def test_real_blocking_is_ended(monkeypatch):
    """A call that blocks on a lock is ended after some seconds of real time."""
    monkeypatch.setattr(_limits, "MOST_REAL_SECONDS", 0.05)

    def block():
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    with (
        pytest.raises(ContractViolation, match="no end: it blocked for over 0.05 s"),
        trial(),
    ):
        block()


def test_no_bare_except_of_a_job_hides_a_hang():
    """What ends a hanging call is no Exception, so a job that catches all of these is ended too."""

    class StubbornJob(AbleJob):
        def result(self):
            while True:
                with suppress(Exception):
                    self.wait_for_final_state(timeout=1e7, wait=1e6)

    with (
        pytest.raises(ContractViolation, match="30 days of virtual time"),
        trial(FakeHarness(StubbornJob)) as its,
    ):
        its.job().result()


def test_virtual_time_is_seen_by_loops_of_the_job():
    """`time.sleep` takes virtual time, and the clocks of `time` show it."""
    with trial() as its:
        began = time.monotonic(), time.time(), time.perf_counter()
        time.sleep(100)
        passed = time.monotonic() - began[0], time.time() - began[1], time.perf_counter() - began[2]

        assert its.clock.now() == 100
        assert all(100 <= seconds < 101 for seconds in passed)


def test_real_time_goes_on_elsewhere():
    """Another thread sees real time during a check, and all do after it."""
    elsewhere = []
    with trial():
        time.sleep(1000)
        thread = threading.Thread(
            target=lambda: elsewhere.extend([time.monotonic(), time.sleep(0)])
        )
        thread.start()
        thread.join()

    assert abs(elsewhere[0] - time.monotonic()) < 60
    assert CLOCK.get().now() - elsewhere[0] < 60


def test_checks_run_in_other_threads():
    """A check runs in any thread; only the main one has the alarm that ends real blocking."""
    passed = []

    def run():
        with trial() as its:
            passed.append(its.job().status())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert passed == [JobStatus.QUEUED]


def test_a_violation_keeps_the_secrets_of_the_harness():
    """What the harness calls a secret stands in no violation, whoever said it."""
    with pytest.raises(ContractViolation) as caught, trial() as its:
        its.doing(f"asked for {TOKEN}", expected=f"no {TOKEN}")
        raise RuntimeError(f"GET /jobs?token={TOKEN}")

    assert TOKEN not in str(caught.value)
    assert caught.value.did == "asked for (a secret)"
    assert "it raised RuntimeError: GET /jobs?token=(a secret)" in caught.value.got


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (JobStatus.DONE, "DONE"),
        (ValueError("no"), "ValueError: no"),
        ("x" * 300, "'" + "x" * 199 + "..."),
        (None, "None"),
    ],
)
def test_values_are_shown(value, text):
    """A status is shown by its name, an error with its type, and a long text is cut."""
    assert shown(value) == text
