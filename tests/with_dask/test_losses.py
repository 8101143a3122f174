"""What becomes of jobs when a part of their Dask cluster is lost."""

import os
import signal
import time
from collections import Counter

import pytest

from jobv1 import JobStatus, JobTimeoutError
from jobv1.executor import ExecutorBackend
from tests.with_dask.real_cluster import is_processing, wait_until

SECONDS_AFTER_THE_SCHEDULER = 60


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


def test_no_worker_left(cluster, backend):
    """Without a worker jobs stay QUEUED, and run when one comes."""
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    job = backend.run(pow, 2, 3)
    time.sleep(1)
    assert job.status() is JobStatus.QUEUED

    cluster.add_worker()

    assert job.result(30) == 8


def test_no_worker_for_too_long(start_cluster):
    """A scheduler that is told so gives a job up that has no worker for too long."""
    cluster = start_cluster(0, DASK_DISTRIBUTED__SCHEDULER__NO_WORKERS_TIMEOUT="1s")
    with cluster.client() as client:
        job = ExecutorBackend(client.get_executor()).run(pow, 2, 3)
        job.wait_for_final_state(30)

        assert job.status() is JobStatus.ERROR
        assert job.error_message().startswith("NoWorkerError: ")


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
    assert (
        jobs[0]
        .error_message()
        .startswith("LostTaskError: Dask gave the task up (scheduler-connection-lost): Client lost")
    )
    assert ended.result() == 8


def test_a_job_after_the_scheduler(cluster):
    """A job that is run while Dask looks for its scheduler again ends in ERROR when it gives up."""
    client = cluster.client(timeout=3)
    backend = ExecutorBackend(client.get_executor())
    lost = backend.run(time.sleep, 300)
    cluster.scheduler.kill()
    lost.wait_for_final_state(30)

    job = backend.run(pow, 2, 3)

    assert job.status() is JobStatus.QUEUED
    job.wait_for_final_state(30)
    assert job.status() is JobStatus.ERROR
    assert job.error_message().startswith("LostTaskError: Dask gave the task up")
    client.close()


def test_a_scheduler_that_hangs(cluster, client, backend):
    """A scheduler that hangs is not noticed: a limit ends the wait, and the job may go on."""
    job = backend.run(time.sleep, 2)
    wait_until(lambda: is_processing(client))
    cluster.scheduler.send_signal(signal.SIGSTOP)
    with pytest.raises(JobTimeoutError):
        job.wait_for_final_state(4)
    cluster.scheduler.send_signal(signal.SIGCONT)

    assert job.result(30) is None
