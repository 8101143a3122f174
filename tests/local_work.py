"""What the tests of local jobs run in other processes, and how they keep from hanging."""

import multiprocessing
import os
import select
import signal
import time
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path

import pytest

from jobv1.executor import ExecutorBackend, ExecutorJob

LIMIT = 10.0


@pytest.fixture
def bounded():
    """End the test with an error if it hangs, and with it the processes that it made."""

    def give_up(number, frame):
        raise TimeoutError("the test hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    # Again and again, for the way out of a block may hang as well.
    signal.setitimer(signal.ITIMER_REAL, 2 * LIMIT, 1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    left = []
    for process in processes():
        # One that is ending may.
        process.join(1)
        if process.is_alive():
            left.append(process)
            process.kill()
    assert left == [], "the test left processes"


class AtOnceExecutor(Executor):
    """Runs each call inside `submit`."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whatever the call raises
            future.set_exception(error)
        return future


class HandJob(ExecutorJob):
    """A job whose future is moved by the test, and that counts its queries."""

    def __init__(self):
        self.future = Future()
        self.queries = 0
        super().__init__(None, "ab12", lambda: self.future)

    def status(self):
        self.queries += 1
        return super().status()


def submitted():
    """Give a job that is queued."""
    job = HandJob()
    job.submit()
    return job


def processes():
    """Give the processes that this one made and that live."""
    return multiprocessing.active_children()


def until(condition):
    """Wait until a condition holds."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.002)


def blocked_jobs(backend, folder, count, *, running=1):
    """Run jobs that wait for the file `gate`; give them when some have begun."""
    jobs = [backend.run(pass_gate, folder / f"in{i}", folder / "gate") for i in range(count)]
    for i in range(running):
        until((folder / f"in{i}").exists)
    return jobs


def in_child(act):
    """Run `act` in a forked child that must end soon; give what it returned, as text."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, _answer_of(act).encode())
        finally:
            os._exit(0)
    os.close(writer)
    answer = "the child hung"
    # The end of what can be read: the child and all its own have closed it.
    if select.select([reader], [], [], LIMIT)[0]:
        answer = os.read(reader, 10_000).decode()
    if not select.select([reader], [], [], LIMIT)[0]:
        answer += ", and left processes"
        os.kill(pid, signal.SIGKILL)
    os.close(reader)
    os.waitpid(pid, 0)
    return answer


def _answer_of(act):
    try:
        return str(act())
    except BaseException as error:  # noqa: BLE001 - the child ends here, whatever it is
        return repr(error)


def is_alive(pid):
    """Tell whether a process runs; one that has ended and was not reaped does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def pass_gate(arrived, gate):
    """Say that this process has arrived, and wait for a file."""
    arrived.touch()
    until(gate.exists)
    return os.getpid()


def die():
    """End this process as the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def leave():
    """End this process without a word."""
    os._exit(3)


def fail(text):
    """Raise an error."""
    raise ValueError(text)


def leave_python():
    """Raise what ends a program."""
    raise SystemExit(4)


def zeros(length):
    """Give so many bytes."""
    return bytes(length)


def nest():
    """Run a job from inside a job."""
    with ExecutorBackend(workers=1) as backend:
        return backend.run(pow, 2, 5).result(LIMIT)
