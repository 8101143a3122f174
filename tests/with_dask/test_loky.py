"""Jobs on loky, whose pool of processes is used again."""

import os
import time
from functools import partial
from threading import Lock

import pytest
from loky import get_reusable_executor

from jobv1 import JobError, JobStatus
from jobv1.executor import ExecutorBackend


class NotANumberError(Exception):
    """An error that cannot be made from what it is pickled to."""

    def __init__(self, what, why):
        super().__init__(what)
        self.why = why


def fail_unreadably():
    """Raise what cannot be unpickled."""
    raise NotANumberError("five", "it is a word")


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


@pytest.mark.parametrize("fate", [partial(os._exit, 1), fail_unreadably])
def test_after_a_broken_pool(pool, fate):
    """What breaks the pool leaves its backend without one for good; a new one gets another pool."""
    backend = ExecutorBackend(pool)
    job = backend.run(fate)
    job.wait_for_final_state(60)
    assert job.status() is JobStatus.ERROR

    with pytest.raises(JobError, match="The executor takes no more jobs"):
        backend.run(pow, 2, 3)

    another = ExecutorBackend(get_reusable_executor(max_workers=2))
    assert another.run(pow, 2, 3).result(30) == 8


def test_a_result_that_cannot_be_pickled(pool):
    """A result that cannot be pickled is an ERROR of its job alone."""
    backend = ExecutorBackend(pool)
    job = backend.run(Lock)
    job.wait_for_final_state(60)

    assert job.status() is JobStatus.ERROR
    assert "pickle" in job.error_message()
    assert backend.run(pow, 2, 3).result(30) == 8


def test_cancel(pool):
    """A job that is queued can be cancelled, one that runs cannot."""
    backend = ExecutorBackend(pool)
    first, *_, last = [backend.run(time.sleep, 0.5) for _ in range(12)]
    while not first.running():
        time.sleep(0.01)

    assert (first.cancel(), last.cancel()) == (False, True)
    assert last.cancelled()
    assert first.result(30) is None
