import multiprocessing
import os
import weakref
from concurrent.futures import Future, ProcessPoolExecutor

import pytest

from jobv1 import _process_pool
from jobv1._process_pool import ProcessPool, mended, usable_cores
from jobv1.executor import ExecutorBackend
from tests.local_work import (
    LIMIT,
    bounded,  # noqa: F401 - a fixture
    pass_gate,
    processes,
    until,
)

pytestmark = pytest.mark.usefixtures("bounded")


class OwnFuture(Future):
    """The future of an executor that has a class of its own for them."""


@pytest.mark.parametrize(("usable", "cores"), [({0}, 1), ({1, 4, 6}, 3)])
def test_cores_of_this_process(monkeypatch, usable, cores):
    """Only the cores that this very process may use count."""
    monkeypatch.setattr(os, "sched_getaffinity", {0: usable}.get, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)

    assert usable_cores() == cores


@pytest.mark.parametrize(("counted", "cores"), [(3, 3), (None, 1)])
def test_cores_of_a_system_that_knows_no_affinity(monkeypatch, counted, cores):
    """Without an affinity all cores are usable, and one if they cannot be counted."""
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: counted)

    assert usable_cores() == cores


def test_system_without_signal_masks(monkeypatch):
    """Where signals cannot be held back the pool works all the same."""
    monkeypatch.setattr(_process_pool, "_HAS_SIGNAL_MASKS", False)
    with ExecutorBackend(workers=1) as backend:
        assert backend.run(pow, 2, 10).result(LIMIT) == 1024


def test_pool_that_was_shut_down():
    """A pool that was shut down takes no more calls, even if it never made a process."""
    pool = ProcessPool(1)
    pool.shutdown()

    with pytest.raises(RuntimeError, match="^the pool of processes was shut down$"):
        pool.submit(pow, 2, 10)


def test_shutdown_in_a_callback(tmp_path):
    """A done callback in the thread of the pool is told from others, and a shutdown there ends."""
    told = []

    def end(future):
        told.append(pool.is_calling_back())
        told.append(pool.shutdown())

    pool = ProcessPool(1)
    future = pool.submit(pass_gate, tmp_path / "in", tmp_path / "gate")
    future.add_done_callback(end)
    (tmp_path / "gate").touch()
    until(lambda: len(told) == 2)
    until(lambda: processes() == [])

    assert told == [True, None]
    assert not pool.is_calling_back()


def test_future_of_another_class():
    """A future that is not the standard one is left as it is."""
    future = OwnFuture()
    with ProcessPoolExecutor(1) as pool:
        assert mended(future, pool) is future
    assert type(future) is OwnFuture


def test_end_of_a_process():
    """What a process does at its end shuts its pools down, if there still are any."""
    with ProcessPoolExecutor(1) as pool:
        _process_pool._end(weakref.ref(pool))
        with pytest.raises(RuntimeError, match="after shutdown"):
            pool.submit(pow, 2, 10)


def run_a_job(backend):
    """Run a job in a process that multiprocessing made, and close nothing."""
    assert backend.run(pow, 2, 10).result(LIMIT) == 1024


@pytest.mark.filterwarnings("ignore:.* is multi-threaded:DeprecationWarning")
def test_process_that_multiprocessing_made(capfd):
    """A process of multiprocessing that never closes the backend ends all the same, quietly."""
    with ExecutorBackend(workers=1) as backend:
        run_a_job(backend)
        process = multiprocessing.get_context("fork").Process(target=run_a_job, args=(backend,))
        process.start()
        process.join(LIMIT)

        assert process.exitcode == 0
        assert capfd.readouterr() == ("", "")
