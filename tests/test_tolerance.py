import copy
import math
import pickle
import re
from fractions import Fraction

import pytest

from jobv1.exceptions import JobError, JobStatusError
from jobv1.schedules import Exponential, Fixed
from jobv1.tolerance import PROGRAMMING_ERRORS, Tolerance

PROGRAMMING = {
    AssertionError: AssertionError,
    AttributeError: AttributeError,
    ImportError: ImportError,
    ModuleNotFoundError: ImportError,
    NameError: NameError,
    UnboundLocalError: NameError,
    NotImplementedError: NotImplementedError,
    RecursionError: RecursionError,
    SyntaxError: SyntaxError,
    IndentationError: SyntaxError,
    TypeError: TypeError,
    JobStatusError: TypeError,
}
DATA_AND_SERVICE = [OSError, TimeoutError, ValueError, KeyError, RuntimeError, EOFError, JobError]


def test_arguments_are_attributes():
    """What a tolerance is made of can be read."""
    backoff = Fixed(2)
    tolerance = Tolerance(OSError, ValueError, seconds=600, failures=3, backoff=backoff)

    assert tolerance.types == (OSError, ValueError)
    assert (tolerance.seconds, tolerance.failures) == (600, 3)
    assert tolerance.backoff is backoff


def test_defaults():
    """A budget that is not given is None; the back-off doubles from 1 s to 60 s."""
    assert Tolerance(OSError, failures=3).seconds is None
    assert Tolerance(OSError, seconds=60).failures is None
    assert Tolerance(OSError, seconds=60).backoff == Exponential(1, 2, 60)


@pytest.mark.parametrize("name", ["types", "seconds", "failures", "backoff"])
def test_immutable(name):
    """A tolerance cannot be changed."""
    tolerance = Tolerance(OSError, failures=3)
    with pytest.raises(AttributeError):
        setattr(tolerance, name, (ValueError,))

    assert tolerance == Tolerance(OSError, failures=3)


def test_equality():
    """Tolerances of equal arguments are equal and hash alike; others differ."""
    tolerance = Tolerance(OSError, seconds=60, failures=3, backoff=Fixed(2))

    assert tolerance == Tolerance(OSError, seconds=60, failures=3, backoff=Fixed(2))
    assert hash(tolerance) == hash(Tolerance(OSError, seconds=60, failures=3, backoff=Fixed(2)))
    assert tolerance != Tolerance(ValueError, seconds=60, failures=3, backoff=Fixed(2))
    assert tolerance != Tolerance(OSError, seconds=61, failures=3, backoff=Fixed(2))
    assert tolerance != Tolerance(OSError, seconds=60, failures=4, backoff=Fixed(2))
    assert tolerance != Tolerance(OSError, seconds=60, failures=3, backoff=Fixed(3))


def test_repr():
    """A tolerance shows its types, its budget and its back-off."""
    text = (
        "Tolerance(types=(<class 'OSError'>,), seconds=60.0, failures=None, "
        "backoff=Fixed(seconds=2.0))"
    )

    assert repr(Tolerance(OSError, seconds=60, backoff=Fixed(2))) == text


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda tolerance: pickle.loads(pickle.dumps(tolerance))],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies(copied):
    """A copied or pickled tolerance is equal to the first."""
    tolerance = Tolerance(OSError, ValueError, seconds=60, failures=3)

    assert copied(tolerance) == tolerance


def test_no_types():
    """A tolerance of nothing is refused."""
    with pytest.raises(TypeError, match=r"^a tolerance needs at least one exception type$"):
        Tolerance(failures=3)


@pytest.mark.parametrize(
    "kind",
    [BaseException, KeyboardInterrupt, SystemExit, int, OSError(), "OSError", None, (OSError,)],
    ids=repr,
)
def test_no_exception_type(kind):
    """Only subclasses of Exception can be survived: Ctrl-C, objects and tuples are refused."""
    refusal = f"a tolerance takes subclasses of Exception, not {kind!r}"
    with pytest.raises(TypeError, match=f"^{re.escape(refusal)}$"):
        Tolerance(OSError, kind, failures=3)


def test_no_budget():
    """A tolerance without a budget is refused, and the error says what to give."""
    refusal = "^a tolerance needs a budget: give seconds, failures or both$"
    with pytest.raises(ValueError, match=refusal):
        Tolerance(OSError)


@pytest.mark.parametrize("seconds", [0, 0.5, Fraction(1, 2), math.inf], ids=repr)
def test_seconds(seconds):
    """The seconds are any number from 0 on, without end included."""
    assert Tolerance(OSError, seconds=seconds).seconds == seconds


@pytest.mark.parametrize("seconds", [True, "60", [60]], ids=repr)
def test_seconds_that_are_no_number(seconds):
    """Seconds that are not a number are a TypeError."""
    refusal = re.escape(f"seconds must be a number of seconds, not {seconds!r}")
    with pytest.raises(TypeError, match=f"^{refusal}"):
        Tolerance(OSError, seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "refusal"),
    [
        (-1, "seconds must be 0 or more, not -1"),
        (-math.inf, "seconds must be 0 or more, not -inf"),
        (math.nan, "seconds must be a number of seconds, not NaN"),
    ],
)
def test_seconds_that_are_a_wrong_number(seconds, refusal):
    """Seconds below zero, or NaN, are a ValueError, also where failures are given."""
    with pytest.raises(ValueError, match=f"^{refusal}$"):
        Tolerance(OSError, seconds=seconds, failures=3)


@pytest.mark.parametrize("failures", [0, 1, 10**400], ids=["0", "1", "huge"])
def test_failures(failures):
    """The failures are any whole number from 0 on."""
    assert Tolerance(OSError, failures=failures).failures == failures


@pytest.mark.parametrize(
    ("failures", "shown"),
    [(True, "True (bool)"), (3.0, "3.0 (float)"), ("3", "'3' (str)"), (math.inf, "inf (float)")],
)
def test_failures_that_are_no_whole_number(failures, shown):
    """Failures that are not an int are a TypeError; a bool is none."""
    refusal = f"failures must be a whole number, not {shown}"
    with pytest.raises(TypeError, match=f"^{re.escape(refusal)}$"):
        Tolerance(OSError, failures=failures)


def test_failures_below_zero():
    """Failures below zero are a ValueError, also where seconds are given."""
    with pytest.raises(ValueError, match=r"^failures must be 0 or more, not -1$"):
        Tolerance(OSError, seconds=60, failures=-1)


@pytest.mark.parametrize("backoff", [5, None, "5"], ids=repr)
def test_backoff_that_is_no_schedule(backoff):
    """A back-off that is no schedule is a TypeError."""
    with pytest.raises(TypeError, match=r"^a schedule needs a method delay"):
        Tolerance(OSError, failures=3, backoff=backoff)


def test_trial_of_the_backoff():
    """The back-off is asked once when the tolerance is made: at the start, before a retry."""
    asked = []

    class Backoff:
        def delay(self, *question):
            asked.append(question)
            return 1.0

    Tolerance(OSError, failures=3, backoff=Backoff())

    assert asked == [(0.0, 0)]


@pytest.mark.parametrize(
    ("answer", "kind", "fault"),
    [
        (-1, ValueError, "must be 0 or more, not -1"),
        (math.nan, ValueError, "must be a number of seconds, not NaN"),
        ("5", TypeError, r"must be a number of seconds, not '5' \(str\)"),
    ],
)
def test_backoff_that_answers_badly(answer, kind, fault):
    """A back-off that answers no number, or a wrong one, is refused when the tolerance is made."""

    class Backoff:
        def delay(self, elapsed, sleeps):
            return answer

    with pytest.raises(kind, match=f"^the delay answered by .* {fault}$"):
        Tolerance(OSError, failures=3, backoff=Backoff())


def test_budget_and_backoff_are_keywords():
    """Whatever is given by position is a type."""
    with pytest.raises(TypeError, match=r"^a tolerance takes subclasses of Exception, not 3$"):
        Tolerance(OSError, 3)


def test_covers_types_and_their_subclasses():
    """An error is covered if it is of one of the types, or of a subclass."""
    tolerance = Tolerance(ConnectionError, LookupError, failures=3)

    assert tolerance.covers(ConnectionError())
    assert tolerance.covers(ConnectionResetError())
    assert tolerance.covers(KeyError())


def test_does_not_cover_others():
    """An error of another type is not covered, the base of one included."""
    tolerance = Tolerance(ConnectionError, LookupError, failures=3)

    assert not tolerance.covers(OSError())
    assert not tolerance.covers(ValueError())
    assert not tolerance.covers(Exception())


@pytest.mark.parametrize(("kind", "named"), PROGRAMMING.items())
def test_programming_errors(kind, named):
    """An error of code is covered only if it is named itself, or its kind is."""
    assert not Tolerance(Exception, failures=3).covers(kind())
    assert Tolerance(OSError, kind, failures=3).covers(kind())
    assert Tolerance(OSError, named, failures=3).covers(kind())


def test_table_of_programming_errors():
    """The errors of code are exactly the written ones."""
    assert set(PROGRAMMING_ERRORS) == set(PROGRAMMING.values())


@pytest.mark.parametrize("kind", DATA_AND_SERVICE)
def test_other_errors_are_no_programming_errors(kind):
    """Errors of data and of services are covered by their base."""
    assert Tolerance(Exception, failures=3).covers(kind())


@pytest.mark.parametrize("kind", [NotImplementedError, RecursionError])
def test_runtime_error_does_not_name_its_programming_errors(kind):
    """A tolerance of RuntimeError covers no subclass that is an error of code."""
    tolerance = Tolerance(RuntimeError, failures=3)

    assert tolerance.covers(RuntimeError())
    assert not tolerance.covers(kind())


def test_one_programming_error_does_not_name_another():
    """An error of code that is named lets no other error of code be covered."""
    tolerance = Tolerance(Exception, AttributeError, failures=3)

    assert tolerance.covers(AttributeError())
    assert not tolerance.covers(TypeError())


def test_named_subclass_does_not_name_its_base():
    """A subclass of an error of code that is named does not let the whole kind be covered."""
    tolerance = Tolerance(ModuleNotFoundError, failures=3)

    assert tolerance.covers(ModuleNotFoundError())
    assert not tolerance.covers(ImportError())


def test_programming_errors_that_are_named():
    """A tolerance tells which of its types are errors of code, in the order given."""
    tolerance = Tolerance(OSError, JobStatusError, Exception, NameError, failures=3)

    assert tolerance.programming_errors == (JobStatusError, NameError)
    assert Tolerance(OSError, RuntimeError, Exception, failures=3).programming_errors == ()
