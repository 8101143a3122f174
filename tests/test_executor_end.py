import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobv1 import JobError, JobStatus
from jobv1.executor import ExecutorBackend
from tests.local_work import (
    LIMIT,
    blocked_jobs,
    bounded,  # noqa: F401 - a fixture
    is_alive,
    processes,
    until,
)

pytestmark = pytest.mark.usefixtures("bounded")
CANCELLED, DONE, ERROR = JobStatus.CANCELLED, JobStatus.DONE, JobStatus.ERROR
RUNNING = JobStatus.RUNNING
BOTH_ENDS = pytest.mark.parametrize("end", [ExecutorBackend.close, ExecutorBackend.terminate])


def test_close_waits(tmp_path):
    """Closing waits for the jobs that were taken, queued ones too; they stay readable."""
    backend = ExecutorBackend(workers=1)
    jobs = [*blocked_jobs(backend, tmp_path, 1), backend.run(pow, 2, 10)]
    threading.Timer(0.1, (tmp_path / "gate").touch).start()
    backend.close()

    assert (tmp_path / "gate").exists()
    assert [job.status() for job in jobs] == [DONE, DONE]
    assert jobs[1].result(0) == 1024
    assert processes() == []


@BOTH_ENDS
@pytest.mark.parametrize("runs", [0, 1])
def test_run_after_the_end(end, runs):
    """A backend that was ended, once or twice, takes no job; whether it ever ran one or not."""
    backend = ExecutorBackend(workers=1)
    for _ in range(runs):
        backend.run(pow, 2, 10)
    end(backend)
    end(backend)

    with pytest.raises(JobError, match="^The backend is closed and takes no more jobs.$"):
        backend.run(pow, 2, 10)
    assert processes() == []


def test_terminate(tmp_path):
    """Terminating ends at once: queued jobs are cancelled, running ones fail, processes die.

    Those that the pool had handed out ahead count as running.
    """
    backend = ExecutorBackend(workers=2)
    jobs = blocked_jobs(backend, tmp_path, 8, running=2)
    pids = [process.pid for process in processes()]
    begin = time.monotonic()
    backend.terminate()

    assert time.monotonic() - begin < 1
    states = [job.status() for job in jobs]
    assert states[:2] == [ERROR, ERROR]
    assert set(states[2:5]) <= {ERROR, CANCELLED}
    assert states[5:] == [CANCELLED, CANCELLED, CANCELLED]
    assert "one of its processes died" in jobs[0].error_message()
    assert [is_alive(pid) for pid in pids] == [False, False]


def test_terminate_while_another_thread_closes(tmp_path):
    """Terminating ends a close that waits in another thread."""
    backend = ExecutorBackend(workers=1)
    jobs = blocked_jobs(backend, tmp_path, 1)
    closing = threading.Thread(target=backend.close, daemon=True)
    closing.start()
    backend.terminate()
    closing.join(LIMIT)

    assert not closing.is_alive()
    assert jobs[0].status() is ERROR


@BOTH_ENDS
def test_end_from_a_callback(end, tmp_path):
    """A callback may end the own pool, though it runs in the pool's own thread."""
    backend = ExecutorBackend(workers=1)
    jobs = [*blocked_jobs(backend, tmp_path, 1), backend.run(pow, 2, 10)]
    jobs[0].add_done_callback(lambda job: end(backend))
    (tmp_path / "gate").touch()
    jobs[1].wait_for_final_state(LIMIT)

    until(lambda: processes() == [])
    assert jobs[0].status() is DONE


def leave_block(kind, folder, jobs):
    """Leave the block of a backend by an exception."""
    with ExecutorBackend(workers=1) as backend:
        jobs += blocked_jobs(backend, folder, 4)
        threading.Timer(0.1, (folder / "gate").touch).start()
        raise kind


def test_block_waits(tmp_path):
    """Leaving the block by an ordinary exception waits for the jobs."""
    jobs = []
    with pytest.raises(LookupError):
        leave_block(LookupError, tmp_path, jobs)

    assert [job.status() for job in jobs] == [DONE] * 4
    assert processes() == []


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_block_terminates(kind, tmp_path):
    """Leaving the block by Ctrl-C or SystemExit terminates the backend."""
    jobs = []
    with pytest.raises(kind):
        leave_block(kind, tmp_path, jobs)

    states = [job.status() for job in jobs]
    assert states[0] is ERROR
    assert set(states[1:3]) <= {ERROR, CANCELLED}
    assert states[3:] == [CANCELLED]
    assert processes() == []


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_interrupt_of_the_close(kind, tmp_path):
    """Ctrl-C or SystemExit while the block's end waits for the jobs terminates the backend."""

    class InterruptedBackend(ExecutorBackend):
        def close(self):
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
            super().close()

    def stop(number, frame):
        raise kind

    before = signal.signal(signal.SIGUSR1, stop)
    with pytest.raises(kind), InterruptedBackend(workers=1) as backend:
        jobs = blocked_jobs(backend, tmp_path, 4)
    signal.signal(signal.SIGUSR1, before)

    states = [job.status() for job in jobs]
    assert states[0] is ERROR
    assert set(states[1:3]) <= {ERROR, CANCELLED}
    assert states[3:] == [CANCELLED]
    until(lambda: processes() == [])


def test_close_with_an_executor_of_the_users():
    """Closing waits for the backend's own jobs on a given executor, not for other calls there."""
    own, other = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as executor:
        backend = ExecutorBackend(executor)
        foreign = executor.submit(other.wait, LIMIT)
        job = backend.run(own.wait, LIMIT)
        threading.Timer(0.1, own.set).start()
        backend.close()

        assert job.status() is DONE
        assert not foreign.done()
        other.set()


def test_terminate_with_an_executor_of_the_users():
    """Terminating cancels what is queued on a given executor; what runs there goes on."""
    entered, gate = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as executor:
        backend = ExecutorBackend(executor)
        running = backend.run(lambda: entered.set() or gate.wait(LIMIT))
        queued = backend.run(pow, 2, 10)
        assert entered.wait(LIMIT)
        backend.terminate()

        assert (running.status(), queued.status()) == (RUNNING, CANCELLED)
        gate.set()
        assert running.result(LIMIT) is True


def run_program(text):
    """Run a program to its end; give its status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_program_that_never_closes():
    """A program that never closes its backend ends after its jobs, quietly."""
    program = """
from jobv1.executor import ExecutorBackend
backend = ExecutorBackend(workers=1)
backend.run(print, "first")
backend.run(print, "last")
"""
    assert run_program(program) == (0, "first\nlast\n", "")


def test_interrupt_of_the_group(tmp_path):
    """Ctrl-C, which reaches every process of a terminal, harms no job and prints nothing."""
    program = f"""
import os, signal
from pathlib import Path
from jobv1.executor import ExecutorBackend
from tests.local_work import pass_gate, until
here = Path({str(tmp_path)!r})
signal.signal(signal.SIGINT, signal.default_int_handler)
with ExecutorBackend(workers=2) as backend:
    jobs = [backend.run(pass_gate, here / f"in{{i}}", here / "gate") for i in range(2)]
    try:
        until(lambda: (here / "in0").exists() and (here / "in1").exists())
        os.killpg(0, signal.SIGINT)
        jobs[0].wait_for_final_state(5)
    except KeyboardInterrupt:
        print("interrupted")
    (here / "gate").touch()
    print(*(job.result(5) != os.getpid() for job in jobs))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        start_new_session=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\nTrue True\n", "")
