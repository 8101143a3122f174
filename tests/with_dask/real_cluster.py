"""A real Dask cluster, and what tests of it need."""

import os
import socket
import subprocess
import sys
import time


def wait_until(condition):
    """Wait until something is so, for a while."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def is_processing(client):
    """Whether a worker works at something."""
    return any(client.processing().values())


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
        self.words = ("worker", self.address, "--nthreads", "1", "--no-nanny", *common)
        self.workers = []
        for _ in range(workers):
            self.add_worker()

    def add_worker(self):
        self.workers.append(self.start(*self.words))

    def start(self, kind, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words]
        return subprocess.Popen(command, env=self.env, stderr=subprocess.DEVNULL)

    def client(self, timeout=30):
        """Make a client, when all workers are there."""
        from distributed import Client

        client = Client(self.address, timeout=timeout)
        if self.workers:
            client.wait_for_workers(len(self.workers), timeout=30)
        return client

    def end(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
