import copy
import math
import pickle

import pytest

from jobv1._polling import PollPlan
from jobv1.exceptions import JobTimeoutError, seconds_text
from jobv1.status import JobStatus
from jobv1.tolerance import Tolerance

LOST = ConnectionError("lost")


def late(**changes):
    """Make the error of a wait that expired after a minute, with some changes."""
    known = {"job_id": "ab12", "status": JobStatus.QUEUED, "elapsed": 60.05, "timeout": 60.0}
    return JobTimeoutError(**{**known, "queries": 13, **changes})


def caused(error, cause):
    """Give the error a cause, as `raise ... from` does."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(
            late(),
            "It is still QUEUED after 60.05 s (timeout 60 s, 13 queries); it was not cancelled.",
            id="status known",
        ),
        pytest.param(
            late(status=None, queries=1234, elapsed=7200.0),
            "It is of unknown status after 7,200 s (timeout 60 s, 1,234 queries); "
            "it was not cancelled.",
            id="status unknown",
        ),
        pytest.param(
            late(queries=1, elapsed=0.0, timeout=0.0),
            "It is still QUEUED after 0 s (timeout 0 s, 1 query); it was not cancelled.",
            id="one query",
        ),
        pytest.param(
            late(last_error=LOST),
            "It is still QUEUED after 60.05 s (timeout 60 s, 13 queries); it was not cancelled.",
            id="earlier query failed",
        ),
        pytest.param(
            caused(late(last_error=LOST), LOST),
            "It is of unknown status (last seen QUEUED) after 60.05 s "
            "(timeout 60 s, 13 queries, the last failed with ConnectionError); "
            "it was not cancelled.",
            id="last query failed",
        ),
        pytest.param(
            caused(late(last_error=LOST, status=None), LOST),
            "It is of unknown status after 60.05 s "
            "(timeout 60 s, 13 queries, the last failed with ConnectionError); "
            "it was not cancelled.",
            id="every query failed",
        ),
        pytest.param(
            caused(late(last_error=LOST), ValueError()),
            "It is still QUEUED after 60.05 s (timeout 60 s, 13 queries); it was not cancelled.",
            id="other cause",
        ),
    ],
)
def test_text(error, text):
    """Without a text of its own, the error begins as tools expect and tells what the wait knew."""
    assert str(error) == f"Timeout while waiting for job ab12. {text}"
    assert error.message == str(error)


def test_args():
    """The text that is written when it is read is all that `args` has, as of any error."""
    (text,) = late(elapsed=60.0).args

    assert text == (
        "Timeout while waiting for job ab12. "
        "It is still QUEUED after 60 s (timeout 60 s, 13 queries); it was not cancelled."
    )
    assert JobTimeoutError("too", "late", elapsed=60.0, timeout=60.0).args == ("too late",)
    assert JobTimeoutError().args == ("",)


def test_args_are_not_written_before_they_are_read():
    """`args` tells what the error knows when it is read, the cause that `raise` gives it too."""
    error = late(last_error=LOST)
    error.__cause__ = LOST

    assert error.args == (str(error),)
    assert "the last failed with ConnectionError" in error.args[0]


@pytest.mark.parametrize("given", [("too late",), (110, "too late"), ()])
def test_args_that_are_set(given):
    """`args` that are set are kept, as of any error, and the text stays as it is."""
    error = late()
    text = str(error)
    error.args = list(given)

    assert (error.args, str(error)) == (given, text)


def test_args_of_no_sequence():
    """`args` that cannot be a tuple are refused, as of any error."""
    with pytest.raises(TypeError):
        late().args = 5


def test_text_that_was_given():
    """A text that was given is kept, whatever else is known."""
    error = JobTimeoutError("too", "late", job_id="ab12", elapsed=60.05, timeout=60.0, queries=13)

    assert (str(error), error.message) == ("too late", "too late")


@pytest.mark.parametrize("missing", ["elapsed", "timeout"])
def test_text_of_what_is_not_known(missing):
    """Without the time and the limit there is nothing to tell."""
    error = late(**{missing: None})

    assert (str(error), error.message) == ("", "")


def test_message_that_is_set():
    """A message that is set later is the text from then on."""
    error = late()
    error.message = "too late"

    assert (str(error), error.message, error.args) == ("too late", "too late", ("too late",))


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_text_of_a_copy(copied):
    """A copied or pickled error has the same text."""
    error = late(last_error=LOST)

    assert (str(copied(error)), copied(error).args) == (str(error), (str(error),))


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_text_of_a_copy_with_a_cause(copied):
    """The text of a copied or pickled error still tells that the last query failed."""
    plan = PollPlan(0.0, timeout=0, tolerance=Tolerance(OSError, failures=1))
    plan.failed(LOST, 0.0)
    error = plan.timeout_error("ab12")

    assert "the last failed with" in str(error)
    assert (str(copied(error)), copied(error).args) == (str(error), (str(error),))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (5, "5 s"),
        (10.0, "10 s"),
        (0.5, "0.5 s"),
        (0.25, "0.25 s"),
        (1.0004, "1 s"),
        (1.0006, "1.001 s"),
        (60.05, "60.05 s"),
        (86400, "86,400 s"),
        (1234567.891, "1,234,567.891 s"),
        (math.inf, "inf s"),
    ],
)
def test_seconds_text(seconds, text):
    """Seconds are written to the millisecond, without trailing zeros, with their unit."""
    assert seconds_text(seconds) == text


def test_repr():
    """The repr shows the text, though it is written only when it is read."""
    assert repr(late(elapsed=60.0)) == (
        "JobTimeoutError('Timeout while waiting for job ab12. "
        "It is still QUEUED after 60 s (timeout 60 s, 13 queries); it was not cancelled.')"
    )


def test_parts_that_were_set():
    """An error without a text has the one that is set as its arguments, in parts."""
    error = JobTimeoutError()
    error.args = ("It took", "too long.")

    assert str(error) == "It took too long."
    assert error.args == ("It took", "too long.")
