"""Jobs on the executor of a Dask client, over a client that does as Dask's does."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from jobv1 import JobCancelledError, JobError, JobFailedError, JobStatus
from jobv1._dask import is_dask
from jobv1.executor import ExecutorBackend
from tests.fake_dask import ClientExecutor, FakeClient
from tests.local_work import bounded  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("bounded")


@pytest.fixture
def client():
    """A Dask client."""
    client = FakeClient()
    yield client
    client.loop.close()


@pytest.fixture
def executor(client):
    """The executor of the client."""
    return ClientExecutor(client, retries=7)


@pytest.fixture
def backend(executor):
    """A backend on Dask."""
    return ExecutorBackend(executor)


@pytest.fixture
def in_loop(client):
    """A function that calls another in the thread of the client's loop, while that runs."""

    def call(fn):
        answers = []
        client.loop.add_callback(lambda: answers.append(fn()))
        client.loop.settle()
        (answer,) = answers
        return answer

    return call


def given(*args, **kwargs):
    """Give what was given."""
    return args, kwargs


def test_is_dask(executor):
    """An executor is known as Dask's by its class, or a base, and the package of that."""
    kind = type("Mine", (ClientExecutor,), {"__module__": "lab"})

    assert is_dask(executor)
    assert is_dask(kind(executor._client))
    assert not is_dask(type("ClientExecutor", (), {})())
    assert not is_dask(ThreadPoolExecutor(1))


def test_result(executor, backend):
    """A job is QUEUED until its task has ended."""
    job = backend.run(pow, 2, 3)
    assert job.status() is JobStatus.QUEUED

    executor.run()

    assert job.status() is JobStatus.DONE
    assert job.result() == 8


def test_keywords(client, executor, backend):
    """Every keyword reaches the function; those that Dask knows none of go through its hands."""
    job = backend.run(given, 5, key=1, retries=2, self=3, func=4, shots=6)

    executor.run()

    assert job.result() == ((5,), {"key": 1, "retries": 2, "self": 3, "func": 4, "shots": 6})
    assert client.options == {"workers": None, "retries": 7}
    assert client.keywords == {"shots": 6}


def test_key(client, executor, backend):
    """Each task has a key of its own: the name of the function and the id of the job."""
    first, second = backend.run(pow, 2, 3), backend.run(pow, 2, 3)

    keys = [task.key for task in client.tasks]
    assert keys == [f"pow-{first.job_id()}", f"pow-{second.job_id()}"]
    assert first.metadata == {"function": "pow", "key": keys[0]}


def test_failure(executor, backend):
    """A task that raised is a job that failed, with that error."""
    job = backend.run(divmod, 1, 0)
    executor.run()

    with pytest.raises(JobFailedError) as caught:
        job.result()

    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_result_that_cannot_be_read(client, executor, backend):
    """A job whose result cannot be read ends in ERROR, and says so in a line."""
    job = backend.run(given)
    client.spoils = 1
    client.end(client.tasks[0], "finished", ValueError("invalid literal\nTraceback ..."))
    client.loop.settle()

    assert job.status() is JobStatus.ERROR
    assert job.error_message() == (
        "LostResultError: The call returned, but its result cannot be had: "
        "ValueError: invalid literal"
    )


def test_a_result_beside_one_that_cannot_be_read(client, executor, backend):
    """A result that came with one that cannot be read is asked for alone."""
    job = backend.run(pow, 2, 3)
    client.spoils = 2
    client.dead_workers = 1
    executor.run()

    assert job.result() == 8
    assert (client.spoils, client.dead_workers) == (0, 0)


def test_lost(executor, backend):
    """A task that Dask gives up is a job that failed, for the reason that Dask tells."""
    job = backend.run(pow, 2, 3)
    executor.give_up("scheduler-connection-lost", "Client lost the connection to the scheduler.")

    assert job.status() is JobStatus.ERROR
    assert job.error_message() == (
        "LostTaskError: Dask gave the task up (scheduler-connection-lost): "
        "Client lost the connection to the scheduler."
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("connecting", "scheduler-connection-lost"),
        ("closing", "its client was closed"),
        ("closed", "its client was closed"),
        ("running", "no reason told; another client may have cancelled it"),
    ],
)
def test_lost_for_no_reason(client, executor, backend, status, reason):
    """Where Dask tells no reason, it is seen from what its client does."""
    job = backend.run(pow, 2, 3)
    client.status = status
    executor.give_up("unknown", None)

    assert job.error_message() == f"LostTaskError: Dask gave the task up ({reason})"


def test_the_end_of_the_loop(client, executor, backend):
    """A job ends in ERROR when the loop of its client ends before it."""
    job = backend.run(pow, 2, 3)

    client.loop.close()

    assert job.error_message() == "LostTaskError: The loop of its Dask client ended before it"


def test_cancel(client, executor, backend, caplog):
    """A job that is cancelled is CANCELLED at once, and so is its task, in the client's loop."""
    job = backend.run(pow, 2, 3)

    assert job.cancel() is True
    assert job.status() is JobStatus.CANCELLED
    client.loop.settle()
    assert client.tasks[0].status == "cancelled"
    with pytest.raises(JobCancelledError):
        job.result()
    assert caplog.messages == []


def test_cancel_in_a_done_callback(client, executor, backend):
    """A done callback, which the loop calls, may cancel another job."""
    later, job = backend.run(pow, 2, 3), backend.run(pow, 2, 4)
    answers = []
    job.add_done_callback(lambda _: answers.append(later.cancel()))

    executor.run()

    assert answers == [True]
    assert client.tasks[0].status == "cancelled"


def test_cancel_too_late(executor, backend):
    """A job that has ended cannot be cancelled."""
    job = backend.run(pow, 2, 3)
    executor.run()

    assert job.cancel() is False
    assert job.result() == 8


def test_terminate(client, executor, backend):
    """Terminating a backend cancels the tasks that have not ended."""
    job = backend.run(pow, 2, 3)

    backend.terminate()

    assert job.cancelled()
    client.loop.settle()
    assert client.tasks[0].status == "cancelled"


@pytest.mark.parametrize("timeout", [None, 5])
def test_a_wait_in_the_loop(executor, backend, in_loop, timeout):
    """A wait in the thread of the client's loop would never end, and is refused."""
    job = backend.run(pow, 2, 3)

    def wait():
        with pytest.raises(JobError) as caught:
            job.wait_for_final_state(timeout)
        return str(caught.value)

    assert in_loop(wait) == (
        f"Job '{job.job_id()}' cannot end while this thread waits for it: the loop of its Dask "
        "client runs here. Wait in another thread, or with await and jobv1.aio."
    )
    executor.run()
    assert in_loop(job.result) == 8


def test_no_wait_in_the_loop(executor, backend, in_loop):
    """In the thread of the loop a job may be asked without waiting."""
    job = backend.run(pow, 2, 3)

    def ask():
        with pytest.raises(TimeoutError):
            job.result(timeout=0)
        return job.status()

    assert in_loop(ask) is JobStatus.QUEUED


def test_close_in_the_loop(backend, in_loop):
    """Closing a backend in the thread of the loop waits for no job, for none could end."""
    job = backend.run(pow, 2, 3)

    assert in_loop(backend.close) is None
    assert job.status() is JobStatus.QUEUED


@pytest.mark.parametrize("status", ["closing", "closed"])
def test_a_closed_client(client, backend, status):
    """A client that is closed takes no job."""
    client.status = status

    with pytest.raises(JobError, match="takes no more jobs: its Dask client is closed"):
        backend.run(pow, 2, 3)

    assert client.tasks == []


def test_a_client_that_closes_meanwhile(client, backend, monkeypatch):
    """What Dask raises when a client is closed during a run is the same error."""
    monkeypatch.setattr(FakeClient, "status", property(lambda it: it.statuses.pop()), raising=False)
    client.statuses = ["closed", "running"]
    client.refuses = KeyError("Client is closed")

    with pytest.raises(JobError, match="its Dask client is closed") as caught:
        backend.run(pow, 2, 3)

    assert isinstance(caught.value.__cause__.__context__, KeyError)


def test_shut_down(executor, backend):
    """An executor that was shut down takes no job, and until then knows those that it took."""
    backend.run(pow, 2, 3)
    assert len(executor._futures) == 1
    executor._shutdown = True

    with pytest.raises(JobError, match="The executor takes no more jobs: it was shut down"):
        backend.run(pow, 2, 3)
