"""The poll plan and the wait against a model: the law of waiting as one plain loop."""

import math
from dataclasses import dataclass
from itertools import cycle

from hypothesis import given, settings
from hypothesis import strategies as st

from jobv1 import JobStatus, JobTimeoutError, JobV1, Tolerance
from jobv1._driver import poll
from jobv1._polling import PollPlan
from tests.scripted_job import LoggedClock

FINAL = {"CANCELLED", "DONE", "ERROR"}


class SurvivableError(Exception):
    """A failure that the tolerances of this file name."""


class FatalError(Exception):
    """A failure that they do not name."""


@dataclass(frozen=True)
class Step:
    """One query: what it gives, and how long it and its callback take.

    `status` is the name of a status, or of a failure.
    `wish` is the hint of the job after an answer, the `retry_after` of a failure.
    """

    status: str
    wish: float | None
    seconds: float
    callback_seconds: float

    @property
    def has_failed(self):
        """Whether the query raises."""
        return self.status in {"failure", "fatal"}


@dataclass(frozen=True)
class Case:
    """One wait: the life of the job, and the arguments."""

    steps: list[Step]
    timeout: float | None
    wait: float | None
    delays: list[float]
    failures: int | None
    budget: float | None
    backoff: float
    jitter: list[float]
    with_callback: bool

    @property
    def is_tolerant(self):
        """Whether the wait survives any failure."""
        return self.failures is not None or self.budget is not None


@dataclass(frozen=True)
class Outcome:
    """What came of a wait."""

    end: str
    queried_at: list[float]
    slept: list[float]
    now: float
    called_at: list[float]


def lived(case):
    """Tell what comes of a wait, by the letter of the law."""
    now, sleeps, row, row_began, jitter = 0.0, 0, 0, 0.0, cycle(case.jitter)
    deadline = math.inf if case.timeout is None else max(case.timeout, 0)
    queried_at, slept, called_at, seen = [], [], [], None
    for step in case.steps:
        queried_at.append(now)
        now += step.seconds
        if not step.has_failed:
            if case.with_callback:
                called_at.append(now)
                now += step.callback_seconds
            row = 0
            seen = step.status
            end = seen if seen in FINAL else None
        else:
            row_began = row_began if row else now
            row += 1
            end = "failed" if is_the_end(case, step, row, now - row_began) else None
        if end is None and now >= deadline:
            # Only the callback went beyond the deadline: its query is still to come.
            if not step.has_failed and case.with_callback and called_at[-1] < deadline:
                continue
            end = f"timeout after {now} s and {len(queried_at)} queries, {seen} was seen"
        if end is not None:
            return Outcome(end, queried_at, slept, now, called_at)
        if step.has_failed:
            pause = retry_pause(case, step, now - row_began, jitter)
        elif case.wait is not None:
            pause = case.wait
        else:
            pause = case.delays[sleeps % len(case.delays)] if step.wish is None else step.wish
            sleeps += 1
        pause = min(pause, deadline - now)
        slept += [pause] if pause else []
        now += pause
    raise AssertionError("the script has no end")


def is_the_end(case, step, row, since):
    """Tell whether a failure ends the wait: the `row`-th in a row, so long since the first."""
    if step.status == "fatal" or not case.is_tolerant:
        return True
    if case.failures is not None and row > case.failures:
        return True
    return case.budget is not None and since >= case.budget


def retry_pause(case, step, since, jitter):
    """Tell how long a failure is slept over, so long since the first in a row."""
    if step.wish is not None:
        return step.wish
    left = math.inf if case.budget is None else case.budget - since
    return min(case.backoff * next(jitter), left)


class LivingJob(JobV1):
    """A job that lives the life of a case."""

    def __init__(self, case, clock):
        super().__init__(None, "ab12")
        self.case = case
        self.clock = clock
        self.queried_at = []
        self.called_at = []

    def submit(self):
        """Do nothing."""

    def result(self):
        """Have none."""

    @property
    def step(self):
        """The step of the last query."""
        return self.case.steps[len(self.queried_at) - 1]

    def status(self):
        self.queried_at.append(self.clock.now())
        self.clock.advance(self.step.seconds)
        if self.step.has_failed:
            error = FatalError() if self.step.status == "fatal" else SurvivableError()
            error.retry_after = self.step.wish
            raise error
        return JobStatus[self.step.status]

    def next_query_delay(self):
        return self.step.wish

    def callback(self, job_id, status, job):
        assert (job_id, status.name, job) == ("ab12", self.step.status, self)
        self.called_at.append(self.clock.now())
        self.clock.advance(self.step.callback_seconds)


class Cycle:
    """A schedule that answers the delays of a list in turn."""

    def __init__(self, delays):
        self.delays = delays

    def delay(self, elapsed, sleeps):
        return self.delays[sleeps % len(self.delays)]


def arguments(case):
    """Give what a plan and a wait are both told."""
    tolerance = None
    if case.is_tolerant:
        backoff = Cycle([case.backoff])
        tolerance = Tolerance(
            SurvivableError, failures=case.failures, seconds=case.budget, backoff=backoff
        )
    wait = Cycle(case.delays) if case.wait is None else case.wait
    return {"timeout": case.timeout, "wait": wait, "tolerance": tolerance}


def outcome(job, wait):
    """Wait for a job, and tell what came of it."""
    try:
        wait()
    except JobTimeoutError as error:
        seen = error.status and error.status.name
        end = f"timeout after {error.elapsed} s and {error.queries} queries, {seen} was seen"
    except (SurvivableError, FatalError):
        end = "failed"
    else:
        end = job.step.status
    return Outcome(end, job.queried_at, job.clock.slept, job.clock.now(), job.called_at)


# Sums and products of these are exact, so times can be compared as they are.
quarters = st.integers(0, 40).map(lambda quarter: quarter / 4)
maybe_quarters = st.integers(-20, 40).map(lambda quarter: None if quarter < 0 else quarter / 4)
mostly_zero = st.integers(-60, 40).map(lambda quarter: max(quarter, 0) / 4)
eighths = st.integers(0, 8).map(lambda eighth: eighth / 8)
steps = st.builds(
    Step,
    status=st.sampled_from(
        ["INITIALIZING", "QUEUED", "VALIDATING", *["RUNNING"] * 3, *["failure"] * 5, "fatal"]
    ),
    wish=maybe_quarters,
    seconds=mostly_zero,
    callback_seconds=mostly_zero,
)
ends = st.builds(
    Step,
    status=st.sampled_from(sorted(FINAL)),
    wish=st.none(),
    seconds=mostly_zero,
    callback_seconds=mostly_zero,
)
cases = st.builds(
    Case,
    steps=st.builds(
        lambda first, last: [*first, last], st.lists(steps, min_size=2, max_size=9), ends
    ),
    timeout=st.none() | st.integers(-4, 120).map(lambda quarter: quarter / 4),
    wait=maybe_quarters,
    delays=st.lists(quarters, min_size=1, max_size=4),
    failures=st.none() | st.integers(0, 4),
    budget=maybe_quarters,
    backoff=quarters,
    jitter=st.lists(eighths, min_size=1, max_size=4),
    with_callback=st.booleans(),
)


@settings(max_examples=300, derandomize=True)
@given(cases)
def test_plan(case):
    """The plan and its driver query, sleep and end exactly as the law says."""
    clock = LoggedClock()
    job = LivingJob(case, clock)
    plan = PollPlan(
        0.0, **arguments(case), hint=job.next_query_delay, random=cycle(case.jitter).__next__
    )
    callback = job.callback if case.with_callback else None

    def wait():
        poll(job, plan, clock, clock.sleep, callback)

    assert outcome(job, wait) == lived(case)
    assert plan.queries == len(job.queried_at)


@settings(max_examples=150, derandomize=True)
@given(cases.map(lambda case: Case(**{**vars(case), "backoff": 0.0})))
def test_wait(case):
    """A wait queries, sleeps and ends exactly as the law says."""
    with LoggedClock() as clock:
        job = LivingJob(case, clock)
        callback = job.callback if case.with_callback else None

        def wait():
            job.wait_for_final_state(**arguments(case), callback=callback)

        assert outcome(job, wait) == lived(case)
