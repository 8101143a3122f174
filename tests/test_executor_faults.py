import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from jobv1 import JOB_FINAL_STATES, JobError, JobFailedError, JobStatus
from jobv1.executor import ExecutorBackend
from tests.local_work import (
    LIMIT,
    blocked_jobs,
    bounded,  # noqa: F401 - a fixture
    die,
    is_alive,
    leave,
    processes,
    until,
    zeros,
)

pytestmark = pytest.mark.usefixtures("bounded")
DONE, ERROR = JobStatus.DONE, JobStatus.ERROR
BIG = bytes(3_000_000)


class UnloadableError(Exception):
    """Can be pickled, and cannot be made again from that."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")


class ClosedError(Exception):
    """Cannot be pickled."""

    def __reduce__(self):
        raise TypeError("not for others")


class Unloadable:
    """Can be pickled, and cannot be made again from that."""

    def __reduce__(self):
        return (leave_with, (7,))


def leave_with(number):
    """Fail when it is unpickled."""
    raise ValueError(f"no {number}")


def raise_unloadable():
    """Raise an error that cannot come back."""
    raise UnloadableError(5, "bad luck")


def raise_closed():
    """Raise an error that cannot be sent."""
    raise ClosedError("bad luck")


def give(kind):
    """Make something and return it."""
    return kind()


def give_a_function():
    """Return what cannot be pickled."""
    return lambda: 5


def error_of(job):
    """Give the text of a job that failed, and the error under it."""
    with pytest.raises(JobFailedError) as caught:
        job.result(LIMIT)
    assert job.status() is ERROR
    assert str(caught.value) == f"Job {job.job_id()!r} failed: {job.error_message()}"
    return job.error_message(), caught.value.__cause__


BROKEN = "the pool of processes broke while the job was queued or running: "
DIED = BROKEN + "one of its processes died (killed, out of memory or crashed)"


@pytest.mark.parametrize("end", [die, leave])
@pytest.mark.parametrize("workers", [1, 2])
def test_process_that_dies(workers, end):
    """A job whose process dies ends in ERROR, in words, and the next run works."""
    with ExecutorBackend(workers=workers) as backend:
        done = backend.run(pow, 2, 10)
        assert done.result(LIMIT) == 1024
        text, error = error_of(backend.run(end))

        assert text == DIED
        assert isinstance(error, BrokenProcessPool)
        assert done.result(0) == 1024
        assert backend.run(pow, 2, 5).result(LIMIT) == 32


def test_jobs_beside_one_whose_process_dies(tmp_path):
    """All jobs that a pool has not ended when a process dies are errors, and none hangs."""
    with ExecutorBackend(workers=2) as backend:
        jobs = blocked_jobs(backend, tmp_path, 8, running=2)
        processes()[0].kill()

        assert {error_of(job)[0] for job in jobs} == {DIED}


def test_cancelled_job_beside_one_whose_process_dies(tmp_path):
    """A cancelled job stays cancelled when the pool breaks, and keeps no other from its end."""
    with ExecutorBackend(workers=1) as backend:
        jobs = blocked_jobs(backend, tmp_path, 6)
        assert jobs[4].cancel()
        processes()[0].kill()
        for job in jobs:
            job.wait_for_final_state(LIMIT)

        states = [job.status() for job in jobs]
        assert states == [ERROR, ERROR, ERROR, ERROR, JobStatus.CANCELLED, ERROR]


def test_cancelled_job_on_a_given_pool_that_breaks(tmp_path):
    """The same holds on a pool of the user's."""
    with ProcessPoolExecutor(1) as executor:
        jobs = blocked_jobs(ExecutorBackend(executor), tmp_path, 6)
        assert jobs[4].cancel()
        processes()[0].kill()
        for job in jobs:
            job.wait_for_final_state(LIMIT)

        states = [job.status() for job in jobs]
        assert states == [ERROR, ERROR, ERROR, ERROR, JobStatus.CANCELLED, ERROR]


def test_process_that_is_killed_while_idle():
    """A process that dies while it has nothing to do harms no job."""
    with ExecutorBackend(workers=2) as backend:
        backend.run(pow, 2, 10).result(LIMIT)
        for process in processes():
            process.kill()
        # A job that is run before the pool notices it ends in ERROR, as the next test allows.
        until(lambda: backend._executor._pool._broken)

        jobs = [backend.run(pow, 2, 5) for _ in range(4)]
        assert [job.result(LIMIT) for job in jobs] == [32] * 4


def test_process_that_is_killed_at_the_moment_of_a_run():
    """A job that is run while the process dies ends one way or the other."""
    with ExecutorBackend(workers=1) as backend:
        backend.run(pow, 2, 10).result(LIMIT)
        for _ in range(10):
            processes()[0].kill()
            job = backend.run(pow, 2, 5)
            job.wait_for_final_state(LIMIT)
            assert job.status() in {DONE, ERROR}
            assert backend.run(pow, 2, 5).result(LIMIT) == 32


def test_process_that_dies_among_large_arguments():
    """Arguments that fill every pipe keep no job, and no end of a program, waiting for ever."""
    with ExecutorBackend(workers=2) as backend:
        jobs = [backend.run(len, BIG) for _ in range(6)]
        killed = backend.run(die)
        jobs += [backend.run(len, BIG) for _ in range(6)]

        assert error_of(killed)[0] == DIED
        for job in jobs:
            job.wait_for_final_state(LIMIT)
        assert {job.status() for job in jobs} <= {DONE, ERROR}


@pytest.mark.parametrize("delay", [0, 0.005, 0.02])
def test_process_that_dies_while_it_sends_a_large_result(delay):
    """A result that was sent by half is that of a job in error."""
    with ExecutorBackend(workers=1) as backend:
        backend.run(pow, 2, 10).result(LIMIT)
        job = backend.run(zeros, 200_000_000)
        time.sleep(delay)
        processes()[0].kill()
        job.wait_for_final_state(LIMIT)

        assert job.status() in JOB_FINAL_STATES
        assert backend.run(pow, 2, 5).result(LIMIT) == 32


def test_process_that_is_stopped(tmp_path):
    """A process that stands still while a large argument comes can be terminated."""
    backend = ExecutorBackend(workers=1)
    backend.run(pow, 2, 10).result(LIMIT)
    (process,) = processes()
    os.kill(process.pid, signal.SIGSTOP)
    job = backend.run(len, BIG)
    until(lambda: job.status() is JobStatus.RUNNING)
    backend.terminate()

    assert job.status() is ERROR
    assert not is_alive(process.pid)


def test_function_that_cannot_be_sent():
    """A lambda under the own pool is an error of its job, in words."""
    with ExecutorBackend(workers=1) as backend:
        job = backend.run(lambda: 5)
        text, error = error_of(job)

        assert "lambda" in text
        assert text == f"{type(error).__name__}: {error}"
        assert job.metadata["function"].endswith("<lambda>")
        assert backend.run(pow, 2, 10).result(LIMIT) == 1024


@pytest.mark.parametrize(
    ("fn", "text"),
    [
        (raise_unloadable, "RuntimeError: UnloadableError: 5: bad luck"),
        (raise_closed, "RuntimeError: ClosedError: bad luck"),
    ],
)
def test_error_that_cannot_be_sent(fn, text):
    """An error that cannot leave its process is told in words, and harms no other job."""
    with ExecutorBackend(workers=1) as backend:
        job, last = backend.run(fn), backend.run(pow, 2, 10)

        assert error_of(job)[0] == text
        assert last.result(LIMIT) == 1024


def test_result_that_cannot_be_read():
    """A result that cannot be unpickled breaks the pool, and the text does not blame a process."""
    with ExecutorBackend(workers=1) as backend:
        text, _ = error_of(backend.run(give, Unloadable))

        assert text == BROKEN + "the answer of one of its processes could not be read"
        assert backend.run(pow, 2, 5).result(LIMIT) == 32


def test_result_that_cannot_be_sent():
    """A result that cannot be pickled is an error of its job."""
    with ExecutorBackend(workers=1) as backend:
        text, _ = error_of(backend.run(give_a_function))

        assert "give_a_function.<locals>.<lambda>" in text


def test_given_pool_that_breaks():
    """A pool of the user's that breaks makes its jobs errors, in words, and takes no more."""
    with ProcessPoolExecutor(1) as executor:
        backend = ExecutorBackend(executor)
        assert error_of(backend.run(die))[0] == DIED
        with pytest.raises(JobError, match="^The executor takes no more jobs: "):
            backend.run(pow, 2, 10)


def test_unpicklable_things_in_threads():
    """Threads take and give what no process could."""
    gate = threading.Event()
    gate.set()
    with ThreadPoolExecutor(1) as executor:
        assert ExecutorBackend(executor).run(lambda: gate).result(LIMIT) is gate
