"""Queries that hang in threads: real time, so by events, and with generous bounds."""

import threading
import time
from contextvars import Context

import pytest

from jobv1 import JobTimeoutError
from jobv1._clock import CLOCK, SystemClock, Wake
from jobv1._polling import PollPlan
from jobv1._slots import Kind, Slot
from jobv1._workers import Workers
from jobv1.testing import FakeClock
from jobv1.waiting import as_completed, wait
from tests.gated_job import LIMIT, GatedJob, has_ended
from tests.many_jobs import EndingJob


@pytest.fixture
def gated():
    """Make jobs whose gates are opened at the end, whatever happened."""
    jobs = []

    def make(*arguments):
        jobs.append(GatedJob(*arguments))
        return jobs[-1]

    yield make
    for job in jobs:
        job.gate.set()


def test_at_the_same_time(gated):
    """So many jobs are asked at the same time as there are threads, and no more."""
    jobs = [gated() for _ in range(4)]
    completions = Context().run(as_completed, jobs, workers=3)
    came = []
    waiter = threading.Thread(target=lambda: came.extend(completions))
    waiter.start()

    assert all(job.begun.wait(LIMIT) for job in jobs[:3])
    assert not jobs[3].begun.is_set()
    jobs[1].gate.set()
    assert jobs[3].begun.wait(LIMIT)
    for job in jobs:
        job.gate.set()
    assert has_ended(waiter)
    assert set(came) == set(jobs)


def test_each_is_asked_alone(gated):
    """A slow query holds up no other, since no two jobs share a thread's work."""
    slow, others = gated(), [EndingJob(0) for _ in range(99)]
    completions = Context().run(as_completed, [slow, *others], workers=2)

    assert {next(completions) for _ in others} == set(others)
    slow.gate.set()
    assert next(completions) is slow


def test_interrupt_of_the_waiting_thread(gated):
    """An interrupt of the sleep ends the wait at once, though a query hangs."""

    class InterruptedClock(SystemClock):
        def sleep(self, seconds, wake=None):
            raise KeyboardInterrupt

    hung = gated()
    before = time.monotonic()
    token = CLOCK.set(InterruptedClock())
    try:
        with pytest.raises(KeyboardInterrupt):
            wait([hung], workers=1)
    finally:
        CLOCK.reset(token)

    assert time.monotonic() - before < LIMIT / 2
    hung.gate.set()
    assert hung.begun.wait(LIMIT)
    assert has_ended(hung.threads[0])


def test_hung_query_holds_up_no_other(gated):
    """While one query hangs, the others are asked as often as they are due."""
    hung, good = gated(), EndingJob(0.05)
    good.end += time.monotonic()
    completions = Context().run(as_completed, [hung, good], wait=0.01, workers=2)

    assert next(completions) is good
    assert len(good.queried_at) >= 2
    completions.close()


def test_hung_query_holds_up_no_deadline(gated):
    """At the deadline a query that hangs is given up, and its job is unfinished."""
    hung, good = gated(), EndingJob(0)
    before = time.monotonic()
    pair = Context().run(wait, [hung, good], 0.1, workers=2)

    assert (pair.done, pair.not_done) == ([good], [hung])
    assert time.monotonic() - before < LIMIT / 2


def test_error_of_a_hung_query(gated, short_grace):
    """The error at the limit tells of a query that did not come back."""
    completions = as_completed([gated()], 0.05, workers=1)
    with pytest.raises(JobTimeoutError) as caught:
        next(completions)

    error = caught.value
    assert error.last_error is error.__cause__
    assert str(error.last_error) == "The last query did not come back in time."


def test_all_threads_hang(gated, short_grace):
    """When every thread hangs, the jobs that nobody can ask any more are unfinished."""
    hung, rest = [gated() for _ in range(2)], [EndingJob(0) for _ in range(5)]
    completions = Context().run(as_completed, [*hung, *rest], 0.1, workers=2)
    with pytest.raises(JobTimeoutError, match=r"^7 \(of 7\) jobs unfinished") as caught:
        next(completions)

    assert {id(job) for job in caught.value.unfinished} == {id(job) for job in [*hung, *rest]}


def test_late_answer(gated, short_grace):
    """The answer of a query that was given up comes too late, and its thread ends then."""
    late, last = gated(), gated()
    last.gate.set()
    with FakeClock():
        completions = as_completed([late, last], 5, workers=2)
        assert next(completions) is last
        with pytest.raises(JobTimeoutError, match="^1 "):
            next(completions)
    assert late.begun.wait(LIMIT)
    late.gate.set()

    assert has_ended(late.threads[0])


def test_hung_thread_ends(gated):
    """A thread whose query is under way at the end keeps nobody, and ends when it comes back."""
    hung = gated()
    completions = Context().run(as_completed, [hung, EndingJob(0)], workers=2)
    next(completions)
    completions.close()
    assert hung.begun.wait(LIMIT)
    assert hung.threads[0].is_alive()
    assert hung.threads[0].daemon
    hung.gate.set()
    assert has_ended(hung.threads[0])


def slot_of(job):
    """Put a job into a slot."""
    kind = Kind(batch_status=None, listens=False, hints=False, size=1)
    return Slot(kind, [job], [None], PollPlan(0.0))


def test_thread_that_was_given_up(gated):
    """A thread whose query was given up is free again when the query comes back."""
    clock, wake, job = FakeClock(), Wake(), gated()
    workers = Workers(1, clock, wake)
    slot = slot_of(job)
    workers.ask(slot)
    assert workers.give_up(0.9) == []
    clock.advance(1)
    assert workers.give_up(0.9) == [slot]
    assert (workers.are_free, workers.are_asking) == (False, False)

    job.gate.set()
    assert wake.wait(LIMIT)
    assert workers.take_answered() is None
    assert workers.are_free
    workers.close()
    assert has_ended(job.threads[0])


def test_grace():
    """After the deadline a query has a second; once some have come back, twice the longest."""
    clock, wake = FakeClock(), Wake()
    workers = Workers(2, clock, wake)
    assert workers.give_up_time(5) == float("inf")
    slots = [slot_of(EndingJob(0)) for _ in range(2)]
    workers._busy = {slots[0]: 4.5, slots[1]: 4.75}
    assert (workers.give_up_time(2), workers.give_up_time(9)) == (5.5, 9)

    clock.advance(5)
    workers.bring(slots[0], 4.5, [], None)
    assert workers.take_answered().slot is slots[0]
    assert workers.give_up_time(2) == 5.75

    workers.bring(slots[0], 4.99, [], None)
    workers._longest = 0.0
    assert workers.give_up_time(2) == 4.85
