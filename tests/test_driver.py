from itertools import repeat

import pytest

from jobv1 import Fixed, JobStatus, JobStatusError, JobTimeoutError, Tolerance
from jobv1._driver import poll
from jobv1._polling import PollPlan
from tests.scripted_job import LoggedClock, QiskitStatus, ScriptedJob, Slow

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


class PlainJob:
    """What a driver needs of a job, and no more."""

    def __init__(self, *answers):
        self.left = list(answers)

    def job_id(self):
        return "plain"

    def status(self):
        return self.left.pop(0)


def test_any_object_can_be_polled():
    """A driver needs of a job its id and its status alone."""
    job = PlainJob(QUEUED, RUNNING, DONE)
    clock = LoggedClock()
    poll(job, PollPlan(0.0, wait=2), clock, clock.sleep, None)

    assert (job.left, clock.slept) == ([], [2, 2])


def test_error_names_the_id_that_the_job_answers():
    """The error of a wait that expired is made with the id that the job answers."""
    clock = LoggedClock()
    plan = PollPlan(0.0, timeout=0)
    with pytest.raises(JobTimeoutError, match="for job plain") as caught:
        poll(PlainJob(QUEUED), plan, clock, clock.sleep, None)

    assert caught.value.job_id == "plain"


def test_changes_are_remembered():
    """The last status is remembered on the job before the callback is called."""
    log = []
    job = PlainJob(QUEUED, QUEUED, RUNNING, QiskitStatus.QUEUED, DONE)
    clock = LoggedClock()
    poll(
        job,
        PollPlan(0.0, wait=0),
        clock,
        clock.sleep,
        lambda job_id, status, job: log.append((status, job._jobv1_seen)),
    )

    assert log == [(status, status) for status in (QUEUED, QUEUED, RUNNING, QUEUED, DONE)]


def test_wrong_answers_are_not_remembered():
    """What is no status is not remembered, and not reported to the plan."""
    clock, plan, job = LoggedClock(), PollPlan(0.0), PlainJob(None)
    with pytest.raises(JobStatusError):
        poll(job, plan, clock, clock.sleep, None)

    assert (hasattr(job, "_jobv1_seen"), plan.queries, plan.status) == (False, 0, None)


def test_sleeping_too_little():
    """A sleep that ends early costs a query, and the deadline stands."""
    clock = LoggedClock()
    job = ScriptedJob(repeat(RUNNING))
    plan = PollPlan(0.0, timeout=4, wait=4)
    with clock, pytest.raises(JobTimeoutError):
        poll(job, plan, clock, lambda _: clock.advance(1), None)

    assert job.queried_at == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("callback", [None, lambda job_id, status, job: None])
def test_each_query_is_counted(callback):
    """Each query is counted, whether the driver or the plan does it."""
    clock = LoggedClock()
    plan = PollPlan(0.0, timeout=50, wait=0.5)
    with clock, pytest.raises(JobTimeoutError) as caught:
        poll(
            ScriptedJob(repeat(RUNNING)),
            plan,
            clock,
            clock.sleep,
            callback,
        )

    assert (plan.queries, caught.value.queries, caught.value.elapsed) == (101, 101, 50)


def test_each_query_without_pause_is_counted():
    """A job is asked without pause until its status changes, and each query counts."""
    clock = LoggedClock()
    plan = PollPlan(0.0, wait=0)
    poll(PlainJob(QUEUED, QUEUED, QUEUED, RUNNING, RUNNING, DONE), plan, clock, clock.sleep, None)

    assert (plan.queries, plan.status, clock.slept) == (6, DONE, [])


def test_failure_without_pause():
    """An error of a query made without pause travels up, and the queries before it count."""
    clock = LoggedClock()
    plan = PollPlan(0.0, wait=0)
    with pytest.raises(ConnectionError):
        poll(
            ScriptedJob([RUNNING, RUNNING, RUNNING, ConnectionError()]),
            plan,
            clock,
            clock.sleep,
            None,
        )

    assert plan.queries == 4


def test_failure_without_pause_that_is_survived():
    """After a failure that is survived the job is asked without pause again."""
    clock = LoggedClock()
    tolerance = Tolerance(ConnectionError, failures=1, backoff=Fixed(0))
    plan = PollPlan(0.0, wait=0, tolerance=tolerance)
    script = [
        RUNNING,
        RUNNING,
        ConnectionError(),
        RUNNING,
        RUNNING,
        ConnectionError(),
        RUNNING,
        DONE,
    ]
    with clock:
        poll(ScriptedJob(script), plan, clock, clock.sleep, None)

    assert (plan.queries, plan.status) == (8, DONE)


def test_deadline_without_pause():
    """A job that is asked without pause is asked until the deadline, and the error counts all."""
    clock = LoggedClock()
    plan = PollPlan(0.0, timeout=3, wait=0)
    job = ScriptedJob(repeat(Slow(1, RUNNING)))
    with clock, pytest.raises(JobTimeoutError) as caught:
        poll(job, plan, clock, clock.sleep, None)

    assert (caught.value.queries, caught.value.elapsed) == (3, 3)
