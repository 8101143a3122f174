import math
import re
import sys
from fractions import Fraction

import pytest

from jobv1._clock import checked_count, checked_number

HUGE = 10**400


def refuses(kind, message):
    """Expect an error with exactly this message."""
    return pytest.raises(kind, match=f"^{re.escape(message)}$")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param(1.5, 1.5, id="float"),
        pytest.param(-1.5, -1.5, id="negative float"),
        pytest.param(0, 0.0, id="zero"),
        pytest.param(7, 7.0, id="int"),
        pytest.param(Fraction(3, 4), 0.75, id="Fraction"),
        pytest.param(math.inf, math.inf, id="inf"),
        pytest.param(-math.inf, -math.inf, id="-inf"),
        pytest.param(HUGE, math.inf, id="huge"),
        pytest.param(-HUGE, -math.inf, id="-huge"),
        pytest.param(Fraction(HUGE), math.inf, id="huge Fraction"),
        pytest.param(Fraction(-HUGE), -math.inf, id="-huge Fraction"),
    ],
)
def test_numbers(value, number):
    """Any real number is read as a float; one beyond the range of a float is infinite."""
    answer = checked_number(value, "timeout")

    assert type(answer) is float
    assert answer == number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "True (bool)"),
        (False, "False (bool)"),
        ("5", "'5' (str)"),
        (b"5", "b'5' (bytes)"),
        (None, "None (NoneType)"),
        ([5], "[5] (list)"),
        (5j, "5j (complex)"),
    ],
)
def test_no_numbers(value, shown):
    """Anything but a real number is a TypeError that shows it; a bool is not a number."""
    with refuses(TypeError, f"timeout must be a number of seconds, not {shown}"):
        checked_number(value, "timeout")


@pytest.mark.parametrize("nan", [math.nan, -math.nan], ids=["nan", "-nan"])
def test_nan(nan):
    """NaN is a ValueError, whatever the limits are."""
    with refuses(ValueError, "timeout must be a number of seconds, not NaN"):
        checked_number(nan, "timeout")
    with refuses(ValueError, "timeout must be a number of seconds, not NaN"):
        checked_number(nan, "timeout", minimum=0, maximum=10)


def test_kind():
    """The error says what the argument must be."""
    with refuses(TypeError, "factor must be a number, not 'two' (str)"):
        checked_number("two", "factor", kind="a number")
    with refuses(ValueError, "factor must be a number, not NaN"):
        checked_number(math.nan, "factor", kind="a number")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(-1, "-1", id="int"),
        pytest.param(-0.5, "-0.5", id="float"),
        pytest.param(-math.inf, "-inf", id="-inf"),
        pytest.param(-HUGE, "-inf", id="-huge"),
    ],
)
def test_below_the_minimum(value, shown):
    """A value below the minimum is a ValueError that names both."""
    with refuses(ValueError, f"wait must be 0 or more, not {shown}"):
        checked_number(value, "wait", minimum=0)


@pytest.mark.parametrize("value", [math.inf, HUGE], ids=["inf", "huge"])
def test_above_a_finite_maximum(value):
    """Where a value must be finite, an infinite one is a ValueError that says so."""
    with refuses(ValueError, "first must be finite"):
        checked_number(value, "first", maximum=sys.float_info.max)


def test_above_the_maximum():
    """A finite value above the maximum is a ValueError that names the maximum."""
    with refuses(ValueError, "part must be 1 or less"):
        checked_number(2, "part", maximum=1)


def test_just_below_the_minimum():
    """The error shows enough digits to tell the value from the minimum."""
    with pytest.raises(ValueError, match=r"^maximum must be") as caught:
        checked_number(1234566.0, "maximum", minimum=1234567.0)

    minimum, value = re.fullmatch(
        "maximum must be (.+) or more, not (.+)", str(caught.value)
    ).groups()
    assert minimum != value


def test_whole_limits():
    """A limit that is whole is shown without decimals, of whatever kind it is."""
    with refuses(ValueError, "maximum must be 7 or more, not 6.5"):
        checked_number(6.5, "maximum", minimum=7.0)
    with refuses(ValueError, "part must be 1 or less"):
        checked_number(2, "part", maximum=1.0)


def test_limits_are_included():
    """The minimum and the maximum themselves are allowed."""
    assert checked_number(0, "wait", minimum=0) == 0.0
    assert checked_number(-0.0, "wait", minimum=0) == 0.0
    assert checked_number(1, "part", maximum=1) == 1.0
    assert checked_number(math.inf, "wait", minimum=0) == math.inf


@pytest.mark.parametrize("value", [1, 7, HUGE, None])
def test_counts(value):
    """A whole number from 1 on is a count, as it is; None stands for none."""
    assert checked_count(value, "workers") is value


@pytest.mark.parametrize("value", [0, -1, -HUGE])
def test_counts_below_1(value):
    """A count below 1 is a ValueError that shows it."""
    with refuses(ValueError, f"workers must be 1 or more, not {value}"):
        checked_count(value, "workers")


@pytest.mark.parametrize("value", [1.0, "1", True, Fraction(1), math.nan])
def test_no_counts(value):
    """Anything but a whole number is a TypeError that shows it; a bool is no number."""
    with refuses(TypeError, f"workers must be a whole number or None, not {value!r}"):
        checked_count(value, "workers")
