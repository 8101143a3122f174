import math

import pytest

from jobv1 import Exponential, Fixed, JobStatus, Tolerance
from jobv1._polling import PollPlan

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


def test_new_plan():
    """A plan begins with nothing known, and is not expired."""
    plan = PollPlan(100.0)

    assert (plan.status, plan.queries, plan.last_error, plan.expired) == (None, 0, None, False)
    assert plan.steady_until == -math.inf


def test_default_plan():
    """By default a plan sleeps 5 seconds, has no limit, and survives no failure."""
    plan = PollPlan(100.0)

    assert plan.answered(RUNNING, 1e12) == 5
    assert plan.failed(OSError(), 1e12) is None
    assert not plan.expired


@pytest.mark.parametrize("status", JobStatus)
def test_final_states(status):
    """A final status ends a plan, any other one gives the seconds to sleep."""
    plan = PollPlan(100.0, wait=3)
    final = status.name in {"DONE", "CANCELLED", "ERROR"}

    assert plan.answered(status, 101.0) == (None if final else 3)
    assert (plan.status, plan.queries, plan.expired) == (status, 1, False)


@pytest.mark.parametrize("status", [DONE, JobStatus.CANCELLED, JobStatus.ERROR])
def test_final_after_the_deadline(status):
    """A final status ends a plan as final, however late it comes."""
    plan = PollPlan(100.0, timeout=0)

    assert plan.answered(status, 1000.0) is None
    assert not plan.expired


@pytest.mark.parametrize("start", [0.0, 100.0, -100.0, 1e6])
def test_time_is_that_of_the_driver(start):
    """A plan knows no clock: it counts from the time that it was told first, whatever that is."""
    plan = PollPlan(start, timeout=8, wait=5)

    assert plan.answered(RUNNING, start) == 5
    assert plan.answered(RUNNING, start + 5) == 3
    assert not plan.expired
    assert plan.answered(RUNNING, start + 8) is None
    assert plan.expired
    assert plan.timeout_error("ab12").elapsed == 8


@pytest.mark.parametrize(("now", "delay"), [(104.0, 5), (105.0, 5), (106.0, 4), (110.0, None)])
def test_sleep_is_cut(now, delay):
    """The sleep ends at the deadline if it would pass it; at the deadline there is none."""
    plan = PollPlan(100.0, timeout=10, wait=5)

    assert plan.answered(RUNNING, now) == delay
    assert plan.expired is (delay is None)


@pytest.mark.parametrize(("timeout", "until"), [(60, 160), (None, math.inf)])
def test_steady_time(timeout, until):
    """A job that is asked without pause is asked so until the deadline."""
    plan = PollPlan(100.0, timeout=timeout, wait=0)
    plan.answered(RUNNING, 100.0)

    assert plan.steady_until == until


def test_no_steady_time_with_a_pause():
    """With a pause the plan must be told of each answer."""
    plan = PollPlan(100.0, timeout=60, wait=5)
    plan.answered(RUNNING, 100.0)

    assert plan.steady_until == -math.inf


def test_steady_time_ends_with_a_failure():
    """After a failure the plan must be told of the next answer, even if it is the same."""
    plan = PollPlan(100.0, wait=0, tolerance=Tolerance(OSError, failures=1))
    plan.answered(RUNNING, 100.0)
    plan.failed(OSError(), 101.0)

    assert plan.steady_until == -math.inf


def test_no_steady_time_on_a_schedule():
    """On a schedule the plan must be told of each answer, for the seconds may change."""
    plan = PollPlan(100.0, wait=Fixed(0))
    plan.answered(RUNNING, 100.0)

    assert plan.steady_until == -math.inf


@pytest.mark.parametrize(("drawn", "delay"), [(0.0, 0), (0.25, 2), (0.5, 4), (1.0, 8)])
def test_jitter(drawn, delay):
    """The retry sleeps the part of its back-off that the jitter draws."""
    tolerance = Tolerance(OSError, failures=1, backoff=Fixed(8.0))
    plan = PollPlan(100.0, tolerance=tolerance, random=lambda: drawn)

    assert plan.failed(OSError(), 100.0) == delay


@pytest.mark.parametrize(
    ("budget", "timeout", "delay"),
    [
        ({"failures": 9}, 3, 3),
        ({"seconds": 2}, 3, 2),
        ({"seconds": 4}, 3, 3),
        ({"seconds": 9}, 9, 8),
    ],
    ids=["deadline", "budget", "deadline before budget", "neither"],
)
def test_sleep_of_a_retry_is_cut(budget, timeout, delay):
    """The sleep before a retry ends at the budget's end and at the deadline, if it passes them."""
    tolerance = Tolerance(OSError, **budget, backoff=Fixed(8.0))
    plan = PollPlan(100.0, timeout=timeout, tolerance=tolerance, random=lambda: 1.0)

    assert plan.failed(OSError(), 100.0) == delay


def test_failures_are_queries():
    """A failed query counts as one, survived or not, and does not change the status."""
    plan = PollPlan(100.0, tolerance=Tolerance(OSError, failures=1))
    survived = OSError()
    plan.answered(QUEUED, 100.0)
    plan.failed(survived, 101.0)

    assert (plan.queries, plan.status, plan.last_error) == (2, QUEUED, survived)
    assert plan.failed(KeyError(), 102.0) is None
    assert (plan.queries, plan.status, plan.last_error) == (3, QUEUED, survived)
    assert not plan.expired


def test_failure_that_spends_the_budget_after_the_deadline():
    """A failure that no tolerance survives ends the plan as a failure, not as expired."""
    plan = PollPlan(100.0, timeout=1, tolerance=Tolerance(OSError, failures=0))

    assert plan.failed(OSError(), 200.0) is None
    assert not plan.expired


def test_survived_failure_after_the_deadline():
    """A failure that is survived, but ends after the deadline, ends the plan as expired."""
    plan = PollPlan(100.0, timeout=1, tolerance=Tolerance(OSError, failures=1))

    assert plan.failed(OSError(), 101.0) is None
    assert plan.expired
    assert plan.timeout_error("ab12").elapsed == 1


def test_timeout_error_of_no_limit():
    """An infinite limit is one that never expires, and is given as such."""
    error = PollPlan(100.0, timeout=math.inf).timeout_error("ab12")

    assert (error.timeout, error.elapsed, error.queries, error.status) == (math.inf, 0, 0, None)


def test_plan_is_small():
    """A plan has no dict, so that a hundred thousand of them are cheap."""
    assert not hasattr(PollPlan(0.0), "__dict__")


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "expired"])
def test_failure_is_let_go_of(is_done):
    """At the end a plan holds no failure any more, whose traceback would hold the job."""
    plan = PollPlan(100.0, timeout=10, tolerance=Tolerance(OSError, failures=9))
    plan.failed(OSError(), 105.0)
    if is_done:
        plan.answered(DONE, 110.0)
    else:
        plan.failed(OSError(), 110.0)
        plan.timeout_error("ab12")

    assert plan.last_error is None


def test_part_of_a_sleep():
    """A part of the sleep can be wanted; it is cut by the deadline after that."""
    plan = PollPlan(100.0, timeout=10, wait=16)

    assert plan.answered(RUNNING, 100.0, part=0.25) == 4
    assert plan.answered(RUNNING, 104.0, part=0.75) == 6


def test_part_of_a_scheduled_sleep():
    """A part of what a schedule answers can be wanted, too."""
    assert PollPlan(100.0, wait=Fixed(16.0)).answered(RUNNING, 100.0, part=0.25) == 4


def test_fork_goes_on():
    """A fork has the deadline, the interval and the sleeps of the plan, and goes on by itself."""
    plan = PollPlan(100.0, timeout=20, wait=Exponential(1.0, 2.0, 60.0))
    plan.answered(RUNNING, 100.0)
    fork = plan.fork()

    assert (fork.answered(RUNNING, 101.0), plan.answered(RUNNING, 101.0)) == (2, 2)
    assert fork.answered(RUNNING, 103.0) == 4
    assert fork.answered(RUNNING, 120.0) is None
    assert (fork.expired, plan.expired) == (True, False)


def test_fork_that_begins_anew():
    """A fork with a start of its own begins its schedule there, for the same deadline."""
    plan = PollPlan(100.0, timeout=20, wait=Exponential(1.0, 2.0, 60.0))
    plan.answered(RUNNING, 100.0)
    fork = plan.fork(start=110.0)

    assert fork.answered(RUNNING, 110.0) == 1
    assert fork.answered(RUNNING, 120.0) is None


def test_fork_without_failures():
    """A fork knows nothing of the failures of the plan, nor that it expired."""
    plan = PollPlan(100.0, timeout=5, tolerance=Tolerance(OSError, failures=1))
    plan.failed(OSError(), 105.0)
    fork = plan.fork()

    assert (plan.expired, fork.expired, fork.last_error) == (True, False, None)
    assert fork.failed(OSError(), 100.0) is None
    assert not fork.expired


def test_tolerance_of_a_fork():
    """A fork survives what it is told to, counted anew."""
    plan = PollPlan(100.0, tolerance=Tolerance(OSError, failures=1))
    plan.failed(OSError(), 100.0)
    fork = plan.fork(tolerance=Tolerance(OSError, failures=1))

    assert fork.failed(OSError(), 100.0) is not None
    assert fork.failed(OSError(), 101.0) is None


def test_hint_of_a_fork():
    """A fork asks for the hints that it is told, and not for those of the plan."""
    plan = PollPlan(100.0, wait=Fixed(5.0), hint=lambda: 1)

    assert plan.fork(hint=lambda: 2).answered(RUNNING, 100.0) == 2
    assert plan.fork().answered(RUNNING, 100.0) == 5


@pytest.mark.parametrize(
    ("wait", "start", "now", "together"),
    [
        (5, 100.0, 100.0, True),
        (5, 101.0, 101.0, True),
        (Fixed(5), 100.0, 100.0, True),
        (Fixed(5), 101.0, 116.9, False),
        (Fixed(5), 101.0, 117.0, True),
    ],
)
def test_plans_that_go_together(wait, start, now, together):
    """Jobs may share a plan if like sleeps await them: on a schedule, if they are about as old."""
    plan = PollPlan(100.0, wait=wait)
    other = plan.fork(start=start)

    assert plan.goes_with(other, now) is other.goes_with(plan, now) is together


@pytest.mark.parametrize("first", [True, False])
def test_plans_in_trouble_go_alone(first):
    """Nobody shares a plan whose last query failed."""
    plan = PollPlan(100.0, tolerance=Tolerance(OSError, failures=1))
    other = plan.fork()
    plan.failed(OSError(), 100.0)

    assert not (plan.goes_with(other, 100.0) if first else other.goes_with(plan, 100.0))
