"""Which failures of a query a wait survives, and for how long."""

from __future__ import annotations

import math
import sys
from collections import Counter
from typing import TYPE_CHECKING

from ._clock import checked_number, cut
from .exceptions import seconds_text
from .schedules import Exponential, Frozen, checked_delay

if TYPE_CHECKING:
    from collections.abc import Callable

    from .schedules import Schedule

__all__ = ["PROGRAMMING_ERRORS", "Tolerance"]

PROGRAMMING_ERRORS = (
    AssertionError,
    AttributeError,
    ImportError,
    NameError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
    TypeError,
)
"""Errors of code and not of a service, which asking again does not mend."""


class Tolerance(Frozen):
    """Errors of `status()` that a wait survives, and a budget for them.

    A failed query that is covered is retried until the budget is spent; then the last error is
    raised.
    A good answer resets the budget.
    Between retries the wait sleeps a random part of a growing time (full jitter),
    or exactly as long as the error asks by an attribute `retry_after` (seconds, 0 included).

    Programming errors (`PROGRAMMING_ERRORS`) are covered only if one of them is named itself:
    `Tolerance(Exception, ...)` lets a TypeError pass upwards.

    Args:
        *types: The exception types to survive, subclasses included; at least one.
        seconds: How long the queries may go on failing, from the first failure in a row.
            A time that the error asks for is waited for even beyond it.
            0 survives none; None sets no limit of time.
        failures: How many failures in a row are survived.
            0 survives none; None sets no limit of number.
            One of `seconds` and `failures` must be given; with both, the one that is reached first
            counts.
        backoff: How long the retries may sleep at most: a schedule, asked with the seconds since
            the first failure.

    Attributes:
        types: As the argument.
        seconds: As the argument.
        failures: As the argument.
        backoff: As the argument.

    Raises:
        TypeError: No type is given, a type is no subclass of Exception, a number is no number,
            `failures` is no int,
            or `backoff` is no schedule.
        ValueError: No budget is given, or a budget is below zero or NaN.
    """

    types: tuple[type[Exception], ...]
    seconds: float | None
    failures: int | None
    backoff: Schedule

    def __init__(
        self,
        *types: type[Exception],
        seconds: float | None = None,
        failures: int | None = None,
        backoff: Schedule = Exponential(1.0, 2.0, 60.0),
    ) -> None:
        _check_types(types)
        if seconds is None and failures is None:
            message = "a tolerance needs a budget: give seconds, failures or both"
            raise ValueError(message)
        if seconds is not None:
            seconds = checked_number(seconds, "seconds", minimum=0)
        if failures is not None:
            _check_failures(failures)
        checked_delay(backoff, 0.0, 0)
        vars(self).update(types=types, seconds=seconds, failures=failures, backoff=backoff)

    def covers(self, error: Exception) -> bool:
        """Tell whether the error is one to survive."""
        if isinstance(error, PROGRAMMING_ERRORS):
            return isinstance(error, self.programming_errors)
        return isinstance(error, self.types)

    @property
    def programming_errors(self) -> tuple[type[Exception], ...]:
        """Those of `types` that are programming errors, which a class may not have as default."""
        return tuple(kind for kind in self.types if issubclass(kind, PROGRAMMING_ERRORS))


def requested_delay(error: Exception) -> float | None:
    """Read the attribute `retry_after` of an error, in seconds.

    Returns:
        The seconds, 0 included; None if the error has none, or one that is no finite number, 0 or
        more.
        A number in a string counts, as a header gives it.
    """
    value = getattr(error, "retry_after", None)
    if value is None or isinstance(value, bool):
        return None
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds < math.inf else None


class Outage:
    """A run of failed queries without a good answer between them.

    Args:
        tolerance: Which failures are survived, and how long.
        now: The time of the first failure, in seconds.
    """

    __slots__ = ("_counts", "_end", "_start", "_tolerance")

    def __init__(self, tolerance: Tolerance, now: float) -> None:
        self._tolerance = tolerance
        self._start = now
        self._end = math.inf if tolerance.seconds is None else now + tolerance.seconds
        self._counts: Counter[str] = Counter()

    def is_spent_by(self, error: Exception, now: float) -> bool:
        """Count a failure at the time `now`, and tell whether the budget is spent.

        If so, and others went before, a note on the error sums them up.
        """
        self._counts[type(error).__name__] += 1
        failures = self._counts.total()
        limit = self._tolerance.failures
        spent = now >= self._end or (limit is not None and failures > limit)
        if spent and failures > 1:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in self._counts.items())
            lasted = seconds_text(now - self._start)
            add_note(
                error, f"The last of {failures:,} failed queries in a row over {lasted}: {kinds}."
            )
        return spent

    def retry_delay(self, error: Exception, now: float, random: Callable[[], float]) -> float:
        """Answer how long to sleep before the retry, in seconds.

        The time that the error asks for is kept even beyond the end of the budget: a service that
        names a time lives.
        """
        requested = requested_delay(error)
        if requested is not None:
            return requested
        retries = self._counts.total() - 1
        longest = checked_delay(self._tolerance.backoff, now - self._start, retries)
        return cut(longest * random(), now, self._end)


def add_note(error: Exception, note: str) -> None:
    """Add a note to an error, as `add_note` of the error does from Python 3.11 on."""
    if sys.version_info >= (3, 11):
        error.add_note(note)
    else:
        error.__notes__ = [*getattr(error, "__notes__", ()), note]  # type: ignore[attr-defined]


def _check_types(types: tuple[object, ...]) -> None:
    if not types:
        message = "a tolerance needs at least one exception type"
        raise TypeError(message)
    for kind in types:
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            message = f"a tolerance takes subclasses of Exception, not {kind!r}"
            raise TypeError(message)


def _check_failures(failures: object) -> None:
    if not isinstance(failures, int) or isinstance(failures, bool):
        message = f"failures must be a whole number, not {failures!r} ({type(failures).__name__})"
        raise TypeError(message)
    if failures < 0:
        message = f"failures must be 0 or more, not {failures}"
        raise ValueError(message)
