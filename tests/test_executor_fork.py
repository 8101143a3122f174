import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from jobv1 import JobError, JobStatus
from jobv1.executor import ExecutorBackend, ExecutorJob
from tests.fake_dask import ClientExecutor, FakeClient
from tests.local_work import (
    LIMIT,
    AtOnceExecutor,
    blocked_jobs,
    bounded,  # noqa: F401 - a fixture
    fail,
    in_child,
    is_alive,
    processes,
    until,
)

pytestmark = [
    pytest.mark.usefixtures("bounded"),
    # From Python 3.12 on os.fork() warns of threads, and here is one for each pool.
    pytest.mark.filterwarnings("ignore:.*is multi-threaded.*:DeprecationWarning"),
]
FOREIGN = "Job {!r} runs for process {}; its forked child {} cannot follow it."


def refusal(act):
    """Give the text of the error that something raises."""
    with pytest.raises(JobError) as caught:
        act()
    return str(caught.value)


@pytest.fixture
def blocked(tmp_path):
    """A backend with one process, and two of its jobs: one that runs and one that is queued."""
    with ExecutorBackend(workers=1) as backend:
        jobs = blocked_jobs(backend, tmp_path, 6)
        yield backend, [jobs[0], jobs[-1]]
        (tmp_path / "gate").touch()


@pytest.mark.parametrize("runs", [0, 1])
def test_backend_in_a_child(runs):
    """A forked child runs jobs on the backend of its parent, in processes of its own."""
    with ExecutorBackend(workers=1) as backend:
        for _ in range(runs):
            backend.run(pow, 2, 10).result(LIMIT)
        mine = {process.pid for process in processes()}

        def use():
            with backend:
                job = backend.run(os.getpid)
                return job.result(LIMIT) not in {os.getpid(), os.getppid(), *mine}

        assert in_child(use) == "True"
        assert backend.run(pow, 2, 5).result(LIMIT) == 32


def test_backend_in_a_child_while_jobs_run(blocked):
    """A forked child of a busy backend begins without jobs, and does not wait for its parent's."""
    backend, jobs = blocked

    def use():
        result = backend.run(pow, 2, 5).result(LIMIT)
        backend.close()
        return result

    assert in_child(use) == "32"
    assert [job.status() for job in jobs] == [JobStatus.RUNNING, JobStatus.QUEUED]


def test_child_that_closes_nothing(blocked):
    """The processes that a forked child made end with it."""
    backend, _ = blocked
    pid = int(in_child(lambda: backend.run(os.getpid).result(LIMIT)))

    until(lambda: not is_alive(pid))


def test_child_that_terminates(blocked):
    """A forked child that terminates the backend does its parent's jobs no harm."""
    backend, jobs = blocked

    assert in_child(backend.terminate) == "None"
    assert jobs[0].status() is JobStatus.RUNNING


def test_new_backend_in_a_child(blocked):
    """A forked child may make a backend of its own."""

    def use():
        with ExecutorBackend(workers=1) as backend:
            return backend.run(pow, 2, 5).result(LIMIT)

    assert in_child(use) == "32"


def test_child_of_a_child():
    """A forked child's forked child runs jobs as well."""
    with ExecutorBackend(workers=1) as backend:
        backend.run(pow, 2, 10)

        def use():
            return backend.run(pow, 2, 4).result(LIMIT), in_child(use_again)

        def use_again():
            return backend.run(pow, 2, 5).result(LIMIT)

        assert in_child(use) == "(16, '32')"


def test_closed_backend_in_a_child():
    """A backend that was closed stays closed in a forked child."""
    backend = ExecutorBackend(workers=1)
    backend.close()

    assert in_child(lambda: refusal(lambda: backend.run(pow, 2, 10))) == (
        "The backend is closed and takes no more jobs."
    )


def test_ids_in_a_child():
    """The ids of a forked child's jobs are not those of its parent's."""
    backend = ExecutorBackend(AtOnceExecutor())
    backend.run(pow, 2, 10)
    theirs = in_child(lambda: backend.run(pow, 2, 10).job_id())

    assert theirs != backend.run(pow, 2, 10).job_id()


ACTS = {
    "status": ExecutorJob.status,
    "cancel": ExecutorJob.cancel,
    "wait": ExecutorJob.wait_for_final_state,
    "result": ExecutorJob.result,
    "error_message": ExecutorJob.error_message,
    "add": lambda job: job.add_done_callback(print),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("number", [0, 1], ids=["running", "queued"])
def test_jobs_of_the_parent(blocked, number, act):
    """A forked child that asks for a job that has not ended gets an error at once."""
    job = blocked[1][number]
    text = in_child(lambda: (os.getpid(), refusal(lambda: ACTS[act](job))))
    child, text = eval(text)  # noqa: S307 - it is a tuple that the child wrote

    assert text == FOREIGN.format(job.job_id(), os.getpid(), child)


def test_ended_jobs_of_the_parent():
    """A forked child can read the jobs that had ended."""
    with ExecutorBackend(workers=1) as backend:
        done, failed = backend.run(pow, 2, 10), backend.run(fail, "bad luck")
        for job in (done, failed):
            job.wait_for_final_state(LIMIT)
        until(lambda: done._final and failed._final)

        def read():
            told = []
            done.add_done_callback(told.append)
            assert told == [done]
            return done.result(), done.cancel(), failed.status().name, failed.error_message()

        assert in_child(read) == "(1024, False, 'ERROR', 'ValueError: bad luck')"


def test_job_that_is_submitted_in_a_child():
    """A job that was made before the fork and is submitted after it is the child's own."""
    backend = ExecutorBackend(workers=1)
    job = ExecutorJob(backend, "ab12", lambda: backend.run(pow, 2, 10)._future)

    def use():
        states = [job.status().name]
        job.submit()
        return [*states, job.result(LIMIT)]

    assert in_child(use) == "['INITIALIZING', 1024]"
    assert job.status() is JobStatus.INITIALIZING


@pytest.mark.parametrize(
    "make",
    [
        lambda: ThreadPoolExecutor(1),
        lambda: ProcessPoolExecutor(1),
        lambda: ClientExecutor(FakeClient()),
    ],
    ids=["threads", "processes", "Dask"],
)
def test_executor_that_stays_with_the_parent(make):
    """A given pool or client of Dask does not live in a forked child, which is told so."""
    with make() as executor:
        backend = ExecutorBackend(executor)
        backend.run(pow, 2, 10)
        text = in_child(lambda: (os.getpid(), refusal(lambda: backend.run(pow, 2, 10))))
        child, text = eval(text)  # noqa: S307 - it is a tuple that the child wrote

    assert text == (
        f"The executor of this backend lives in process {os.getpid()}, "
        f"not in its forked child {child}: make another backend in the child."
    )


def test_executor_that_goes_with_the_child():
    """A given executor that has neither threads nor processes works in a forked child."""
    backend = ExecutorBackend(AtOnceExecutor())

    assert in_child(lambda: backend.run(pow, 2, 10).result()) == "1024"


def test_death_that_a_child_cannot_hide(blocked, tmp_path):
    """A forked child that lives on does not hide the death of its parent's processes."""
    _, jobs = blocked
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        # Until the parent has closed the other end.
        os.read(reader, 1)
        os._exit(0)
    try:
        processes()[0].kill()
        jobs[0].wait_for_final_state(LIMIT)
    finally:
        os.close(writer)
        os.close(reader)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    assert jobs[0].status() is JobStatus.ERROR


def test_fork_in_another_thread():
    """Forks in other threads at the moment of the first run keep nothing open."""
    children = []
    stop = threading.Event()

    def fork():
        while not stop.is_set() and len(children) < 20:
            pid = os.fork()
            if pid == 0:
                signal.pause()
                os._exit(0)
            children.append(pid)

    thread = threading.Thread(target=fork)
    thread.start()
    try:
        for _ in range(5):
            with ExecutorBackend(workers=1) as backend:
                assert backend.run(pow, 2, 10).result(LIMIT) == 1024
    finally:
        stop.set()
        thread.join(LIMIT)
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def test_child_that_ends_in_the_usual_way():
    """A forked child that leaves by the end of the program says nothing of its parent's pool."""
    program = """
import os
from jobv1.executor import ExecutorBackend
backend = ExecutorBackend(workers=2)
backend.run(pow, 2, 10).result()
if os.fork():
    os.wait()
    print(backend.run(pow, 2, 5).result())
else:
    backend.run(pow, 2, 10)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "32\n", "")
