"""Random scripts of a wait: what the job answers, what the caller asks for, what the clock does."""

import math
from dataclasses import dataclass
from random import Random

NAMES = ("INITIALIZING", "QUEUED", "VALIDATING", "RUNNING", "DONE", "CANCELLED", "ERROR")
FINAL = ("DONE", "CANCELLED", "ERROR")
UNFINISHED = ("INITIALIZING", "QUEUED", "VALIDATING", "RUNNING")
# No member of either enum.
JUNK = ("COMPLETED", "paused", None, 3)
FAILURE = "a failed query"


class EmptyCallback:
    """A callback that can be called, and counts as false, as a collection of callbacks may."""

    def __init__(self, call):
        self.call = call

    def __call__(self, *arguments):
        self.call(*arguments)

    def __len__(self):
        return 0


@dataclass(frozen=True)
class Script:
    """One wait. All times are whole eighths of a second, so that no sum is rounded.

    Attributes:
        steps: The times from which on the job answers something, and what.
        cost: How long a query takes.
        timeout: The argument.
        wait: The argument.
        callback: "none", "function", "empty", or an object that cannot be called.
        callback_cost: How long a callback takes.
        callback_raises: The number of the call that raises; 0 for none.
        is_async: The attribute of the class.
        is_mixed: Whether the job answers members of the other enum.
        jump: The time at which the wall clock jumps, and by how much.
    """

    steps: tuple
    cost: float
    timeout: object
    wait: object
    callback: object
    callback_cost: float
    callback_raises: int
    is_async: bool
    is_mixed: bool
    jump: tuple

    def answer(self, time):
        """Give what the job answers at a time."""
        return [answer for begin, answer in self.steps if begin <= time][-1]

    def wall(self, time):
        """Give what a clock on the wall shows."""
        return time + (self.jump[1] if time >= self.jump[0] else 0)


def eighths(random, most):
    """Draw a time."""
    return random.randrange(most * 8) / 8


def random_script(number):
    """Draw the script of this number."""
    random = Random(number)
    good, bad = [0, 0.125, 1, 5, 7.5, 30], [-1, math.nan, math.inf, "5"]
    wait = random.choice(good if random.random() < 0.9 else bad)
    good, bad = [None, math.inf, 0, 60, *[eighths(random, 40)] * 4], [-2.0, math.nan, True, "60"]
    timeout = random.choice(good if random.random() < 0.9 else bad)
    if wait == math.inf and not isinstance(timeout, str) and timeout in {None, math.inf}:
        timeout = 12.5
    return Script(
        steps=random_steps(random),
        # A wait without pauses passes no time by itself.
        cost=random.choice([0, 0.125, 1, 8]) if wait != 0 else 0.5,
        timeout=timeout,
        wait=wait,
        callback=random.choice(["none", *["function"] * 9, "empty", random.choice([0, "text"])]),
        callback_cost=random.choice([0, 0, 0.25, 3, 11]),
        callback_raises=random.choice([0, 0, 0, 1, 2, 5]),
        is_async=random.random() < 0.9,
        is_mixed=random.random() < 0.2,
        jump=(eighths(random, 40), random.choice([0, 0, -3600, 3600, 10, -10])),
    )


def random_steps(random):
    """Draw what a job answers: states that are not final, then one that is."""
    steps, time = [], 0.0
    for _ in range(random.randrange(4)):
        kinds = [*UNFINISHED, *UNFINISHED, *UNFINISHED, random.choice(JUNK), FAILURE]
        steps.append((time, random.choice(kinds)))
        time += eighths(random, 20) + 0.125
    return (*steps, (time, random.choice(FINAL)))
