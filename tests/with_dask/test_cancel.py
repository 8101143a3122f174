"""Cancelling jobs on a real Dask cluster, in whatever thread."""

import asyncio
import time
from pathlib import Path

import pytest
from distributed import Client

from jobv1 import JobStatus, aio, waiting
from jobv1.executor import ExecutorBackend
from tests.with_dask.real_cluster import is_processing, wait_until


def run_behind(backend, trace):
    """Run jobs of a second, three for each worker, and behind them one that leaves a trace."""
    before = [backend.run(time.sleep, 1) for _ in range(6)]
    # Calls that come within a tenth of a second run in any order.
    time.sleep(0.3)
    return before, backend.run(Path.touch, trace)


@pytest.fixture
def trace(tmp_path):
    """A file that a job leaves behind if it runs."""
    return tmp_path / "trace"


def test_queued(backend, trace):
    """A job that waits for a worker is cancelled, and never runs."""
    before, job = run_behind(backend, trace)

    assert job.cancel() is True

    assert job.cancelled()
    assert [other.result(30) for other in before] == [None] * 6
    assert backend.run(pow, 2, 3).result(30) == 8
    assert not trace.exists()


def test_queued_in_a_done_callback(backend, trace):
    """A job that another's done callback cancels never runs."""
    before, job = run_behind(backend, trace)
    answers = []

    before[0].add_done_callback(lambda _: answers.append(job.cancel()))

    assert [other.result(30) for other in before] == [None] * 6
    assert backend.run(pow, 2, 3).result(30) == 8
    assert answers == [True]
    assert job.cancelled()
    assert not trace.exists()


def test_queued_with_an_asynchronous_client(cluster, trace):
    """A job that is cancelled in the loop of its client never runs; all are awaited there."""

    async def cancel():
        async with Client(cluster.address, asynchronous=True) as client:
            backend = ExecutorBackend(client.get_executor())
            before = [backend.run(time.sleep, 1) for _ in range(6)]
            # As above; and what is run goes to the scheduler only then.
            await asyncio.sleep(0.3)
            job = backend.run(Path.touch, trace)
            await asyncio.sleep(0.2)
            answer = job.cancel()
            done, _ = await aio.wait([*before, job], timeout=30)
            return answer, job.status(), len(done), await backend.run(pow, 2, 3)

    assert asyncio.run(cancel()) == (True, JobStatus.CANCELLED, 7, 8)
    assert not trace.exists()


def test_running(client, backend):
    """A job that runs is CANCELLED here; what it runs goes on at the worker to its end."""
    job = backend.run(time.sleep, 2)
    wait_until(lambda: is_processing(client))

    assert job.status() is JobStatus.QUEUED
    assert job.cancel() is True
    assert job.cancelled()
    assert backend.run(pow, 2, 3).result(30) == 8


def test_ended(backend):
    """A job that has ended cannot be cancelled, and keeps its result."""
    job = backend.run(pow, 2, 3)
    job.wait_for_final_state(30)

    assert job.cancel() is False
    assert job.result() == 8


def test_all(backend, trace):
    """Terminating a backend cancels what has not ended, and a wait for them all ends."""
    before, job = run_behind(backend, trace)
    jobs = [*before, job]

    backend.terminate()

    assert len(waiting.wait(jobs, timeout=30).done) == 7
    assert all(job.cancelled() for job in jobs)
    time.sleep(2)
    assert not trace.exists()
