"""`Adaptive` keeps what it promises, on jobs of every length from 10 ms to 24 h."""

import math

import pytest

from benchmarks.schedule_simulation import (
    Noticed,
    durations,
    expectation,
    query_times,
    simulate,
    totals,
    wait_for,
)
from jobv1 import Adaptive, Fixed


@pytest.fixture(scope="module")
def lengths():
    """The durations of 10,000 jobs."""
    return durations()


@pytest.fixture(scope="module")
def adaptive(lengths):
    """How `Adaptive()` notices the end of each job."""
    return simulate(lengths, Adaptive())


@pytest.fixture(scope="module")
def fixed(lengths):
    """How a query each 5 s notices the end of each job."""
    return simulate(lengths, 5.0)


def test_the_draw(lengths):
    """Ten thousand durations are drawn, as many in each factor of the time."""
    exponents = [math.log10(length) for length in lengths]

    assert len(lengths) == 10_000
    assert min(exponents) >= -2
    assert max(lengths) <= 86_400
    assert sum(exponents) / 10_000 == pytest.approx((math.log10(86_400) - 2) / 2, abs=0.05)


@pytest.mark.parametrize("wait", [Adaptive(), Fixed(5), 5.0])
def test_the_short_way_is_exact(lengths, wait):
    """The times of one long wait tell what a plan of each job's own would tell."""
    sample = lengths[::250]

    assert simulate(sample, wait) == [wait_for(length, wait) for length in sample]


def test_fixed_asks_once_an_interval(lengths, fixed):
    """A query each 5 s needs one query for each interval begun, and the first."""
    intervals = [math.ceil(length / 5) for length in lengths]

    assert fixed == [
        Noticed(number + 1, 5.0 * number - length)
        for number, length in zip(intervals, lengths, strict=True)
    ]


def test_exact_numbers_of_adaptive(adaptive):
    """Adaptive asks 398 times a job, with a mean delay of 3.1 s and a median of 0.4 s."""
    found = totals(adaptive)

    assert found.queries == 398.1094
    assert found.mean_delay == pytest.approx(3.1294830174772383)
    assert found.median_delay == pytest.approx(0.3961021144185133)


def test_exact_numbers_of_fixed(fixed):
    """A query each 5 s asks 1,104 times a job, with a mean delay of 3.2 s and a median of 3.6 s."""
    found = totals(fixed)

    assert found.queries == 1104.1492
    assert found.mean_delay == pytest.approx(3.2019514781745317)
    assert found.median_delay == pytest.approx(3.5609024491688945)


def test_goals(adaptive, fixed):
    """Adaptive asks at most 0.4 times as often, with 0.12 times the median delay, no more mean."""
    ours, theirs = totals(adaptive), totals(fixed)

    assert ours.queries <= 0.4 * theirs.queries
    assert ours.median_delay <= 0.12 * theirs.median_delay
    assert ours.mean_delay <= theirs.mean_delay


def test_expectation_needs_no_lucky_draw():
    """The means over the distribution itself keep the goals too, so no seed made them true."""
    queries, delay = expectation(Adaptive())
    fixed_queries, fixed_delay = expectation(5.0)

    assert (queries, delay) == pytest.approx((394.8575385838179, 3.1330818505626024))
    assert (fixed_queries, fixed_delay) == pytest.approx((1083.5362099620882, 3.185691399067419))
    assert queries <= 0.4 * fixed_queries
    assert delay <= fixed_delay


def test_delay_is_bounded_by_the_fraction(lengths, adaptive):
    """The end of a job of 0.5 s or more is noticed at most a tenth of its duration late."""
    late = [
        (length, job.delay)
        for length, job in zip(lengths, adaptive, strict=True)
        if length >= 0.5 and job.delay > 0.1 * length
    ]

    assert late == []


def test_delay_is_bounded_by_the_minimum(lengths, adaptive):
    """The end of a job that takes less than 0.5 s is noticed at most 50 ms late."""
    delays = [job.delay for length, job in zip(lengths, adaptive, strict=True) if length < 0.5]

    assert len(delays) > 1_000
    assert max(delays) <= 0.05 + 1e-12


def test_delay_is_bounded_by_root_and_maximum(lengths, adaptive):
    """No delay is above 30 s, nor, from a second on, above 0.2 times the root of the duration."""
    jobs = list(zip(lengths, adaptive, strict=True))

    assert max(job.delay for _, job in jobs) <= 30
    assert [length for length, job in jobs if length >= 1 and job.delay > 0.2 * length**0.5] == []


def test_first_query_times():
    """Adaptive asks each 50 ms in the first half second, then each tenth of the time waited."""
    times = query_times(Adaptive())

    assert times[:11] == pytest.approx([0.05 * number for number in range(11)])
    assert times[11:14] == pytest.approx([0.55, 0.605, 0.6655])
    assert times[-2] < 86_400 <= times[-1]
