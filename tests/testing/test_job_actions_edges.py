"""The actions of the state machine at their edges: slow cancels, known failures, bad harnesses."""

import pytest

from jobv1 import JobStatus
from jobv1.testing import ContractViolation
from jobv1.testing._contract import HarnessError
from tests.acting import (
    BlamesTheTransportJob,
    CachingJob,
    ChangesItsResultJob,
    EarlyTimeoutJob,
    NeverCancelledHarness,
    RefusesAndCancelsJob,
    SilentHarness,
    SpoiledJob,
    UntidyHarness,
    acting,
    states,
)
from tests.broken_jobs import FAULTS
from tests.fake_harness import FakeHarness

CANCELLED, DONE, ERROR = JobStatus.CANCELLED, JobStatus.DONE, JobStatus.ERROR
LATER = ("let_time_pass", 601)


@pytest.mark.parametrize(
    ("harness", "steps", "found", "got"),
    [
        (
            NeverCancelledHarness,
            [("cancel", 0), ("let_time_pass", 3601), ("ask_status", 0)],
            "status_follows_the_backend",
            "QUEUED",
        ),
        (
            NeverCancelledHarness,
            [("cancel", 0), ("wait_for_ended", 0, 60)],
            "waiting_ends_with_a_cancelled_job",
            "no end: it was still at it after 10,000 queries",
        ),
        (
            NeverCancelledHarness,
            [("cancel", 0), ("let_time_pass", 3000), ("cancel", 0), LATER, ("ask_status", 0)],
            "status_follows_the_backend",
            "QUEUED",
        ),
        (
            lambda: FakeHarness(EarlyTimeoutJob),
            [("wait_in_vain", 0, 60, 5)],
            "waiting_keeps_the_deadline",
            "it was over after 30 s",
        ),
        (
            lambda: FakeHarness(RefusesAndCancelsJob),
            [("cancel", 0)],
            "cancel_shows_in_the_status",
            "CANCELLED",
        ),
        (
            lambda: FakeHarness(BlamesTheTransportJob),
            [("move", 0, ERROR), ("ask_result", 0)],
            "outcome_of_a_failed_job_raises",
            "OSError: it failed",
        ),
    ],
)
def test_more_faults(harness, steps, found, got):
    """A cancel that takes no effect or is denied, and an error that is none of a job, are found."""
    with pytest.raises(ContractViolation) as caught:
        acting(harness(), *steps)

    assert (caught.value.rule.check, caught.value.got) == (f"check_{found}", got)


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (("submit_jobs", 1), "submitted_job()"),
        (("start", 0), "move(..., RUNNING)"),
        (("wait_for_the_end", 0, DONE, 7, 5), "move(..., DONE)"),
        (("fail_query", 0), "break_query(...)"),
    ],
)
def test_a_harness_that_fails(step, asked):
    """A harness that fails is no fault of the job."""
    with pytest.raises(HarnessError) as caught:
        acting(SilentHarness(), step)

    assert caught.value.asked == asked
    assert repr(caught.value.error) == "ConnectionError('no backend')"


def test_a_result_that_changes():
    """The result of a done job is compared with the first that it gave, by the harness."""
    steps = [("move", 0, DONE), ("ask_result", 0)]
    harness = FakeHarness(ChangesItsResultJob)
    with pytest.raises(ContractViolation, match="check_outcome_is_the_same_twice"):
        acting(harness, *steps)

    harness.same_result = lambda first, second: type(first) is type(second) is object
    acting(harness, *steps, ("ask_result", 0))


def test_a_violation_says_what_was_done():
    """A violation names the job by its number and its state, and what was expected of it."""
    with pytest.raises(ContractViolation) as caught:
        acting(
            FakeHarness(FAULTS["check_waiting_keeps_the_deadline"].kind),
            ("start", 0),
            ("wait_in_vain", 0, 7, 5),
        )

    assert caught.value.did == "called wait_for_final_state(7, 5) of job 0 (RUNNING)"
    assert caught.value.expected == "to be over after 7 s"


def test_known_failures_are_passed_over():
    """A violation that the harness lists ends the action, and its job is let alone."""
    harness = FakeHarness(FAULTS["check_waiting_comes_back_at_the_end"].kind)
    harness.known_failures = {"check_waiting_comes_back_at_the_end": "it backs off"}
    early = ("wait_for_the_end", 0, DONE, 7, 5)

    actions = acting(harness, ("submit_jobs", 1), early, ("cancel", 1), ("ask_status", 1))

    assert [tracked.is_lost for tracked in actions.tracked] == [True, False]
    assert states(actions) == [DONE, CANCELLED]


def test_a_lost_job_is_let_alone():
    """Nothing that a job does after a known failure is looked at."""
    harness = FakeHarness(SpoiledJob)
    harness.known_failures = {"check_cancel_answers_a_bool_or_none": "it answers in words"}

    actions = acting(harness, ("submit_jobs", 1), ("cancel", 0), ("cancel", 1), ("ask_status", 1))

    assert [tracked.is_lost for tracked in actions.tracked] == [True, False]


def test_a_move_of_a_lost_job():
    """What the backend would do later to a job that is let alone, it does not."""
    harness = FakeHarness(FAULTS["check_waiting_for_a_done_job_takes_no_time"].kind)
    harness.known_failures = {"check_waiting_comes_back_at_the_end": "it comes back at once"}
    actions = acting(harness)
    actions.tracked[0].job.wait_for_final_state = lambda timeout, wait: None

    actions.wait_for_the_end(0, DONE, 7, 5)
    actions.let_time_pass(60)

    assert states(actions) == [None]
    assert harness.backend.jobs[0]._course.status() is JobStatus.QUEUED


def test_a_known_failure_of_no_job():
    """A known failure that shows before there is a job ends the action alone."""
    harness = FakeHarness(FAULTS["check_identity_ids_differ"].kind)
    harness.known_failures = {"check_identity_ids_differ": "one id for all"}

    actions = acting(harness, ("submit_jobs", 2), ("ask_status", 1))

    assert len(actions.tracked) == 2


def test_a_query_that_fails_late():
    """A failure that was ordered may come later than the query that it was ordered for."""
    steps = [("ask_status", 0), ("fail_query", 0), ("move", 0, DONE)]
    actions = acting(FakeHarness(CachingJob), *steps)

    actions.ask_status(0)

    assert [tracked.is_lost for tracked in actions.tracked] == [True]


def test_an_untidy_harness():
    """A harness that cannot tidy up is reported, unless a violation was found before."""
    actions = acting(UntidyHarness())
    with pytest.raises(HarnessError, match=r"tidy\(\) raised OSError: still busy"):
        actions.tidy()

    with pytest.raises(ContractViolation, match="check_status_failure_is_no_end"):
        actions.fail_query(0)
    actions.tidy()


def test_an_untidy_harness_that_fails():
    """A harness that failed is not reported a second time for being untidy."""
    harness = UntidyHarness()
    actions = acting(harness, ("let_time_pass", 60))
    harness.move = None
    with pytest.raises(HarnessError, match=r"move\(\.\.\., RUNNING\) raised TypeError"):
        actions.start(0)

    actions.tidy()
    assert harness.tidied_at == 60
