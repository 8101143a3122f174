import math

import pytest

from jobv1 import JobStatus
from jobv1.testing import Life, Slow

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


def refusal(kind, make):
    """Give the text of the error that making something raises."""
    with pytest.raises(kind) as caught:
        make()
    assert type(caught.value) is kind
    return str(caught.value)


@pytest.mark.parametrize(
    ("script", "shown"),
    [("DONE", "'DONE'"), (b"x", "b'x'"), (5, "5"), ({0: 1}, "{0: 1}"), (iter(()), "<tuple_it")],
    ids=["str", "bytes", "int", "mapping", "iterator"],
)
def test_script_that_is_no_sequence(script, shown):
    """What is no sequence of steps is a TypeError; so is a text, which would be its letters."""
    text = refusal(TypeError, lambda: Life(script))

    assert text.startswith(f"script must be a sequence of steps, such as a list, not {shown}")


@pytest.mark.parametrize("script", [[], ()])
def test_empty_script(script):
    """A script without a step is a ValueError."""
    assert refusal(ValueError, lambda: Life(script)) == (
        "script must have a step; leave it out to move the job by hand"
    )


@pytest.mark.parametrize(
    ("step", "shown"), [(Slow(3), "Slow(3.0)"), (Slow(1, Slow(2)), "Slow(1.0, Slow(2.0))")]
)
def test_slow_step_that_says_nothing(step, shown):
    """A slow step of a script must say what comes then."""
    assert refusal(ValueError, lambda: Life([QUEUED, step])) == (
        f"step 2 of script is {shown}, which does not say what comes then; "
        "write Slow(seconds, step)"
    )


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Life([QUEUED, OSError]), "step 2 of script"),
        (lambda: Life(faults={3: OSError}), "the fault of query 3"),
        (lambda: Slow(3, OSError), "then"),
    ],
)
def test_exception_class(make, name):
    """An exception class, which nobody means to be answered, is a TypeError."""
    assert refusal(TypeError, make) == (
        f"{name} must not be the class OSError; "
        "to have it raised give an instance, such as OSError()"
    )


def test_script_and_timeline():
    """Script and timeline together are a ValueError."""
    assert refusal(ValueError, lambda: Life([DONE], timeline={0: DONE})) == (
        "give script or timeline, not both: a job follows its queries or the time"
    )


@pytest.mark.parametrize("faults", [{1: OSError()}, {}])
def test_script_and_faults(faults):
    """Faults with a script are a ValueError: the script is where they belong."""
    assert refusal(ValueError, lambda: Life([DONE], faults=faults)) == (
        "faults must not be given with script: write each fault into the script, "
        "as the step of its query"
    )


@pytest.mark.parametrize(
    ("timeline", "shown"), [([DONE], "[<JobStatus.DONE: 'job has successfully run'>]"), (5, "5")]
)
def test_timeline_that_is_no_mapping(timeline, shown):
    """What is no mapping is no timeline."""
    assert refusal(TypeError, lambda: Life(timeline=timeline)) == (
        f"timeline must be a mapping of seconds to JobStatus, not {shown}"
    )


@pytest.mark.parametrize(
    ("timeline", "begins"),
    [
        ({}, "is empty"),
        ({5: DONE}, "begins at 5.0 s"),
        ({0.5: RUNNING, 5: DONE}, "begins at 0.5 s"),
    ],
)
def test_timeline_without_a_beginning(timeline, begins):
    """A timeline that does not say the status at 0 is a ValueError."""
    assert refusal(ValueError, lambda: Life(timeline=timeline)) == (
        f"timeline must say the status at 0 s, the submission; it {begins}"
    )


@pytest.mark.parametrize(
    ("time", "kind", "text"),
    [
        (-1, ValueError, "a time of timeline must be 0 or more, not -1"),
        (math.nan, ValueError, "a time of timeline must be a number of seconds, not NaN"),
        (math.inf, ValueError, "a time of timeline must be finite"),
        ("5", TypeError, "a time of timeline must be a number of seconds, not '5' (str)"),
        (True, TypeError, "a time of timeline must be a number of seconds, not True (bool)"),
    ],
)
def test_time_of_a_timeline(time, kind, text):
    """The times of a timeline are finite numbers from 0 on."""
    assert refusal(kind, lambda: Life(timeline={0: QUEUED, time: DONE})) == text


@pytest.mark.parametrize(
    ("status", "rest"),
    [
        ("completed", "'completed' (str); was JobStatus.DONE meant?"),
        (5, "5 (int)"),
        (None, "None (NoneType)"),
    ],
)
def test_status_of_a_timeline(status, rest):
    """What a timeline says must be a status; the member that was probably meant is named."""
    assert refusal(TypeError, lambda: Life(timeline={0: QUEUED, 2.5: status})) == (
        f"the status of timeline at 2.5 s must be a JobStatus, not {rest}"
    )


def test_faults_that_are_no_mapping():
    """What is no mapping is a TypeError."""
    assert refusal(TypeError, lambda: Life(faults=[5])) == (
        "faults must be a mapping of query numbers to faults, not [5]"
    )


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        ("1", TypeError, "faults must name queries by their numbers, 1 for the first, not '1'"),
        (1.0, TypeError, "faults must name queries by their numbers, 1 for the first, not 1.0"),
        (0, ValueError, "faults must name queries from 1 on, the first, not 0"),
        (-1, ValueError, "faults must name queries from 1 on, the first, not -1"),
        (True, ValueError, "faults must name queries from 1 on, the first, not True"),
    ],
)
def test_number_of_a_query(number, kind, text):
    """The queries are counted from 1 by whole numbers."""
    assert refusal(kind, lambda: Life(faults={number: OSError()})) == text


@pytest.mark.parametrize("words", [5, b"lost"], ids=repr)
def test_words_that_are_none(words):
    """The words of a failed job are a text, or None."""
    assert refusal(TypeError, lambda: Life(error_message=words)) == (
        f"error_message must be a str, or None for no words, not {words!r}"
    )


@pytest.mark.parametrize(
    ("delay", "kind", "text"),
    [
        (-1, ValueError, "cancel_delay must be 0 or more, not -1"),
        (math.nan, ValueError, "cancel_delay must be a number of seconds, not NaN"),
        (False, TypeError, "cancel_delay must be a number of seconds, not False (bool)"),
    ],
)
def test_cancel_delay(delay, kind, text):
    """The delay of a cancel is a number from 0 on, or None."""
    assert refusal(kind, lambda: Life(cancel_delay=delay)) == text


@pytest.mark.parametrize(
    ("seconds", "kind", "text"),
    [
        (-1, ValueError, "seconds must be 0 or more, not -1"),
        (math.inf, ValueError, "seconds must be finite"),
        ("3", TypeError, "seconds must be a number of seconds, not '3' (str)"),
    ],
)
def test_seconds_of_a_slow_step(seconds, kind, text):
    """A slow step takes a finite number of seconds, 0 or more."""
    assert refusal(kind, lambda: Slow(seconds, DONE)) == text
