"""`Adaptive()` against a query each 5 s, on 10,000 simulated jobs of 10 ms to 24 h.

Every job is waited for through a `PollPlan` of its own, in virtual time; nothing sleeps, and
nothing depends on the machine.
`schedule_simulation` has the simulation, and the shorter way to the same numbers that the tests
take.
"""

from __future__ import annotations

from rows import Row, times_floor
from schedule_simulation import durations, expectation, noticed, query_times, totals, wait_for

from jobv1 import Adaptive

FIXED = 5.0


def worst_relative_delay(schedule: Adaptive) -> float:
    """Give the greatest delay over duration of the jobs that take longer than the minimum binds."""
    times = query_times(schedule)
    bound = schedule.minimum / schedule.fraction
    return max(noticed(length, times).delay / length for length in durations() if length >= bound)


def rows() -> list[Row]:
    """Simulate, and give the rows of the table."""
    schedule = Adaptive()
    lengths = durations()
    adaptive = totals([wait_for(length, schedule) for length in lengths])
    fixed = totals([wait_for(length, FIXED) for length in lengths])
    (queries, delay), (fixed_queries, fixed_delay) = expectation(schedule), expectation(FIXED)
    worst = worst_relative_delay(schedule)
    return [
        times_floor(
            "Adaptive() against 5 s, queries a job",
            adaptive.queries,
            fixed.queries,
            "",
            at_most=0.4,
        ),
        times_floor(
            "Adaptive() against 5 s, median delay",
            adaptive.median_delay,
            fixed.median_delay,
            "s",
            at_most=0.12,
        ),
        times_floor(
            "Adaptive() against 5 s, mean delay",
            adaptive.mean_delay,
            fixed.mean_delay,
            "s",
            at_most=1,
        ),
        Row(
            figure="Adaptive(), worst relative delay of jobs of 0.5 s and more",
            measured=worst,
            goal=f"at most {schedule.fraction:g}",
            met=worst <= schedule.fraction,
        ),
        times_floor("Adaptive() against 5 s, queries, exact mean", queries, fixed_queries, ""),
        times_floor("Adaptive() against 5 s, delay, exact mean", delay, fixed_delay, "s"),
    ]
