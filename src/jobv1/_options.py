"""The keywords of the waits for many jobs, checked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ._clock import CLOCK, checked_count, checked_number
from .job import check_callback

if TYPE_CHECKING:
    from ._driver import Callback
    from .schedules import Schedule
    from .tolerance import Tolerance

__all__ = ["Options"]

BATCH_SIZE = 100


class Options:
    """What `jobv1.waiting` documents; `wait` and `tolerance` are checked by the plan of the wait.

    They are read first of all, for the limit runs from the call: taking the jobs counts against it.

    Args:
        wait: The seconds between two queries of a job, or a schedule.
        callback: Called after each answer; None for none.
        tolerance: Which errors are survived; None for the defaults of the classes.
        queries_per_second: The most queries in a second; None for no limit.
        workers: How many threads ask; None for none but the caller's.
        batch_size: How many jobs a batch has at the most; None for 100.
        seed: Of the random first sleeps; None for a random one.

    Attributes:
        wait: As the argument.
        callback: As the argument.
        tolerance: As the argument.
        rate: The most queries in a second, inf for no limit.
        is_paced: Whether there is a limit.
        is_stretched: Whether a schedule is to be stretched, since nobody set a limit.
        is_scheduled: Whether `wait` is a schedule.
        workers: As the argument.
        batch_size: A number.
        phase: From 0 to 1, drawn by the seed.
        clock: The clock in force.
        start: When the wait was called, in seconds of the clock.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: An argument is out of its range.
    """

    def __init__(  # noqa: PLR0917 - by keyword in the public functions
        self,
        wait: float | Schedule,
        callback: Callback | None,
        tolerance: Tolerance | None,
        queries_per_second: float | None,
        workers: int | None,
        batch_size: int | None,
        seed: int | None,
    ) -> None:
        self.clock = CLOCK.get()
        self.start = self.clock.now()
        check_callback(callback)
        self.wait: float | Schedule = wait
        self.callback: Callback | None = callback
        self.tolerance: Tolerance | None = tolerance
        self.rate: float = _checked_rate(queries_per_second)
        self.is_paced: bool = self.rate < math.inf
        self.is_scheduled: bool = callable(getattr(type(wait), "delay", None))
        self.is_stretched: bool = self.is_scheduled and queries_per_second is None
        self.workers: int | None = checked_count(workers, "workers")
        self.batch_size: int = checked_count(batch_size, "batch_size") or BATCH_SIZE
        self.phase: float = _drawn(seed)


def _checked_rate(value: object) -> float:
    if value is None:
        return math.inf
    rate = checked_number(value, "queries_per_second", kind="a number or None")
    if rate <= 0:
        message = f"queries_per_second must be above 0, or None for no limit, not {value!r}"
        raise ValueError(message)
    return rate


def _drawn(seed: object) -> float:
    from random import Random

    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        message = f"seed must be a whole number or None, not {seed!r} ({type(seed).__name__})"
        raise TypeError(message)
    return Random(seed).random()  # noqa: S311 - no secret
