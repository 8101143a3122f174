"""Awaited waits on a real event loop, with real threads, in real time."""

import asyncio
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
    SlowJob,
    cancelled,
    eventually,
    rounds,
    run,
    until,
)
from tests.many_jobs import ignore
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
    assert run(main()) < 0.5


def asked(jobs):
    """Count the jobs that are asked."""
    return sum(job.begun.is_set() for job in jobs)


async def as_many_as(number, jobs, threads_before):
    """See that so many jobs are asked at the same time, in so many threads, and let them go."""
    await until(lambda: asked(jobs) == number)
    await asyncio.sleep(0.02)
    assert asked(jobs) == len(set(threading.enumerate()) - threads_before) == number
    for job in jobs:
        job.gate.set()


@pytest.mark.parametrize(("workers", "number"), [(None, 32), (3, 3), (50, 50)])
def test_bounded_threads(workers, number):
    """As many threads ask as `workers` says, by default 32."""
    jobs = [HungJob() for _ in range(60)]

    async def main():
        before = set(threading.enumerate())
        task = asyncio.create_task(aio.wait(jobs, callback=ignore, workers=workers))
        await as_many_as(number, jobs, before)
        return await task

    assert run(main()).done == jobs


def test_threads_that_are_shared():
    """Jobs that are awaited each for itself share 32 threads."""
    jobs = [HungJob() for _ in range(60)]

    async def main():
        before = set(threading.enumerate())
        tasks = [asyncio.create_task(aio.wait_for_final_state(job)) for job in jobs]
        await as_many_as(32, jobs, before)
        await asyncio.gather(*tasks)

    run(main())
    assert asked(jobs) == 60


@pytest.mark.parametrize(("workers", "number"), [(None, 32), (3, 3), (50, 50)])
def test_bounded_queries(workers, number):
    """As many queries are awaited at the same time as `workers` says, by default 32."""
    jobs = [HungAwaitedJob() for _ in range(60)]

    async def main():
        before = set(threading.enumerate())
        task = asyncio.create_task(aio.wait(jobs, callback=ignore, workers=workers))
        await until(lambda: asked(jobs) == number)
        await rounds()
        assert asked(jobs) == number
        assert not set(threading.enumerate()) - before
        for job in jobs:
            job.gate.set()
        return await task

    assert run(main()).done == jobs


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
    """In real time a wait asks after its pauses, and once more at its limit."""
    job = ScriptedJob([RUNNING] * 10)
    begin = time.monotonic()
    with pytest.raises(JobTimeoutError):
        Context().run(run, aio.wait_for_final_state(job, timeout=1, wait=0.6))

    assert len(job.queried_at) == 3
    assert 1 <= time.monotonic() - begin < 5
