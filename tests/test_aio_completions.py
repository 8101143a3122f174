import asyncio
import gc
import math
import threading
import weakref
from contextlib import aclosing

import pytest

from jobv1 import JobStatusError, Tolerance, aio
from jobv1.testing import FakeClock
from tests.awaiting import (
    AwaitedEndingJob,
    AwaitedJob,
    AwaitedPushJob,
    HungAwaitedJob,
    rounds,
    run,
    until,
)
from tests.many_jobs import DONE, ERROR, RUNNING, EndingBatch, EndingJob, batches, ignore
from tests.scripted_job import PushJob, ScriptedJob

each_kind = pytest.mark.parametrize("kind", [ScriptedJob, AwaitedJob])
each_ending = pytest.mark.parametrize("kind", [EndingJob, AwaitedEndingJob])
each_push = pytest.mark.parametrize("kind", [PushJob, AwaitedPushJob])


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with FakeClock() as clock:
        yield clock


async def come(completions):
    """Give the jobs in the order in which they come, each with its status and its error."""
    return [(job, completions.status, completions.error) async for job in completions]


@each_kind
def test_status_and_error(kind):
    """What came of the job that came last is told: its status, or why it was given up."""
    lost = OSError("lost")
    good, failed, broken = kind([DONE]), kind([RUNNING, ERROR]), kind([RUNNING, RUNNING, lost])
    completions = aio.as_completed([broken, failed, good], wait=1)
    assert (completions.status, completions.error) == (None, None)

    came = run(come(completions))
    assert {id(job): rest for job, *rest in came} == {
        id(good): [DONE, None],
        id(failed): [ERROR, None],
        id(broken): [RUNNING, lost],
    }


@each_kind
def test_one_failure_touches_no_other(kind):
    """What one job raises or answers wrongly is its own outcome, reported with it."""
    jobs = [kind(["running"]), kind([RUNNING, RUNNING, DONE]), kind([ValueError("no")])]
    pair = run(aio.wait(jobs, callback=ignore))

    assert (pair.done, pair.not_done) == (jobs, [])
    assert [(job, type(error)) for job, error in pair.errors] == [
        (jobs[0], JobStatusError),
        (jobs[2], ValueError),
    ]
    assert str(pair.errors[0][1]).startswith(
        f"{kind.__name__}.status{'_async' if kind is AwaitedJob else ''}() answered 'running' (str)"
    )


@each_kind
def test_tolerance(clock, kind):
    """Failures are survived, counted for each job by itself; a hint of the error is kept."""
    lost = OSError("lost")
    lost.retry_after = 3
    jobs = [kind([lost, lost, DONE]), kind([lost, lost, lost])]
    pair = run(aio.wait(jobs, callback=ignore, tolerance=Tolerance(OSError, failures=2)))

    assert [job for job, _ in pair.errors] == [jobs[1]]
    assert ([job.queried_at for job in jobs], clock.now()) == ([[0, 3, 6]] * 2, 6)


@each_kind
def test_callback(kind):
    """The callback is called after each answer, and what it raises ends the wait."""
    jobs = [kind([RUNNING, DONE]), kind([DONE])]
    seen = []

    def note(job_id, status, job):
        assert threading.current_thread() is threading.main_thread()
        seen.append((job, status))
        if len(seen) == 3:
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        run(aio.wait(jobs, callback=note))

    # In threads either may be the first.
    assert sorted(seen[:2], key=lambda entry: jobs.index(entry[0])) == [
        (jobs[0], RUNNING),
        (jobs[1], DONE),
    ]
    assert seen[2:] == [(jobs[0], DONE)]


def test_lost_batch():
    """A batch that fails as a whole is asked for job by job."""
    batch = batches(EndingBatch, faults={1: OSError("no route")})
    jobs = [batch(0), batch(0)]

    assert run(aio.wait(jobs)).done == jobs
    assert len(batch.requests) == 1


@each_push
def test_push(clock, kind):
    """Jobs that tell are asked once at first and once when they are final."""
    jobs = [kind() for _ in range(20)]
    for place, job in enumerate(jobs):
        clock.call_at(10 + place / 4, job.finish)
    came = run(come(aio.as_completed(jobs, wait=1)))

    assert [job for job, *_ in came] == jobs
    assert clock.now() == 14.75
    assert {len(job.queried_at) for job in jobs} == {2}
    assert not any(job.waiting for job in jobs)


@each_ending
def test_add(clock, kind):
    """A job that is added is waited for as well, within the same limit, but not twice."""
    first, late = kind(10), kind(30)

    async def main():
        completions = aio.as_completed([first], wait=2)
        came = []
        async for job in completions:
            if job is first:
                completions.add(late)
                completions.add(late)
            came.append(job)
        with pytest.raises(RuntimeError, match="^the wait for these jobs is over"):
            completions.add(first)
        return came

    assert run(main()) == [first, late]
    assert 30 <= clock.now() <= 32


@each_ending
def test_add_from_another_thread(clock, kind):
    """A job that another thread adds is asked at once, though the wait sleeps."""
    late = kind(0)

    async def main():
        completions = aio.as_completed([kind(1000)], wait=900, seed=2)
        clock.call_at(100, lambda: in_thread(lambda: completions.add(late)))
        return await anext(completions), clock.now()

    assert run(main()) == (late, 100)


def in_thread(call):
    """Call something in another thread."""
    thread = threading.Thread(target=call)
    thread.start()
    thread.join(10)


def test_add_what_is_no_job():
    """Something that is no job is a TypeError."""
    with pytest.raises(TypeError, match=r"^a job has job_id\(\) and status\(\)"):
        aio.as_completed([]).add("ab12")


@each_push
def test_aclose(kind):
    """A loop that is left early is closed by `aclosing`: nobody listens any longer."""
    jobs = [kind(), kind()]
    jobs[0].finished = True

    async def main():
        async with aclosing(aio.as_completed(jobs, wait=60)) as completions:
            async for job in completions:
                assert job is jobs[0]
                break
        listeners = jobs[1].waiting.copy()
        rest = [job async for job in completions]
        with pytest.raises(RuntimeError, match="^the wait for these jobs is over"):
            completions.add(job)
        return listeners, rest

    assert run(main()) == ([], [])
    assert set(jobs[1].calls) <= {"status", "remove_done_callback"}


def test_aclose_before_the_first():
    """A wait that was never begun can be closed, and then gives nothing."""
    job = EndingJob(0)

    async def main():
        completions = aio.as_completed([job])
        await completions.aclose()
        with pytest.raises(RuntimeError, match="^the wait for these jobs is over"):
            completions.add(job)
        return [job async for job in completions]

    assert run(main()) == []
    assert job.calls == []


def test_loop_that_is_left_early():
    """A loop that is left early without more is closed by the event loop soon."""
    jobs = [PushJob(), PushJob()]
    jobs[0].finished = True

    async def main():
        async for _job in aio.as_completed(jobs, wait=60):
            break
        gc.collect()
        await rounds()
        return jobs[1].waiting

    assert run(main()) == []


def test_query_under_way_when_it_is_closed():
    """The query that is awaited when the wait is closed is cancelled, and no job is."""
    hung = HungAwaitedJob()

    async def main():
        async with aclosing(aio.as_completed([hung, EndingJob(0)])) as completions:
            await anext(completions)
            await hung.begun.wait()
        await rounds()

    run(main())
    assert (hung.ended, hung.calls) == (["cancelled"], [])


@each_push
def test_cancelled_task(kind):
    """A task that is cancelled while it waits for the next job ends at once, the jobs do not."""
    jobs = [kind(), kind()]

    async def main():
        completions = aio.as_completed(jobs, wait=math.inf)
        task = asyncio.create_task(anext(completions))
        await until(lambda: all(job.waiting for job in jobs))
        task.cancel()
        await asyncio.wait([task])
        with pytest.raises(RuntimeError, match="^the wait for these jobs was cancelled"):
            await anext(completions)
        return task.cancelled()

    assert run(main())
    assert [job.waiting for job in jobs] == [[], []]
    assert "cancel" not in jobs[0].calls + jobs[1].calls


def test_two_tasks():
    """Only one task at a time may wait for the next job."""

    async def main():
        completions = aio.as_completed([EndingJob(50)])
        task = asyncio.create_task(anext(completions))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="already running"):
            await anext(completions)
        await task

    run(main())


@each_ending
def test_no_reference_is_kept(kind):
    """A job that came is kept by nobody but the caller."""

    async def main():
        gone = []
        async for job in aio.as_completed([kind(end) for end in range(5)], wait=1):
            gone.append(weakref.ref(job))
            del job
            assert [its() for its in gone] == [None] * len(gone)
        return len(gone)

    gc.disable()
    try:
        assert run(main()) == 5
    finally:
        gc.enable()
