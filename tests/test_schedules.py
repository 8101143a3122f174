import math
import re
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobv1.schedules import Adaptive, Exponential, Fixed

HUGE = 10**400

NOT_NUMBERS = [True, "5", b"5", None, [5], 5j]
NUMBERS_OF = {
    Fixed: ["seconds"],
    Exponential: ["first", "factor", "maximum"],
    Adaptive: ["fraction", "root", "minimum", "maximum"],
}
ARGUMENTS = [(kind, name) for kind, names in NUMBERS_OF.items() for name in names]
FINITE_ARGUMENTS = ARGUMENTS[1:]

every_argument = pytest.mark.parametrize(("kind", "name"), ARGUMENTS)


def test_fixed():
    """A fixed schedule answers the same seconds, whatever went before."""
    schedule = Fixed(2.5)

    assert [schedule.delay(0.0, 0), schedule.delay(60.0, 9), schedule.delay(1e9, 10**6)] == [
        2.5
    ] * 3


def test_fixed_default():
    """Without an argument the time between two queries is the documented 5 seconds."""
    assert Fixed().seconds == 5.0
    assert Fixed().delay(0.0, 0) == 5.0


@pytest.mark.parametrize("seconds", [0, math.inf, Fraction(1, 2)], ids=["0", "inf", "1/2"])
def test_fixed_takes_any_number(seconds):
    """A fixed schedule may be without pause, without end, or any kind of number."""
    assert Fixed(seconds).delay(0.0, 0) == seconds


def test_exponential():
    """Each sleep is `factor` times the one before, up to `maximum`."""
    schedule = Exponential(0.5, 3, 20)

    assert [schedule.delay(0.0, sleeps) for sleeps in range(6)] == [0.5, 1.5, 4.5, 13.5, 20, 20]


def test_exponential_defaults():
    """By default the sleeps grow from 50 ms by a factor of 2 up to 30 s."""
    delays = [Exponential().delay(0.0, sleeps) for sleeps in (0, 1, 2, 3, 9, 10, 100)]

    assert delays == [0.05, 0.1, 0.2, 0.4, 25.6, 30.0, 30.0]


def test_exponential_takes_no_notice_of_the_time():
    """An exponential schedule counts the sleeps, and the time that has gone does not matter."""
    schedule = Exponential(0.5, 3, 20)

    assert schedule.delay(0.0, 2) == schedule.delay(1e6, 2) == 4.5


def test_exponential_that_does_not_grow():
    """A factor of 1, and a maximum that is the first sleep, are allowed."""
    assert [Exponential(2, 1, 9).delay(0.0, sleeps) for sleeps in (0, 1, 10_000)] == [2, 2, 2]
    assert [Exponential(2, 3, 2).delay(0.0, sleeps) for sleeps in (0, 1, 10_000)] == [2, 2, 2]


@pytest.mark.parametrize("sleeps", [1023, 1024, 10_000, 10**9])
def test_exponential_beyond_the_range_of_a_float(sleeps):
    """After any number of sleeps the answer is `maximum`, and no overflow."""
    assert Exponential(0.05, 2, 30).delay(0.0, sleeps) == 30
    assert Exponential(sys.float_info.max, 2, sys.float_info.max).delay(0.0, sleeps) > 1e308
    assert Exponential(1, Fraction(5, 2), 30).delay(0.0, sleeps) == 30
    assert Exponential(1, 10**300, 30).delay(0.0, sleeps) == 30


@pytest.mark.parametrize("sleeps", [0, 1, 10_000])
def test_exponential_from_nothing(sleeps):
    """A first sleep of 0 never grows."""
    assert Exponential(0, 2, 30).delay(0.0, sleeps) == 0


@pytest.mark.parametrize(
    ("elapsed", "delay"),
    [
        (0.0, 0.05),
        (0.25, 0.05),
        (0.5, 0.05),
        (1.0, 0.1),
        (2.0, 0.2),
        (4.0, 0.4),
        (9.0, 0.6),
        (100.0, 2.0),
        (10_000.0, 20.0),
        (22_500.0, 30.0),
        (1e6, 30.0),
    ],
)
def test_adaptive_defaults(elapsed, delay):
    """By default a sleep is min(0.1 t, 0.2 sqrt(t)), kept between 50 ms and 30 s."""
    assert Adaptive().delay(elapsed, 0) == pytest.approx(delay, rel=1e-12)


def test_adaptive():
    """The fraction counts first, the root later, and both limits are kept."""
    schedule = Adaptive(0.5, 1, 2, 6)

    delays = [schedule.delay(elapsed, 0) for elapsed in (0, 1, 4, 9, 16, 36, 100)]
    assert delays == [2, 2, 2, 3, 4, 6, 6]
    assert [Adaptive(0.25, 1, 0, 60).delay(t, 0) for t in (0, 4, 16, 64, 400)] == [0, 1, 4, 8, 20]


def test_adaptive_takes_no_notice_of_the_number_of_sleeps():
    """An adaptive schedule goes by the time, and the number of sleeps does not matter."""
    assert Adaptive().delay(100.0, 0) == Adaptive().delay(100.0, 10**6) == 2.0


def test_adaptive_at_its_limits():
    """Zeros are allowed, and a maximum that is the minimum."""
    assert Adaptive(0, 0, 0, 0).delay(100.0, 3) == 0
    assert Adaptive(0.5, 1, 3, 3).delay(100.0, 3) == 3


@given(elapsed=st.floats(min_value=0, max_value=1e9))
def test_adaptive_lateness(elapsed):
    """With the defaults a job is noticed at most 50 ms or 10 % late, and never more than 30 s."""
    assert Adaptive().delay(elapsed, 0) <= min(max(0.05, 0.1 * elapsed), 30.0)


@pytest.mark.parametrize("schedule", [Exponential(), Adaptive()], ids=repr)
@given(elapsed=st.floats(min_value=0, max_value=1e12), sleeps=st.integers(0, 10**6))
def test_delays_stay_between_the_limits(schedule, elapsed, sleeps):
    """No delay is under 50 ms or over 30 s, as the defaults say."""
    assert 0.05 <= schedule.delay(elapsed, sleeps) <= 30.0


@every_argument
@pytest.mark.parametrize("value", NOT_NUMBERS, ids=repr)
def test_not_a_number(kind, name, value):
    """An argument that is not a number is a TypeError that names it; a bool is not a number."""
    with pytest.raises(TypeError, match=f"^{name} must be a number.*{re.escape(repr(value))}"):
        kind(**{name: value})


@every_argument
def test_nan(kind, name):
    """An argument that is NaN is a ValueError that names it."""
    with pytest.raises(ValueError, match=f"^{name} must be a number.*, not NaN$"):
        kind(**{name: math.nan})


@every_argument
@pytest.mark.parametrize("value", [-1, -1e-9, -math.inf, Fraction(-1, 2), -HUGE], ids=range(5))
def test_below_zero(kind, name, value):
    """An argument below zero is a ValueError that names it."""
    with pytest.raises(ValueError, match=f"^{name} must be .* or more, not -"):
        kind(**{name: value})


@pytest.mark.parametrize(("kind", "name"), FINITE_ARGUMENTS)
@pytest.mark.parametrize("value", [math.inf, HUGE], ids=["inf", "huge"])
def test_endless(kind, name, value):
    """An argument without end is a ValueError that names it, except for a fixed schedule."""
    with pytest.raises(ValueError, match=f"^{name} must be finite$"):
        kind(**{name: value})


def test_shrinking_factor():
    """A factor below 1 is a ValueError."""
    with pytest.raises(ValueError, match=r"^factor must be 1 or more, not 0\.99$"):
        Exponential(factor=0.99)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [(Exponential, {"first": 7, "maximum": 6}), (Adaptive, {"minimum": 7, "maximum": 6})],
)
def test_maximum_below_the_least(kind, arguments):
    """A maximum below the shortest sleep is a ValueError."""
    with pytest.raises(ValueError, match=r"^maximum must be 7 or more, not 6$"):
        kind(**arguments)


@pytest.mark.parametrize(
    ("kind", "name", "unit"),
    [
        (Fixed, "seconds", "a number of seconds"),
        (Exponential, "first", "a number of seconds"),
        (Exponential, "factor", "a number"),
        (Exponential, "maximum", "a number of seconds"),
        (Adaptive, "fraction", "a number"),
        (Adaptive, "root", "a number"),
        (Adaptive, "minimum", "a number of seconds"),
        (Adaptive, "maximum", "a number of seconds"),
    ],
)
def test_unit_of_an_argument(kind, name, unit):
    """The error says which arguments are seconds."""
    with pytest.raises(TypeError, match=f"^{name} must be {unit}, not None"):
        kind(**{name: None})
