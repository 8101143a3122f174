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


class CodedError(Exception):
    """A provider's error as many are written."""

    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


class PlainError(Exception):
    pass


class RecordingError(Exception):
    def __init__(self, *args, **kwargs):
        super().__init__(*args)
        self.given = (args, kwargs)


class JobFirstCodedError(JobError, CodedError):
    pass


class JobLastCodedError(CodedError, JobError):
    pass


class JobFirstPlainError(JobError, PlainError):
    pass


class JobLastPlainError(PlainError, JobError):
    pass


class DirectError(Exception):
    """Calls its own base by name, as old code does, so that the next class in line is skipped."""

    def __init__(self, message):
        Exception.__init__(self, message)


class JobLastDirectError(DirectError, JobError):
    pass


class ReadOnlyError(Exception):
    """Keeps its message where nobody can set it."""

    @property
    def message(self):
        return self.args[0]


class JobFirstReadOnlyError(JobError, ReadOnlyError):
    pass


class JobLastReadOnlyError(ReadOnlyError, JobError):
    pass


class JobFirstKeyError(JobError, KeyError):
    pass


class JobLastKeyError(KeyError, JobError):
    pass


class RecordingJobError(JobError, RecordingError):
    pass


DIAMONDS = [
    JobFirstCodedError,
    JobLastCodedError,
    JobFirstPlainError,
    JobLastPlainError,
    JobFirstKeyError,
    JobLastKeyError,
    JobLastDirectError,
    JobFirstReadOnlyError,
    JobLastReadOnlyError,
]
COPIED = [
    JobFirstCodedError("no luck", job_id="ab12"),
    JobLastCodedError("no luck", code=4),
    JobFirstPlainError("no", "luck", job_id="ab12"),
    JobLastPlainError("no luck", job_id="ab12"),
    JobFirstKeyError("no luck", job_id="ab12"),
]


@pytest.mark.parametrize("kind", DIAMONDS)
def test_diamond(kind):
    """An error that is a provider's own too, in either order, keeps its message."""
    with pytest.raises(JobError) as caught:
        raise kind("no luck")

    assert caught.value.message == "no luck"
    assert caught.value.args == ("no luck",)
    assert caught.value.job_id is None


@pytest.mark.parametrize("kind", [JobFirstCodedError, JobFirstPlainError, JobFirstKeyError])
def test_diamond_with_many_strings(kind):
    """With JobError first, a provider's own error takes none to many strings and the id."""
    assert kind().message == ""
    assert kind("no", "luck").message == "no luck"
    assert kind("no", "luck", job_id="ab12").job_id == "ab12"


def test_diamond_keeps_what_the_provider_adds():
    """The constructor of a provider's own error runs too, in either order."""
    assert JobFirstCodedError("no luck").code is None
    assert JobLastCodedError("no luck", 4).code == 4


def test_next_class_is_given_the_message():
    """The next class in line is given one positional argument, the message, and nothing else."""
    assert RecordingJobError("no", "luck", job_id="ab12").given == (("no luck",), {})
    assert RecordingJobError().given == (("",), {})


@pytest.mark.parametrize("error", COPIED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies(error, copied):
    """A copied or pickled diamond keeps its class, its text and its attributes."""
    twin = copied(error)

    assert type(twin) is type(error)
    assert (twin.args, vars(twin)) == (error.args, vars(error))


@pytest.mark.parametrize("kind", [JobError, JobFailedError, JobCancelledError, JobStatusError])
def test_constructor_that_calls_no_super(kind):
    """A subclass whose constructor forgets ours still has a text, a message and an id."""

    class ForgetfulError(kind):
        def __init__(self, code=None):
            self.code = code

    error = ForgetfulError("E5")

    assert (str(error), error.message, error.job_id) == ("E5", "E5", None)
    assert ForgetfulError().message == ""


def test_message_of_a_constructor_that_calls_no_super():
    """A subclass whose constructor forgets ours has all that it was given as its message."""

    class ForgetfulError(JobError):
        def __init__(self, code, reason):
            self.code = code

    assert ForgetfulError(5, "no luck").message == "5 no luck"


def test_message_that_is_set():
    """A message that is set is the message from then on, as a string."""
    error = JobError("no luck")
    error.message = "bad luck"
    assert error.message == "bad luck"

    error.message = KeyError("luck")
    assert error.message == "'luck'"


def test_constructor_that_calls_no_super_has_every_attribute():
    """A subclass whose constructor forgets ours answers None for each attribute."""

    class ForgetfulTimeoutError(JobTimeoutError):
        def __init__(self, code):
            self.code = code

    class ForgetfulStatusError(JobStatusError):
        def __init__(self, code):
            self.code = code

    late, strange = ForgetfulTimeoutError("E5"), ForgetfulStatusError("E5")

    assert (late.message, late.job_id, late.status, late.elapsed) == ("", None, None, None)
    assert (late.timeout, late.queries, late.last_error) == (None, None, None)
    assert (strange.answer, strange.probable) == (None, None)


@pytest.mark.parametrize("other", [CodedError, DirectError, PlainError, ReadOnlyError])
@pytest.mark.parametrize("is_first", [True, False])
def test_args_of_a_timeout(other, is_first):
    """A timeout that is a provider's own error too, in either order, has its text as `args`."""
    kind = type("LateError", in_order(other, is_first=is_first), {})

    assert kind("too late").args == ("too late",)
    assert str(kind("too late")) == "too late"


@pytest.mark.parametrize("other", [PlainError, ReadOnlyError])
@pytest.mark.parametrize("is_first", [True, False])
def test_text_of_a_timeout(other, is_first):
    """Its text is written when it is read, if none is given."""
    kind = type("LateError", in_order(other, is_first=is_first), {})
    error = kind(job_id="ab12", elapsed=60.0, timeout=60.0, queries=1)

    assert error.args == (error.message,) == (str(error),)
    assert error.message.startswith("Timeout while waiting for job ab12. ")


def in_order(other, *, is_first):
    """Give the bases of a timeout that is a provider's own error too."""
    return (other, JobTimeoutError) if is_first else (JobTimeoutError, other)


def test_attribute_for_a_message():
    """A provider's error may keep its message in an attribute that is named for it."""

    class LateError(JobTimeoutError):
        def __init__(self, text):
            super().__init__()
            self._message = self.text = text

    error = LateError("E5")

    assert (error.message, error.args) == ("", ("",))
