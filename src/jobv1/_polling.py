"""When to query, how long to sleep, when to stop: the one engine under every wait.

`PollPlan` is a state machine without input or output: it is told the time and what was observed,
and answers.
A driver queries and sleeps as the plan answers; `jobv1._driver` does so in the caller's own thread.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from ._clock import checked_number, cut
from .exceptions import JobTimeoutError
from .schedules import checked_delay
from .status import JobStatus
from .tolerance import Outage, Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable

    from .schedules import Schedule

__all__ = ["PollPlan"]


def _draw() -> float:
    # The module is not worth its import until a query fails.
    from random import random

    return random()  # noqa: S311 - no secret


class PollPlan:
    """One wait: what is known of it, and what to do next.

    A driver makes a plan, queries at once, and reports each query by `answered` or `failed`.
    A number in return is the time in seconds to sleep before the next query, 0 for none.
    None in return means that there is no next query: the wait ends, in one of these ways.

    * `answered`, and `expired` is False: the status is final.
    * `expired` is True: the deadline was met; raise `timeout_error`.
    * `failed`, and `expired` is False: raise the error that was reported.

    Args:
        now: The time at which the wait begins, in seconds of the driver's clock.
        timeout: The limit in seconds; None or inf for none; 0 or less for exactly one query.
        wait: The seconds between two queries, or a schedule.
        tolerance: Which failures to survive; None for none.
        hint: Answers how long to sleep in the opinion of the job, in seconds, or None; asked if
            `wait` is a schedule.
        random: Draws a number from 0 to 1 for the jitter of retries; by default from the module
            `random`.

    Attributes:
        status: The last status that was answered, None before the first.
        queries: How many queries were reported.
        last_error: The last failure that was survived, None before the first.
        deadline: When the wait ends at the latest, in seconds of the driver's clock; inf for never.
        expired: Whether the deadline was met.
        steady_until: Before this time the same status again would get 0 seconds again, so a driver
            may count the query itself and pass over `answered`.

    Raises:
        TypeError: `timeout` is not a number, `wait` neither a number nor a schedule, or `tolerance`
            no Tolerance.
        ValueError: `timeout` is NaN, or `wait` is negative or NaN, or a schedule that answers so.
    """

    __slots__ = (
        "_elapsed",
        "_hint",
        "_interval",
        "_outage",
        "_random",
        "_schedule",
        "_sleeps",
        "_start",
        "_timeout",
        "_tolerance",
        "deadline",
        "expired",
        "last_error",
        "queries",
        "status",
        "steady_until",
    )

    def __init__(
        self,
        now: float,
        *,
        timeout: float | None = None,
        wait: float | Schedule = 5,
        tolerance: Tolerance | None = None,
        hint: Callable[[], float | None] | None = None,
        random: Callable[[], float] = _draw,
    ) -> None:
        self._timeout = math.inf if timeout is None else checked_number(timeout, "timeout")
        self._interval, self._schedule = _read_wait(wait)
        self._tolerance = _read_tolerance(tolerance)
        self._hint = hint
        self._random = random
        self._start = now
        self.deadline = now + max(self._timeout, 0.0)
        self._elapsed = 0.0
        self._sleeps = 0
        self._outage: Outage | None = None
        self.status: JobStatus | None = None
        self.queries = 0
        self.last_error: Exception | None = None
        self.expired = False
        self.steady_until = -math.inf

    def answered(
        self, status: JobStatus, now: float, answered_at: float = math.inf, *, part: float = 1.0
    ) -> float | None:
        """Take the answer of a query.

        Args:
            status: The answer.
            now: The time, in seconds of the driver's clock, after the callback if there is one.
            answered_at: The time before the callback. If only the callback went beyond the
                deadline, the query of the deadline is still to come.
            part: Of the sleep, how much is wanted.

        Returns:
            The seconds to sleep, or None at the end.

        Raises:
            TypeError: The schedule or the hint answered something that is not a number.
            ValueError: The schedule or the hint answered a negative number or NaN.
        """
        self.queries += 1
        self.status = status
        self._outage = None
        if status is JobStatus.DONE or status is JobStatus.CANCELLED or status is JobStatus.ERROR:
            # Its traceback holds the job, and this plan.
            self.last_error = None
            return None
        if now >= self.deadline:
            if answered_at < self.deadline:
                return 0.0
            self._expire(now)
            return None
        if self._schedule is not None:
            return cut(part * self._scheduled_delay(self._schedule, now), now, self.deadline)
        if self._interval == 0:
            self.steady_until = self.deadline
        return cut(part * self._interval, now, self.deadline)

    def failed(self, error: Exception, now: float) -> float | None:
        """Take the error that a query raised.

        Args:
            error: The error; a note is added to it if it is the last of several.
            now: The time, in seconds of the driver's clock.

        Returns:
            The seconds to sleep before the retry, or None at the end.
        """
        self.queries += 1
        tolerance = self._tolerance
        if tolerance is None or not tolerance.covers(error):
            return None
        self.steady_until = -math.inf
        if self._outage is None:
            self._outage = Outage(tolerance, now)
        if self._outage.is_spent_by(error, now):
            return None
        self.last_error = error
        if now >= self.deadline:
            self._expire(now)
            return None
        return cut(self._outage.retry_delay(error, now, self._random), now, self.deadline)

    def lost(self, error: Exception, now: float) -> None:
        """Take note that a query was given up after the deadline, and the error that says so."""
        self.queries += 1
        self.last_error = error
        if self._outage is None:
            self._outage = Outage(Tolerance(type(error), failures=0), now)
        self._expire(now)

    def timeout_error(self, job_id: object) -> JobTimeoutError:
        """Make the error to raise when the wait has expired.

        Its cause is the failure of the last query, if that failed.
        """
        error = JobTimeoutError(
            job_id=job_id,
            status=self.status,
            elapsed=self._elapsed,
            timeout=self._timeout,
            queries=self.queries,
            last_error=self.last_error,
        )
        if self._outage is not None:
            error.__cause__ = self.last_error
            # Written now, because a copy of the error has no cause to tell of.
            error.message = str(error)
        self.last_error = None
        return error

    def fork(
        self,
        *,
        start: float | None = None,
        tolerance: Tolerance | None = None,
        hint: Callable[[], float | None] | None = None,
    ) -> PollPlan:
        """Make another plan for the same deadline, without the failures of this one.

        Args:
            start: When the other wait begins, in seconds of the driver's clock; None if it goes on
                from here.
            tolerance: As of `PollPlan`.
            hint: As of `PollPlan`.
        """
        changes: dict[str, object] = {"_tolerance": tolerance, "_hint": hint}
        changes |= {"_outage": None, "last_error": None, "expired": False}
        if start is not None:
            changes |= {"_start": start, "_sleeps": 0}
        plan = PollPlan.__new__(PollPlan)
        for name in PollPlan.__slots__:
            setattr(plan, name, changes[name] if name in changes else getattr(self, name))
        return plan

    def goes_with(self, other: PollPlan, now: float) -> bool:
        """Tell whether jobs on the other plan may as well share this one.

        Under a schedule they may if they have been waited for about as long.
        """
        if self._outage is not None or other._outage is not None:
            return False
        apart = abs(self._start - other._start)
        return self._schedule is None or 16 * apart <= now - max(self._start, other._start)

    def _expire(self, now: float) -> None:
        self.expired = True
        self._elapsed = now - self._start

    def _scheduled_delay(self, schedule: Schedule, now: float) -> float:
        sleeps = self._sleeps
        self._sleeps = sleeps + 1
        hint = None if self._hint is None else self._hint()
        if hint is not None:
            return checked_number(hint, "the answer of next_query_delay()", minimum=0)
        return checked_delay(schedule, now - self._start, sleeps)


def _read_wait(wait: object) -> tuple[float, Schedule | None]:
    if callable(getattr(type(wait), "delay", None)):
        schedule = cast("Schedule", wait)
        checked_delay(schedule, 0.0, 0)
        return math.inf, schedule
    return checked_number(wait, "wait", kind="a number of seconds or a schedule", minimum=0), None


def _read_tolerance(tolerance: object) -> Tolerance | None:
    if tolerance is None or isinstance(tolerance, Tolerance):
        return tolerance
    message = f"tolerance must be a Tolerance or None, not {tolerance!r}"
    raise TypeError(message)
