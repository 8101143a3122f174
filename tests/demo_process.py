"""The demo as a program of its own, started as a shell does, for tests that stop it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def started_demo(*options, stdout=subprocess.PIPE):
    """Start the demo in a process group of its own; what is left of it is killed at the end."""
    command = [sys.executable, "-m", "jobv1", "demo", *options]
    with subprocess.Popen(
        command, stdout=stdout, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            for one in living(process.pid):
                os.kill(one, signal.SIGKILL)


def living(group):
    """Give the processes of a group that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        # Others come and go meanwhile.
        with suppress(OSError):
            state, _, its_group, *_ = path.read_text().rpartition(")")[2].split()
            if int(its_group) == group and state != "Z":
                found.append(int(path.parent.name))
    return found


def read_until(stream, text):
    """Read lines until one has a text."""
    for line in stream:
        if text in line:
            return
    raise AssertionError(f"the output ended without {text!r}")


def ended(process):
    """Wait for the end; give the status, the errors, the seconds, and the processes left alive."""
    begin = time.monotonic()
    _, errors = process.communicate(timeout=10)
    seconds = time.monotonic() - begin
    return process.returncode, errors, seconds, living(process.pid)
