"""What cannot be pickled for Dask, and what is kept of a job on Dask."""

import gc
import pickle
import sys
from threading import Lock
from types import ModuleType
from weakref import ref

import pytest

from jobv1 import JobStatus
from jobv1.executor import ExecutorBackend
from tests.fake_dask import ClientExecutor, FakeClient


@pytest.fixture
def client(monkeypatch):
    """A Dask client, with what Dask pickles by."""
    module = ModuleType("cloudpickle")
    module.dumps = pickle.dumps
    monkeypatch.setitem(sys.modules, "cloudpickle", module)
    client = FakeClient()
    yield client
    client.loop.close()


@pytest.fixture
def backend(client):
    """A backend on Dask."""
    return ExecutorBackend(ClientExecutor(client))


def local():
    """Give a function that has no name to import."""

    def work():
        raise NotImplementedError

    return work


@pytest.fixture
def _no_collection():
    gc.disable()
    yield
    gc.enable()


FATES = {
    "a result": lambda executor, _: executor.run(),
    "an error": lambda executor, _: executor.run(),
    "a result that cannot be read": lambda _, client: client.end(
        client.tasks[-1], "finished", ValueError("five")
    ),
    "no end": lambda executor, _: executor.give_up("scheduler-restart", None),
}


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.usefixtures("_no_collection")
def test_let_go_with_the_job(client, backend, fate):
    """A task is kept as long as its job, and let go with it, not at the next collection."""
    job = backend.run(divmod, 8, 0 if fate == "an error" else 1)
    client.spoils = fate == "a result that cannot be read"
    FATES[fate](backend._executor, client)
    client.loop.settle()
    task = ref(client.tasks.pop())
    assert job.in_final_state()
    assert task() is not None

    del job

    assert task() is None


@pytest.mark.parametrize(
    ("call", "culprit"),
    [
        (lambda run: run(local()), "the function local.<locals>.work"),
        (lambda run: run(pow, 2, Lock()), "argument 2 of pow"),
        (lambda run: run(pow, 2, exp=Lock()), "argument 'exp' of pow"),
        (lambda run: run(pow, 2, key=Lock()), "argument 'key' of pow"),
    ],
    ids=["function", "positional", "keyword", "option"],
)
@pytest.mark.usefixtures("_no_collection")
def test_what_cannot_be_pickled(client, backend, call, culprit):
    """A job whose function or argument cannot be pickled ends in ERROR, and names it."""
    client.refuses = TypeError("Could not serialize object of type LLGExpr")

    job = call(backend.run)

    assert job.status() is JobStatus.ERROR
    assert job.error_message().startswith(f"TypeError: {culprit} cannot be pickled: ")
    assert client.tasks == []
    assert client.refused() is None


def test_what_dask_refuses(client, backend):
    """What else Dask raises for a call travels up."""
    client.refuses = ValueError("Only use allow_other_workers= if using workers=")

    with pytest.raises(ValueError, match="Only use allow_other_workers"):
        backend.run(pow, 2, 3)
