import pytest

from jobv1 import JobStatus, Tolerance
from tests.scripted_job import LoggedClock, ScriptedJob

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE
PROGRAMMING_ERRORS = [
    AssertionError,
    AttributeError,
    ImportError,
    ModuleNotFoundError,
    NameError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
    TypeError,
    UnboundLocalError,
]


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def job_of_class(tolerance, script):
    """Make a job of a class that has a default."""
    return type("TolerantJob", (ScriptedJob,), {"_tolerance": tolerance})(script)


def test_default_of_a_class():
    """The default of a class holds for each wait that is not told otherwise."""
    job = job_of_class(
        Tolerance(OSError, failures=1), [ConnectionError(), DONE, ConnectionError(), DONE]
    )
    job.wait_for_final_state()
    job.wait_for_final_state(tolerance=None)

    assert job.calls == ["status"] * 4


def test_keyword_in_place_of_the_default():
    """A tolerance that is given to a wait takes the place of the default of the class."""
    job = job_of_class(Tolerance(OSError, failures=9), [KeyError(), KeyError(), ConnectionError()])
    with pytest.raises(ConnectionError):
        job.wait_for_final_state(tolerance=Tolerance(KeyError, failures=2))

    assert job.calls == ["status"] * 3


def test_default_is_for_waits():
    """The default of a class does not hold for a question: there the error travels up."""
    job = job_of_class(Tolerance(OSError, failures=9), [OSError("no route")])
    with pytest.raises(OSError, match="no route"):
        job.done()


@pytest.mark.parametrize("kind", PROGRAMMING_ERRORS)
def test_programming_error_in_a_default(kind):
    """A default that names a programming error is refused before the first query."""
    job = job_of_class(Tolerance(OSError, kind, failures=9), [])
    with pytest.raises(TypeError) as caught:
        job.wait_for_final_state()

    assert str(caught.value) == (
        f"TolerantJob._tolerance names {kind.__name__}, a programming error, "
        "which the default of a class may not survive; pass tolerance= to the wait that shall."
    )
    assert job.calls == []


@pytest.mark.parametrize("kind", PROGRAMMING_ERRORS)
def test_programming_error_under_a_broad_default(kind):
    """A default that names `Exception` does not survive programming errors."""
    error = kind("wrong")
    job = job_of_class(Tolerance(Exception, failures=9), [RUNNING, error])
    with pytest.raises(kind) as caught:
        job.wait_for_final_state()

    assert caught.value is error


def test_other_errors_under_a_broad_default():
    """A default that names `Exception` survives all others."""
    errors = [
        ValueError(),
        KeyError(),
        RuntimeError(),
        ConnectionError(),
        ZeroDivisionError(),
        EOFError(),
    ]
    job = job_of_class(Tolerance(Exception, failures=len(errors)), [*errors, DONE])
    job.wait_for_final_state()

    assert job.calls == ["status"] * 7


@pytest.mark.parametrize("kind", PROGRAMMING_ERRORS)
def test_programming_error_named_for_a_wait(kind):
    """A programming error is survived by a wait that names it."""
    job = job_of_class(None, [kind("wrong"), DONE])
    job.wait_for_final_state(tolerance=Tolerance(kind, failures=1))

    assert job.calls == ["status"] * 2


def test_other_programming_errors_are_not_named():
    """To name one programming error is not to name the others."""
    job = job_of_class(None, [AttributeError("wrong")])
    with pytest.raises(AttributeError, match="wrong"):
        job.wait_for_final_state(tolerance=Tolerance(Exception, TypeError, failures=1))


def test_refused_default_and_a_keyword():
    """A default that would be refused does no harm to a wait that is given a tolerance."""
    job = job_of_class(Tolerance(TypeError, failures=9), [ConnectionError(), DONE])
    job.wait_for_final_state(tolerance=Tolerance(OSError, failures=1))

    assert job.calls == ["status"] * 2


@pytest.mark.parametrize("tolerance", [OSError, (OSError,), 3, "error"])
def test_default_that_is_no_tolerance(tolerance):
    """A default that is no tolerance is refused before the first query."""
    job = job_of_class(tolerance, [])
    with pytest.raises(TypeError) as caught:
        job.wait_for_final_state()

    name = f"{type(job).__qualname__}._tolerance"
    assert str(caught.value) == f"{name} must be a Tolerance or None, not {tolerance!r}"
    assert job.calls == []


def test_attribute_of_an_instance():
    """An instance may have an attribute `_tolerance` for a purpose of its own."""
    job = ScriptedJob([JobStatus.RUNNING, JobStatus.DONE])
    job._tolerance = 1e-6
    job.wait_for_final_state(wait=0)

    assert job.calls == ["status"] * 2
