"""Awaited waits on a real event loop, with real threads, in real time."""

import asyncio
import subprocess
import sys
import threading
import time
from contextvars import Context

import pytest

from jobv1 import JobStatus, JobTimeoutError, aio
from jobv1._clock import CLOCK
from tests.awaiting import (
    AwaitedPushJob,
    HungAwaitedJob,
    HungJob,
    eventually,
    rounds,
    run,
    until,
)
from tests.scripted_job import PushJob, ScriptedJob

DONE, RUNNING = JobStatus.DONE, JobStatus.RUNNING
each_push = pytest.mark.parametrize("kind", [PushJob, AwaitedPushJob])
each_hung = pytest.mark.parametrize("kind", [HungJob, HungAwaitedJob])
each_wait = pytest.mark.parametrize(
    "wait_for",
    [
        aio.wait_for_final_state,
        aio.result,
        lambda job, **keywords: aio.wait([job], **keywords),
        lambda job, **keywords: anext(aio.as_completed([job], **keywords)),
    ],
    ids=["wait_for_final_state", "result", "wait", "as_completed"],
)


class SlowJob(ScriptedJob):
    """A job whose query blocks its thread for a while."""

    def __init__(self, script, *, seconds=0.02):
        super().__init__(script)
        self.seconds = seconds

    def _take_step(self):
        time.sleep(self.seconds)
        return DONE if len(self.queried_at) > 1 else RUNNING


@pytest.fixture(autouse=True)
def no_thread_left():
    """After each test of this file no thread is left but those that were there before."""
    before = set(threading.enumerate())
    yield
    eventually(lambda: not set(threading.enumerate()) - before)


async def greatest_lag(task):
    """Give by how many seconds a sleep of 1 ms was late at the most, until a task ends."""
    lag = 0.0
    while not task.done():
        begin = time.perf_counter()
        await asyncio.sleep(0.001)
        lag = max(lag, time.perf_counter() - begin - 0.001)
    await task
    return lag


async def cancelled(task):
    """Cancel a task, and tell whether it ends at once."""
    begin = time.monotonic()
    task.cancel()
    await asyncio.wait([task], timeout=10)
    return task.cancelled() and time.monotonic() - begin < 1


@pytest.mark.parametrize("together", [True, False], ids=["wait", "gather"])
def test_loop_stays_free(together):
    """The loop goes on while a hundred jobs with a blocking query are awaited."""

    async def main():
        jobs = [SlowJob([], seconds=0.05) for _ in range(100)]
        if together:
            waiting = aio.wait(jobs, wait=0.1, callback=lambda *given: None)
        else:
            waiting = asyncio.gather(*(aio.wait_for_final_state(job, wait=0.1) for job in jobs))
        return await greatest_lag(asyncio.ensure_future(waiting))

    # With queries on the loop it would be 50 ms for each, five seconds in all.
    assert run(main()) < 0.15


@pytest.mark.parametrize("workers", [None, 3])
def test_bounded_threads(workers):
    """Never more threads ask than `workers` says, by default 32."""
    most = []

    class CountingJob(SlowJob):
        def _take_step(self):
            most.append(threading.active_count())
            return super()._take_step()

    before = threading.active_count()
    run(
        aio.wait(
            [CountingJob([], seconds=0.002) for _ in range(100)],
            wait=0,
            callback=print,
            workers=workers,
        )
    )

    assert max(most) - before == (workers or 32)


def test_threads_that_are_shared():
    """A hundred jobs that are awaited each for itself share 32 threads."""
    most = []

    class CountingJob(SlowJob):
        def _take_step(self):
            most.append(threading.active_count())
            return super()._take_step()

    async def main():
        jobs = [CountingJob([]) for _ in range(100)]
        await asyncio.gather(*(aio.wait_for_final_state(job, wait=0) for job in jobs))

    before = threading.active_count()
    run(main())

    assert max(most) - before == 32


@each_wait
@each_push
def test_cancelled_while_it_sleeps(wait_for, kind):
    """A task that is cancelled while it sleeps ends at once; the job is left as it is."""
    job = kind()

    async def main():
        task = asyncio.create_task(wait_for(job, wait=3600))
        await until(lambda: job.waiting)
        return await cancelled(task)

    assert run(main())
    assert job.waiting == []
    assert "cancel" not in job.calls


@each_wait
@each_hung
def test_cancelled_while_it_asks(wait_for, kind):
    """A task that is cancelled while it asks ends at once; the job is left as it is."""
    job = kind()

    async def main():
        task = asyncio.create_task(wait_for(job))
        await until(job.begun.is_set)
        ended = await cancelled(task)
        await rounds()
        return ended

    assert run(main())
    job.gate.set()
    assert "cancel" not in job.calls
    if kind is HungAwaitedJob:
        assert job.ended == ["cancelled"]


@each_hung
def test_hung_query_and_the_limit(kind):
    """A query that does not come back holds up the limit by a second at the most, and says so."""
    job = kind(job_id="stuck")

    async def main():
        with pytest.raises(JobTimeoutError) as caught:
            await aio.wait_for_final_state(job, timeout=0.05)
        return caught.value

    begin = time.monotonic()
    error = run(main())
    job.gate.set()

    assert 1 <= time.monotonic() - begin < 5
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

    assert time.monotonic() - begin < 1


@each_hung
def test_hung_query_and_the_others(kind):
    """A query that does not come back holds up no other job, and not the limit."""
    hung = kind()
    others = [SlowJob([]) for _ in range(5)]

    async def main():
        came = []
        with pytest.raises(JobTimeoutError, match=r"^1 \(of 6\) jobs unfinished") as caught:
            async for job in aio.as_completed([hung, *others], timeout=0.5, wait=0.1):
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


@each_wait
@each_push
def test_woken_from_another_thread(wait_for, kind):
    """A job that another thread ends wakes the await at once."""
    job = kind()

    async def main():
        task = asyncio.create_task(wait_for(job, wait=3600))
        await until(lambda: job.waiting)
        finisher = threading.Thread(target=job.finish)
        finisher.start()
        await asyncio.wait_for(task, 5)
        finisher.join()

    run(main())
    assert len(job.queried_at) == 2


def test_context_of_a_query():
    """A query in a thread sees the context of the task, and its clock."""
    seen = []

    class ContextJob(ScriptedJob):
        def _take_step(self):
            seen.append(CLOCK.get())
            return DONE

    clock = Context().run(CLOCK.get)
    Context().run(run, aio.wait_for_final_state(ContextJob([])))

    assert seen == [clock]


def test_real_sleep():
    """In real time a wait asks after its pauses, and at its limit."""
    job = ScriptedJob([RUNNING] * 10)
    with pytest.raises(JobTimeoutError):
        Context().run(run, aio.wait_for_final_state(job, timeout=0.25, wait=0.1))

    times = [time - job.queried_at[0] for time in job.queried_at]
    assert times[1] >= 0.099
    assert 0.249 <= times[-1] < 1
