import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from jobv1 import (
    JobCancelledError,
    JobError,
    JobFailedError,
    JobStatus,
    JobTimeoutError,
)
from jobv1.executor import ExecutorBackend, ExecutorJob
from tests.local_work import (
    LIMIT,
    AtOnceExecutor,
    blocked_jobs,
    bounded,  # noqa: F401 - a fixture
    fail,
    leave_python,
    nest,
    until,
)

pytestmark = pytest.mark.usefixtures("bounded")
CANCELLED, DONE, ERROR = JobStatus.CANCELLED, JobStatus.DONE, JobStatus.ERROR
INITIALIZING, QUEUED, RUNNING = JobStatus.INITIALIZING, JobStatus.QUEUED, JobStatus.RUNNING


class HandJob(ExecutorJob):
    """A job whose future is moved by the test, and that counts its queries."""

    def __init__(self):
        self.future = Future()
        self.queries = 0
        super().__init__(None, "ab12", lambda: self.future)

    def status(self):
        self.queries += 1
        return super().status()


def submitted():
    """Give a job that is queued."""
    job = HandJob()
    job.submit()
    return job


def ended(move):
    """Give a job whose future was moved."""
    job = submitted()
    move(job.future)
    return job


def later(act, *args):
    """Do something in another thread, in a moment."""
    threading.Timer(0.05, act, args).start()


def test_before_the_submit():
    """A job that was not submitted is initializing, cannot be cancelled and has no result."""
    job = HandJob()

    assert job.status() is INITIALIZING
    assert job.cancel() is False
    assert job.error_message() is None
    with pytest.raises(JobError, match="^Job 'ab12' has no result: it was never submitted.$"):
        job.result()


def test_states():
    """A job is queued while its future is pending, then running, then done."""
    job = submitted()
    assert job.status() is QUEUED
    job.future.set_running_or_notify_cancel()
    assert job.status() is RUNNING
    job.future.set_result(5)
    assert job.status() is DONE
    assert (job.done(), job.in_final_state()) == (True, True)


def test_end_between_two_questions():
    """A job that ends while it is asked never seems queued again."""

    class EndingFuture(Future):
        def running(self):
            running = super().running()
            self.set_result(5)
            return running

    job = HandJob()
    job.future = EndingFuture()
    job.submit()
    job.future.set_running_or_notify_cancel()

    assert (job.status(), job.status()) == (RUNNING, DONE)


def test_second_submit():
    """A job can be submitted once."""
    job = submitted()

    with pytest.raises(JobError, match="^Job 'ab12' was submitted already; a job runs once.$"):
        job.submit()
    with pytest.raises(JobError, match="was submitted already"):
        ExecutorBackend(AtOnceExecutor()).run(pow, 2, 10).submit()


def test_submit_that_failed():
    """A job whose submit failed was not submitted, and can be."""
    full = [True]

    def launch():
        if full.pop():
            raise JobError("no room")
        return Future()

    job = ExecutorJob(None, "ab12", launch)
    with pytest.raises(JobError, match="no room"):
        job.submit()
    assert job.status() is INITIALIZING
    full.append(False)
    job.submit()
    assert job.status() is QUEUED


def test_result():
    """The result is what the call returned, as often as it is asked for."""
    job = ended(lambda future: future.set_result([5]))

    assert job.result() == [5]
    assert job.result(0) is job.result()
    assert job.error_message() is None


def test_failure():
    """A call that raised is an error of the job; its result raises from it each time."""
    error = ValueError("bad luck")
    job = ended(lambda future: future.set_exception(error))

    assert job.status() is ERROR
    assert job.error_message() == "ValueError: bad luck"
    for _ in range(2):
        with pytest.raises(JobFailedError) as caught:
            job.result()
        assert str(caught.value) == "Job 'ab12' failed: ValueError: bad luck"
        assert caught.value.job_id == "ab12"
        assert caught.value.__cause__ is error


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(1), AtOnceExecutor()])
def test_failure_anywhere(executor):
    """An exception in the function makes the job an error, whatever it runs on."""
    with ExecutorBackend(executor) as backend:
        job = backend.run(fail, "bad luck")

        with pytest.raises(JobFailedError) as caught:
            job.result(LIMIT)
        assert job.status() is ERROR
        assert repr(caught.value.__cause__) == "ValueError('bad luck')"


def test_failure_tells_where():
    """The cause of what a worker raised is its traceback there."""
    with ExecutorBackend(workers=1) as backend:
        job = backend.run(fail, "bad luck")
        with pytest.raises(JobFailedError) as caught:
            job.result(LIMIT)

    assert "raise ValueError(text)\nValueError: bad luck\n" in str(caught.value.__cause__.__cause__)


def test_exit_in_a_job():
    """SystemExit in a function ends the job in an error, and neither the worker nor the program."""
    with ExecutorBackend(workers=1) as backend:
        job, last = backend.run(leave_python), backend.run(pow, 2, 10)

        with pytest.raises(JobFailedError) as caught:
            job.result(LIMIT)
        assert repr(caught.value.__cause__) == "SystemExit(4)"
        assert last.result(LIMIT) == 1024


def test_broken_pool_of_the_users():
    """That a given pool of processes broke is told in words."""
    job = ended(lambda future: future.set_exception(BrokenProcessPool("terminated abruptly")))

    assert job.error_message() == (
        "the pool of processes broke while the job was queued or running: "
        "one of its processes died (killed, out of memory or crashed)"
    )


def test_cancel():
    """A queued job can be cancelled, and has no result then."""
    job = submitted()

    assert job.cancel() is True
    assert job.cancel() is True
    assert (job.status(), job.cancelled()) == (CANCELLED, True)
    assert job.error_message() is None
    with pytest.raises(JobCancelledError) as caught:
        job.result()
    assert str(caught.value) == "Job 'ab12' has no result: it was cancelled."
    assert (caught.value.job_id, caught.value.__cause__) == ("ab12", None)


def test_cancel_too_late():
    """A job that runs or has ended is not cancelled."""
    job = submitted()
    job.future.set_running_or_notify_cancel()
    assert (job.cancel(), job.status()) == (False, RUNNING)
    job.future.set_result(5)
    assert (job.cancel(), job.result()) == (False, 5)


@pytest.mark.parametrize("timeout", [0, -1, 0.05])
def test_result_that_is_not_there_yet(timeout):
    """The limit of `result` ends the wait and not the job, whose result is had later."""
    job = submitted()
    with pytest.raises(JobTimeoutError) as caught:
        job.result(timeout)

    assert (caught.value.timeout, caught.value.status) == (timeout, QUEUED)
    later(job.future.set_result, 5)
    assert job.result(LIMIT) == 5


@pytest.mark.parametrize(
    ("move", "state"),
    [
        (lambda future: future.set_result(5), DONE),
        (lambda future: future.set_exception(ValueError()), ERROR),
        (lambda future: future.cancel(), CANCELLED),
    ],
)
def test_wait_is_woken(move, state):
    """The future wakes the wait at once, whatever its pause is: two queries, and no more."""
    job = submitted()
    later(move, job.future)
    begin = time.monotonic()
    job.wait_for_final_state(wait=60)

    assert time.monotonic() - begin < 5
    assert job.queries == 2
    assert job.status() is state


def test_wait_for_a_job_in_the_own_pool(tmp_path):
    """A wait for a job in another process is woken as well."""
    seen = []
    with ExecutorBackend(workers=1) as backend:
        (job,) = blocked_jobs(backend, tmp_path, 1)
        later((tmp_path / "gate").touch)
        job.wait_for_final_state(LIMIT, 60, lambda job_id, status, job: seen.append(status))

    assert seen == [RUNNING, DONE]


def test_wait_for_a_job_that_has_ended():
    """A wait for a job that has ended asks once."""
    job = ended(lambda future: future.set_result(5))
    job.wait_for_final_state(wait=60)

    assert job.queries == 1


def test_threads_wait():
    """Two threads that wait for one job are both woken."""
    job = submitted()
    results = []
    threads = [threading.Thread(target=lambda: results.append(job.result(LIMIT))) for _ in range(2)]
    for thread in threads:
        thread.start()
    until(lambda: len(job._callbacks) == 2)
    job.future.set_result(5)
    for thread in threads:
        thread.join(LIMIT)

    assert results == [5, 5]


def test_job_inside_a_job():
    """A job may run a backend of its own in its process."""
    with ExecutorBackend(workers=1) as backend:
        assert backend.run(nest).result(LIMIT) == 32


def test_repr():
    """A job shows its id and its last status."""
    job = submitted()
    assert repr(job) == "<HandJob 'ab12', not queried yet>"
    job.running()
    assert repr(job) == "<HandJob 'ab12', last seen QUEUED>"
