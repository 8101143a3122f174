"""Circuits that really run, on Aer and on Qiskit's primitives, adapted."""

import asyncio
import pickle
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from io import StringIO
from time import perf_counter

import pytest
import qiskit.providers as theirs
from qiskit.primitives import PrimitiveJob, StatevectorSampler
from qiskit.providers.jobstatus import JOB_FINAL_STATES
from qiskit_aer import AerSimulator
from qiskit_aer.jobs import AerJob

import jobv1
from jobv1 import aio, waiting
from jobv1.composite import CompositeJob
from jobv1.executor import ExecutorBackend
from jobv1.progress import monitor
from jobv1.protocols import ability
from jobv1.qiskit import adapt, from_qiskit_status, to_qiskit_status
from tests.with_qiskit.local_harnesses import bell_pair

IN_A_FRESH_PROGRAM = """
import qiskit.providers
import jobv1, jobv1.qiskit
assert jobv1.JobError.__mro__[1:3] == (jobv1.exceptions._Layer, Exception)
assert not issubclass(jobv1.JobV1, qiskit.providers.JobV1)
jobv1.qiskit.register()
assert issubclass(jobv1.JobV1, qiskit.providers.JobV1)
print("well")
"""


def run(kind):
    """Start a circuit, and adapt its job."""
    job = (
        AerSimulator().run(bell_pair())
        if kind == "Aer"
        else StatevectorSampler().run([bell_pair()])
    )
    return adapt(job)


both = pytest.mark.parametrize("kind", ["Aer", "primitive"])


@both
def test_wait_ends_with_the_job(kind):
    """A wait for a circuit ends with it, not a whole `wait` later."""
    job = run(kind)
    begin = perf_counter()

    job.wait_for_final_state(60, wait=30)

    assert perf_counter() - begin < 20
    assert job.done()
    assert ability(job, "add_done_callback") is not None


def test_script_with_both_enums():
    """A script runs a circuit and mixes both enums, in comparisons, sets, dicts and callbacks."""
    seen = []
    job = run("Aer")
    job.wait_for_final_state(60, callback=lambda job_id, status, job: seen.append(status))

    assert seen[-1] == theirs.JobStatus.DONE
    assert seen[-1] is jobv1.JobStatus.DONE
    assert job.status() in JOB_FINAL_STATES
    assert theirs.JobStatus.ERROR in jobv1.JOB_FINAL_STATES
    assert {theirs.JobStatus.DONE: "ready"}[job.status()] == "ready"
    assert {job.status(), theirs.JobStatus.DONE} == {jobv1.JobStatus.DONE}
    assert JOB_FINAL_STATES == jobv1.JOB_FINAL_STATES
    assert sum(job.result().get_counts().values()) == 1024


@pytest.mark.parametrize("status", list(jobv1.JobStatus))
def test_statuses(status):
    """Each status has the member of its name in Qiskit's enum, of the same value, and back."""
    member = theirs.JobStatus[status.name]

    assert (status == member, member == status, hash(status) == hash(member)) == (True, True, True)
    assert status.value == member.value
    assert to_qiskit_status(status) is member
    assert from_qiskit_status(member) is status


def test_both_enums_have_the_same_members():
    """Qiskit's enum has no member that ours lacks."""
    assert [status.name for status in theirs.JobStatus] == [
        status.name for status in jobv1.JobStatus
    ]


def test_attributes_of_the_original():
    """The backend, the circuits and the metadata of a job of Aer are there."""
    job = run("Aer")

    assert job.backend().name.startswith("aer_simulator")
    assert job.circuits()[0].num_qubits == 2
    assert job.metadata == {}


def test_second_submit():
    """A second submit is Qiskit's own error."""
    with pytest.raises(theirs.JobError, match="already been submitted"):
        run("Aer").submit()


def test_primitive_cannot_be_submitted():
    """A job of a primitive was submitted by it, and says so."""
    with pytest.raises(jobv1.JobError, match=r"^PrimitiveJob has no submit\(\)"):
        run("primitive").submit()


def test_no_backend():
    """A job of a primitive has no backend."""
    with pytest.raises(jobv1.JobError, match="has no backend"):
        run("primitive").backend()


@pytest.mark.skipif("__getstate__" not in vars(PrimitiveJob), reason="it cannot be pickled there")
def test_pickled_primitive():
    """A job of a primitive can be pickled, as the original, and has its result elsewhere."""
    job = pickle.loads(pickle.dumps(run("primitive")))  # noqa: S301 - our own

    assert job.done()
    assert sum(job.result()[0].data.meas.get_counts().values()) == 1024


def test_pending_primitive():
    """A job of a primitive that waits for its thread is QUEUED, which Qiskit takes for ERROR."""
    original = PrimitiveJob(bell_pair)
    original._future = Future()
    job = adapt(original)

    assert job.status() is jobv1.JobStatus.QUEUED
    original._future.set_result("counts")
    assert job.status() is jobv1.JobStatus.DONE

    other = PrimitiveJob(bell_pair)
    other._future = Future()
    assert other.status() is theirs.JobStatus.ERROR


def test_members():
    """Circuits that are not submitted are run as one job."""

    def simulate(*arguments):
        return arguments[-1]

    jobs = [
        adapt(AerJob(AerSimulator(), f"aer-{number}", simulate, circuits=[bell_pair()]))
        for number in range(3)
    ]
    whole = CompositeJob(jobs)
    with pytest.raises(jobv1.JobError, match=r"was never submitted\.$"):
        jobs[0].status()

    whole.submit()

    assert whole.result(60) == ["aer-0", "aer-1", "aer-2"]


def test_awaited():
    """Circuits are awaited, alone and together."""

    async def main():
        counts = (await run("Aer")).get_counts()
        done, not_done = await aio.wait([run("Aer"), run("primitive")], timeout=60)
        return counts, len(done), len(not_done)

    counts, *lengths = asyncio.run(main())

    assert sum(counts.values()) == 1024
    assert lengths == [2, 0]


def test_with_jobs_of_ours():
    """Circuits and other work are waited for together, and shown."""
    with ThreadPoolExecutor(1) as pool:
        jobs = [run("Aer"), run("primitive"), ExecutorBackend(pool).run(pow, 2, 10)]
        stream = StringIO()
        monitor(jobs, 60, output=stream)

    assert set(waiting.wait(jobs, 60).done) == set(jobs)
    assert stream.getvalue().count("  DONE\n") == 3


@both
def test_passes_for_qiskits(kind, registered):
    """Once registered, an adapted job is an instance of Qiskit's classes."""
    assert isinstance(run(kind), theirs.JobV1)
    assert isinstance(run(kind), theirs.Job)


def test_nothing_happens_by_itself():
    """An import changes nothing of Qiskit's nor of ours; `register` does."""
    command = [sys.executable, "-W", "error", "-c", IN_A_FRESH_PROGRAM]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "well\n"
