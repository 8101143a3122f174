import copy
import pickle

import pytest

from jobv1.exceptions import (
    JobCancelledError,
    JobError,
    JobFailedError,
    JobStatusError,
    JobTimeoutError,
)
from jobv1.status import JobStatus

ERRORS = [JobError, JobFailedError, JobCancelledError, JobTimeoutError, JobStatusError]

every_error = pytest.mark.parametrize("kind", ERRORS)


FULL = [
    JobError("no", "luck", job_id="ab12"),
    JobFailedError("it failed", job_id=7),
    JobCancelledError("cancelled", job_id=None),
    JobTimeoutError(
        "too late",
        job_id="ab12",
        status=JobStatus.QUEUED,
        elapsed=60.5,
        timeout=60.0,
        queries=13,
        last_error=OSError("lost"),
    ),
    JobStatusError("strange", job_id="ab12", answer="done", probable=JobStatus.DONE),
]


def contents(error):
    """Give all that an error knows, in a form that can be compared."""
    return type(error), error.args, {name: repr(value) for name, value in vars(error).items()}


@every_error
@pytest.mark.parametrize(
    ("strings", "message"),
    [
        ([], ""),
        (["no luck"], "no luck"),
        (["no", "luck"], "no luck"),
        (["a", "b", "c", "d"], "a b c d"),
        (["code", 5, None], "code 5 None"),
    ],
)
def test_message(kind, strings, message):
    """None to many strings are joined by spaces to the text and the attribute message."""
    error = kind(*strings)

    assert error.message == message
    assert str(error) == message
    assert error.args == (message,)


@every_error
def test_job_id(kind):
    """The id of the job is an attribute, None if it was not given."""
    assert kind("no luck").job_id is None
    assert kind("no luck", job_id="ab12").job_id == "ab12"


@every_error
def test_one_base(kind):
    """Every error is a JobError, and an Exception."""
    assert issubclass(kind, JobError)
    assert issubclass(kind, Exception)


def test_errors_are_told_apart():
    """No error but JobError is the base of another."""
    assert not any(issubclass(a, b) for a in ERRORS for b in ERRORS[1:] if a is not b)


def test_timeout_is_the_builtin_one():
    """JobTimeoutError is caught as the builtin TimeoutError."""
    with pytest.raises(TimeoutError):
        raise JobTimeoutError("too late")


def test_strings_of_a_timeout_are_no_errno():
    """Two strings are a text also for JobTimeoutError, which the builtin takes for a number."""
    error = JobTimeoutError("1", "2")

    assert (error.errno, error.strerror, str(error)) == (None, None, "1 2")


def test_status_error_is_a_type_error():
    """JobStatusError is caught as the builtin TypeError."""
    with pytest.raises(TypeError):
        raise JobStatusError("strange")


def test_timeout_attributes():
    """JobTimeoutError carries what the wait knew."""
    lost = OSError("lost")
    error = JobTimeoutError(
        "too late",
        job_id="ab12",
        status=JobStatus.QUEUED,
        elapsed=60.5,
        timeout=60.0,
        queries=13,
        last_error=lost,
    )

    assert error.job_id == "ab12"
    assert error.status is JobStatus.QUEUED
    assert (error.elapsed, error.timeout, error.queries) == (60.5, 60.0, 13)
    assert error.last_error is lost


def test_timeout_attributes_are_optional():
    """A provider that raises JobTimeoutError with a text alone leaves each attribute None."""
    error = JobTimeoutError("too late")

    assert vars(error) == {
        "message": "too late",
        "job_id": None,
        "status": None,
        "elapsed": None,
        "timeout": None,
        "queries": None,
        "last_error": None,
        "unfinished": (),
    }


def test_status_error_attributes():
    """JobStatusError carries the answer and the member that was probably meant."""
    error = JobStatusError("strange", job_id="ab12", answer="done", probable=JobStatus.DONE)

    assert (error.job_id, error.answer) == ("ab12", "done")
    assert error.probable is JobStatus.DONE


def test_status_error_attributes_are_optional():
    """The attributes of a JobStatusError that are not given are None."""
    error = JobStatusError("strange")

    assert (error.job_id, error.answer, error.probable) == (None, None, None)


@every_error
def test_details_are_keywords(kind):
    """Whatever is given by position belongs to the text."""
    error = kind("job", "ab12")

    assert (error.message, error.job_id) == ("job ab12", None)


@pytest.mark.parametrize("error", FULL, ids=lambda error: type(error).__name__)
def test_pickle(error):
    """A pickled error comes back with its class, its text and its attributes."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - our own
        assert contents(back) == contents(error)
        assert str(back) == str(error)


@pytest.mark.parametrize("error", FULL, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copy(error, copied):
    """A copied error has the class, the text and the attributes of the first."""
    assert contents(copied(error)) == contents(error)
