"""What a job costs on a Dask cluster, against the bare `Client.submit` and `gather`.

A scheduler and two workers run as processes of their own on loopback; 1,000 jobs of 1 ms are
submitted, and all results are taken, in turn by each way.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any

from rounds import interleaved
from rows import Row, times_floor

from jobv1.executor import ExecutorBackend

JOBS = 1000
ROUNDS = 7
WORKERS = 2
WORK = 0.001


def started(stack: ExitStack) -> str:
    """Start a scheduler and its workers, which end with the stack; give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    # Without a dashboard its server is started all the same, and would listen everywhere.
    common = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    words = [("scheduler", "--port", port, "--no-jupyter", *common)]
    words += [("worker", address, "--nthreads", "1", "--no-nanny", *common)] * WORKERS
    for kind, *options in words:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        process = stack.enter_context(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        stack.callback(process.kill)
    return address


def bare(client: Any) -> float:
    """Submit tasks, gather their results, and give the seconds."""
    begin = time.perf_counter()
    client.gather([client.submit(time.sleep, WORK, pure=False) for _ in range(JOBS)])
    return time.perf_counter() - begin


def futures(executor: Any) -> float:
    """Submit calls to Dask's executor, take the results, and give the seconds."""
    begin = time.perf_counter()
    for future in [executor.submit(time.sleep, WORK, pure=False) for _ in range(JOBS)]:
        future.result()
    return time.perf_counter() - begin


def jobs(backend: ExecutorBackend) -> float:
    """Run jobs, take their results, and give the seconds."""
    begin = time.perf_counter()
    for job in [backend.run(time.sleep, WORK) for _ in range(JOBS)]:
        job.result()
    return time.perf_counter() - begin


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    from distributed import Client

    with ExitStack() as stack:
        client: Any = Client(started(stack), timeout=30)
        stack.callback(client.close)
        client.wait_for_workers(WORKERS, timeout=30)
        executor: Any = client.get_executor()
        contenders = {
            "jobs": partial(jobs, ExecutorBackend(executor)),
            "bare": partial(bare, client),
            "futures": partial(futures, executor),
        }
        interleaved(contenders, 1)
        measured = interleaved(contenders, ROUNDS)
    typical = {name: 1000 * median(seconds) / JOBS for name, seconds in measured.items()}
    return [
        times_floor(
            "a job of 1 ms on Dask, of 1,000, against Client.submit and gather, median",
            typical["jobs"],
            typical["bare"],
            "ms",
            at_most=1.3,
        ),
        times_floor(
            "the same against futures of Dask's own executor, median",
            typical["jobs"],
            typical["futures"],
            "ms",
        ),
    ]
