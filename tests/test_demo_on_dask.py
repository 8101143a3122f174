"""The demo on Dask, over a module that has what it needs of `distributed`."""

import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from jobv1 import __main__
from jobv1.__main__ import main


class FakeCluster:
    """A cluster of this machine."""

    def __init__(self, **settings):
        self.settings = settings

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.settings["ended"] = True


class FakeClient(FakeCluster):
    """A client, whose executor is a thread."""

    def __init__(self, address, *, timeout):
        super().__init__()
        self.address = address
        if address == "tcp://nowhere:1":
            raise OSError("Timed out trying to connect to tcp://nowhere:1")

    def get_executor(self):
        return ThreadPoolExecutor(1)


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
    return made


def demo(*words):
    """Run a short demo."""
    return main(["demo", "--jobs", "2", "--samples", "1000", *words])


def test_on_a_cluster_of_this_machine(capsys, made):
    """A cluster is made with a worker for each process, and ended."""
    assert demo("--executor", "dask", "--workers", "3") == 0

    cluster, client = made
    assert cluster.settings == {
        "n_workers": 3,
        "threads_per_worker": 1,
        "dashboard_address": None,
        "ended": True,
    }
    assert client.address is cluster
    assert client.settings == {"ended": True}
    output = capsys.readouterr().out
    assert output.startswith(
        "Estimating pi by 2 jobs of 1,000 random points each, on 3 processes of Dask:\n"
    )
    assert "Together: pi is about 3.120000" in output


def test_on_a_scheduler_that_runs(capsys, made):
    """The client of a scheduler that runs is ended, and no cluster is made."""
    assert demo("--executor", "tcp://lab:8786") == 0

    (client,) = made
    assert (client.address, client.settings) == ("tcp://lab:8786", {"ended": True})
    assert "on the workers of tcp://lab:8786:\n" in capsys.readouterr().out


def test_no_scheduler(capsys, made, monkeypatch):
    """A scheduler that cannot be reached is said in a line."""
    # What it gives up is the output of the tests.
    monkeypatch.setattr(__main__, "_give_up_output", list)
    assert demo("--executor", "tcp://nowhere:1") == 1

    assert capsys.readouterr().err == "jobv1: Timed out trying to connect to tcp://nowhere:1\n"


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
