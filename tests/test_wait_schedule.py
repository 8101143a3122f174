import math
from itertools import repeat

import pytest

from jobv1 import Adaptive, Exponential, Fixed, JobStatus, JobTimeoutError, Tolerance
from tests.scripted_job import LoggedClock, ScriptedJob, Slow, running_until

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class ScriptedSchedule:
    """A schedule that answers from a list and notes what it is asked."""

    def __init__(self, *delays):
        self.delays = list(delays)
        self.asked = []

    def delay(self, elapsed, sleeps):
        self.asked.append((elapsed, sleeps))
        return self.delays[sleeps]


class HintingJob(ScriptedJob):
    """A job that has an opinion on its next query."""

    def __init__(self, script, hints):
        super().__init__(script)
        self.hints = list(hints)

    def next_query_delay(self):
        self.calls.append("hint")
        return self.hints.pop(0)


def test_asked_after_each_query():
    """A schedule is asked once as a trial, then before each sleep with the time that has passed."""
    schedule = ScriptedSchedule(3, 4, 5)
    job = ScriptedJob([RUNNING, Slow(2, RUNNING), RUNNING, DONE])
    job.wait_for_final_state(wait=schedule)

    assert schedule.asked == [(0, 0), (0, 0), (5, 1), (9, 2)]
    assert job.queried_at == [0, 3, 9, 14]


def test_time_since_the_call(clock):
    """The time that a schedule is told runs from the call of the wait, the callback included."""
    clock.advance(1000)
    schedule = ScriptedSchedule(3, 3)
    ScriptedJob([RUNNING, RUNNING, DONE]).wait_for_final_state(
        wait=schedule, callback=lambda job_id, status, job: clock.advance(1)
    )

    assert schedule.asked == [(0, 0), (1, 0), (5, 1)]


def test_retries_are_not_counted():
    """The retries after a failure are no sleeps of the schedule."""
    failure = OSError("no route")
    failure.retry_after = 2
    schedule = ScriptedSchedule(3, 4)
    job = ScriptedJob([RUNNING, failure, failure, RUNNING, DONE])
    job.wait_for_final_state(wait=schedule, tolerance=Tolerance(OSError, failures=2))

    assert schedule.asked == [(0, 0), (0, 0), (7, 1)]
    assert job.queried_at == [0, 3, 5, 7, 11]


def test_no_pause_on_a_schedule(clock):
    """A schedule that answers 0 has the job queried again at once."""
    job = ScriptedJob([RUNNING, RUNNING, DONE])
    job.wait_for_final_state(wait=ScriptedSchedule(0, 0.0))

    assert (job.queried_at, clock.slept) == ([0, 0, 0], [])


@pytest.mark.parametrize("delay", [60, math.inf])
def test_deadline_cuts_a_schedule(delay, clock):
    """The sleep of a schedule is cut so that the deadline is met, not passed."""
    job = ScriptedJob(repeat(RUNNING))
    with pytest.raises(JobTimeoutError):
        job.wait_for_final_state(timeout=10, wait=ScriptedSchedule(4, delay))

    assert (job.queried_at, clock.slept) == ([0, 4, 10], [4, 6])


def test_exponential():
    """A wait on `Exponential` sleeps longer each time."""
    job = ScriptedJob(running_until(50))
    job.wait_for_final_state(wait=Exponential(1, 2, 30))

    assert job.queried_at == [0, 1, 3, 7, 15, 31, 61]


def test_adaptive():
    """A wait on `Adaptive` notices the end of an hour's job at most 10 % and 30 seconds late."""
    job = ScriptedJob(running_until(3600))
    job.wait_for_final_state(wait=Adaptive())

    assert 3600 <= job.queried_at[-1] <= 3630
    assert job.queried_at[:3] == [0, 0.05, 0.1]


def test_one_schedule_for_many_waits():
    """A schedule serves one wait after another; each begins anew."""
    for _ in range(2):
        job = ScriptedJob([RUNNING, RUNNING, DONE])
        start = len(job.queried_at)
        job.wait_for_final_state(wait=Exponential(1, 2, 30))
        first, second, third = job.queried_at

        assert (start, second - first, third - second) == (0, 1, 2)


@pytest.mark.parametrize("answer", [-1, -0.001, math.nan, None, "3", True])
def test_bad_answer_in_the_middle(answer):
    """A schedule that answers no number of seconds, 0 or more, ends the wait with that error."""
    schedule = ScriptedSchedule(1, answer)
    job = ScriptedJob([RUNNING, RUNNING])
    with pytest.raises((TypeError, ValueError), match="^the delay answered by "):
        job.wait_for_final_state(wait=schedule)

    assert job.queried_at == [0, 1]


def test_hint(clock):
    """A hint of the job takes the place of the schedule's delay for one sleep; None is no hint."""
    job = HintingJob([RUNNING, RUNNING, RUNNING, DONE], [2, None, 0.5])
    job.wait_for_final_state(wait=Fixed(5))

    assert clock.slept == [2, 5, 0.5]


def test_hint_is_asked_after_the_query():
    """The hint is asked after each answered query that is not final, and not before."""
    job = HintingJob([RUNNING, RUNNING, DONE], [2, 2])
    job.wait_for_final_state(wait=Fixed(5))

    assert job.calls == ["status", "hint", "status", "hint", "status"]


def test_hint_of_nothing(clock):
    """A hint of 0 has the job queried again at once."""
    job = HintingJob([RUNNING, DONE], [0])
    job.wait_for_final_state(wait=Fixed(5))

    assert (job.queried_at, clock.slept) == ([0, 0], [])


@pytest.mark.parametrize("hint", [3600, math.inf])
def test_deadline_cuts_a_hint(hint):
    """The deadline cuts a hint, so that the last query is made then."""
    job = HintingJob([RUNNING, DONE], [hint])
    job.wait_for_final_state(timeout=10, wait=Fixed(5))

    assert job.queried_at == [0, 10]


def test_no_hint_for_a_number():
    """A number as `wait` means exactly that: the job is not asked for a hint."""
    job = HintingJob([RUNNING, RUNNING, DONE], [])
    job.wait_for_final_state(wait=5)

    assert job.queried_at == [0, 5, 10]


def test_no_hint_for_a_retry(clock):
    """The sleep before a retry is not the job's to choose."""
    failure = OSError("no route")
    failure.retry_after = 3
    job = HintingJob([failure, DONE], [])
    job.wait_for_final_state(wait=Fixed(5), tolerance=Tolerance(OSError, failures=1))

    assert clock.slept == [3]


def test_no_hint_at_the_deadline():
    """A wait that expires asks for no hint: there is no next query."""
    job = HintingJob([RUNNING], [])
    with pytest.raises(JobTimeoutError):
        job.wait_for_final_state(timeout=0, wait=Fixed(5))


def test_hint_of_an_instance():
    """A hint is looked for on the class: a job that answers to every name gives none."""
    job = ScriptedJob([RUNNING, DONE])
    job.next_query_delay = lambda: 1
    job.wait_for_final_state(wait=Fixed(5))

    assert job.queried_at == [0, 5]


@pytest.mark.parametrize(
    ("hint", "kind", "text"),
    [
        (-1, ValueError, "the answer of next_query_delay() must be 0 or more, not -1"),
        (
            math.nan,
            ValueError,
            "the answer of next_query_delay() must be a number of seconds, not NaN",
        ),
        (
            "3",
            TypeError,
            "the answer of next_query_delay() must be a number of seconds, not '3' (str)",
        ),
        (
            True,
            TypeError,
            "the answer of next_query_delay() must be a number of seconds, not True (bool)",
        ),
    ],
)
def test_bad_hint(hint, kind, text):
    """A hint that is no number of seconds, 0 or more, ends the wait with that error."""
    job = HintingJob([RUNNING], [hint])
    with pytest.raises(kind) as caught:
        job.wait_for_final_state(wait=Fixed(5), tolerance=Tolerance(kind, failures=9))

    assert str(caught.value) == text
