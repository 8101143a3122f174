import threading
import time

import pytest

from jobv1 import JobStatus, JobTimeoutError, Tolerance
from jobv1.composite import CompositeJob
from jobv1.testing import FakeClock
from tests.member_jobs import HandJob, PatientJob, SteadyJob, hands, told_job

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


def test_one_deadline():
    """A wait for the whole is over at its one deadline."""
    job = CompositeJob([HandJob("a", DONE), HandJob("b", RUNNING)])
    with FakeClock() as clock:
        with pytest.raises(JobTimeoutError) as caught:
            job.wait_for_final_state(timeout=60, wait=50)
        assert clock.now() == 60

    assert (caught.value.job_id, caught.value.status) == (job.job_id(), RUNNING)


def test_a_whole_that_runs_inside_its_submit():
    """A class whose jobs run inside `submit` has waits that check their arguments and return."""

    class HereWhole(CompositeJob):
        _async = False

    members = hands(2)
    HereWhole(members).wait_for_final_state()
    with pytest.raises(ValueError, match="wait must be 0 or more"):
        HereWhole(members).wait_for_final_state(wait=-1)

    assert [member.queries for member in members] == [0, 0]


def test_the_callback_sees_the_whole():
    """The callback is given the whole, after each look."""
    members = hands(2)
    job = CompositeJob(members)
    seen = []
    with FakeClock() as clock:
        clock.call_at(7, lambda: [setattr(member, "state", DONE) for member in members])
        job.wait_for_final_state(callback=lambda *given: seen.append(given))

    assert seen == [(job.job_id(), status, job) for status in (QUEUED, QUEUED, DONE)]
    with pytest.raises(TypeError, match="callback must be callable or None, not 5"):
        job.wait_for_final_state(callback=5)


def test_a_wait_is_woken():
    """A member that tells its end wakes the wait for the whole at once, whatever its pause is."""
    (first, first_future), (second, second_future) = told_job("a"), told_job("b")
    job = CompositeJob([first, second])
    timers = [
        threading.Timer(delay, future.set_result, [delay])
        for delay, future in ((0.05, first_future), (0.1, second_future))
    ]
    for timer in timers:
        timer.start()
    begin = time.monotonic()

    assert job.result(timeout=60, wait=60) == [0.05, 0.1]
    assert time.monotonic() - begin < 30


def test_the_tolerance_of_the_members():
    """A wait for the whole survives what the class of a member survives."""
    members = hands(2, SteadyJob, RUNNING)
    members[0].errors = [ConnectionError("reset")] * 3
    with FakeClock() as clock:
        clock.call_at(20, lambda: [setattr(member, "state", DONE) for member in members])
        CompositeJob([CompositeJob(members)]).wait_for_final_state()

    assert [member.errors for member in members] == [[], []]


def test_the_least_budget_of_the_members():
    """Over several classes, what any survives is survived, within the least budget of all."""
    for errors, survived in (([TimeoutError()] * 3, True), ([ConnectionError()] * 4, False)):
        members = [SteadyJob("a", RUNNING), PatientJob("b", RUNNING), HandJob("c", RUNNING)]
        members[2].errors = list(errors)
        job = CompositeJob(reversed(members))
        with FakeClock() as clock:
            clock.call_at(20, lambda: [setattr(it, "state", DONE) for it in members])  # noqa: B023
            if survived:
                job.wait_for_final_state()
            else:
                with pytest.raises(ConnectionError):
                    job.wait_for_final_state()


def test_two_numbers_of_failures():
    """Of two numbers of failures the smaller one counts."""

    class HastyJob(HandJob):
        _tolerance = Tolerance(OSError, failures=1)

    class HastierJob(HandJob):
        _tolerance = Tolerance(OSError, failures=0)

    members = [HastyJob("a", RUNNING), HastierJob("b", RUNNING)]
    members[0].errors = [OSError("first"), OSError("second")]
    with FakeClock(), pytest.raises(OSError, match="first"):
        CompositeJob(members).wait_for_final_state()


def test_a_tolerance_that_judges_itself():
    """If all members agree on a tolerance, it is taken as it is."""

    class Picky(Tolerance):
        def covers(self, error):
            return str(error) == "pass"

    class PickyJob(HandJob):
        _tolerance = Picky(OSError, seconds=60)

    members = hands(2, PickyJob, RUNNING)
    members[0].errors = [OSError("pass"), OSError("stay")]
    with FakeClock(), pytest.raises(OSError, match="stay"):
        CompositeJob(members).wait_for_final_state()


def test_two_budgets_of_one_kind():
    """Of two budgets of one kind the smaller one counts."""

    class HastyJob(HandJob):
        _tolerance = Tolerance(OSError, seconds=5)

    class HastierJob(HandJob):
        _tolerance = Tolerance(OSError, seconds=2)

    members = [HastyJob("a", RUNNING), HastierJob("b", RUNNING)]
    members[0].errors = [OSError()] * 1000
    with FakeClock() as clock:
        with pytest.raises(OSError):  # noqa: PT011 - it has no text
            CompositeJob(members).wait_for_final_state()
        assert clock.now() == 2


def test_no_tolerance():
    """Without a tolerance of any class, an error of a member ends the wait."""
    members = hands(2, status=RUNNING)
    members[0].errors = [ConnectionError("reset")]

    with pytest.raises(ConnectionError):
        CompositeJob(members).wait_for_final_state()


def test_a_tolerance_of_the_whole():
    """A tolerance of the wait, or of the class of the whole, takes the place of the members'."""

    class StrictWhole(CompositeJob):
        _tolerance = Tolerance(ConnectionError, failures=0)

    members = hands(2, SteadyJob, RUNNING)
    members[0].errors = [ConnectionError("reset")] * 2
    with pytest.raises(ConnectionError):
        StrictWhole(members).wait_for_final_state()
    with pytest.raises(ConnectionError):
        CompositeJob(members).wait_for_final_state(tolerance=Tolerance(ConnectionError, failures=0))
