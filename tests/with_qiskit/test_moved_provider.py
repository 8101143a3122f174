"""The provider on Qiskit's base class, and moved to ours: the same tests, and the same scripts."""

from types import ModuleType

import pytest
import qiskit.providers.job
from qiskit.exceptions import QiskitError
from qiskit.providers import Job, JobStatus, JobTimeoutError, JobV1
from qiskit.providers.jobstatus import JOB_FINAL_STATES

import jobv1
from jobv1.testing import FakeClock

BEFORE = "from qiskit.providers import JobError, JobStatus, JobTimeoutError, JobV1\n"
AFTER = "from jobv1 import JobError, JobStatus, JobTimeoutError, JobV1\n"


@pytest.fixture(params=["before", "after"])
def provider(request, root):
    """The module of the provider, as it was, or with one line changed."""
    text = (root / "tests" / "with_qiskit" / "provider.py").read_text()
    assert text.count(BEFORE) == 1
    if request.param == "after":
        text = text.replace(BEFORE, AFTER)
    assert ("jobv1 import" in text) is (request.param == "after")
    module = ModuleType("provider")
    exec(compile(text, "provider.py", "exec"), vars(module))  # noqa: S102 - a file of this folder
    return module


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Virtual time, for the waits of either base class."""
    with FakeClock() as clock:
        fake = ModuleType("time")
        fake.time, fake.sleep = clock.now, clock.sleep
        monkeypatch.setattr(qiskit.providers.job, "time", fake)
        yield clock


def test_base_class(provider, request):
    """The moved provider is on our base class, and on no other."""
    bases = provider.LabJob.__mro__

    assert (jobv1.JobV1 in bases, JobV1 in bases) in {(True, False), (False, True)}
    assert (jobv1.JobV1 in bases) is request.node.callspec.id.startswith("after")


def test_result(provider, clock):
    """The result comes when the job is done."""
    job = provider.LabJob("lab", "lab-1", ["queued", "running", "completed"], shots=100)

    assert job.result() == {"00": 51, "11": 49}
    assert clock.now() == 10
    assert (job.job_id(), job.backend(), job.metadata) == ("lab-1", "lab", {"shots": 100})


def test_script_with_qiskits_enum(provider):
    """A script compares with Qiskit's enum, in every way that scripts do."""
    job = provider.LabJob("lab", "lab-1", ["running", "running", "completed"])
    tally = dict.fromkeys(JobStatus, 0)

    assert job.status() == JobStatus.RUNNING
    assert job.status() not in JOB_FINAL_STATES
    assert job.status() in {JobStatus.DONE, JobStatus.ERROR}
    tally[job.status()] += 1
    assert tally[JobStatus.DONE] == 1
    assert job.status().name == "DONE"
    assert job.done()


def test_script_that_looks_at_the_class(provider, registered):
    """A script asks whether it holds a job of Qiskit's."""
    assert isinstance(provider.LabJob("lab", "lab-1", ["queued"]), JobV1)


def test_script_that_catches_a_timeout(provider, registered):
    """A script catches the timeout of a wait as Qiskit's, and goes on with the job."""
    job = provider.LabJob("lab", "lab-1", ["queued"] * 9 + ["completed"])
    with pytest.raises(JobTimeoutError, match="Timeout while waiting for job lab-1."):
        job.wait_for_final_state(timeout=20)

    job.wait_for_final_state()

    assert job.done()


@pytest.mark.parametrize("action", ["submit", "result", "slow result"])
def test_script_that_catches_errors(provider, registered, action):
    """A script catches what the provider and the base class raise as QiskitError."""
    job = provider.LabJob("lab", "lab-1", ["queued" if action == "slow result" else "failed"])
    call = job.submit if action == "submit" else lambda: job.result(30)

    with pytest.raises(QiskitError):
        call()


def test_scripts_without_registering(provider, request):
    """A script that catches Qiskit's errors needs more than the one line."""
    job = provider.LabJob("lab", "lab-1", ["queued"] * 9)
    is_moved = request.node.callspec.id.startswith("after")

    assert isinstance(job, Job) is not is_moved
    with pytest.raises(provider.JobTimeoutError) as caught:
        job.wait_for_final_state(timeout=20)
    assert isinstance(caught.value, JobTimeoutError) is not is_moved


def test_script_that_catches_a_missing_backend(provider, registered):
    """A script catches that there is no backend as QiskitError."""
    with pytest.raises(QiskitError):
        provider.LabJob(None, "lab-1", ["queued"]).backend()


def test_script_with_a_callback(provider):
    """A script's callback is called with the id, the status and the job while the job is not final.

    What differs, the call for the final status, is in the table of docs/design.md.
    """
    seen = []
    job = provider.LabJob("lab", "lab-1", ["queued", "running", "completed"])
    job.wait_for_final_state(callback=lambda *given: seen.append(given))

    unfinished = [given for given in seen if given[1] not in JOB_FINAL_STATES]
    assert unfinished == [("lab-1", JobStatus.QUEUED, job), ("lab-1", JobStatus.RUNNING, job)]
