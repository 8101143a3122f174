"""The actions of the state machine, done by hand: each finds the faults that it is for."""

import pytest

from jobv1 import JobStatus
from jobv1.testing import ContractViolation
from tests.acting import (
    CachingJob,
    QuietJob,
    RefusesByErrorJob,
    SlowCancelHarness,
    StubbornHarness,
    acting,
    states,
)
from tests.broken_jobs import FAULTS
from tests.fake_harness import FakeHarness

CANCELLED, DONE, ERROR = JobStatus.CANCELLED, JobStatus.DONE, JobStatus.ERROR
QUEUED, RUNNING, VALIDATING = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.VALIDATING


@pytest.mark.parametrize(
    ("harness", "steps"),
    [
        (FakeHarness, [("start", 0), ("fail_query", 0), ("end", 0, DONE), ("ask_status", 0)]),
        (FakeHarness, [("move", 0, QUEUED), ("wait_in_vain", 0, -1, 5)]),
        (FakeHarness, [("wait_in_vain", 0, 7, 60), ("wait_for_the_end", 0, ERROR, 7, 5)]),
        (FakeHarness, [("move", 0, ERROR), ("wait_for_ended", 0, 5), ("cancel", 0)]),
        (FakeHarness, [("move", 0, CANCELLED), ("ask_result", 0), ("cancel", 0)]),
        (FakeHarness, [("move", 0, DONE), ("ask_result", 0), ("ask_predicates", 0)]),
        (FakeHarness, [("submit_jobs", 2), ("cancel", 1), ("ask_status", 2)]),
        (SlowCancelHarness, [("cancel", 0), ("cancel", 0), ("wait_for_ended", 0, 7)]),
        (SlowCancelHarness, [("start", 0), ("cancel", 0), ("ask_predicates", 0)]),
        (SlowCancelHarness, [("cancel", 0), ("let_time_pass", 7200), ("wait_for_ended", 0, 5)]),
        (SlowCancelHarness, [("cancel", 0), ("wait_for_ended", 0, 5000)]),
        (StubbornHarness, [("start", 0), ("cancel", 0), ("end", 0, DONE), ("ask_result", 0)]),
        (lambda: FakeHarness(RefusesByErrorJob), [("move", 0, DONE), ("cancel", 0)]),
        (lambda: FakeHarness(QuietJob), [("wait_for_the_end", 0, DONE, 7, 5)]),
        (lambda: FakeHarness(RefusesByErrorJob), [("cancel", 0), ("ask_status", 0)]),
        (lambda: FakeHarness(CachingJob), [("ask_status", 0), ("fail_query", 0), ("start", 0)]),
    ],
)
def test_right_jobs(harness, steps):
    """What a right job does is never a violation."""
    actions = acting(harness(), *steps)

    actions.tidy()
    assert not any(tracked.is_lost for tracked in actions.tracked)


def test_what_the_model_learns():
    """The model knows the state of a job from its moves, and from its answers after a cancel."""
    actions = acting(SlowCancelHarness(), ("submit_jobs", 2), ("start", 1), ("move", 2, DONE))
    actions.cancel(0)
    assert states(actions) == [None, RUNNING, DONE]
    assert list(map(str, actions.tracked)) == [
        "job 0 (just submitted, being cancelled)",
        "job 1 (RUNNING)",
        "job 2 (DONE)",
    ]

    actions.let_time_pass(60)
    actions.ask_status(0)
    actions.wait_for_the_end(1, ERROR, 7, 5)
    assert states(actions) == [CANCELLED, ERROR, DONE]
    assert actions.clock.now() == 67
    assert str(actions.tracked[0]) == "job 0 (CANCELLED)"


def test_a_running_job_that_is_cancelled():
    """A running job whose cancel is under way must end soon, so nobody may end it otherwise."""
    (tracked,) = acting(SlowCancelHarness(), ("start", 0), ("cancel", 0)).tracked

    assert (tracked.is_running, tracked.is_ending, tracked.is_final) == (False, True, False)


def test_time_left():
    """There is time for half a month, so that no sequence of actions meets the end of time."""
    actions = acting(FakeHarness(), ("let_time_pass", 15 * 86400 - 1))

    assert actions.has_time
    actions.let_time_pass(1)
    assert not actions.has_time


PASSING = ("let_time_pass", 86400)
WAITING = ("wait_in_vain", 0, 7, 5)


@pytest.mark.parametrize(
    ("fault", "steps", "found", "text"),
    [
        ("identity_ids_differ", [("submit_jobs", 1)], "identity_ids_differ", "'job'"),
        ("identity_id_stays", [("cancel", 0)], "identity_id_stays", "'fake-1-archived'"),
        ("identity_repr_asks_nobody", [], "identity_repr_asks_nobody", "1 queries"),
        (
            "status_follows_the_backend",
            [("move", 0, VALIDATING), ("ask_status", 0)],
            "status_follows_the_backend",
            "QUEUED",
        ),
        (
            "status_stays_final",
            [("move", 0, DONE), ("ask_status", 0), PASSING],
            "status_stays_final",
            "ERROR",
        ),
        (
            "status_after_a_failure_is_true",
            [
                ("start", 0),
                ("ask_status", 0),
                ("fail_query", 0),
                ("end", 0, DONE),
                ("ask_status", 0),
            ],
            "status_follows_the_backend",
            "RUNNING",
        ),
        (
            "status_failure_is_no_end",
            [("move", 0, VALIDATING), ("fail_query", 0)],
            "status_failure_is_no_end",
            "ERROR",
        ),
        (
            "predicates_are_true_in_their_states",
            [("move", 0, DONE), ("ask_predicates", 0)],
            "predicates_are_true_in_their_states",
            "False",
        ),
        (
            "predicates_final_only_at_the_end",
            [("move", 0, VALIDATING), ("ask_predicates", 0)],
            "predicates_final_only_at_the_end",
            "True",
        ),
        (
            "predicates_waiting_is_not_running",
            [("move", 0, QUEUED), ("ask_predicates", 0)],
            "predicates_are_true_in_their_states",
            "True",
        ),
        ("waiting_times_out_by_an_error", [WAITING], "waiting_times_out_by_an_error", "None"),
        (
            "waiting_keeps_the_deadline",
            [WAITING],
            "waiting_keeps_the_deadline",
            "it was over after 10 s",
        ),
        (
            "waiting_timeout_leaves_the_job",
            [WAITING],
            "waiting_timeout_leaves_the_job",
            "CANCELLED",
        ),
        (
            "waiting_for_a_done_job_takes_no_time",
            [("move", 0, DONE), ("wait_for_ended", 0, 5)],
            "waiting_for_a_done_job_takes_no_time",
            "it came back after 1 s",
        ),
        (
            "waiting_ends_with_a_failed_job",
            [("move", 0, ERROR), ("wait_for_ended", 0, 5)],
            "waiting_ends_with_a_failed_job",
            "it raised JobFailedError: It failed.",
        ),
        (
            "waiting_ends_with_a_cancelled_job",
            [("cancel", 0), ("wait_for_ended", 0, 5)],
            "waiting_ends_with_a_cancelled_job",
            "no end: it was still at it after 10,000 queries",
        ),
        (
            "waiting_comes_back_at_the_end",
            [("wait_for_the_end", 0, DONE, 7, 5)],
            "waiting_comes_back_at_the_end",
            "it came back after 15 s",
        ),
        (
            "outcome_of_a_failed_job_raises",
            [("move", 0, ERROR), ("ask_result", 0)],
            "outcome_of_a_failed_job_raises",
            "it answered None",
        ),
        (
            "outcome_of_a_cancelled_job_raises",
            [("move", 0, CANCELLED), ("ask_result", 0)],
            "outcome_of_a_cancelled_job_raises",
            "it answered None",
        ),
        (
            "outcome_is_told_at_once",
            [("move", 0, DONE), ("ask_result", 0)],
            "outcome_is_told_at_once",
            "it took 4 s",
        ),
        (
            "cancel_answers_a_bool_or_none",
            [("cancel", 0)],
            "cancel_answers_a_bool_or_none",
            "{'id': 'fake-1', 'cancelled': True}",
        ),
        (
            "cancel_of_a_finished_job_is_not_boasted",
            [("move", 0, DONE), ("cancel", 0)],
            "cancel_of_a_finished_job_is_not_boasted",
            "True",
        ),
        (
            "cancel_leaves_a_finished_job",
            [("move", 0, DONE), ("cancel", 0)],
            "cancel_leaves_a_finished_job",
            "CANCELLED",
        ),
        (
            "cancel_of_one_is_not_of_all",
            [("submit_jobs", 1), ("cancel", 0)],
            "cancel_of_one_is_not_of_all",
            "CANCELLED",
        ),
    ],
)
def test_faults(fault, steps, found, text):
    """Each fault is found by the action that it shows in, with the rule and what came."""
    with pytest.raises(ContractViolation) as caught:
        acting(FakeHarness(FAULTS[f"check_{fault}"].kind), *steps)

    assert caught.value.rule.check == f"check_{found}"
    assert text in caught.value.got
