import os
import threading
import weakref
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import pytest

from jobv1 import JobError, JobStatus
from jobv1.executor import ExecutorBackend
from tests.local_work import (
    LIMIT,
    AtOnceExecutor,
    bounded,  # noqa: F401 - a fixture
    pass_gate,
    processes,
    until,
)

pytestmark = pytest.mark.usefixtures("bounded")


def test_run():
    """A call is submitted as a job with an id, its backend, and the name of the function."""
    with ExecutorBackend(workers=1) as backend:
        first, second = backend.run(pow, 2, 10), backend.run(pow, 2, exp=5)

        assert (first.result(LIMIT), second.result(LIMIT)) == (1024, 32)
        assert first.job_id() != second.job_id()
        assert first.backend() is backend
        assert first.metadata == {"function": "pow"}


def test_block_gives_the_backend():
    """The `with` block gives the backend itself."""
    backend = ExecutorBackend(AtOnceExecutor())
    with backend as given:
        assert given is backend


def test_ids_of_two_backends():
    """The jobs of two backends have different ids."""
    one, other = ExecutorBackend(AtOnceExecutor()), ExecutorBackend(AtOnceExecutor())

    assert one.run(pow, 2, 10).job_id() != other.run(pow, 2, 10).job_id()


def test_any_keyword_is_the_functions():
    """Keywords that have the names of parameters of ours reach the function."""
    backend = ExecutorBackend(AtOnceExecutor())
    job = backend.run(dict, self=1, fn=2, backend=3, job_id=4, function=5)

    assert job.result() == {"self": 1, "fn": 2, "backend": 3, "job_id": 4, "function": 5}
    assert job.metadata == {"function": "dict"}


def test_function_without_a_name():
    """What has no name to be called by is described by its repr."""
    call = partial(pow, 2)
    job = ExecutorBackend(AtOnceExecutor()).run(call, 3)

    assert job.metadata["function"] == repr(call)


@pytest.mark.parametrize(
    ("executor", "workers", "kind", "text"),
    [
        (5, None, TypeError, "executor must be an Executor of concurrent.futures or None, not 5"),
        (None, "2", TypeError, "workers must be a whole number or None, not '2'"),
        (None, 2.0, TypeError, "workers must be a whole number or None, not 2.0"),
        (None, True, TypeError, "workers must be a whole number or None, not True"),
        (None, 0, ValueError, "workers must be 1 or more, not 0"),
        (None, -3, ValueError, "workers must be 1 or more, not -3"),
        (
            AtOnceExecutor(),
            2,
            ValueError,
            "workers are those of the own pool: give either an executor or workers",
        ),
    ],
)
def test_wrong_arguments(executor, workers, kind, text):
    """A wrong argument is refused with a sentence."""
    with pytest.raises(kind) as caught:
        ExecutorBackend(executor, workers=workers)

    assert str(caught.value) == text


def test_executor_whose_submit_cannot_be_called():
    """An executor needs a `submit` that is callable."""
    with pytest.raises(TypeError, match="^executor must be an Executor of concurrent.futures"):
        ExecutorBackend(type("Odd", (), {"submit": 5})())


def test_nothing_to_call():
    """What cannot be called is refused before a pool is made, and the backend stays usable."""
    with ExecutorBackend(workers=1) as backend:
        with pytest.raises(TypeError, match="^run needs something to call, not 'pow'$"):
            backend.run("pow", 2, 10)

        assert processes() == []
        assert backend.run(pow, 2, 10).result(LIMIT) == 1024


@pytest.mark.parametrize("workers", [1, 3])
def test_own_pool_is_made_at_the_first_run(workers):
    """The own pool has as many processes as were asked for, from the first run to the close."""
    backend = ExecutorBackend(workers=workers)
    assert processes() == []
    backend.run(pow, 2, 10)
    assert len(processes()) == workers
    backend.run(pow, 2, 10)
    assert len(processes()) == workers
    backend.close()
    assert processes() == []


def test_workers_by_default():
    """The own pool has a process for each core that may be used."""
    with ExecutorBackend() as backend:
        backend.run(pow, 2, 10)

        assert len(processes()) == len(os.sched_getaffinity(0))


def test_jobs_run_side_by_side(tmp_path):
    """Two workers run two jobs at once, each of which waits for the other."""
    one, other = tmp_path / "one", tmp_path / "other"
    with ExecutorBackend(workers=2) as backend:
        jobs = [backend.run(pass_gate, one, other), backend.run(pass_gate, other, one)]

        assert len({job.result(LIMIT) for job in jobs}) == 2


def test_repr():
    """A backend shows where its jobs run, and whether it is closed."""
    backend = ExecutorBackend(workers=1)
    assert repr(backend) == "<ExecutorBackend on its own pool>"
    backend.close()
    assert repr(backend) == "<ExecutorBackend on its own pool, closed>"
    assert repr(ExecutorBackend(AtOnceExecutor())) == "<ExecutorBackend on AtOnceExecutor>"


@pytest.mark.parametrize("end", [ExecutorBackend.close, ExecutorBackend.terminate])
@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor, AtOnceExecutor])
def test_executor_of_the_users(kind, end):
    """An executor that was given runs the jobs and is never shut down."""
    with kind() as executor:
        backend = ExecutorBackend(executor)
        assert backend.run(pow, 2, 10).result(LIMIT) == 1024
        end(backend)

        assert executor.submit(pow, 2, 5).result(LIMIT) == 32
        assert ExecutorBackend(executor).run(pow, 2, 6).result(LIMIT) == 64


def test_executor_that_was_shut_down():
    """A run on an executor that takes no more work is an error that says why."""
    executor = ThreadPoolExecutor()
    executor.shutdown()

    with pytest.raises(JobError, match="^The executor takes no more jobs: cannot schedule new"):
        ExecutorBackend(executor).run(pow, 2, 10)


def test_executor_that_fails_otherwise():
    """Any other error of an executor travels up as it is."""

    class FullExecutor(AtOnceExecutor):
        def submit(self, fn, /, *args, **kwargs):
            raise OSError("no more processes")

    with pytest.raises(OSError, match="^no more processes$"):
        ExecutorBackend(FullExecutor()).run(pow, 2, 10)


def test_run_inside_a_job():
    """A job on an executor that runs calls at once may run another on the same backend."""
    backend = ExecutorBackend(AtOnceExecutor())

    assert backend.run(lambda: backend.run(pow, 2, 10).result() + 1).result() == 1025


def test_threads_submit():
    """Two threads may submit to one backend; each job has its own id."""
    jobs = []

    def submit():
        jobs.extend(backend.run(abs, -number) for number in range(50))

    with ExecutorBackend(workers=2) as backend:
        threads = [threading.Thread(target=submit, daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
        results = sorted(job.result(LIMIT) for job in jobs)

    assert results == sorted([*range(50), *range(50)])
    assert len({job.job_id() for job in jobs}) == 100


def test_jobs_that_are_added_while_they_are_looked_at():
    """Another thread may run a job at the moment of a close."""

    class Restless(set):
        def __iter__(self):
            backend._futures = set()
            raise RuntimeError("Set changed size during iteration")

    backend = ExecutorBackend(AtOnceExecutor())
    job = backend.run(pow, 2, 10)
    backend._futures = Restless()
    backend.close()

    assert job.status() is JobStatus.DONE


def test_backend_that_is_dropped():
    """A backend that nobody holds any more ends its pool, with no help of the collector."""
    backend = ExecutorBackend(workers=1)
    assert backend.run(pow, 2, 10).result(LIMIT) == 1024
    dropped = weakref.ref(backend)
    del backend

    until(lambda: dropped() is None)
    until(lambda: processes() == [])
