"""Jobs of the provider from their submission to their end, over a real service."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import http_provider.job
import pytest
from http_provider import HttpJob, NotFoundError, ServiceError, UnauthorizedError
from running import OTHER_TOKEN, PATIENCE, TOKEN, environment, until

from jobv1 import Adaptive, JobCancelledError, JobFailedError, JobStatus, JobTimeoutError
from jobv1.composite import CompositeJob
from jobv1.testing import validated

OTHER_PROGRAM = """
import sys
from http_provider import HttpBackend

address, token, job_id = sys.argv[1:]
with HttpBackend(address, token) as backend:
    job = backend.job(job_id)
    print(job.metadata["shots"], sum(job.result(timeout=30, wait=0.05).values()))
"""


def tossed(shots, seed):
    """Toss a coin here, as the service does."""
    return dict(Counter(Random(seed).choices("01", k=shots)))


@pytest.fixture
def backend(service):
    return service.backend()


def test_a_job_gives_its_counts(backend):
    """A job is queued, runs in a worker, is done, and gives the counts of its own program."""
    job = backend.run(shots=1000, seed=7, seconds=0.5)
    seen = []
    job.wait_for_final_state(PATIENCE, 0.02, lambda job_id, status, job: seen.append(status))

    assert set(seen) <= {JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE}
    assert JobStatus.RUNNING in seen
    assert job.result() == {"0": 537, "1": 463} == tossed(1000, 7)


def test_each_job_gives_its_own_counts(backend):
    """Many jobs at once give each its own counts, whoever waits for them."""
    jobs = [backend.run(shots=100, seed=seed) for seed in range(20)]

    assert [job.result(PATIENCE, Adaptive()) for job in jobs] == [
        tossed(100, seed) for seed in range(20)
    ]


def test_a_whole_of_jobs(backend, service):
    """Many jobs as one are asked for by one request at a time."""
    whole = CompositeJob([HttpJob(backend, shots=10, seed=seed, seconds=0.1) for seed in range(9)])
    whole.submit()
    service.clear()

    assert whole.result(PATIENCE, 0.05) == [tossed(10, seed) for seed in range(9)]
    assert len(service.log("GET", "/result")) == 9
    assert len(service.log("POST", "/jobs/status")) > 1
    alone = {it["path"] for it in service.log("GET") if "/result" not in it["path"]}
    assert len(alone) <= 1, "only the last one is asked for alone"


def test_a_job_that_failed(backend):
    """A failed job raises the words of the service, first and second time."""
    job = backend.run(shots=1, seed=1, fails="The coin rolled away.")
    for _ in range(2):
        with pytest.raises(JobFailedError, match="failed: The coin rolled away.$"):
            job.result(PATIENCE, 0.02)
    assert job.error_message() == "The coin rolled away."


def test_a_running_job_is_cancelled(backend):
    """A job that runs is cancelled by its worker, and has no result."""
    job = backend.run(shots=1, seed=1, seconds=60)
    until(job.running)
    assert job.cancel() is True

    with pytest.raises(JobCancelledError):
        job.result(PATIENCE, 0.02)
    assert job.cancel() is True


def test_a_queued_job_is_cancelled(backend):
    """A job that is queued is cancelled at once, and its place behind others was known."""
    other, job = (backend.run(shots=1, seed=1, held=True) for _ in range(2))
    assert [other.status(), job.status()] == [JobStatus.QUEUED] * 2
    assert job.queue_position() == other.queue_position() + 1

    assert (job.cancel(), job.status()) == (True, JobStatus.CANCELLED)


def test_a_wait_that_times_out(backend):
    """A wait that times out says what it saw, and the job goes on."""
    job = backend.run(shots=10, seed=3, seconds=0.5)
    with pytest.raises(JobTimeoutError, match=f"Timeout while waiting for job {job.job_id()}."):
        job.result(0.1, 0.02)

    assert job.result(PATIENCE, 0.02) == tossed(10, 3)


def test_nobody_asks_after_the_end(backend, service):
    """When the result is there, no request is made any more."""
    job = backend.run(shots=10, seed=3)
    job.result(PATIENCE, 0.02)
    service.clear()

    assert (job.result(), job.done(), job.cancel()) == (tossed(10, 3), True, False)
    assert service.log() == []


def test_a_job_is_found_by_its_id(backend, service):
    """Another program that has the id gets the program and the result of the job."""
    job = backend.run(shots=77, seed=3, seconds=0.3)
    command = [sys.executable, "-c", OTHER_PROGRAM, service.address, TOKEN, job.job_id()]
    other = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, env=environment(), check=True
    )

    assert other.stdout == "77 77\n"
    with pytest.raises(Exception, match="was submitted already"):
        backend.job(job.job_id()).submit()


def test_the_job_of_another_user(backend, service):
    """The job of another user is not found, and neither is one that nobody has."""
    job = backend.run(shots=1, seed=1)
    other = service.backend(OTHER_TOKEN)

    with pytest.raises(NotFoundError, match=f"GET /jobs/{job.job_id()} was answered by 404"):
        other.job(job.job_id())
    with pytest.raises(NotFoundError, match="404 Not Found"):
        HttpJob(backend, "nobody/../has?this").result(PATIENCE)
    assert isinstance(HttpJob.batch_status([HttpJob(other, job.job_id())])[0], NotFoundError)


def test_a_token_that_is_not_known(service):
    """A wrong token is refused, in words that do not tell it."""
    with pytest.raises(UnauthorizedError, match="POST /jobs was answered by 401") as caught:
        service.backend("token-9999-secret").run(shots=1, seed=1)
    assert "9999" not in str(caught.value)


@pytest.mark.parametrize("program", [{"shots": 0, "seed": 1}, {"shots": 1, "seed": 1, "lasers": 3}])
def test_a_program_that_is_refused(backend, service, program):
    """A program that the service does not take is told at once, and makes no job."""
    before = len(service.jobs())
    with pytest.raises(ServiceError, match="POST /jobs was answered by 422"):
        backend.run(**program)
    assert len(service.jobs()) == before


def test_a_watched_job_keeps_the_contract_in_use(backend):
    """A validated job is used as any other, and no rule is broken on the way."""
    violations = []
    job = validated(backend.run(shots=10, seed=3, seconds=0.1), report=violations.append)
    assert not job.done()
    assert job.result(PATIENCE, 0.02) == tossed(10, 3)
    assert job.cancel() is False
    assert violations == []


def test_the_job_class_is_short():
    """The job class has at most 40 lines of code, without docstrings, comments and blank lines."""
    text = Path(http_provider.job.__file__).read_text(encoding="utf-8")
    (kind,) = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    lines = text.splitlines()[kind.lineno - 1 : kind.end_lineno]
    code = [line for line in lines if line.strip() and not line.strip().startswith(('"""', "#"))]

    assert 20 < len(code) <= 40
