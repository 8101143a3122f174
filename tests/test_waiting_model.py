"""Whole waits with random lives, faults, batches and words of the end, against a simple model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from jobv1 import Adaptive, Exponential, JobTimeoutError, JobV1, Tolerance
from jobv1.testing import FakeClock
from jobv1.waiting import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, as_completed, wait
from tests.many_jobs import CANCELLED, DONE, ERROR, RUNNING, ignore

TOLERANCE = Tolerance(OSError, failures=50)
BROKEN = "raises"


@dataclass(frozen=True)
class Plan:
    """What one job lives through: when and how it ends, which queries fail, when it lies."""

    kind: int
    end: float
    final: object
    failing: frozenset[int]
    tells_at: float | None


@dataclass
class World:
    """A clock, when all faults end, and which batches fail."""

    clock: FakeClock
    deadline: float
    lost: frozenset[int]
    requests: int = 0


class ModelJob(JobV1):
    """A job that lives as planned; a tolerated failure is never its last query."""

    def __init__(self, plan, world):
        super().__init__(None, "ab12")
        self.plan, self.world = plan, world
        self.queries = 0
        self.is_over = False

    def submit(self):
        """Do nothing."""

    def result(self):
        """Have none."""

    def status(self):
        assert not self.is_over, "it was asked after its end"
        self.queries += 1
        now = self.world.clock.now()
        if now < self.world.deadline and self.queries in self.plan.failing:
            error = OSError("no route")
            error.retry_after = self.queries % 3
            raise error
        if now < self.plan.end:
            return RUNNING
        self.is_over = True
        if self.plan.final is BROKEN:
            raise KeyError("no such job")
        return self.plan.final


class ModelBatch(ModelJob):
    @classmethod
    def batch_status(cls, jobs):
        world = jobs[0].world
        world.requests += 1
        if world.clock.now() < world.deadline and world.requests in world.lost:
            raise OSError("no batches")
        return [cls.entry(job) for job in jobs]

    @staticmethod
    def entry(job):
        try:
            answer = job.status()
        except (OSError, KeyError) as error:
            return error
        if answer is RUNNING and job.queries % 4 == 3:
            return None
        return answer


class ModelPush(ModelJob):
    """A job that tells at its end, or falsely at another time."""

    def add_done_callback(self, fn, /):
        time = self.plan.end if self.plan.tells_at is None else self.plan.tells_at
        clock = self.world.clock
        clock.call_at(max(time, clock.now()), lambda: fn(self))


KINDS = (ModelJob, ModelBatch, ModelPush)
times = st.integers(0, 120).map(lambda number: number / 2)
plans = st.builds(
    Plan,
    kind=st.sampled_from((0, 0, 1, 1, 2)),
    end=times,
    final=st.sampled_from([DONE, DONE, ERROR, CANCELLED, BROKEN]),
    failing=st.frozensets(st.integers(1, 12), max_size=6),
    tells_at=st.none() | times,
)
keywords = st.fixed_dictionaries(
    {
        "wait": st.sampled_from([5, 0.7, 100, Adaptive(), Exponential(1.0, 2.0, 30.0)]),
        "callback": st.sampled_from([None, ignore]),
        "batch_size": st.sampled_from([None, 1, 3]),
        "seed": st.integers(0, 9),
    }
)
worlds = st.tuples(
    st.lists(plans, max_size=50),
    st.none() | st.just(0) | times,
    st.frozensets(st.integers(1, 20), max_size=8),
    keywords,
)


def make(chosen):
    """Make the jobs of a world, their limit and the keywords of the wait."""
    lives, timeout, lost, its = chosen
    deadline = math.inf if timeout is None else timeout
    clock = FakeClock()
    world = World(clock, deadline, lost)
    jobs = [KINDS[plan.kind](plan, world) for plan in lives]
    return clock, jobs, timeout, {"tolerance": TOLERANCE, **its}


def ended(jobs):
    """Give the jobs that end before the deadline."""
    return [job for job in jobs if job.plan.end <= job.world.deadline]


def fails(job):
    """Tell whether the end of a job is a failure."""
    return job.plan.final in (ERROR, BROKEN)


@settings(max_examples=80)
@given(worlds)
def test_all(chosen):
    """A wait for all tells exactly what is final at the deadline, and nothing is lost."""
    clock, jobs, timeout, its = make(chosen)
    with clock:
        pair = wait(jobs, timeout, ALL_COMPLETED, **its)

    assert pair.done == ended(jobs)
    assert pair.not_done == [job for job in jobs if job not in pair.done]
    assert [job for job, _ in pair.errors] == [job for job in pair.done if job.plan.final is BROKEN]


@settings(max_examples=60)
@given(worlds)
def test_first_exception(chosen):
    """A wait for the first failure ends with one, or else with all."""
    clock, jobs, timeout, its = make(chosen)
    with clock:
        pair = wait(jobs, timeout, FIRST_EXCEPTION, **its)

    if any(fails(job) for job in ended(jobs)):
        assert any(fails(job) for job in pair.done)
    else:
        assert pair.done == ended(jobs)
    assert all(job.plan.end <= clock.now() for job in pair.done)
    assert pair.done + pair.not_done == sorted(jobs, key=pair.not_done.__contains__)


@settings(max_examples=60)
@given(worlds)
def test_first(chosen):
    """A wait for the first ends with a job that has ended, if one has in time."""
    clock, jobs, timeout, its = make(chosen)
    with clock:
        pair = wait(jobs, timeout, FIRST_COMPLETED, **its)

    assert bool(pair.done) is bool(ended(jobs))
    assert all(job.plan.end <= clock.now() for job in pair.done)


@settings(max_examples=80)
@given(worlds)
def test_as_completed(chosen):
    """Each job comes once, with its true end; those that have none are in the error."""
    clock, jobs, timeout, its = make(chosen)
    came, unfinished = [], []
    with clock:
        completions = as_completed(jobs, timeout, **its)
        try:
            for job in completions:
                came.append(job)
                broken = job.plan.final is BROKEN
                assert isinstance(completions.error, KeyError) is broken
                assert broken or completions.status is job.plan.final
        except JobTimeoutError as error:
            unfinished = error.unfinished

    assert len(came) == len(set(came))
    assert set(came) == set(ended(jobs))
    assert set(came) | set(unfinished) == set(jobs)
    assert len(came) + len(unfinished) == len(jobs)


@settings(max_examples=60)
@given(worlds, st.sampled_from([0.5, 3, 20]))
def test_with_a_rate(chosen, rate):
    """Under a rate, what ended before the last round can have begun is done."""
    clock, jobs, timeout, its = make(chosen)
    with clock:
        pair = wait(jobs, timeout, queries_per_second=rate, **its)

    # A batch that fails or lacks a job is made good by single queries, and failures are retried.
    begin = -math.inf if timeout is None else timeout - 30 * len(jobs) / rate
    assert {job for job in jobs if job.plan.end <= begin} <= set(pair.done)
    assert set(pair.done) | set(pair.not_done) == set(jobs)
    assert all(job.is_over for job in pair.done)
    assert timeout is not None or len(pair.done) == len(jobs)


@settings(max_examples=20)
@given(worlds)
def test_with_workers(chosen):
    """Threads find the same ends."""
    clock, jobs, timeout, its = make(chosen)
    with clock:
        pair = wait(jobs, timeout, workers=3, **its)

    assert pair.done == ended(jobs)
