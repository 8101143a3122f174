"""The demo on Dask, over a module that has what it needs of `distributed`."""

import asyncio
import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from jobv1 import __main__, _demo_cluster
from jobv1.__main__ import main

pytestmark = pytest.mark.usefixtures("ordinary_signals")


def blocked_signals():
    """Give the signals that the thread does not hear, nor what it starts."""
    return signal.pthread_sigmask(signal.SIG_BLOCK, [])


class FakeCluster:
    """A cluster of this machine."""

    def __init__(self, **settings):
        self.settings = settings
        self.blocked = blocked_signals()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.settings["ended"] = True


class FakeClient:
    """A client, whose executor is a thread; it is connected when it is awaited."""

    def __init__(self, address, *, timeout, asynchronous=False, set_as_default=True):
        self.address = address
        self.asynchronous = asynchronous
        self.is_ended = False
        self.threads = {"tcp://10.0.0.5:1": 4}
        self.executor = ThreadPoolExecutor(1)

    def get_executor(self):
        return self.executor

    def __await__(self):
        return self.connect().__await__()

    async def connect(self):
        if self.address == "tcp://nowhere:1":
            raise OSError("Timed out during handshake")
        if self.address == "foo://lab:1":
            raise ValueError("unknown address scheme 'foo'\n(known: tcp)")
        if self.address == "tcp://interrupted:1":
            os.kill(os.getpid(), signal.SIGINT)
        if self.address in {"tcp://mute:1", "tcp://interrupted:1"}:
            await asyncio.Event().wait()

    async def nthreads(self):
        return {} if self.address == "tcp://idle:1" else self.threads

    async def close(self):
        self.end()
        if self.address == "tcp://lost:1":
            await asyncio.Event().wait()

    def end(self):
        self.is_ended = True
        self.executor.shutdown()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.end()


@pytest.fixture
def made(monkeypatch):
    """The clusters and clients that are made."""
    made = []
    module = ModuleType("distributed")
    for name, kind in (("LocalCluster", FakeCluster), ("Client", FakeClient)):

        def make(*words, kind=kind, **settings):
            made.append(kind(*words, **settings))
            return made[-1]

        setattr(module, name, make)
    monkeypatch.setitem(sys.modules, "distributed", module)
    # What it gives up is the output of the tests.
    monkeypatch.setattr(__main__, "_give_up_output", list)
    monkeypatch.setattr(_demo_cluster, "_PATIENCE", 0.3)
    monkeypatch.setattr(_demo_cluster, "_GRACE", 0.1)
    return made


def demo(*words):
    """Run a short demo, which leaves no thread and no setting behind."""
    threads = set(threading.enumerate())
    status = main(["demo", "--jobs", "2", "--samples", "1000", *words])
    assert set(threading.enumerate()) <= threads
    assert logging.root.manager.disable == logging.NOTSET
    return status


def test_on_a_cluster_of_this_machine(capsys, made):
    """A cluster is made with a worker for each process, which Ctrl-C does not reach, and ended."""
    assert demo("--executor", "dask", "--workers", "3") == 0

    cluster, client = made
    assert cluster.settings == {
        "n_workers": 3,
        "threads_per_worker": 1,
        "dashboard_address": "127.0.0.1:0",
        "silence_logs": logging.CRITICAL,
        "ended": True,
    }
    assert signal.SIGINT in cluster.blocked
    assert signal.SIGINT not in blocked_signals()
    assert client.address is cluster
    assert client.is_ended
    output = capsys.readouterr().out
    assert output.startswith(
        "Estimating pi by 2 jobs of 1,000 random points each, on 3 processes of Dask:\n"
    )
    assert "Together: pi is about 3.120000" in output


def test_on_a_scheduler_that_runs(capsys, made):
    """The client of a scheduler that runs is ended, and no cluster is made."""
    assert demo("--executor", "tcp://lab:8786") == 0

    (client,) = made
    assert (client.address, client.is_ended) == ("tcp://lab:8786", True)
    output = capsys.readouterr().out
    assert "on the workers of tcp://lab:8786:\n" in output
    assert "no worker" not in output


def test_on_a_scheduler_without_a_worker(capsys, made):
    """It is said that the scheduler has no worker."""
    assert demo("--executor", "tcp://idle:1") == 0

    assert "\nThe scheduler has no worker: the jobs wait until one comes.\n" in (
        capsys.readouterr().out
    )


def test_a_scheduler_that_was_lost(made):
    """A client that does not come to its end is left."""
    assert demo("--executor", "tcp://lost:1") == 0

    assert made[0].is_ended


@pytest.mark.parametrize("host", ["nowhere", "mute"])
def test_no_scheduler(capsys, made, host):
    """A scheduler that cannot be reached, or says nothing, is said in a line."""
    assert demo("--executor", f"tcp://{host}:1") == 1

    assert capsys.readouterr().err == (
        f"jobv1: no Dask scheduler answers at tcp://{host}:1; "
        "start one there with `dask scheduler`, or give the address that it prints\n"
    )
    assert made[0].is_ended


def test_no_address(capsys, made):
    """An address that Dask does not understand is said in a line."""
    assert demo("--executor", "foo://lab:1") == 2

    assert capsys.readouterr().err == (
        "jobv1 demo: --executor foo://lab:1 is no address of a Dask scheduler: "
        "unknown address scheme 'foo'\n"
    )


@pytest.mark.parametrize("word", ["tcp://lab", "lab:8786", "tcp://lab:port", "tcp://:1"])
def test_half_an_address(capsys, made, word):
    """An address has a scheme, a host and a port."""
    assert demo("--executor", word) == 2

    assert capsys.readouterr().err == (
        "jobv1 demo: --executor must be dask, or an address such as tcp://127.0.0.1:8786, "
        f"not {word!r}\n"
    )
    assert made == []


def test_ctrl_c_while_it_connects(capsys, made, monkeypatch):
    """Ctrl-C ends the demo while it waits for a scheduler that says nothing."""
    monkeypatch.setattr(_demo_cluster, "_PATIENCE", 30)

    assert demo("--executor", "tcp://interrupted:1") == 130

    assert capsys.readouterr().err == "jobv1: interrupted; the jobs were ended.\n"
    assert made[0].is_ended


def test_workers_of_a_scheduler(capsys, made):
    """The number of another's workers cannot be chosen."""
    assert demo("--executor", "tcp://lab:8786", "--workers", "2") == 2

    assert capsys.readouterr().err == (
        "jobv1 demo: --workers are those of the scheduler: leave it out\n"
    )
    assert made == []


def test_without_dask(capsys, monkeypatch):
    """Where Dask is not installed, the demo says how to get it."""
    monkeypatch.setitem(sys.modules, "distributed", None)

    assert demo("--executor", "dask") == 2
    assert capsys.readouterr().err == (
        "jobv1 demo: --executor needs Dask: pip install distributed\n"
    )
