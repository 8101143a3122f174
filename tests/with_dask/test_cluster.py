"""Jobs on a real Dask cluster, and waits for them."""

import asyncio
import os
import time

import pytest
from distributed import Client

from jobv1 import JobError, aio, waiting
from jobv1.executor import ExecutorBackend

# A process that is forked has the threads of none.
FORK = "ignore:.*is multi-threaded.*:DeprecationWarning"


def test_a_thousand_jobs(backend):
    """A thousand jobs give their thousand results."""
    jobs = [backend.run(pow, number, 2) for number in range(1000)]

    assert [job.result(60) for job in jobs] == [number**2 for number in range(1000)]
    assert all(job.done() for job in jobs)


def test_equal_calls_are_two_jobs(backend):
    """Two calls that are equal run twice."""
    assert backend.run(time.time_ns).result(30) != backend.run(time.time_ns).result(30)


def test_wakes_a_wait(backend):
    """A wait ends with the task, whatever its `wait` is."""
    begin = time.monotonic()

    backend.run(time.sleep, 0.2).wait_for_final_state(60, wait=60)

    assert time.monotonic() - begin < 20


def test_waits_for_many(backend):
    """Waits for many jobs end with their tasks, in the order in which these end."""
    slow, fast = backend.run(time.sleep, 2), backend.run(time.sleep, 0.2)

    assert list(waiting.as_completed([slow, fast], timeout=30, wait=60)) == [fast, slow]
    assert len(waiting.wait([slow, fast], timeout=30).done) == 2


def test_awaits(backend):
    """Jobs are awaited on a loop that is not that of their client."""

    async def wait():
        slow, fast = backend.run(time.sleep, 2), backend.run(time.sleep, 0.2)
        completed = [job async for job in aio.as_completed([slow, fast], timeout=30, wait=60)]
        return completed == [fast, slow], await backend.run(pow, 2, 3)

    assert asyncio.run(wait()) == (True, 8)


def test_awaits_in_the_loop_of_an_asynchronous_client(cluster):
    """Jobs are awaited on the loop of their client, too; a wait that would block it is refused."""

    async def wait():
        async with Client(cluster.address, asynchronous=True) as client:
            with ExecutorBackend(client.get_executor()) as backend:
                job = backend.run(pow, 2, 3)
                with pytest.raises(JobError, match="cannot end while this thread waits for it"):
                    job.result()
                return await aio.result(job, timeout=30), job.result()

    assert asyncio.run(wait()) == (8, 8)


def test_a_wait_in_a_done_callback(backend):
    """A done callback cannot wait for another job, and is told so; it may run one."""
    seen = []

    def wait(_):
        seen.append(backend.run(pow, 2, 3))
        try:
            seen[0].result()
        except JobError as error:
            seen.append(str(error))

    backend.run(time.sleep, 0.5).add_done_callback(wait)
    while len(seen) < 2:
        time.sleep(0.01)

    assert "cannot end while this thread waits for it" in seen[1]
    assert seen[0].result(30) == 8


def test_a_call_that_raises(backend):
    """The error of a call comes back."""
    with pytest.raises(JobError, match="ZeroDivisionError"):
        backend.run(divmod, 1, 0).result(30)


def test_a_closed_client(cluster):
    """A client that is closed takes no job, and those that had not ended are in ERROR."""
    client = cluster.client()
    backend = ExecutorBackend(client.get_executor())
    jobs = [backend.run(time.sleep, 300) for _ in range(100)]

    client.close()

    for job in jobs:
        job.wait_for_final_state(10)
        assert "its client was closed" in job.error_message()
    with pytest.raises(JobError, match="takes no more jobs: its Dask client is closed"):
        backend.run(pow, 2, 3)


@pytest.mark.filterwarnings(FORK)
def test_a_forked_child(backend):
    """A forked child is told at once that the client stays with its parent."""
    assert backend.run(pow, 2, 3).result(30) == 8
    child = os.fork()
    if child == 0:
        try:
            backend.run(pow, 2, 3)
        except JobError as error:
            os._exit(7 if "make another backend in the child" in str(error) else 1)
        os._exit(2)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert backend.run(pow, 2, 3).result(30) == 8
