import math
import time
from contextvars import Context
from fractions import Fraction
from itertools import count, repeat

import pytest

from jobv1 import JobStatus, JobTimeoutError
from tests.scripted_job import LoggedClock, ScriptedJob, Slow, running_until

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def time_out(job, **arguments):
    """Wait for a job until the wait expires, and give the times of its queries."""
    with pytest.raises(JobTimeoutError):
        job.wait_for_final_state(**arguments)
    return job.queried_at


def test_query_comes_first(clock):
    """A job that is final already is queried once, and not slept for."""
    job = ScriptedJob([DONE])
    job.wait_for_final_state()

    assert (job.queried_at, clock.slept) == ([0], [])


def test_default_wait():
    """Without further arguments a job is queried every 5 seconds, for as long as it takes."""
    job = ScriptedJob(running_until(20))
    job.wait_for_final_state()

    assert job.queried_at == [0, 5, 10, 15, 20]


@pytest.mark.parametrize("wait", [0.25, 7, Fraction(3, 2)])
def test_wait_means_exactly_that(wait, clock):
    """The first sleep, and each that follows, is `wait` seconds."""
    job = ScriptedJob([RUNNING, RUNNING, RUNNING, DONE])
    job.wait_for_final_state(wait=wait)

    assert clock.slept == [wait, wait, wait]
    assert job.queried_at == [0, wait, 2 * wait, 3 * wait]


def test_wait_runs_from_the_end_of_a_query(clock):
    """A slow query is followed by a whole sleep."""
    job = ScriptedJob([Slow(2, RUNNING), Slow(2, RUNNING), DONE])
    job.wait_for_final_state(timeout=100, wait=5)

    assert clock.slept == [5, 5]
    assert job.queried_at == [0, 7, 14]


def test_last_sleep_is_cut(clock):
    """The last sleep is cut so that the deadline is met, not passed."""
    assert time_out(ScriptedJob(repeat(RUNNING)), timeout=12) == [0, 5, 10, 12]
    assert clock.slept == [5, 5, 2]


def test_wait_longer_than_the_timeout(clock):
    """A wait longer than the timeout is cut to the timeout."""
    assert time_out(ScriptedJob(repeat(RUNNING)), timeout=3, wait=60) == [0, 3]
    assert clock.slept == [3]


def test_deadline_on_a_query():
    """A query that falls on the deadline is the last; there is no second one at that time."""
    assert time_out(ScriptedJob(repeat(RUNNING)), timeout=10) == [0, 5, 10]


@pytest.mark.parametrize("wait", [4, 5, 60, math.inf])
def test_finished_at_the_deadline(wait):
    """A job that is final exactly at the deadline is not reported as timed out."""
    job = ScriptedJob(running_until(10))
    job.wait_for_final_state(timeout=10, wait=wait)

    assert job.queried_at[-1] == 10


def test_final_answer_after_the_deadline():
    """An answer that is final counts, even if it comes after the deadline."""
    job = ScriptedJob([Slow(20, DONE)])
    job.wait_for_final_state(timeout=10)

    assert job.queried_at == [0]


def test_slow_query_over_the_deadline(clock):
    """A query that ends after the deadline is the last."""
    job = ScriptedJob([Slow(3, RUNNING), Slow(3, RUNNING)])

    assert time_out(job, timeout=10) == [0, 8]
    assert (clock.now(), clock.slept) == (11, [5])


def test_late_by_one_query(clock):
    """A wait is late by the one query that is made at the deadline, and no more."""
    job = ScriptedJob([Slow(3, RUNNING), Slow(3, RUNNING)])

    assert time_out(job, timeout=8) == [0, 8]
    assert clock.now() == 11


def test_query_that_ends_on_the_deadline(clock):
    """A query that ends exactly at the deadline is the last."""
    assert time_out(ScriptedJob([Slow(10, RUNNING)]), timeout=10) == [0]
    assert (clock.now(), clock.slept) == (10, [])


@pytest.mark.parametrize("timeout", [0, 0.0, -1, -math.inf])
def test_no_time_at_all(timeout, clock):
    """A timeout of 0 or less makes exactly one query and no sleep."""
    assert time_out(ScriptedJob([RUNNING]), timeout=timeout) == [0]
    assert clock.slept == []


@pytest.mark.parametrize("timeout", [0, -1])
def test_no_time_is_enough_for_a_final_job(timeout):
    """A timeout of 0 or less is enough for a job that is final already."""
    ScriptedJob([DONE]).wait_for_final_state(timeout=timeout)


@pytest.mark.parametrize("timeout", [None, math.inf, 10**400])
def test_no_limit(timeout):
    """Without a limit, or with one beyond all numbers, a wait lasts as long as the job."""
    job = ScriptedJob(running_until(30 * 86400))
    job.wait_for_final_state(timeout=timeout, wait=3600)

    assert job.queried_at[-1] == 30 * 86400


def test_no_pause(clock):
    """With a wait of 0 the job is queried again at once: there is no sleep, not even of 0."""
    job = ScriptedJob([*repeat(RUNNING, 100), DONE])
    job.wait_for_final_state(wait=0)

    assert job.queried_at == [0] * 101
    assert clock.slept == []


def test_no_pause_before_the_deadline(clock):
    """With a wait of 0 the deadline ends the wait all the same."""
    assert time_out(ScriptedJob(repeat(Slow(1, RUNNING))), timeout=3, wait=0) == [0, 1, 2]
    assert clock.slept == []


def test_endless_wait_before_the_deadline():
    """With an infinite wait there is one query now and one at the deadline."""
    assert time_out(ScriptedJob(repeat(RUNNING)), timeout=86400, wait=math.inf) == [0, 86400]


def test_changing_states_do_not_move_the_deadline():
    """The deadline stands, whatever the job does."""
    job = ScriptedJob([JobStatus.QUEUED, RUNNING, JobStatus.QUEUED, RUNNING])

    assert time_out(job, timeout=12) == [0, 5, 10, 12]


@pytest.mark.parametrize("start", [0.1, 1 / 3, 1e6 + 1 / 7, 1e9 + 0.1])
def test_rounding_makes_no_further_query(start, clock):
    """A cut sleep ends at the deadline, not a rounding error before it."""
    clock.advance(start)
    times = time_out(ScriptedJob(repeat(RUNNING)), timeout=0.35, wait=0.1)

    assert len(times) == 5
    assert times[-1] == start + 0.35


def test_rounding_of_the_last_sleep():
    """A last sleep that cannot be had exactly is a bit longer: a shorter one needs another."""
    job = ScriptedJob([Slow(2**-53, RUNNING), RUNNING])

    assert time_out(job, timeout=1 + 2**-52, wait=5) == [0, 1 + 2**-51]


def test_wait_begins_at_the_call(clock):
    """The timeout is measured from the call, whatever the clock shows then."""
    clock.advance(1000)

    assert time_out(ScriptedJob(repeat(RUNNING)), timeout=7) == [1000, 1005, 1007]


def test_only_the_monotonic_clock_counts(monkeypatch):
    """A wall clock that jumps changes nothing: time is that of `time.monotonic`."""
    now = [50.0]
    jumps = count(0, -1_000_000)
    monkeypatch.setattr(time, "time", lambda: next(jumps))
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    queried_at = []

    class WallClockJob(ScriptedJob):
        def status(self):
            time.time()
            queried_at.append(now[0])
            return RUNNING

    outside_of_virtual_time(WallClockJob([]), timeout=12)

    assert queried_at == [50, 55, 60, 62]


def test_real_time():
    """Outside of virtual time a wait sleeps on the clock of the machine, and is never early."""
    job = ScriptedJob(repeat(RUNNING))
    start = time.monotonic()
    outside_of_virtual_time(job, timeout=0.03, wait=0.02)

    assert time.monotonic() - start >= 0.03
    assert len(job.queried_at) == 3


def outside_of_virtual_time(job, **arguments):
    """Let a wait expire on the system's clock."""
    with pytest.raises(JobTimeoutError):
        Context().run(job.wait_for_final_state, **arguments)
