import inspect
from abc import ABC

import pytest

from jobv1 import JOB_FINAL_STATES, Job, JobError, JobStatus, JobV1
from tests.scripted_job import BareJob, LoggedClock, ScriptedJob

PUBLIC_METHODS = {
    "backend",
    "cancel",
    "cancelled",
    "done",
    "in_final_state",
    "job_id",
    "result",
    "running",
    "status",
    "submit",
    "wait_for_final_state",
}
USED_BY_SUBCLASSES = {
    "_cancelled",
    "_circuits",
    "_client",
    "_error",
    "_executor",
    "_future",
    "_metadata",
    "_result",
    "_status",
}


class FalsyBackend:
    """A backend that is empty, as a backend without qubits might be."""

    def __len__(self):
        return 0


def test_versions():
    """The common type of all jobs has version 0, `JobV1` has version 1."""
    assert (Job.version, JobV1.version) == (0, 1)


def test_bases():
    """`JobV1` is a `Job` and an abstract base class."""
    assert issubclass(JobV1, Job)
    assert issubclass(JobV1, ABC)


def test_public_names():
    """A subclass finds no public name in `JobV1` beyond those of the contract."""
    names = {name for name in dir(JobV1) if not name.startswith("_")}

    assert names == PUBLIC_METHODS | {"version"}


def test_public_names_of_an_instance():
    """A job adds `metadata` to the names of its class, and nothing else."""
    job = BareJob(None, "ab12")
    names = {name for name in dir(job) if not name.startswith("_")}

    assert names == PUBLIC_METHODS | {"metadata", "version"}


def test_names_of_subclasses_are_left_alone():
    """`JobV1` has none of the private attributes that subclasses use, not even after a query."""
    job = BareJob(None, "ab12")
    job.done()

    assert USED_BY_SUBCLASSES.intersection(dir(job)) == set()


def test_attributes_of_a_new_job():
    """A new job has the attributes that existing subclasses rely on, and no other."""
    backend = object()
    job = BareJob(backend, "ab12", shots=100)

    assert vars(job) == {"_job_id": "ab12", "_backend": backend, "metadata": {"shots": 100}}
    assert job._async is True


@pytest.mark.parametrize("missing", ["submit", "status", "result"])
def test_abstract_methods(missing):
    """A class that lacks `submit`, `status` or `result` makes no jobs."""
    methods = {"submit": print, "status": print, "result": print}
    del methods[missing]
    incomplete = type("Incomplete", (JobV1,), methods)

    with pytest.raises(TypeError, match=missing):
        incomplete(None, "ab12")


def test_nothing_else_is_abstract():
    """A class that has `submit`, `status` and `result` is complete."""
    assert JobV1.__abstractmethods__ == {"submit", "status", "result"}


def test_constructor():
    """A job is made from a backend, an id and any keywords."""
    parameters = inspect.signature(JobV1).parameters.values()

    assert [(parameter.name, parameter.kind.name) for parameter in parameters] == [
        ("backend", "POSITIONAL_OR_KEYWORD"),
        ("job_id", "POSITIONAL_OR_KEYWORD"),
        ("kwargs", "VAR_KEYWORD"),
    ]


def test_constructor_takes_keywords():
    """The backend and the id may be given by keyword, and are no metadata then."""
    job = BareJob(job_id="ab12", backend="simulator")

    assert (job.backend(), job.job_id(), job.metadata) == ("simulator", "ab12", {})


@pytest.mark.parametrize("backend", ["simulator", 0, FalsyBackend()])
def test_backend(backend):
    """The backend is handed back as it was given, even one that counts as false."""
    assert BareJob(backend, "ab12").backend() is backend


def test_no_backend():
    """Asking a job without a backend for it is a `JobError` that names the job."""
    with pytest.raises(JobError) as caught:
        BareJob(None, "ab12").backend()

    assert str(caught.value) == "Job 'ab12' has no backend."
    assert caught.value.job_id == "ab12"


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("done", {JobStatus.DONE}),
        ("running", {JobStatus.RUNNING}),
        ("cancelled", {JobStatus.CANCELLED}),
        ("in_final_state", {JobStatus.DONE, JobStatus.CANCELLED, JobStatus.ERROR}),
    ],
)
@pytest.mark.parametrize("status", JobStatus)
def test_questions(question, yes, status):
    """Each question answers True for its own states only, by one query."""
    job = ScriptedJob([status])

    assert getattr(job, question)() is (status in yes)
    assert job.calls == ["status"]


def test_questions_ask_again():
    """A question is answered from a query of its own, even if the last status seen was final."""
    job = ScriptedJob([JobStatus.DONE, JobStatus.RUNNING])

    assert (job.done(), job.done()) == (True, False)


def test_questions_let_errors_through():
    """What `status()` raises travels up through a question."""
    job = ScriptedJob([OSError("no route")])

    with pytest.raises(OSError, match="no route"):
        job.done()


def test_cancel():
    """A class that does not define `cancel` cannot cancel, and says so by its name."""
    with pytest.raises(NotImplementedError) as caught:
        BareJob(None, "ab12").cancel()

    assert str(caught.value) == "BareJob cannot cancel its jobs."


def test_signature_of_the_wait():
    """The documented arguments may be passed by position, all others by keyword only."""
    signature = inspect.signature(JobV1.wait_for_final_state)
    parameters = list(signature.parameters.values())[1:]

    assert [(each.name, each.default, each.kind.name) for each in parameters] == [
        ("timeout", None, "POSITIONAL_OR_KEYWORD"),
        ("wait", 5, "POSITIONAL_OR_KEYWORD"),
        ("callback", None, "POSITIONAL_OR_KEYWORD"),
        ("tolerance", None, "KEYWORD_ONLY"),
    ]


def test_arguments_by_position():
    """The timeout comes first, then the wait, then the callback."""
    seen = []
    job = ScriptedJob([JobStatus.RUNNING] * 3)

    with LoggedClock() as clock, pytest.raises(TimeoutError):
        job.wait_for_final_state(6, 4, lambda *arguments: seen.append(arguments))

    assert clock.slept == [4, 2]
    assert seen == [("ab12", JobStatus.RUNNING, job)] * 3


@pytest.mark.parametrize("final", JOB_FINAL_STATES)
def test_every_final_state_ends_a_wait(final):
    """A wait ends in each of the final states alike, and answers None."""
    job = ScriptedJob([final])

    assert job.wait_for_final_state() is None
    assert job.calls == ["status"]


@pytest.mark.parametrize("status", [each for each in JobStatus if each not in JOB_FINAL_STATES])
def test_no_other_state_ends_a_wait(status):
    """A wait goes on in each state that is not final."""
    job = ScriptedJob([status, JobStatus.DONE])

    with LoggedClock():
        job.wait_for_final_state()

    assert job.queried_at == [0, 5]


def test_wait_asks_for_the_status_alone():
    """A wait calls no method of a subclass that may be slow, or differ in form, but `status`."""
    job = ScriptedJob([JobStatus.RUNNING, JobStatus.ERROR])

    with LoggedClock():
        job.wait_for_final_state()

    assert job.calls == ["status", "status"]


def test_synchronous_job():
    """The wait for a job that runs inside `submit` returns at once, without a query."""
    job = ScriptedJob([])
    job._async = False

    with LoggedClock() as clock:
        job.wait_for_final_state(timeout=1)

    assert (job.calls, clock.slept) == ([], [])


def test_synchronous_class():
    """A class says by an attribute that its jobs run inside `submit`."""
    synchronous = type("Synchronous", (ScriptedJob,), {"_async": False})
    job = synchronous([])

    job.wait_for_final_state()

    assert job.calls == []
