"""Jobs on a real Dask cluster, and what befalls it."""

import os
import time
from collections import Counter

import pytest
from distributed import Future

from jobv1 import JobError, JobStatus
from jobv1.executor import ExecutorBackend

SECONDS_AFTER_THE_SCHEDULER = 60


def wait_until(condition):
    """Wait until something is so, for a while."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def is_processing(client):
    """Whether a worker works at something."""
    return any(client.processing().values())


def test_a_thousand_jobs(backend):
    """A thousand jobs give their thousand results."""
    jobs = [backend.run(pow, number, 2) for number in range(1000)]

    assert [job.result(60) for job in jobs] == [number**2 for number in range(1000)]
    assert all(job.done() for job in jobs)


def test_equal_calls_are_two_jobs(backend):
    """Two calls that are equal run twice."""
    assert backend.run(time.time_ns).result(30) != backend.run(time.time_ns).result(30)


def test_wakes_a_wait(backend):
    """A wait ends with the task, whatever its `wait` is."""
    begin = time.monotonic()

    backend.run(time.sleep, 0.2).wait_for_final_state(60, wait=60)

    assert time.monotonic() - begin < 20


def test_a_call_that_raises(backend):
    """The error of a call comes back."""
    with pytest.raises(JobError, match="ZeroDivisionError"):
        backend.run(divmod, 1, 0).result(30)


def test_a_killed_worker(cluster, backend):
    """The jobs of a worker that is killed in the middle run again on the other; none is lost."""
    jobs = [backend.run(time.sleep, 0.02) for _ in range(200)]
    jobs[20].wait_for_final_state(30)

    cluster.workers[0].kill()

    for job in jobs:
        job.wait_for_final_state(60)
    assert Counter(job.status() for job in jobs) == {JobStatus.DONE: 200}


def test_a_call_that_kills_its_worker(start_cluster):
    """A job whose worker dies of it too often ends in ERROR, and says so."""
    cluster = start_cluster(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    with cluster.client() as client:
        job = ExecutorBackend(client.get_executor()).run(os._exit, 1)
        job.wait_for_final_state(60)

        assert job.status() is JobStatus.ERROR
        assert job.error_message().startswith("KilledWorker: ")


def test_a_killed_scheduler(cluster, client, backend):
    """When the scheduler dies, every unfinished job ends in ERROR within a minute, and says so."""
    ended = backend.run(pow, 2, 3)
    assert ended.result(30) == 8
    jobs = [backend.run(time.sleep, 300) for _ in range(10)]
    wait_until(lambda: is_processing(client))

    cluster.scheduler.kill()
    begin = time.monotonic()
    for job in jobs:
        job.wait_for_final_state(SECONDS_AFTER_THE_SCHEDULER)

    print(f"{time.monotonic() - begin:.1f} s")  # noqa: T201 - for who reads the run with -s
    assert Counter(job.status() for job in jobs) == {JobStatus.ERROR: 10}
    assert "its scheduler was lost" in jobs[0].error_message()
    assert ended.result() == 8


def test_cancel_of_a_queued_job(client, backend):
    """A job that waits for a worker is cancelled, and never runs."""
    running = [backend.run(time.sleep, 2) for _ in range(2)]
    job = backend.run(time.sleep, 300)
    wait_until(lambda: is_processing(client))

    assert job.cancel() is True
    assert job.cancelled()
    for other in running:
        assert other.result(30) is None


def test_cancel_of_a_running_job(client, backend):
    """A job that runs is CANCELLED here; what it runs goes on at the worker to its end."""
    job = backend.run(time.sleep, 2)
    wait_until(lambda: is_processing(client))

    assert job.status() is JobStatus.QUEUED
    assert job.cancel() is True
    assert job.cancelled()
    assert backend.run(pow, 2, 3).result(30) == 8


def test_found_again(cluster):
    """What was published under the id of a job is found by another client, under the same id."""
    with cluster.client() as client:
        job = ExecutorBackend(client.get_executor()).run(pow, 2, 10)
        client.publish_dataset(Future(f"pow-{job.job_id()}", client), name=job.job_id())

    with cluster.client() as client:
        backend = ExecutorBackend(client.get_executor())
        again = backend.run(max, client.get_dataset(job.job_id()), 0)
        assert again.result(30) == 1024
