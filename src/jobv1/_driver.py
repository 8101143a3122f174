"""Waiting in the caller's own thread, as a `PollPlan` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from ._answers import checked_status
from ._polling import PollPlan
from .protocols import ability
from .tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._clock import Clock
    from .schedules import Schedule
    from .status import JobStatus

__all__ = [
    "Callback",
    "ask",
    "class_tolerance",
    "default_tolerance",
    "own_tolerance",
    "plan_for",
    "poll",
]

Callback: TypeAlias = "Callable[[Any, JobStatus, Any], object]"


def plan_for(
    job: Any,
    now: float,
    *,
    timeout: float | None,
    wait: float | Schedule,
    tolerance: Tolerance | None,
) -> PollPlan:
    """Make the plan of a wait for a job: its class may have a default tolerance, and give hints.

    Raises:
        TypeError: As of `PollPlan`, or the default of the class names a programming error.
        ValueError: As of `PollPlan`.
    """
    if tolerance is None:
        tolerance = default_tolerance(job)
    hint = ability(job, "next_query_delay")
    return PollPlan(now, timeout=timeout, wait=wait, tolerance=tolerance, hint=hint)


def ask(
    job: Any,
    plan: PollPlan,
    clock: Clock,
    callback: Callback | None,
    query: Callable[[], object] | None = None,
) -> float | None:
    """Query a job once, and tell its plan.

    Args:
        job: The job.
        plan: The plan.
        clock: Tells the time.
        callback: Called with the id, the status and the job after an answer; None for none.
        query: Answers or raises what a query did that was made already; None to make it.

    Returns:
        The seconds to sleep, or None at the end, expired or not.

    Raises:
        JobStatusError: `status()` answered something that is no status.
        Exception: What `status()` raised and no tolerance survives, or what `callback` raised.
    """
    try:
        answer = job.status() if query is None else query()
    except Exception as error:
        delay = plan.failed(error, clock.now())
        if delay is None and not plan.expired:
            raise
        return delay
    return _take(job, answer, plan, clock, callback)


def poll(
    job: Any,
    plan: PollPlan,
    clock: Clock,
    sleep: Callable[[float], None],
    callback: Callback | None,
) -> None:
    """Query a job until it is final, sleeping between as its plan says.

    Args:
        job: The job.
        plan: The plan, fresh.
        clock: Tells the time.
        sleep: Lets seconds pass; may return early.
        callback: Called with the id, the status and the job after each answer; None for none.

    Raises:
        JobTimeoutError: The deadline was met, and the query made then was not final.
        Exception: As of `ask`.
    """
    delay = ask(job, plan, clock, callback)
    while delay is not None:
        # Even a sleep of 0 seconds takes a tenth of a millisecond.
        if delay:
            sleep(delay)
        if delay or callback is not None:
            delay = ask(job, plan, clock, callback)
        else:
            delay = _ask_without_pause(job, plan, clock)
    if plan.expired:
        raise plan.timeout_error(job.job_id())


def _ask_without_pause(job: Any, plan: PollPlan, clock: Clock) -> float | None:
    # As `ask` for a job that is asked at once again while nothing changes: a third of the cost.
    query, now = job.status, clock.now
    status, until = plan.status, plan.steady_until
    repeated = 0
    try:
        while (answer := query()) is status and now() < until:
            repeated += 1
    except Exception as error:
        delay = plan.failed(error, now())
        if delay is None and not plan.expired:
            raise
        return delay
    finally:
        plan.queries += repeated
    return _take(job, answer, plan, clock, None)


def _take(
    job: Any, answer: object, plan: PollPlan, clock: Clock, callback: Callback | None
) -> float | None:
    status = checked_status(job, answer)
    if callback is None:
        return plan.answered(status, clock.now())
    answered_at = clock.now()
    callback(job.job_id(), status, job)
    return plan.answered(status, clock.now(), answered_at)


def default_tolerance(job: object) -> Tolerance | None:
    """Give the tolerance that a job has as default: its own if it can tell, else its class's.

    A class tells by a method `_jobv1_tolerance`, if its jobs differ in that.

    Raises:
        TypeError: As of `class_tolerance`.
    """
    tell = own_tolerance(type(job))
    return class_tolerance(type(job)) if tell is None else tell(job)


def own_tolerance(job_class: type) -> Callable[[Any], Tolerance | None] | None:
    """Give the method of a class by which each of its jobs tells its tolerance; None for none."""
    return getattr(job_class, "_jobv1_tolerance", None)


def class_tolerance(job_class: type) -> Tolerance | None:
    """Read the tolerance that a class of jobs has as default, None for none.

    Raises:
        TypeError: It is no Tolerance, or names a programming error.
    """
    # Of the class: an instance may have an attribute of that name for a purpose of its own.
    tolerance: object = getattr(job_class, "_tolerance", None)
    if tolerance is None:
        return None
    name = f"{job_class.__qualname__}._tolerance"
    if not isinstance(tolerance, Tolerance):
        message = f"{name} must be a Tolerance or None, not {tolerance!r}"
        raise TypeError(message)
    if tolerance.programming_errors:
        message = (
            f"{name} names {tolerance.programming_errors[0].__name__}, "
            "a programming error, which the default of a class may not survive; "
            "pass tolerance= to the wait that shall."
        )
        raise TypeError(message)
    return tolerance
