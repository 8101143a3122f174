"""Jobs on loky, whose pool of processes is used again."""

import os
import time

import pytest
from loky import get_reusable_executor

from jobv1 import JobStatus
from jobv1.executor import ExecutorBackend


@pytest.fixture
def pool():
    """A pool of two processes."""
    pool = get_reusable_executor(max_workers=2)
    yield pool
    pool.shutdown(kill_workers=True)


def test_results(pool):
    """Jobs give their results, each its own."""
    jobs = [ExecutorBackend(pool).run(pow, number, 2) for number in range(100)]

    assert [job.result(60) for job in jobs] == [number**2 for number in range(100)]


def test_a_process_that_dies(pool):
    """A job whose process dies ends in ERROR, and says so."""
    job = ExecutorBackend(pool).run(os._exit, 1)
    job.wait_for_final_state(60)

    assert job.status() is JobStatus.ERROR
    assert "one of its processes died" in job.error_message()


def test_cancel(pool):
    """A job that is queued can be cancelled, one that runs cannot."""
    backend = ExecutorBackend(pool)
    first, *_, last = [backend.run(time.sleep, 0.5) for _ in range(12)]
    while not first.running():
        time.sleep(0.01)

    assert (first.cancel(), last.cancel()) == (False, True)
    assert last.cancelled()
    assert first.result(30) is None
