"""Jobs on the executor of a Dask client, over one that does as Dask's does."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest

from jobv1 import JobCancelledError, JobFailedError, JobStatus
from jobv1._dask import is_dask
from jobv1.executor import ExecutorBackend


class ClientExecutor(Executor):
    """An executor that takes some keywords for itself, and cancels what it loses."""

    __module__ = "distributed.cfexecutor"

    def __init__(self):
        self.tasks = []

    def submit(self, fn, *args, key, pure, **kwargs):
        assert kwargs == {}, "Dask would take them for options"
        task = Future()
        self.tasks.append((key, pure, task, lambda: fn(*args)))
        return task

    def end(self):
        """Run the last task."""
        *_, task, call = self.tasks[-1]
        try:
            task.set_result(call())
        except ArithmeticError as error:
            task.set_exception(error)

    def lose(self):
        """Give the last task up."""
        *_, task, _ = self.tasks[-1]
        task.cancel()
        task.set_running_or_notify_cancel()


@pytest.fixture
def executor():
    """The executor of a Dask client."""
    return ClientExecutor()


@pytest.fixture
def backend(executor):
    """A backend on Dask."""
    return ExecutorBackend(executor)


def work(key, *, retries):
    """Take what Dask would take for its own."""
    return key, retries


def test_is_dask(executor):
    """An executor is known as Dask's by its class and the package of that, no other is."""
    other = type("ClientExecutor", (), {})()

    assert is_dask(executor)
    assert not is_dask(other)
    assert not is_dask(ThreadPoolExecutor(1))


def test_result(executor, backend):
    """A job ends with its task, and every keyword reaches the function, whatever Dask calls so."""
    job = backend.run(work, 5, retries=2)
    assert job.status() is JobStatus.QUEUED

    executor.end()

    assert job.status() is JobStatus.DONE
    assert job.result() == (5, 2)


def test_key(executor, backend):
    """A task is one of its own, whose key is the name of the function and the id of the job."""
    first, second = backend.run(pow, 2, 3), backend.run(pow, 2, 3)

    assert [(key, pure) for key, pure, *_ in executor.tasks] == [
        (f"pow-{first.job_id()}", False),
        (f"pow-{second.job_id()}", False),
    ]


def test_failure(executor, backend):
    """A task that raised is a job that failed, with that error."""
    job = backend.run(divmod, 1, 0)
    executor.end()

    with pytest.raises(JobFailedError) as caught:
        job.result()

    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_lost(executor, backend):
    """A task that Dask gives up is a job that failed, and was not cancelled."""
    job = backend.run(pow, 2, 3)
    executor.lose()

    assert job.status() is JobStatus.ERROR
    assert job.error_message() == (
        "LostTaskError: Dask gave the task up, and nobody here had cancelled it: its scheduler "
        "was lost, or its client closed, or another client cancelled it"
    )


def test_cancel(executor, backend, caplog):
    """A job that is cancelled cancels its task, and is CANCELLED, not lost."""
    job = backend.run(pow, 2, 3)

    assert job.cancel() is True
    *_, task, _ = executor.tasks[0]
    assert task.cancelled()
    assert job.status() is JobStatus.CANCELLED
    with pytest.raises(JobCancelledError):
        job.result()
    assert caplog.messages == []


def test_cancel_too_late(executor, backend):
    """A job that has ended cannot be cancelled."""
    job = backend.run(pow, 2, 3)
    executor.end()

    assert job.cancel() is False
    assert job.result() == 8


def test_terminate(executor, backend):
    """Terminating a backend cancels the tasks that have not ended."""
    job = backend.run(pow, 2, 3)

    backend.terminate()

    assert job.cancelled()
