import gc
import weakref
from concurrent.futures import Future

import pytest

from jobv1 import JobStatus, JobTimeoutError
from jobv1.executor import ExecutorBackend, ExecutorJob
from tests.local_work import (
    AtOnceExecutor,
    bounded,  # noqa: F401 - a fixture
)

pytestmark = pytest.mark.usefixtures("bounded")


class HandJob(ExecutorJob):
    """A job whose future is moved by the test."""

    def __init__(self):
        self.future = Future()
        super().__init__(None, "ab12", lambda: self.future)


def submitted():
    """Give a job that is queued."""
    job = HandJob()
    job.submit()
    return job


def test_called_once():
    """A callback is called once, with the job, which is final by then."""
    told = []
    job = submitted()
    job.add_done_callback(lambda job: told.append((job, job.status())))
    assert told == []
    job.future.set_result(5)

    assert told == [(job, JobStatus.DONE)]


def test_called_at_once():
    """A callback for a job that has ended is called at once."""
    told = []
    job = ExecutorBackend(AtOnceExecutor()).run(pow, 2, 10)
    job.add_done_callback(told.append)

    assert told == [job]


def test_added_before_the_submit():
    """A callback may be added to a job that was not submitted yet."""
    told = []
    job = HandJob()
    job.add_done_callback(told.append)
    job.submit()
    job.future.set_result(5)

    assert told == [job]


def test_called_for_a_cancelled_job():
    """A job that is cancelled tells as well."""
    told = []
    job = submitted()
    job.add_done_callback(told.append)
    job.cancel()

    assert told == [job]


def test_called_in_order():
    """Callbacks are called in the order in which they were added, each as often as that."""
    told = []
    job = submitted()
    first, second = lambda job: told.append(1), lambda job: told.append(2)
    for fn in (second, first, second):
        job.add_done_callback(fn)
    job.future.set_result(5)

    assert told == [2, 1, 2]


def test_removed():
    """A callback that was taken back is not called; only one is taken back at a time."""
    told = []
    job = submitted()
    for _ in range(3):
        job.add_done_callback(told.append)
    job.remove_done_callback(told.append)
    job.future.set_result(5)

    assert told == [job, job]


def test_removed_in_vain():
    """To take back what was not added, or was called already, does nothing."""
    job = submitted()
    job.remove_done_callback(print)
    job.add_done_callback(id)
    job.future.set_result(5)
    job.remove_done_callback(id)

    assert job.result() == 5


def test_error_of_a_callback(caplog):
    """What a callback raises is logged with its traceback, and the others are called."""
    told = []
    job = submitted()
    job.add_done_callback(lambda job: 1 / 0)
    job.add_done_callback(told.append)
    job.future.set_result(5)

    assert told == [job]
    (record,) = caplog.records
    assert record.name == "jobv1._executor_job"
    assert record.getMessage() == "A done callback of job ab12 raised"
    assert record.exc_info[0] is ZeroDivisionError


def test_error_of_a_late_callback():
    """What a callback raises that is called at once travels up."""
    job = submitted()
    job.future.set_result(5)

    with pytest.raises(ZeroDivisionError):
        job.add_done_callback(lambda job: 1 / 0)


def test_many_short_waits():
    """A job that is waited for again and again collects no callbacks."""
    job = submitted()
    for _ in range(3):
        with pytest.raises(JobTimeoutError):
            job.wait_for_final_state(timeout=0.01)

    assert job._callbacks == []
    assert len(job.future._done_callbacks) == 1


def test_no_cycle():
    """A job that has ended goes when it is dropped, and its result with it."""
    gc.disable()
    try:
        job = submitted()
        job.add_done_callback(lambda job: None)
        job.future.set_result(5)
        dropped = weakref.ref(job)
        del job
        assert dropped() is None
    finally:
        gc.enable()
