"""Random scripts: what a job answers, what two waits for it ask for, what the clock does."""

import math
from dataclasses import dataclass
from enum import Enum
from random import Random

from tests.with_qiskit.arguments import (
    ODD_TIMEOUTS,
    ODD_WAITS,
    WAITS,
    Argument,
    by_row,
    plain,
    timeouts,
)

NAMES = ("INITIALIZING", "QUEUED", "VALIDATING", "RUNNING", "DONE", "CANCELLED", "ERROR")
FINAL = ("DONE", "CANCELLED", "ERROR")
UNFINISHED = ("INITIALIZING", "QUEUED", "VALIDATING", "RUNNING")
# No member of either enum.
JUNK = ("COMPLETED", "paused", None, 3, [], Enum("JobStatus", NAMES).DONE)
FAILURE = "a failed query"
ODD_WAIT_ROWS, ODD_TIMEOUT_ROWS = by_row(ODD_WAITS), by_row(ODD_TIMEOUTS)


class EmptyCallback:
    """A callback that can be called, and counts as false, as a collection of callbacks may."""

    def __init__(self, call):
        self.call = call

    def __call__(self, *arguments):
        self.call(*arguments)

    def __len__(self):
        return 0


@dataclass(frozen=True)
class Wait:
    """One wait.

    Attributes:
        timeout: The argument.
        wait: The argument.
        callback: "none", "function", "empty", or an object that cannot be called.
        callback_cost: How long a callback takes.
        callback_raises: The number of the call that raises; 0 for none.
    """

    timeout: Argument
    wait: Argument
    callback: object
    callback_cost: float
    callback_raises: int


@dataclass(frozen=True)
class Script:
    """A job and two waits for it. All times are whole eighths of a second: no sum is rounded.

    Attributes:
        steps: The times from which on the job answers something, and what.
        cost: How long a query takes.
        waits: The waits, in turn.
        is_async: The attribute of the class.
        is_mixed: Whether the job answers members of the other enum.
        jump: The time at which the wall clock jumps, and by how much.
    """

    steps: tuple
    cost: float
    waits: tuple
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
    waits = (random_wait(random), random_wait(random))
    # A wait without pauses passes no time by itself.
    has_pauses = all(0 not in {wait.wait.theirs, wait.wait.ours} for wait in waits)
    return Script(
        steps=random_steps(random),
        cost=random.choice([0, 0.125, 1, 8]) if has_pauses else 0.5,
        waits=waits,
        is_async=random.random() < 0.9,
        is_mixed=random.random() < 0.2,
        jump=(eighths(random, 60), random.choice([0, 0, -3600, 3600, 10, -10])),
    )


def random_wait(random):
    """Draw a wait that comes to its end."""
    wait = random.choice(WAITS)
    if random.random() < 0.15:
        wait = random.choice(random.choice(ODD_WAIT_ROWS))
    timeout = random.choice(timeouts(eighths(random, 40)))
    if random.random() < 0.12:
        timeout = random.choice(random.choice(ODD_TIMEOUT_ROWS))
    if math.inf in {wait.ours, timeout.ours} and wait.row == "`wait` infinite":
        timeout = plain(12.5)
    return Wait(
        timeout=timeout,
        wait=wait,
        callback=random.choice(["none", *["function"] * 9, "empty", random.choice([0, "text"])]),
        callback_cost=random.choice([0, 0, 0.25, 3, 11]),
        callback_raises=random.choice([0, 0, 0, 1, 2, 5]),
    )


def random_steps(random):
    """Draw what a job answers: states that are not final, then one that is."""
    steps, time = [], 0.0
    for _ in range(random.randrange(5)):
        kinds = [*UNFINISHED, *UNFINISHED, *UNFINISHED, random.choice(JUNK), FAILURE]
        steps.append((time, random.choice(kinds)))
        time += eighths(random, 25) + 0.125
    return (*steps, (time, random.choice(FINAL)))
