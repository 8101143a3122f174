import asyncio
import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobv1 import (
    JobCancelledError,
    JobFailedError,
    JobStatus,
    JobTimeoutError,
    JobV1,
    Tolerance,
    aio,
)
from jobv1._clock import CLOCK
from jobv1.executor import ExecutorBackend
from jobv1.testing import FakeBackend, FakeClock, Life, validated
from tests.awaiting import Awaited, eventually, run
from tests.scripted_job import ScriptedJob

QUEUED, RUNNING = JobStatus.QUEUED, JobStatus.RUNNING
DONE, ERROR, CANCELLED = JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED


class ResultJob(ScriptedJob):
    """Has a result that is called, or raised if it is an exception."""

    outcome = 42

    def result(self):
        self.calls.append("result")
        self.thread = threading.current_thread()
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


async def awaited(job):
    """Await a job."""
    return await job


def test_await():
    """`await job` waits until it is final, then gives its result, fetched once."""
    job = ResultJob([QUEUED, RUNNING, DONE])
    with FakeClock() as clock:
        assert run(awaited(job)) == 42

    assert (job.calls, clock.now()) == (["status"] * 3 + ["result"], 10)


def test_result_is_fetched_in_a_thread():
    """The result is fetched off the event loop, for it may take long."""
    job = ResultJob([DONE])
    run(awaited(job))

    assert job.thread is not threading.current_thread()


def test_result_with_arguments():
    """`result` takes what `wait_for_final_state` takes, by position or keyword."""
    job = ResultJob([RUNNING, RUNNING, DONE])
    seen = []
    with FakeClock() as clock:
        value = run(aio.result(job, 60, 2, lambda *given: seen.append(given), tolerance=None))

    assert (value, clock.now()) == (42, 4)
    assert seen == [("ab12", RUNNING, job), ("ab12", RUNNING, job), ("ab12", DONE, job)]


def test_tolerance():
    """Failures of the queries are survived as the tolerance says."""
    lost = OSError("lost")
    lost.retry_after = 3
    job = ResultJob([lost, DONE])
    with FakeClock() as clock:
        assert run(aio.result(job, tolerance=Tolerance(OSError, failures=1))) == 42

    assert clock.now() == 3


def test_result_of_a_job_that_is_late():
    """If the limit is met the result is not fetched."""
    job = ResultJob([RUNNING, RUNNING])
    with FakeClock(), pytest.raises(JobTimeoutError, match="Timeout while waiting for job ab12"):
        run(aio.result(job, timeout=5))

    assert "result" not in job.calls


def test_synchronous_job():
    """The result of a job that ran inside its submit is fetched without a query."""
    job = ResultJob([])
    job._async = False

    assert run(awaited(job)) == 42
    assert job.calls == ["result"]


def test_job_that_can_be_awaited():
    """A job whose status is awaited gives its result, too."""

    class AwaitedResultJob(Awaited, ResultJob):
        pass

    with FakeClock():
        assert run(awaited(AwaitedResultJob([RUNNING, DONE]))) == 42


@pytest.mark.parametrize(
    "error", [JobFailedError("The laser went out."), ValueError("no"), OSError()]
)
def test_error_of_the_result(error):
    """What `result()` raises is what comes, the very object."""
    job = ResultJob([DONE])
    job.outcome = error
    with pytest.raises(type(error)) as caught:
        run(awaited(job))

    assert caught.value is error


def test_stop_iteration():
    """A result that raises StopIteration does not hang; Python makes a RuntimeError of it."""
    job = ResultJob([DONE])
    job.outcome = StopIteration(5)
    with pytest.raises(RuntimeError, match="StopIteration"):
        run(awaited(job))


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_exit_from_the_result(kind):
    """What ends the program is not caught."""
    job = ResultJob([DONE])
    job.outcome = kind()
    with pytest.raises(kind):
        run(awaited(job))


@pytest.mark.parametrize(
    ("final", "kind", "text"),
    [
        (ERROR, JobFailedError, "Job 'fake-1' failed: The laser went out."),
        (CANCELLED, JobCancelledError, "Job 'fake-1' has no result: it was cancelled."),
    ],
)
def test_fake_jobs(final, kind, text):
    """A job that failed or was cancelled raises what its class raises."""
    life = Life(timeline={0: QUEUED, 60: final}, error_message="The laser went out.")
    with FakeClock() as clock, pytest.raises(kind) as caught:
        run(awaited(FakeBackend(life).run()))

    assert (str(caught.value), clock.now()) == (text, 60)


def test_fake_job_that_is_done():
    """A fake job is awaited as any other."""
    with FakeClock() as clock:
        job = FakeBackend(Life(timeline={0: QUEUED, 42: DONE})).run("payload")
        assert run(awaited(job)) == "payload"

    assert clock.now() == 45


def test_watched_job():
    """A job that is watched for the contract can be awaited."""
    with FakeClock():
        job = validated(FakeBackend(Life(timeline={0: QUEUED, 42: DONE})).run("payload"))
        assert run(awaited(job)) == "payload"


def test_executor_jobs():
    """Local jobs wake the await when they end, whatever its `wait` is."""
    gate = threading.Event()

    async def main(backend):
        jobs = [backend.run(gate.wait, 10), backend.run(int, "five")]
        both = asyncio.gather(*(aio.result(job, wait=3600) for job in jobs), return_exceptions=True)
        await asyncio.sleep(0.02)
        gate.set()
        return await asyncio.wait_for(both, 10)

    with ThreadPoolExecutor(2) as pool, ExecutorBackend(pool) as backend:
        first, second = run(main(backend))

    assert first is True
    assert isinstance(second, JobFailedError)
    assert isinstance(second.__cause__, ValueError)


def test_executor_job_that_is_cancelled():
    """A local job that is cancelled while it is awaited raises a JobCancelledError."""
    gate = threading.Event()

    async def main(backend):
        backend.run(gate.wait, 10)
        job = backend.run(pow, 2, 10)
        task = asyncio.create_task(aio.result(job, wait=3600))
        await asyncio.sleep(0.02)
        assert job.cancel()
        try:
            return await asyncio.wait_for(task, 10)
        finally:
            gate.set()

    with (
        ThreadPoolExecutor(1) as pool,
        ExecutorBackend(pool) as backend,
        pytest.raises(JobCancelledError),
    ):
        run(main(backend))


def test_jobs_together():
    """Jobs are awaited together by `gather`, which takes them as they are."""

    async def main():
        return await asyncio.gather(*jobs)

    with FakeClock() as clock:
        jobs = [FakeBackend(Life(timeline={0: QUEUED, end: DONE})).run(end) for end in (20, 10)]
        assert run(main()) == [20, 10]

    assert clock.now() == 20


def test_cancelled_while_the_result_is_fetched():
    """A task that is cancelled while the result is fetched ends at once, the job left alone."""

    class SlowJob(ResultJob):
        def __init__(self):
            super().__init__([DONE])
            self.begun, self.gate = threading.Event(), threading.Event()

        def result(self):
            self.begun.set()
            assert self.gate.wait(30)
            raise ValueError("nobody hears it")

    job = SlowJob()

    async def main():
        task = asyncio.create_task(awaited(job))
        assert await asyncio.to_thread(job.begun.wait, 10)
        task.cancel()
        await asyncio.wait([task], timeout=10)
        return task.cancelled()

    before = set(threading.enumerate())
    assert run(main())
    job.gate.set()
    eventually(lambda: not set(threading.enumerate()) - before)


def test_result_of_a_job_that_is_garbage():
    """The job is not kept by what its result raised in the thread."""
    job = ResultJob([DONE])
    job.outcome = 7
    gone = weakref.ref(job)
    run(awaited(job))
    gc.disable()
    try:
        del job
        eventually(lambda: gone() is None)
    finally:
        gc.enable()


def test_time_stands_still_for_a_result():
    """Virtual time does not move while a result is really fetched."""

    class SlowResultJob(ResultJob):
        def result(self):
            time.sleep(0.02)
            return CLOCK.get().now()

    async def main():
        other = asyncio.create_task(clock.sleep_async(100))
        fetched = await SlowResultJob([DONE])
        await other
        return fetched

    with FakeClock() as clock:
        assert run(main()) == 0


def test_own_way_of_awaiting():
    """A subclass may be awaited in its own way."""

    class OwnJob(ResultJob):
        def __await__(self):
            yield from asyncio.sleep(0).__await__()
            return "own"

    assert isinstance(OwnJob([]), JobV1)
    assert run(awaited(OwnJob([]))) == "own"
