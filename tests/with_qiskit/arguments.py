"""What the random waits are given as `timeout` and `wait`, and what each package takes it for."""

import math
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np


class Floatable:
    """No number; float() makes one of it."""

    def __float__(self):
        return 0.5


class Index:
    """No number, but what stands for a whole one where an index is asked for."""

    def __index__(self):
        return 2


@dataclass(frozen=True)
class Argument:
    """One argument.

    Attributes:
        value: What is passed.
        theirs: The seconds that it is for Qiskit's class, inf for no limit, or the name of the
            error, which the argument causes when it is used.
        ours: The same of our class, where the error comes before the first query.
        row: The row of the table in docs/design.md, None where the two are the same.
    """

    value: object
    theirs: object
    ours: object
    row: str | None = None


def plain(seconds):
    """Make an argument that both packages take for what it is."""
    return Argument(seconds, seconds, seconds)


WAITS = [
    *map(plain, [0, 0.125, 1, 5, 7.5, 30]),
    Argument(np.float64(0.5), 0.5, 0.5),
    Argument(np.int64(2), 2, 2),
]

ODD_WAITS = [
    Argument(value, theirs, ours, row)
    for row, cases in {
        "`wait` negative or not a number": [
            (-1, "ValueError", "ValueError"),
            (-math.inf, "OverflowError", "ValueError"),
            (math.nan, "ValueError", "ValueError"),
            (np.float64(math.nan), "ValueError", "ValueError"),
            (Fraction(-1, 2), "TypeError", "ValueError"),
            (None, "TypeError", "TypeError"),
            ("5", "TypeError", "TypeError"),
            (Floatable(), "TypeError", "TypeError"),
            (Decimal("0.5"), "TypeError", "TypeError"),
            (np.array(0.5), "TypeError", "TypeError"),
        ],
        "`wait` infinite": [
            (math.inf, "OverflowError", math.inf),
            (10**400, "OverflowError", math.inf),
            (1e10, "OverflowError", 1e10),
        ],
        "`wait` a bool": [(True, 1, "TypeError"), (False, 0, "TypeError")],
        "`wait` no number, but with `__index__`": [
            (Index(), 2, "TypeError"),
            (np.array(2), 2, "TypeError"),
        ],
        "`wait` a number that `time.sleep` refuses": [
            (Fraction(1, 2), "TypeError", 0.5),
            (np.float32(0.5), "TypeError", 0.5),
        ],
    }.items()
    for value, theirs, ours in cases
]

ODD_TIMEOUTS = [
    Argument(value, theirs, ours, row)
    for row, cases in {
        "`timeout` NaN": [
            (math.nan, math.inf, "ValueError"),
            (np.float64(math.nan), math.inf, "ValueError"),
        ],
        "`timeout` not a number": [
            ("60", "TypeError", "TypeError"),
            ([60], "TypeError", "TypeError"),
            (Floatable(), "TypeError", "TypeError"),
            (Index(), "TypeError", "TypeError"),
        ],
        "`timeout` a bool": [
            (True, 1, "TypeError"),
            (False, 0, "TypeError"),
            (np.bool_(True), 1, "TypeError"),
        ],
        "`timeout` a number that is no `numbers.Real`": [
            (Decimal(7), 7, "TypeError"),
            (np.array(7.5), 7.5, "TypeError"),
        ],
    }.items()
    for value, theirs, ours in cases
]


def timeouts(seconds):
    """Give the timeouts that both packages take for what they are, and several of some seconds."""
    return [
        Argument(None, math.inf, math.inf),
        *map(plain, [math.inf, -math.inf, -2.0, 0, 60]),
        Argument(10**400, math.inf, math.inf),
        Argument(np.float32(2.5), 2.5, 2.5),
        Argument(np.int64(7), 7, 7),
        Argument(Fraction(15, 2), 7.5, 7.5),
        *[plain(seconds)] * 8,
    ]


def by_row(arguments):
    """Gather arguments by their row, so that each row may be drawn as often as another."""
    rows = defaultdict(list)
    for argument in arguments:
        rows[argument.row].append(argument)
    return list(rows.values())
