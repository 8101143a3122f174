import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from jobv1 import _demo
from jobv1.waiting import DoneAndNotDone
from tests.demo_process import ended, living, read_until, started_demo
from tests.terminals import pseudo_terminal, read_all

pytestmark = pytest.mark.usefixtures("ordinary_signals")

LONG = ("--samples", "20000000", "--workers", "2")
REPORT = """
job           seed   estimate   std error
*-1       1   3.112000    0.052569
*-2       2   3.128000    0.052227
*-3       3   3.168000    0.051340

Together: pi is about 3.136000, with a standard error of 0.030053; it is off by 0.005593.
"""
SEND = [pytest.param(os.killpg, id="group"), pytest.param(os.kill, id="parent")]


def wait_until_full(pipe):
    """Wait until nothing more is written to a pipe that nobody reads."""
    before, now = 0, waiting_bytes(pipe)
    # Any pipe holds this much; before, the writer may only be slow.
    while now < 60_000 or now > before:
        time.sleep(0.05)
        before, now = now, waiting_bytes(pipe)


def waiting_bytes(pipe):
    """Give how many bytes of a pipe were not read yet."""
    number = fcntl.ioctl(pipe, termios.FIONREAD, struct.pack("i", 0))
    return struct.unpack("i", number)[0]


def run(*options, **streams):
    """Run the demo to its end."""
    command = [sys.executable, "-m", "jobv1", "demo", *options]
    return subprocess.run(command, text=True, timeout=30, check=False, **streams)


@pytest.mark.parametrize(("seed", "hits"), [(1, 778), (2, 782), (3, 792)])
def test_work(seed, hits):
    """A job counts the points in the quarter circle, the same ones for the same seed."""
    assert _demo.count_hits(seed, 1000) == hits


def test_output():
    """The demo shows each job as it changes, then each result, then all together."""
    done = run("--jobs", "3", "--samples", "1000", "--workers", "2", capture_output=True)

    assert (done.returncode, done.stderr) == (0, "")
    title, _, rest = done.stdout.partition("\n\n")
    changes, _, report = rest.partition("\n\n")
    assert title == "Estimating pi by 3 jobs of 1,000 random points each, on 2 processes:"
    assert len(re.findall(r"^ +\d\.\d s  [0-9a-f]{8}-[123]  DONE$", changes, re.MULTILINE)) == 3
    assert re.sub(r"[0-9a-f]{8}-", "*-", report) == REPORT.lstrip("\n")


def test_smallest_demo():
    """One job with one point has a result, too."""
    done = run("--jobs", "1", "--samples", "1", capture_output=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "Estimating pi by 1 job of 1 random point each, on a process for each core:\n"
    )
    assert "  4.000000    0.000000\n" in done.stdout


def test_terminal():
    """On a terminal one line counts the jobs and is written anew in its place."""
    with pseudo_terminal(columns=60) as (outer, inner):
        assert run("--jobs", "3", "--samples", "1000", stdout=inner, stderr=inner).returncode == 0
        output = read_all(outer)

    _, line, *_ = (line for line in output.split("\r\n") if line)
    seen = [text.rstrip() for text in line.split("\r")]
    assert re.fullmatch(r" +\d\.\d s  \d of 3 ended: .+", seen[0])
    assert re.fullmatch(r" +\d\.\d s  3 of 3 ended: 3 done; [\d.,]+ a second", seen[-1])


def test_no_standard_output():
    """The demo works where Python has no standard output."""
    program = (
        "import sys; sys.stdout = None; from jobv1.__main__ import main;"
        "sys.exit(main(['demo', '--jobs', '1', '--samples', '1']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("send", SEND)
@pytest.mark.parametrize(
    ("moment", "jobs"), [("Estimating", "40"), ("Estimating", "1000000"), ("RUNNING", "40")]
)
def test_interrupt(send, moment, jobs):
    """Ctrl-C ends the demo within a second, with one sentence, and no process is left."""
    with started_demo(*LONG, "--jobs", jobs) as process:
        read_until(process.stdout, moment)
        send(process.pid, signal.SIGINT)
        status, errors, seconds, left = ended(process)

    assert (status, errors) == (130, "jobv1: interrupted; the jobs were ended.\n")
    assert seconds < 1
    assert left == []


@pytest.mark.parametrize("send", SEND)
def test_sigterm(send):
    """SIGTERM ends the demo within a second, and no process is left."""
    with started_demo(*LONG) as process:
        read_until(process.stdout, "RUNNING")
        send(process.pid, signal.SIGTERM)
        status, errors, seconds, left = ended(process)

    assert (status, errors) == (143, "")
    assert seconds < 1
    assert left == []


def test_stop_that_ends_the_processes_first(capsys, monkeypatch):
    """A signal that kills the processes too does not make the demo report failures."""
    arrived = []

    def check():
        if arrived:
            raise KeyboardInterrupt

    def wait(jobs, **_):
        arrived.append(True)
        return DoneAndNotDone(jobs, [])

    monkeypatch.setattr(_demo, "wait", wait)
    with pytest.raises(KeyboardInterrupt):
        _demo.demo(check, jobs=1, workers=1, samples=1)

    assert capsys.readouterr().out.count("\n") == 2


def test_closed_pipe():
    """When the reader goes away, the demo ends without a word, and no process is left."""
    with started_demo("--jobs", "500", "--samples", "100000") as process:
        read_until(process.stdout, "RUNNING")
        process.stdout.close()
        status, errors, seconds, left = ended(process)

    assert (status, errors) == (141, "")
    assert seconds < 1
    assert left == []


def test_reader_that_does_not_read():
    """Ctrl-C ends the demo even while it waits for a reader that takes no more."""
    outer, inner = os.pipe()
    try:
        with started_demo("--jobs", "3000", "--samples", "1", stdout=inner) as process:
            wait_until_full(outer)
            os.kill(process.pid, signal.SIGINT)
            status, errors, seconds, left = ended(process)
    finally:
        os.close(inner)
        os.close(outer)

    assert (status, errors) == (130, "jobv1: interrupted; the jobs were ended.\n")
    assert seconds < 1
    assert left == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes by /proc")
def test_killed_process():
    """A job whose process is killed is reported as failed, and so is the demo."""
    with started_demo("--jobs", "6", "--samples", "2000000", "--workers", "2") as process:
        read_until(process.stdout, "RUNNING")
        os.kill(max(living(process.pid)), signal.SIGKILL)
        output, errors = process.communicate(timeout=10)

    assert process.returncode == 1
    assert re.search(r"^[0-9a-f]{8}-\d +\d  failed: \w", output, re.MULTILINE)
    assert "Together" not in output
    assert re.fullmatch(r"jobv1 demo: \d jobs? of 6 failed\.\n", errors)
