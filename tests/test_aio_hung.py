"""Awaited waits of jobs whose queries do not come back, in real time."""

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from jobv1 import JobStatus, JobTimeoutError, aio
from tests.awaiting import HungAwaitedJob, HungJob, SlowJob, cancelled, eventually, run, until
from tests.scripted_job import ScriptedJob

DONE, RUNNING = JobStatus.DONE, JobStatus.RUNNING
each_hung = pytest.mark.parametrize("kind", [HungJob, HungAwaitedJob])


@pytest.fixture(autouse=True)
def no_thread_left():
    """After each test of this file no thread is left but those that were there before."""
    before = set(threading.enumerate())
    yield
    eventually(lambda: not set(threading.enumerate()) - before)


@pytest.mark.usefixtures("short_grace")
@each_hung
def test_hung_query_and_the_limit(kind):
    """A query that does not come back holds up the limit for its grace, and the error says so."""
    job = kind(job_id="stuck")

    async def main():
        with pytest.raises(JobTimeoutError) as caught:
            await aio.wait_for_final_state(job, timeout=0.05)
        return caught.value

    begin = time.monotonic()
    error = run(main())
    job.gate.set()

    assert 0.1 <= time.monotonic() - begin < 5
    assert str(error).startswith(
        "Timeout while waiting for job stuck. It is of unknown status after"
    )
    assert "(timeout 0.05 s, 1 query, the last failed with TimeoutError)" in str(error)
    assert error.last_error is error.__cause__
    assert str(error.last_error) == "The last query did not come back in time."
    assert (error.status, error.queries, error.timeout) == (None, 1, 0.05)


@each_hung
def test_hung_query_after_good_ones(kind):
    """A query that hangs after good ones is given up soon after the limit, which they were fast."""

    class LaterHungJob(kind):
        asked = 0

        def status(self):
            self.asked += 1
            return RUNNING if self.asked < 3 else super().status()

    class LaterHungAwaitedJob(LaterHungJob):
        async def status_async(self):
            self.asked += 1
            return RUNNING if self.asked < 3 else await super().status_async()

    job = (LaterHungJob if kind is HungJob else LaterHungAwaitedJob)(job_id="stuck")
    begin = time.monotonic()
    with pytest.raises(JobTimeoutError, match=r"of unknown status \(last seen RUNNING\)"):
        run(aio.wait_for_final_state(job, timeout=0.1, wait=0.01))
    job.gate.set()

    assert time.monotonic() - begin < 3


@each_hung
def test_hung_query_and_the_others(kind):
    """A query that does not come back holds up no other job, and not the limit."""
    hung = kind()
    others = [SlowJob([]) for _ in range(5)]

    async def main():
        came = []
        with pytest.raises(JobTimeoutError, match=r"^1 \(of 6\) jobs unfinished") as caught:
            async for job in aio.as_completed([hung, *others], timeout=0.3, wait=0.1):
                came.append(job)  # noqa: PERF401 - what came before the error is looked at
        return came, caught.value.unfinished

    came, unfinished = run(main())
    hung.gate.set()

    assert (set(came), unfinished) == (set(others), [hung])


@each_hung
def test_hung_query_and_the_last_round(kind):
    """To wait for all, the job that hangs is asked first; at the limit the others are told."""
    hung = kind()
    done, running = ScriptedJob([DONE]), ScriptedJob([RUNNING])
    begin = time.monotonic()
    pair = run(aio.wait([hung, done, running], timeout=0.3))
    hung.gate.set()

    assert (pair.done, pair.not_done) == ([done], [hung, running])
    assert time.monotonic() - begin < 3


@pytest.mark.usefixtures("short_grace")
def test_all_workers_hang():
    """If the queries of all workers hang, the wait ends after its limit even so."""
    jobs = [HungJob() for _ in range(3)]
    pair = run(aio.wait(jobs, timeout=0.05, workers=2, callback=print))
    for job in jobs:
        job.gate.set()

    assert pair.not_done == jobs


def test_query_that_waits_for_a_thread_when_it_is_cancelled():
    """A query that has no thread yet when its task is cancelled is not made at all."""
    hung = [HungJob() for _ in range(32)]
    late = ScriptedJob([DONE])

    async def main():
        tasks = [asyncio.create_task(aio.wait_for_final_state(job)) for job in [*hung, late]]
        await until(lambda: all(job.begun.is_set() for job in hung))
        ended = await cancelled(tasks.pop())
        for job in hung:
            job.gate.set()
        await asyncio.gather(*tasks)
        return ended

    assert run(main())
    assert late.calls == []


def test_hung_query_and_the_end_of_the_program():
    """A query that hangs does not keep the program from ending."""
    program = """
import asyncio, time
from jobv1 import JobStatus, JobV1, aio
class HungJob(JobV1):
    submit = result = None
    def status(self):
        time.sleep(60)
async def main():
    try:
        await asyncio.wait_for(aio.wait_for_final_state(HungJob(None, "ab12")), 0.1)
    except asyncio.TimeoutError:
        print("cut")
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    assert (done.stdout, done.stderr) == ("cut\n", "")
