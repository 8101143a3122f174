import pytest

from jobv1 import JobStatus, JobStatusError, JobV1
from tests.scripted_job import BareJob, LoggedClock, QiskitStatus, ScriptedJob


class UnreachableJob(JobV1):
    """A job that must not be asked for anything."""

    def submit(self):
        raise AssertionError

    status = result = job_id = backend = submit


class SlottedJob(BareJob):
    """A job that keeps its id in a slot."""

    __slots__ = ("_job_id",)


class NamedJob(BareJob):
    """A job of a class that has one job, and so one id."""

    _job_id = "only"

    def __init__(self):
        """Leave the id to the class."""


class LookingUpJob(BareJob):
    """A job that asks a service for what it does not have."""

    def __init__(self):
        """Leave all to the service."""

    def __getattr__(self, name):
        raise AssertionError(f"the service was asked for {name}")


def test_new_job():
    """The repr of a job that was not queried says so."""
    assert repr(BareJob(None, "ab12")) == "<BareJob 'ab12', not queried yet>"


def test_no_input_or_output():
    """The repr calls no method of the subclass, since that may ask a service."""
    assert repr(UnreachableJob(None, "ab12")) == "<UnreachableJob 'ab12', not queried yet>"


def test_no_looking_up():
    """The repr does not fall back on the `__getattr__` of the subclass."""
    assert repr(LookingUpJob()) == "<LookingUpJob None, not queried yet>"


def test_no_secrets():
    """The repr shows neither the metadata nor the backend: they may hold a token."""
    job = BareJob("https://user:secret@example.org", "ab12", token="secret")  # noqa: S106

    assert repr(job) == "<BareJob 'ab12', not queried yet>"


@pytest.mark.parametrize("question", ["done", "running", "cancelled", "in_final_state"])
def test_after_a_question(question):
    """The repr shows the status that a question saw last."""
    job = ScriptedJob([JobStatus.QUEUED])
    getattr(job, question)()

    assert repr(job) == "<ScriptedJob 'ab12', last seen QUEUED>"


def test_after_a_wait():
    """The repr shows the status that ended a wait."""
    job = ScriptedJob([JobStatus.RUNNING, JobStatus.ERROR])
    with LoggedClock():
        job.wait_for_final_state()

    assert repr(job) == "<ScriptedJob 'ab12', last seen ERROR>"


def test_after_a_timeout():
    """The repr shows the last status of a wait that ended without a final one."""
    job = ScriptedJob([JobStatus.VALIDATING])
    with pytest.raises(TimeoutError):
        job.wait_for_final_state(timeout=0)

    assert repr(job) == "<ScriptedJob 'ab12', last seen VALIDATING>"


def test_inside_a_callback():
    """A callback that prints its job shows the status that it was called for."""
    statuses = [JobStatus.QUEUED, JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE]
    shown = []
    with LoggedClock():
        ScriptedJob(statuses).wait_for_final_state(
            callback=lambda _id, _status, job: shown.append(repr(job).split()[-1])
        )

    assert shown == ["QUEUED>", "QUEUED>", "RUNNING>", "DONE>"]


def test_status_of_qiskit():
    """A status of Qiskit is shown by its name, as ours is."""
    job = ScriptedJob([QiskitStatus.DONE])
    job.done()

    assert repr(job) == "<ScriptedJob 'ab12', last seen DONE>"


def test_after_a_wrong_answer():
    """What is no status does not take the place of the last status seen."""
    job = ScriptedJob([JobStatus.QUEUED, "DONE"])
    job.done()
    with pytest.raises(JobStatusError):
        job.done()

    assert repr(job) == "<ScriptedJob 'ab12', last seen QUEUED>"


def test_other_jobs_are_not_seen():
    """The last status seen belongs to one job, not to its class."""
    ScriptedJob([JobStatus.QUEUED]).done()

    assert repr(ScriptedJob([])) == "<ScriptedJob 'ab12', not queried yet>"


@pytest.mark.parametrize(("job_id", "shown"), [(None, "None"), ("", "''"), (7, "7")])
def test_odd_ids(job_id, shown):
    """The id is shown as Python writes it, so that an empty one can be told from none."""
    assert repr(BareJob(None, job_id)) == f"<BareJob {shown}, not queried yet>"


@pytest.mark.parametrize(
    ("job", "shown"), [(SlottedJob(None, "ab12"), "'ab12'"), (NamedJob(), "'only'")]
)
def test_id_outside_of_the_dict(job, shown):
    """An id that stands in a slot or on the class is shown."""
    assert repr(job) == f"<{type(job).__name__} {shown}, not queried yet>"
