"""Tests on a real Dask cluster; `nox -s distributed` installs it, without it they are left out."""

import os
import socket
import subprocess
import sys
from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("distributed") else ["*"]


class Cluster:
    """A scheduler and workers of one thread each, all processes of their own on loopback.

    Args:
        workers: How many workers there are.
        **settings: Settings of Dask's, as variables of the environment.

    Attributes:
        address: Where the scheduler listens.
        scheduler: Its process.
        workers: The processes of the workers.
    """

    def __init__(self, workers=2, **settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.env = {**os.environ, **settings}
        port = self.address.rpartition(":")[2]
        # The server of the dashboard is started without one, too, and would listen everywhere.
        common = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
        self.scheduler = self.start("scheduler", "--port", port, "--no-jupyter", *common)
        worker = ("worker", self.address, "--nthreads", "1", "--no-nanny", *common)
        self.workers = [self.start(*worker) for _ in range(workers)]

    def start(self, kind, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words]
        return subprocess.Popen(command, env=self.env, stderr=subprocess.DEVNULL)

    def client(self, **options):
        """Make a client, when all workers are there."""
        from distributed import Client

        client = Client(self.address, timeout=30, **options)
        client.wait_for_workers(len(self.workers), timeout=30)
        return client

    def end(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def start_cluster():
    """A function that starts a cluster with settings of Dask's; it ends with the test."""
    clusters = []

    def start(workers=2, **settings):
        clusters.append(Cluster(workers, **settings))
        return clusters[-1]

    yield start
    for cluster in clusters:
        cluster.end()


@pytest.fixture
def cluster(start_cluster):
    """A cluster."""
    return start_cluster()


@pytest.fixture
def client(cluster):
    """A client of the cluster."""
    with cluster.client() as client:
        yield client


@pytest.fixture
def backend(client):
    """A backend on the cluster."""
    from jobv1.executor import ExecutorBackend

    return ExecutorBackend(client.get_executor())
