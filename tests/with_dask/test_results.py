"""What comes back from a real Dask cluster, and what cannot."""

import gc
import logging
import time
from concurrent.futures import CancelledError
from threading import Lock

import pytest

from jobv1 import JobFailedError, JobStatus
from jobv1.executor import ExecutorBackend


class NotANumberError(Exception):
    """An error that cannot be made from what it is pickled to."""

    def __init__(self, what, why):
        super().__init__(what)
        self.why = why


class NotRead:
    """It can be pickled, and not unpickled."""

    def __reduce__(self):
        return int, ("five",)


def make_unreadable():
    """Return what cannot be unpickled."""
    return NotRead()


def fail_unreadably():
    """Raise what cannot be unpickled."""
    raise NotANumberError("five", "it is a word")


def fail_with_lock():
    """Raise what cannot be pickled."""
    error = ValueError("the door is locked")
    error.lock = Lock()
    raise error


def say_cancelled():
    """Raise what a future raises that was cancelled."""
    raise CancelledError("by hand")


def given(*args, **kwargs):
    """Give what was given."""
    return args, kwargs


@pytest.mark.parametrize(
    ("fn", "text"),
    [
        (Lock, "LostResultError: The call returned, but its result cannot be had: TypeError: "),
        (make_unreadable, "LostResultError: The call returned, but its result cannot be had: "),
        (fail_unreadably, "five"),
        (fail_with_lock, "the door is locked"),
        (say_cancelled, "CancelledError: by hand"),
    ],
)
def test_what_cannot_come_back(backend, fn, text):
    """A job ends in ERROR and says why, beside others whose results come back."""
    jobs = [backend.run(pow, number, 2) for number in range(50)]
    bad = backend.run(fn)
    jobs += [backend.run(pow, number, 2) for number in range(50, 100)]

    bad.wait_for_final_state(30)

    assert bad.status() is JobStatus.ERROR
    assert text in bad.error_message()
    assert "\n" not in bad.error_message()
    assert [job.result(30) for job in jobs] == [number**2 for number in range(100)]


def test_what_cannot_go_there(backend):
    """A job whose argument cannot be pickled ends in ERROR, names it, and never gets to Dask."""
    job = backend.run(given, 5, shots=Lock())

    assert job.status() is JobStatus.ERROR
    assert job.error_message().startswith("TypeError: argument 'shots' of given cannot be pickled")


def test_keywords(client, backend):
    """Keywords reach the function whatever they are called, and a future of Dask as its result."""
    source = client.submit(pow, 2, 10)

    job = backend.run(given, source, key=1, pure=2, workers=3, self=4, shots=source)

    assert job.result(30) == (
        (1024,),
        {"key": 1, "pure": 2, "workers": 3, "self": 4, "shots": 1024},
    )


def test_options_of_the_executor(client):
    """Options that are given to the executor hold for its jobs."""
    job = ExecutorBackend(client.get_executor(workers=["nowhere"])).run(pow, 2, 3)

    with pytest.raises(TimeoutError):
        job.result(1)

    assert job.cancel()


@pytest.fixture
def _no_logs():
    # pytest keeps what Dask logs, and the frames that tracebacks hold.
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_no_logs")
def test_let_go_with_the_job(client, backend):
    """A task stays on the cluster as long as its job lives here, and no longer."""
    jobs = [backend.run(pow, number, 2) for number in range(20)]
    jobs += [backend.run(divmod, 1, 0), backend.run(make_unreadable)]
    for job in jobs:
        job.wait_for_final_state(30)
    assert len(client.futures) == 22
    gc.disable()
    try:
        del job, jobs
        end = time.monotonic() + 10
        while client.futures and time.monotonic() < end:
            time.sleep(0.01)
    finally:
        gc.enable()

    assert client.futures == {}


def test_the_end_of_the_executor(client):
    """The `with` block of an executor waits for the jobs on it; after it, none is taken."""
    with client.get_executor() as executor:
        backend = ExecutorBackend(executor)
        job = backend.run(time.sleep, 0.5)

    assert job.result(30) is None
    with pytest.raises(Exception, match="takes no more jobs: it was shut down"):
        backend.run(pow, 2, 3)


def test_the_cause(backend):
    """The error of a call is the cause of the error of the job."""
    with pytest.raises(JobFailedError) as caught:
        backend.run(divmod, 1, 0).result(30)

    assert isinstance(caught.value.__cause__, ZeroDivisionError)
