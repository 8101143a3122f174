import math

import pytest

from jobv1.tolerance import requested_delay


class AskingError(Exception):
    """An error that says when to come again."""

    def __init__(self, retry_after):
        super().__init__("come again")
        self.retry_after = retry_after


class AskingByPropertyError(Exception):
    @property
    def retry_after(self):
        return 7


class Seconds:
    """A number of seconds of a kind that nobody foresaw."""

    def __float__(self):
        return 90.0


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [(0, 0.0), (0.0, 0.0), (2.5, 2.5), (120, 120.0), ("120", 120.0), (Seconds(), 90.0)],
    ids=lambda value: (
        f"{type(value).__name__} {value}" if not isinstance(value, Seconds) else "Seconds"
    ),
)
def test_requested_delay(retry_after, seconds):
    """An error may ask for a pause, by a number or a number in a string, 0 included."""
    requested = requested_delay(AskingError(retry_after))

    assert type(requested) is float
    assert requested == seconds


@pytest.mark.parametrize(
    "retry_after",
    [None, True, False, -1, "-1", math.nan, "nan", math.inf, "inf", 10**400, "soon", "", [5]],
    ids=lambda value: repr(value)[:9],
)
def test_requested_delay_that_is_none(retry_after):
    """What is no finite number from 0 on asks for nothing."""
    assert requested_delay(AskingError(retry_after)) is None


def test_requested_delay_of_a_date_or_an_object():
    """A date, as a header may give it, and an object that is no number ask for nothing."""
    assert requested_delay(AskingError("Wed, 21 Oct 2015 07:28:00 GMT")) is None
    assert requested_delay(AskingError(object())) is None


def test_requested_delay_without_the_attribute():
    """An error without the attribute asks for nothing; a property counts as one."""
    assert requested_delay(OSError()) is None
    assert requested_delay(AskingByPropertyError()) == 7.0
