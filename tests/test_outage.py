import math
import random
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobv1 import tolerance
from jobv1.schedules import Adaptive, Exponential, Fixed
from jobv1.tolerance import Outage, Tolerance

ENDLESS = math.inf


class AskingError(OSError):
    def __init__(self, retry_after):
        super().__init__("come again")
        self.retry_after = retry_after


class NegativeSchedule:
    """Answers well at the trial, and badly later."""

    def delay(self, elapsed, sleeps):
        return -1.0 if elapsed else 1.0


def spent(outage, *times):
    """Report a failure at each of the times, and give what the outage answers."""
    return [outage.is_spent_by(OSError(), now) for now in times]


def notes(error):
    """Give the notes on an error."""
    return getattr(error, "__notes__", [])


def delays(tolerance, times, drawn):
    """Report a failure at each of the times, and give the delays of the retries."""
    outage = Outage(tolerance, times[0])
    answers = []
    for now in times:
        outage.is_spent_by(OSError(), now)
        answers.append(outage.retry_delay(OSError(), now, lambda: drawn))
    return answers


def test_failures():
    """As many failures in a row are survived as the budget says, and the next is not."""
    outage = Outage(Tolerance(OSError, failures=3), 100.0)

    assert spent(outage, 100, 101, 102, 103) == [False, False, False, True]


def test_no_failures():
    """A budget of 0 failures survives none."""
    assert spent(Outage(Tolerance(OSError, failures=0), 100.0), 100) == [True]


def test_seconds():
    """Failures are survived until the seconds since the first are over."""
    outage = Outage(Tolerance(OSError, seconds=10), 100.0)

    assert spent(outage, 100, 105, 109.999, 110) == [False, False, False, True]
    assert spent(Outage(Tolerance(OSError, seconds=10), 100.0), 100, 111) == [False, True]


def test_no_seconds():
    """A budget of 0 seconds survives no failure."""
    assert spent(Outage(Tolerance(OSError, seconds=0), 100.0), 100) == [True]


def test_seconds_set_no_limit_of_number():
    """With seconds alone any number of failures is survived in the time."""
    outage = Outage(Tolerance(OSError, seconds=10), 100.0)

    assert spent(outage, *[101] * 1000) == [False] * 1000


def test_failures_set_no_limit_of_time():
    """With failures alone they may be any time apart."""
    outage = Outage(Tolerance(OSError, failures=2), 100.0)

    assert spent(outage, 100, 1e9, 1e9) == [False, False, True]


@pytest.mark.parametrize(
    ("times", "answers"),
    [((100, 101, 102), [False, False, True]), ((100, 111), [False, True])],
    ids=["failures first", "seconds first"],
)
def test_both_budgets(times, answers):
    """With both budgets, the one that is reached first counts."""
    outage = Outage(Tolerance(OSError, seconds=10, failures=2), 100.0)

    assert spent(outage, *times) == answers


def test_endless_seconds():
    """A budget of infinite seconds is never spent."""
    assert spent(Outage(Tolerance(OSError, seconds=ENDLESS), 100.0), 100, 1e12) == [False, False]


def test_huge_seconds():
    """A budget that is an integer beyond the range of a float is never spent."""
    assert spent(Outage(Tolerance(OSError, seconds=10**400), 100.0), 100, 1e12) == [False, False]


def test_note():
    """The error that spends the budget gets a note that sums up those before it."""
    outage = Outage(Tolerance(OSError, failures=3), 100.0)
    errors = [TimeoutError(), ConnectionError(), TimeoutError(), OSError("last")]
    for error, now in zip(errors, [100.0, 101.0, 101.5, 102.5], strict=True):
        outage.is_spent_by(error, now)

    assert [notes(error) for error in errors] == [
        [],
        [],
        [],
        [
            (
                "The last of 4 failed queries in a row over 2.5 s: "
                "2 TimeoutError, 1 ConnectionError, 1 OSError."
            )
        ],
    ]


def test_note_of_many():
    """Large numbers in the note are grouped."""
    outage = Outage(Tolerance(OSError, failures=1233), 0.0)
    error = OSError()
    spent(outage, *[0.0] * 1233)
    outage.is_spent_by(error, 4321.0)

    note = "The last of 1,234 failed queries in a row over 4,321 s: 1,234 OSError."
    assert notes(error) == [note]


def test_no_note_on_a_single_failure():
    """An error without others before it gets no note."""
    error = OSError()
    Outage(Tolerance(OSError, failures=0), 0.0).is_spent_by(error, 0.0)

    assert notes(error) == []


def test_note_comes_after_others():
    """Notes that the error has already stay, and come first."""
    outage = Outage(Tolerance(OSError, failures=1), 0.0)
    error = OSError()
    error.__notes__ = ["Seen by the transport."]
    outage.is_spent_by(OSError(), 0.0)
    outage.is_spent_by(error, 1.0)

    assert notes(error) == [
        "Seen by the transport.",
        "The last of 2 failed queries in a row over 1 s: 2 OSError.",
    ]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="add_note came with Python 3.11")
def test_note_is_added_by_the_error():
    """Where errors can take notes, the error's own method takes it."""

    class NotingError(OSError):
        def add_note(self, note):
            super().add_note(note.upper())

    outage = Outage(Tolerance(OSError, failures=0), 0.0)
    error = NotingError()
    spent(outage, 0.0)
    outage.is_spent_by(error, 1.0)

    note = "THE LAST OF 2 FAILED QUERIES IN A ROW OVER 1 S: 1 OSERROR, 1 NOTINGERROR."
    assert notes(error) == [note]


def test_backoff_counts_the_retries():
    """The back-off is asked with the number of retries before, from 0 on."""
    tolerance = Tolerance(OSError, failures=9, backoff=Exponential(1, 2, 5))

    assert delays(tolerance, [100, 101, 103, 107, 112], drawn=1.0) == [1, 2, 4, 5, 5]


def test_backoff_learns_the_time():
    """The back-off is asked with the seconds since the first failure."""
    tolerance = Tolerance(OSError, failures=9, backoff=Adaptive(0.5, 100, 1, 60))

    assert delays(tolerance, [100, 104, 120], drawn=1.0) == [1, 2, 10]


@pytest.mark.parametrize(("drawn", "answers"), [(0.0, [0, 0]), (0.25, [1, 2]), (0.5, [2, 4])])
def test_full_jitter(drawn, answers):
    """The delay is the part of the back-off that is drawn."""
    tolerance = Tolerance(OSError, failures=9, backoff=Exponential(4, 2, 60))

    assert delays(tolerance, [100, 101], drawn) == answers


@given(seed=st.integers(), failures=st.integers(1, 30))
def test_jitter_stays_below_the_backoff(seed, failures):
    """A retry is never later than the back-off says, and never before now."""
    outage = Outage(Tolerance(OSError, failures=99, backoff=Exponential(1, 2, 60)), 0.0)
    spent(outage, *[0.0] * failures)

    delay = outage.retry_delay(OSError(), 0.0, random.Random(seed).random)
    assert 0 <= delay <= min(2.0 ** (failures - 1), 60.0)


def test_jitter_is_drawn_anew():
    """Each retry draws once."""
    drawn = iter([0.5, 0.25])
    outage = Outage(Tolerance(OSError, failures=9, backoff=Fixed(8)), 0.0)
    spent(outage, 0.0)

    assert outage.retry_delay(OSError(), 0.0, drawn.__next__) == 4
    assert outage.retry_delay(OSError(), 0.0, drawn.__next__) == 2
    assert list(drawn) == []


def test_last_retry_falls_on_the_end_of_the_budget():
    """A retry that would come after the seconds are over comes at their end."""
    tolerance = Tolerance(OSError, seconds=10, backoff=Fixed(8))

    assert delays(tolerance, [100, 104, 109], drawn=1.0) == [8, 6, 1]


def test_last_retry_is_never_too_early():
    """A retry at the end of the budget is not before it, whatever the rounding."""
    now, end = 0.8, 2.9
    assert now + (end - now) < end

    outage = Outage(Tolerance(OSError, seconds=end, backoff=Fixed(60)), 0.0)
    outage.is_spent_by(OSError(), now)
    delay = outage.retry_delay(OSError(), now, lambda: 1.0)

    assert outage.is_spent_by(OSError(), now + delay)


@pytest.mark.parametrize("earlier", [None, ["Seen by the transport."]], ids=["first", "second"])
def test_note_on_python_3_10(monkeypatch, earlier):
    """Python 3.10, where errors take no notes, keeps them where later Pythons do."""
    monkeypatch.setattr(tolerance, "sys", SimpleNamespace(version_info=(3, 10, 13)))
    error = OSError()
    if earlier:
        error.__notes__ = earlier
    outage = Outage(Tolerance(OSError, failures=1), 100.0)
    outage.is_spent_by(error, 100.0)
    outage.is_spent_by(error, 101.0)

    note = "The last of 2 failed queries in a row over 1 s: 2 OSError."
    assert notes(error) == [*(earlier or []), note]


def test_requested_delay_is_kept():
    """A delay that the error asks for is kept exactly, without jitter and beyond the budget."""
    outage = Outage(Tolerance(OSError, seconds=10, backoff=Fixed(8)), 100.0)
    spent(outage, 100.0)

    assert outage.retry_delay(AskingError(0), 100.0, lambda: 1.0) == 0
    assert outage.retry_delay(AskingError(2.5), 100.0, lambda: 0.5) == 2.5
    assert outage.retry_delay(AskingError(120), 100.0, lambda: 0.5) == 120


@pytest.mark.parametrize("retry_after", [None, -1, math.nan, True, "soon"], ids=repr)
def test_requested_delay_that_is_none(retry_after):
    """An error that asks for nothing sensible gets the back-off's delay."""
    outage = Outage(Tolerance(OSError, failures=9, backoff=Fixed(8)), 100.0)
    spent(outage, 100.0)

    assert outage.retry_delay(AskingError(retry_after), 100.0, lambda: 0.5) == 4


def test_backoff_that_answers_a_wrong_number():
    """A back-off that answers a negative number later on is a ValueError then."""
    outage = Outage(Tolerance(OSError, failures=9, backoff=NegativeSchedule()), 100.0)
    spent(outage, 100.0)

    with pytest.raises(ValueError, match=r"^the delay answered by .* must be 0 or more, not -1$"):
        outage.retry_delay(OSError(), 101.0, lambda: 1.0)
