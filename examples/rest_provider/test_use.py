"""Jobs of the REST provider in virtual time."""

import pytest

from examples.rest_provider.client import RequestRefusedError
from examples.rest_provider.fake_client import FakeClient
from examples.rest_provider.provider import RestBackend
from jobv1 import JobCancelledError, JobError, JobFailedError, JobTimeoutError
from jobv1.testing import ContractViolation, FakeClock, validated

COUNTS = {"00": 497, "11": 503}


@pytest.fixture
def clock():
    with FakeClock() as clock:
        yield clock


@pytest.fixture
def client():
    return FakeClient("tok-31415")


@pytest.fixture
def backend(client):
    return RestBackend(client)


def test_a_night_in_the_queue(clock, client, backend):
    """A wait of hours ends with the counts, one `wait` after the end of the job at most."""
    job = backend.run("h q[0];", shots=1000)
    clock.call_at(36000, lambda: client.set_state("lab-1", "running"))
    clock.call_at(36010, lambda: client.set_state("lab-1", "completed"))
    assert job.result(timeout=86400) == COUNTS
    assert clock.now() == 36010
    assert job.metadata == {"shots": 1000}


def test_jobs_end_as_they_end(clock, client, backend):
    """One job gives its counts, one fails with the words of the service, one is cancelled."""
    done, failed, cancelled = [backend.run("h q[0];") for _ in range(3)]
    clock.call_at(10, lambda: client.set_state("lab-1", "completed"))
    clock.call_at(20, lambda: client.set_state("lab-2", "failed", "The laser went out."))
    clock.call_at(30, cancelled.cancel)
    assert done.result() == COUNTS
    with pytest.raises(JobFailedError, match="The laser went out."):
        failed.result()
    assert failed.error_message() == "The laser went out."
    with pytest.raises(JobCancelledError):
        cancelled.result()
    assert cancelled.cancel() is False


def test_a_wait_survives_a_lost_request(clock, client, backend):
    """A request that is lost does not end a wait, and the job gives its counts."""
    job = backend.run("h q[0];")
    client.loses_next = True
    clock.call_at(60, lambda: client.set_state("lab-1", "completed"))
    assert job.result(timeout=600) == COUNTS


def test_a_job_is_found_again_by_its_id(clock, client, backend):
    """A job that is retrieved has the metadata and the place of the one that was submitted."""
    backend.run("h q[0];", shots=1000)
    job = backend.retrieve_job("lab-1")
    assert job.metadata == {"shots": 1000}
    assert job.queue_position() is None
    with pytest.raises(JobTimeoutError):
        job.result(timeout=60)
    assert job.queue_position() == 3
    with pytest.raises(RequestRefusedError, match="404"):
        backend.retrieve_job("lab-2")


def test_a_new_word_of_the_service_is_seen(client, backend):
    """A state that the provider does not know is an error, and no guess."""
    job = backend.run("h q[0];")
    client.set_state("lab-1", "paused")
    with pytest.raises(KeyError, match="paused"):
        job.status()


def test_a_job_is_submitted_by_its_backend_alone(backend):
    """`submit()` of a job that the backend made is refused."""
    with pytest.raises(JobError, match="submitted by RestBackend.run"):
        backend.run("h q[0];").submit()


def test_a_watched_job_keeps_the_contract_in_use(clock, client, backend):
    """A validated job is used as any other, and no rule is broken on the way."""
    violations = []
    job = validated(backend.run("h q[0];"), report=violations.append)
    clock.call_at(60, lambda: client.set_state("lab-1", "completed"))
    assert not job.done()
    assert job.result(timeout=600) == COUNTS
    assert job.done()
    assert job.cancel() is False
    assert violations == []


def test_a_watched_job_tells_of_a_broken_rule(client, backend):
    """A job whose end is taken back is caught where it happens."""
    job = validated(backend.run("h q[0];"))
    client.set_state("lab-1", "completed")
    assert job.done()
    job._final = {}
    client.set_state("lab-1", "running")
    with pytest.raises(ContractViolation, match="Rule 3.2 is broken"):
        job.status()
