"""Waiting until each of many jobs is final, in the caller's own thread."""

from __future__ import annotations

import math
from collections.abc import Iterable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, cast

from ._clock import CLOCK, cut
from ._driver import ask, plan_for
from ._polling import PollPlan
from ._wake import Sleeper
from .exceptions import JobTimeoutError, seconds_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .job import JobV1
    from .schedules import Schedule
    from .status import JobStatus
    from .tolerance import Tolerance

__all__ = ["checked_jobs", "wait_for_all"]


def checked_jobs(jobs: JobV1 | Iterable[JobV1]) -> list[JobV1]:
    """Read an argument that is one job or an iterable of jobs.

    Returns:
        The jobs in the order given, each once.

    Raises:
        TypeError: Something given has no `job_id` and `status` to call.
    """
    given = list(jobs) if isinstance(jobs, Iterable) and not _is_job(jobs) else [jobs]
    for job in given:
        if not _is_job(job):
            message = f"a job has job_id() and status(), and {job!r} ({type(job).__name__}) has not"
            raise TypeError(message)
    return list({id(job): cast("JobV1", job) for job in given}.values())


def wait_for_all(
    jobs: Sequence[Any],
    *,
    timeout: float | None,
    wait: float | Schedule,
    callback: Callable[[Any, JobStatus, Any], object],
    tolerance: Tolerance | None,
) -> None:
    """Wait until each job is final, asking each as `JobV1.wait_for_final_state` does for one.

    Args:
        jobs: The jobs, none twice.
        timeout: The limit for all together, in seconds; None for none.
        wait: The seconds between two queries of a job, or a schedule.
        callback: Called with the id, the status and the job after each answer.
        tolerance: Which errors of `status()` to survive, counted for each job by itself; None for
            the default of its class.

    Raises:
        JobTimeoutError: The limit was met; its `job_id` is the list of the ids of the unfinished.
        Exception: As of `JobV1.wait_for_final_state`.
    """
    clock = CLOCK.get()
    start = clock.now()
    # Also for no job at all, so that wrong arguments are told.
    PollPlan(start, timeout=timeout, wait=wait, tolerance=tolerance)
    plans = [plan_for(job, start, timeout=timeout, wait=wait, tolerance=tolerance) for job in jobs]
    due = dict.fromkeys(range(len(jobs)), start)
    # Each time in `due`, and older ones that were overtaken by a job that told.
    queue = [(start, index) for index in due]
    unfinished: list[int] = []
    with Sleeper(jobs, clock) as sleeper:
        while due:
            told = sleeper.told() & due.keys()
            for index in sorted(_take_due(queue, due, clock.now()) | told):
                delay = ask(jobs[index], plans[index], clock, callback)
                is_over = not getattr(jobs[index], "_async", True)
                if delay is not None and not is_over:
                    due[index] = clock.now() + delay
                    heappush(queue, (due[index], index))
                    continue
                del due[index]
                if plans[index].expired and not is_over:
                    unfinished.append(index)
            pause = cut(math.inf, clock.now(), queue[0][0]) if due else 0.0
            if pause > 0:
                sleeper.sleep(pause)
    if unfinished:
        unfinished.sort()
        raise _timeout_error([(jobs[index], plans[index]) for index in unfinished], plans)


def _take_due(queue: list[tuple[float, int]], due: dict[int, float], now: float) -> set[int]:
    """Take from the queue those whose time has come."""
    taken: set[int] = set()
    while queue and (queue[0][0] <= now or due.get(queue[0][1]) != queue[0][0]):
        time, index = heappop(queue)
        if due.get(index) == time:
            taken.add(index)
    return taken


def _timeout_error(
    unfinished: Sequence[tuple[Any, PollPlan]], plans: Sequence[PollPlan]
) -> JobTimeoutError:
    ids = [job.job_id() for job, _ in unfinished]
    errors = [plan.timeout_error(ids) for _, plan in unfinished]
    last = next((error for error in errors if error.__cause__ is not None), errors[-1])
    message = (
        f"{len(unfinished):,} (of {len(plans):,}) jobs unfinished "
        f"after {seconds_text(last.elapsed or 0.0)} "
        f"(timeout {seconds_text(last.timeout or 0.0)}); none was cancelled."
    )
    error = JobTimeoutError(
        message,
        job_id=ids,
        elapsed=last.elapsed,
        timeout=last.timeout,
        queries=sum(plan.queries for plan in plans),
        last_error=last.last_error,
    )
    error.__cause__ = last.__cause__
    return error


def _is_job(value: object) -> bool:
    # A class has the methods too, but is no job.
    return not isinstance(value, type) and all(
        callable(getattr(value, name, None)) for name in ("job_id", "status")
    )
