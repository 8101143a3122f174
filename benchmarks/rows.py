"""One row of the table for each figure, and how the table is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HEADER = ("figure", "measured", "floor", "ratio", "goal", "met")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A figure, as measured in one run.

    Args:
        figure: What was measured.
        measured: The figure itself, in `unit`.
        unit: The unit of `measured` and `floor`; empty for a plain number.
        floor: What the figure is compared with, measured in the same run; None if with nothing.
        goal: What the figure shall be, in words; empty if it is only shown.
        met: Whether it is so; None without a goal.
    """

    figure: str
    measured: float
    unit: str = ""
    floor: float | None = None
    goal: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor was measured; None where there is none to divide by."""
        return self.measured / self.floor if self.floor else None

    def as_data(self) -> dict[str, Any]:
        """Give the row as JSON takes it."""
        return {
            "figure": self.figure,
            "measured": self.measured,
            "unit": self.unit,
            "floor": self.floor,
            "ratio": self.ratio,
            "goal": self.goal,
            "met": self.met,
        }

    def as_cells(self) -> tuple[str, ...]:
        """Give the row as the table shows it."""
        return (
            self.figure,
            _number(self.measured, self.unit),
            "" if self.floor is None else _number(self.floor, self.unit),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            self.goal,
            {True: "yes", False: "NO", None: ""}[self.met],
        )


def times_floor(
    figure: str, measured: float, floor: float, unit: str, *, at_most: float | None = None
) -> Row:
    """Make the row of a figure that may be `at_most` times its floor; None only shows it."""
    if at_most is None:
        return Row(figure=figure, measured=measured, unit=unit, floor=floor)
    return Row(
        figure=figure,
        measured=measured,
        unit=unit,
        floor=floor,
        goal="not more" if at_most == 1 else f"at most {at_most:g} times",
        met=measured <= at_most * floor,
    )


def table(rows: list[Row]) -> str:
    """Write the rows as one Markdown table, its columns aligned."""
    lines = [HEADER, *(row.as_cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def _number(value: float, unit: str) -> str:
    for limit, digits in ((1, 3), (10, 2), (100, 1)):
        if abs(value) < limit and value != int(value):
            return f"{value:.{digits}f} {unit}".strip()
    return f"{value:,.0f} {unit}".strip()
