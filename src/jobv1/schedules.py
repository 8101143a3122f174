"""How long to sleep between two queries.

A schedule is pure and never changes: the same questions get the same answers, and one object serves
any number of waits.
"""

from __future__ import annotations

import math
import sys
from typing import Protocol

from typing_extensions import override

from ._clock import checked_number

__all__ = ["Adaptive", "Exponential", "Fixed", "RandomPhase", "Schedule"]

_FINITE = sys.float_info.max


class Schedule(Protocol):
    """What may be passed as `wait` in place of a number of seconds."""

    def delay(self, elapsed: float, sleeps: int) -> float:
        """Answer how long to sleep before the next query, in seconds.

        Called by a wait once before its first query, as a trial with (0.0, 0),
        and after each answered query that is not final.
        Must answer a number, 0 or more; 0 means: query again at once.
        Must be pure: the trial must not change what comes later.

        Args:
            elapsed: The seconds since the wait began.
            sleeps: How many sleeps of this schedule went before; 0 at the first.
        """
        ...


class Frozen:
    """A value: it never changes, and equals another that holds the same.

    By hand, because the machinery of dataclasses takes a tenth of the time of `import jobv1`.
    """

    @override
    def __setattr__(self, name: str, value: object) -> None:
        message = f"a {type(self).__qualname__} cannot be changed; make another"
        raise AttributeError(message)

    @override
    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    @override
    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(self) is type(other) else NotImplemented

    @override
    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    @override
    def __repr__(self) -> str:
        held = [f"{name}={value!r}" for name, value in vars(self).items() if name[0] != "_"]
        return f"{type(self).__qualname__}({', '.join(held)})"


class Fixed(Frozen):
    """Sleep the same time after each query, as a plain number does.

    Unlike a number it lets a job that knows better hint (`jobv1.protocols.QueryHint`).

    Args:
        seconds: The time between two queries, 0 or more; the documented default of `JobV1` is 5.

    Raises:
        TypeError: `seconds` is not a number.
        ValueError: `seconds` is negative or NaN.
    """

    seconds: float

    def __init__(self, seconds: float = 5.0) -> None:
        vars(self).update(seconds=checked_number(seconds, "seconds", minimum=0))

    def delay(self, elapsed: float, sleeps: int) -> float:  # noqa: ARG002 - the shape of a schedule
        """Answer `seconds`, always."""
        return self.seconds


class Exponential(Frozen):
    """Sleep longer each time: `first`, `first * factor`, and so on, up to `maximum`.

    Args:
        first: The first sleep in seconds, 0 or more.
        factor: How many times longer each sleep is than the one before, 1 or more.
        maximum: The longest sleep in seconds, not below `first`.

    Raises:
        TypeError: An argument is not a number.
        ValueError: An argument is NaN or infinite, or outside its range.
    """

    first: float
    factor: float
    maximum: float

    def __init__(self, first: float = 0.05, factor: float = 2.0, maximum: float = 30.0) -> None:
        first = checked_number(first, "first", minimum=0, maximum=_FINITE)
        factor = checked_number(factor, "factor", kind="a number", minimum=1, maximum=_FINITE)
        maximum = checked_number(maximum, "maximum", minimum=first, maximum=_FINITE)
        vars(self).update(first=first, factor=factor, maximum=maximum)

    def delay(self, elapsed: float, sleeps: int) -> float:  # noqa: ARG002 - the shape of a schedule
        """Answer the sleep number `sleeps`, counted from 0, in seconds."""
        try:
            growth = self.factor**sleeps
        except OverflowError:
            return self.maximum if self.first else 0.0
        return min(self.first * growth, self.maximum)


class Adaptive(Frozen):
    """Sleep in proportion to the time waited so far.

    This is the schedule to use when nothing is known of a job.
    After `t` seconds of waiting the next sleep is `min(fraction * t, root * sqrt(t))`,
    kept between `minimum` and `maximum`.
    The first term bounds the relative delay: the end of a job is noticed at most `fraction` of
    its duration late, with a number of queries that grows with the logarithm of the duration.
    The second bounds the absolute delay near the best that a fixed interval tuned to the very
    duration could give.
    With the defaults a job is noticed at most 50 ms or 10 % late, and never more than 30 s.

    Args:
        fraction: The greatest relative delay, 0 or more.
        root: The greatest delay in units of the square root of the seconds waited, 0 or more.
        minimum: The shortest sleep in seconds, 0 or more.
        maximum: The longest sleep in seconds, not below `minimum`.

    Raises:
        TypeError: An argument is not a number.
        ValueError: An argument is NaN or infinite, or outside its range.
    """

    fraction: float
    root: float
    minimum: float
    maximum: float

    def __init__(
        self,
        fraction: float = 0.1,
        root: float = 0.2,
        minimum: float = 0.05,
        maximum: float = 30.0,
    ) -> None:
        fraction = checked_number(fraction, "fraction", kind="a number", minimum=0, maximum=_FINITE)
        root = checked_number(root, "root", kind="a number", minimum=0, maximum=_FINITE)
        minimum = checked_number(minimum, "minimum", minimum=0, maximum=_FINITE)
        maximum = checked_number(maximum, "maximum", minimum=minimum, maximum=_FINITE)
        vars(self).update(fraction=fraction, root=root, minimum=minimum, maximum=maximum)

    def delay(self, elapsed: float, sleeps: int) -> float:  # noqa: ARG002 - the shape of a schedule
        """Answer the sleep in seconds that is due after `elapsed` seconds."""
        wanted = min(self.fraction * elapsed, self.root * math.sqrt(elapsed))
        return min(max(wanted, self.minimum), self.maximum)


class RandomPhase(Frozen):
    """Shorten the first sleep of a schedule at random, so that many clients do not beat in time.

    The part is drawn when the object is made; the sleeps after the first are those of `schedule`.
    Jittering each sleep instead would cost a third more delay at the same load.

    Args:
        schedule: The schedule of which the first sleep is shortened.
        seed: Makes the part repeatable; None draws it from the system.

    Raises:
        TypeError: `schedule` has no method `delay`, or that answers something that is no number.
        ValueError: `schedule` answers a negative number or NaN.
    """

    schedule: Schedule
    seed: int | None
    _part: float

    def __init__(self, schedule: Schedule, seed: int | None = None) -> None:
        checked_delay(schedule, 0.0, 0)
        from random import Random

        # Above 0 and at most 1, so that an endless sleep stays one.
        part = 1.0 - Random(seed).random()  # noqa: S311 - no secret
        vars(self).update(schedule=schedule, seed=seed, _part=part)

    def delay(self, elapsed: float, sleeps: int) -> float:
        """Answer a part of the first sleep, and each later sleep whole, in seconds."""
        whole = self.schedule.delay(elapsed, sleeps)
        return whole if sleeps else whole * self._part


def checked_delay(schedule: Schedule, elapsed: float, sleeps: int) -> float:
    """Ask a schedule for a delay, in seconds, and check the answer.

    Raises:
        TypeError: The object has no method `delay`, or it answered something that is no number.
        ValueError: It answered a negative number or NaN.
    """
    if not callable(getattr(type(schedule), "delay", None)):
        message = f"a schedule needs a method delay(elapsed, sleeps), and {schedule!r} has none"
        raise TypeError(message)
    delay = schedule.delay(elapsed, sleeps)
    return checked_number(delay, f"the delay answered by {schedule!r}", minimum=0)
