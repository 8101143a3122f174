"""The demo on a real Dask cluster."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

pytestmark = pytest.mark.usefixtures("ordinary_signals")

LONG = ("--jobs", "40", "--samples", "3000000")


def start(*words):
    """Start the demo in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "jobv1", "demo", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process):
    """Give the exit status, the output and the errors, when no process of the group runs."""
    try:
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    end = time.monotonic() + 10
    while running(process.pid):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)
    return process.returncode, output, errors


def running(group):
    """Tell whether a process of a group runs; one that is only not yet collected does not."""
    command = ["ps", "-A", "-o", "pgid=,stat="]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return any(int(line.split()[0]) == group and "Z" not in line.split()[1] for line in lines)


@pytest.fixture
def silent():
    """The address of a port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("where", ["dask", "address"])
def test_demo(where, request):
    """The demo runs on a cluster of its own, and on a scheduler that runs."""
    words = ["--executor", "dask", "--workers", "2"]
    if where == "address":
        words = ["--executor", request.getfixturevalue("cluster").address]

    status, output, errors = ended(start("--jobs", "3", "--samples", "1000", *words))

    assert (status, errors) == (0, "")
    assert output.count("  DONE\n") == 3
    assert "Together: pi is about 3.136000" in output


def test_beside_another_dashboard():
    """The demo needs no port that another may have, such as that of another dashboard."""
    words = ("--jobs", "1", "--samples", "1000", "--executor", "dask", "--workers", "1")
    with socket.socket() as other:
        # If it is taken already, that is as good.
        with suppress(OSError):
            other.bind(("", 8787))
            other.listen()

        assert ended(start(*words))[::2] == (0, "")


@pytest.mark.parametrize("moment", [0.8, 1.2, 5])
def test_ctrl_c(moment):
    """Ctrl-C, which every process of a terminal gets, ends the demo and its cluster."""
    process = start("--executor", "dask", "--workers", "2", *LONG)
    time.sleep(moment)

    os.killpg(process.pid, signal.SIGINT)

    status, _, errors = ended(process)
    assert (status, errors) == (130, "jobv1: interrupted; the jobs were ended.\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_while_it_connects(silent, number, status):
    """A demo that waits for a scheduler that says nothing can be stopped."""
    process = start("--executor", silent)
    time.sleep(2)
    begin = time.monotonic()

    process.send_signal(number)

    assert ended(process)[0] == status
    assert time.monotonic() - begin < 4


def test_a_port_that_says_nothing(silent):
    """The demo waits for a scheduler for ten seconds, whatever the other side does."""
    begin = time.monotonic()

    status, _, errors = ended(start("--executor", silent))

    assert status == 1
    assert errors == (
        f"jobv1: no Dask scheduler answers at {silent}; "
        "start one there with `dask scheduler`, or give the address that it prints\n"
    )
    assert time.monotonic() - begin < 20


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "tls://127.0.0.1:1"])
def test_no_address(address):
    """An address that Dask does not take is said in a line."""
    status, _, errors = ended(start("--executor", address))

    assert status == 2
    assert errors.startswith(f"jobv1 demo: --executor {address} is no address of a Dask scheduler")
    assert errors.count("\n") == 1


def test_a_killed_scheduler(cluster):
    """The demo tells of a scheduler that is lost in its table, and nowhere else."""
    cluster.client().close()
    process = start("--executor", cluster.address, *LONG)
    lines = []
    while not any("  DONE" in line for line in lines):
        lines.append(process.stdout.readline())

    cluster.scheduler.kill()

    status, output, errors = ended(process)
    failures = output.count("  failed: Lost")
    # A job may have returned, and its result not have come yet.
    assert (
        output.count("  failed: LostTaskError: Dask gave the task up (scheduler-connection-l") > 0
    )
    assert (status, errors) == (1, f"jobv1 demo: {failures} jobs of 40 failed.\n")
    assert "Together" not in output
    assert f"The {40 - failures} job" in output


def test_no_worker(start_cluster):
    """The demo says that the scheduler has no worker, and waits for one."""
    cluster = start_cluster(0)
    process = start("--jobs", "1", "--samples", "1000", "--executor", cluster.address)
    lines = [process.stdout.readline() for _ in range(3)]

    cluster.add_worker()

    assert lines[2] == "The scheduler has no worker: the jobs wait until one comes.\n"
    assert ended(process)[0] == 0
