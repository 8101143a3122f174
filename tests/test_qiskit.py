"""The way to Qiskit, over a module that has what `qiskit.providers` has."""

import gc
import pickle
import sys
from abc import ABCMeta
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from jobv1 import (
    JOB_FINAL_STATES,
    Job,
    JobCancelledError,
    JobError,
    JobStatus,
    JobStatusError,
    JobTimeoutError,
    JobV1,
    exceptions,
    qiskit,
)
from jobv1.qiskit import adapt, from_qiskit_status, register, to_qiskit_status
from jobv1.testing import FakeBackend, FakeClock, FakeJob
from tests import fake_qiskit
from tests.fake_qiskit import RuntimeJob

NAMES = [status.name for status in JobStatus]


@pytest.fixture
def providers(monkeypatch):
    """What is imported as `qiskit.providers`; our errors are as before when the test ends."""
    monkeypatch.setitem(sys.modules, "qiskit.providers", fake_qiskit)
    # What is registered with a class stays so: each test has one of its own.
    monkeypatch.setattr(fake_qiskit, "JobV1", ABCMeta("JobV1", (fake_qiskit.JobV1,), {}))
    before = {kind: kind.__bases__ for kind in (JobError, JobTimeoutError, JobV1)}
    yield fake_qiskit
    for kind, bases in before.items():
        kind.__bases__ = bases


@pytest.fixture
def no_qiskit(monkeypatch):
    """An environment in which qiskit cannot be imported."""
    monkeypatch.setitem(sys.modules, "qiskit", None)
    monkeypatch.setitem(sys.modules, "qiskit.providers", None)


def raised(kind):
    """Raise an error of a class as Python does, and give what `except` of Qiskit's class gets."""
    try:
        raise kind("Job 'ab12' failed.")
    except fake_qiskit.QiskitError as error:
        return error


def test_jobs(providers):
    """Once registered, jobs of ours pass for Qiskit's, adapted ones too; before, they do not."""
    jobs = [FakeBackend().run(), adapt(RuntimeJob())]
    kinds = (providers.JobV1, providers.Job)
    assert not any(isinstance(job, kind) for job in jobs for kind in kinds)

    register()

    assert all(isinstance(job, kind) for job in jobs for kind in kinds)
    assert all(issubclass(FakeJob, kind) for kind in kinds)
    assert [job.version for job in jobs] == [1, 1]


def test_timeout_is_caught_as_qiskits(providers):
    """Once registered, a timeout is caught as Qiskit's, as ours, and as the builtin."""
    register()
    for kind in (providers.JobTimeoutError, JobTimeoutError, TimeoutError):
        with FakeClock(), pytest.raises(kind) as caught:
            adapt(RuntimeJob("QUEUED")).wait_for_final_state(60)

    assert str(caught.value) == (
        "Timeout while waiting for job run-1. It is still QUEUED after 60 s "
        "(timeout 60 s, 13 queries); it was not cancelled."
    )
    assert (caught.value.queries, caught.value.message) == (13, str(caught.value))
    assert caught.value.args == (str(caught.value),)


@pytest.mark.parametrize("kind", [JobError, JobCancelledError, JobStatusError, JobTimeoutError])
def test_errors_are_caught_as_qiskits(providers, kind):
    """Once registered, every error of ours is caught as QiskitError, and its text is the same."""
    register()

    assert str(raised(kind)) == "Job 'ab12' failed."
    assert isinstance(raised(kind), providers.JobError)


def test_errors_of_providers(providers):
    """An error that a provider derived from ours before is caught as QiskitError, too."""

    class OwnError(Exception):
        pass

    class LaserError(JobError, OwnError):
        pass

    register()

    assert isinstance(raised(LaserError), OwnError)


def test_only_timeouts_are_timeouts(providers):
    """An error that is no timeout is not caught as Qiskit's timeout."""
    register()

    assert not isinstance(raised(JobError), providers.JobTimeoutError)


def test_errors_can_be_pickled(providers):
    """An error that crosses a process boundary keeps its values."""
    register()
    error = JobTimeoutError(job_id="ab12", status=JobStatus.QUEUED, elapsed=1, timeout=1, queries=1)

    copied = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own

    assert (copied.job_id, copied.status, str(copied)) == ("ab12", JobStatus.QUEUED, str(error))
    assert copied.args == error.args == (str(error),)


def test_without_registering(providers):
    """Nothing of ours is Qiskit's by itself, though qiskit be installed."""
    assert not issubclass(JobError, providers.QiskitError)
    assert not issubclass(JobTimeoutError, providers.QiskitError)


def test_registering_again(providers):
    """A second call changes nothing, from whatever thread."""
    register()
    bases = JobError.__bases__, JobTimeoutError.__bases__

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(register) for _ in range(64)]:
            future.result()

    assert (JobError.__bases__, JobTimeoutError.__bases__) == bases
    assert JobError.__bases__ == (exceptions._Layer, providers.JobError)
    assert JobTimeoutError.__bases__ == (JobError, providers.JobTimeoutError, TimeoutError)


def test_registering_in_two_threads(providers):
    """A thread that registers waits for another one that does."""
    with qiskit._REGISTERING:
        thread = Thread(target=register)
        thread.start()
        thread.join(0.05)
        assert not issubclass(JobError, providers.JobError)
    thread.join()

    assert issubclass(JobError, providers.JobError)


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [
        (JobError, fake_qiskit.JobError, "JobError"),
        (JobError, fake_qiskit.QiskitError, "JobError"),
        (JobCancelledError, fake_qiskit.QiskitError, "JobError"),
        (JobTimeoutError, fake_qiskit.JobTimeoutError, "JobTimeoutError"),
        (JobV1, fake_qiskit.Job, "JobV1"),
    ],
)
def test_bases_in_the_wrong_order(providers, ours, theirs, name):
    """A class that names Qiskit's before ours is an error with its name and the way out."""
    wrong = type(ours)("WrongThing", (theirs, ours), {"__module__": "lab"})
    kinds = (JobError, JobTimeoutError, JobV1)
    bases = [kind.__bases__ for kind in kinds]

    with pytest.raises(TypeError) as caught:
        register()

    assert str(caught.value) == (
        "A class names one of Qiskit's before one of jobv1's among its bases: "
        f"lab.WrongThing (before jobv1's {name}). "
        "Name that of jobv1 first, or alone. Nothing was registered."
    )
    assert [kind.__bases__ for kind in kinds] == bases
    assert not issubclass(JobV1, providers.JobV1)
    # Gone before the next test registers.
    del wrong, caught
    gc.collect()


def test_bases_that_do_not_go_together(providers):
    """If no class is at fault by itself, the error says what Python says."""
    mixed = type("Mixed", (fake_qiskit.Job, Job), {})
    wrong = ABCMeta("WrongThing", (JobV1, mixed), {})

    with pytest.raises(TypeError, match=r"among its bases: Cannot create a consistent"):
        register()

    del wrong
    gc.collect()


def test_without_qiskit(no_qiskit):
    """Where qiskit cannot be imported, what needs it says how to get it."""
    for call in (register, lambda: to_qiskit_status(JobStatus.DONE)):
        with pytest.raises(ImportError, match=r"pip install 'jobv1\[qiskit\]'$"):
            call()


def test_adapting_without_qiskit(no_qiskit):
    """Adapting does not need qiskit."""
    assert adapt(RuntimeJob("DONE")).done()


@pytest.mark.parametrize("name", NAMES)
def test_statuses(providers, name):
    """A status, in either enum or as a string, is turned into either enum's very member."""
    for status in (JobStatus[name], providers.JobStatus[name], name, name.lower()):
        assert from_qiskit_status(status) is JobStatus[name]
        assert to_qiskit_status(status) is providers.JobStatus[name]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("COMPLETED", "'COMPLETED' is no status of a job; was JobStatus.DONE meant?"),
        (None, "None is no status of a job"),
    ],
)
def test_no_status(providers, status, sentence):
    """What is no status is a TypeError with what was probably meant."""
    for turn in (from_qiskit_status, to_qiskit_status):
        with pytest.raises(TypeError) as caught:
            turn(status)
        assert str(caught.value) == sentence


def test_final_states(providers):
    """The final states of either enum are those of the other: in tuples, sets and dicts."""
    theirs = tuple(to_qiskit_status(status) for status in JOB_FINAL_STATES)

    assert theirs == JOB_FINAL_STATES
    assert set(theirs) == set(JOB_FINAL_STATES)
    assert dict.fromkeys(theirs) == dict.fromkeys(JOB_FINAL_STATES)
    assert all(status in JOB_FINAL_STATES for status in theirs)
    assert all(status in theirs for status in JOB_FINAL_STATES)
    assert providers.JobStatus.RUNNING not in JOB_FINAL_STATES
