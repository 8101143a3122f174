import asyncio
import math
import threading

import pytest

from jobv1 import JobTimeoutError, JobV1, aio
from jobv1.testing import FakeClock
from tests.awaiting import AwaitedEndingJob, AwaitedPushJob, run
from tests.many_jobs import (
    CANCELLED,
    DONE,
    ERROR,
    EndingBatch,
    EndingJob,
    ForeignJob,
    batches,
)
from tests.scripted_job import PushJob

KINDS = [EndingJob, AwaitedEndingJob]
each_kind = pytest.mark.parametrize("kind", KINDS)
each_push = pytest.mark.parametrize("kind", [PushJob, AwaitedPushJob])


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with FakeClock() as clock:
        yield clock


async def come(completions, clock=None):
    """Give the jobs in the order in which they come, with the times if there is a clock."""
    return [(job, clock.now()) if clock else job async for job in completions]


async def called(call, *arguments, **keywords):
    """Call something in an event loop, and give what it gives."""
    return call(*arguments, **keywords)


@each_kind
def test_wait_for_all(clock, kind):
    """All jobs are done when the last is, in the order in which they were given."""
    jobs = [kind(end) for end in (12, 3, 30)]
    pair = run(aio.wait(jobs))

    assert (pair.done, pair.not_done, pair.errors, clock.now()) == (jobs, [], [], 30)


@each_kind
def test_wait_for_the_first(clock, kind):
    """The wait for the first ends with it, at most one pause late."""
    jobs = [kind(end) for end in (120, 3, 300)]
    pair = run(aio.wait(jobs, None, aio.FIRST_COMPLETED, wait=2))

    assert (pair.done, pair.not_done) == ([jobs[1]], [jobs[0], jobs[2]])
    assert 3 <= clock.now() <= 5


@each_kind
@pytest.mark.parametrize("final", [DONE, ERROR, CANCELLED])
def test_wait_for_the_first_exception(kind, final):
    """The wait for an exception ends with the first job in ERROR, else when all have ended."""
    jobs = [kind(3, CANCELLED), kind(20, final), kind(300)]
    pair = run(aio.wait(jobs, return_when=aio.FIRST_EXCEPTION, wait=1))

    assert pair.not_done == ([jobs[2]] if final is ERROR else [])


@each_kind
def test_limit_of_a_wait(clock, kind):
    """At the limit each job is asked once more, and told to be done or not."""
    jobs = [kind(end) for end in (300, 17, 300, 3)]
    pair = run(aio.wait(jobs, 17))

    assert (pair.done, pair.not_done, clock.now()) == ([jobs[1], jobs[3]], [jobs[0], jobs[2]], 17)
    assert [len(job.queried_at) for job in jobs[1:]] == [1, 1, 1]


@each_kind
def test_few_queries(clock, kind):
    """To wait for all takes about a query each, and a few for each pause."""
    jobs = [kind(end) for end in range(100, 200)]
    run(aio.wait(jobs, wait=5))

    queries = sum(len(job.queried_at) for job in jobs)
    assert clock.now() <= 205
    assert queries <= 100 + 4 * 40


@each_kind
def test_fewest_queries(kind):
    """One worker asks one job until it is final, then the next: a query each, and the pauses."""
    jobs = [kind(end) for end in range(100, 200)]
    run(aio.wait(jobs, wait=5, workers=1))

    assert sum(len(job.queried_at) for job in jobs) <= 100 + 40


@each_kind
def test_more_at_a_time_as_long_as_jobs_are_final(kind):
    """Jobs that are final already are asked ever more at a time, up to the number of workers."""

    class CountedJob(kind):
        now = most = 0

        async def status_async(self):
            counted = type(self)
            counted.now += 1
            counted.most = max(counted.most, counted.now)
            await asyncio.sleep(0)
            counted.now -= 1
            return DONE

    run(aio.wait([CountedJob(0) for _ in range(200)], workers=20))

    assert CountedJob.most == 20


@each_kind
@pytest.mark.parametrize("timeout", [0, -1, -math.inf])
def test_no_time(clock, kind, timeout):
    """A limit of 0 or less means exactly one query of each."""
    jobs = [kind(0), kind(10), kind(0)]
    pair = run(aio.wait(jobs, timeout))
    assert (pair.done, pair.not_done) == ([jobs[0], jobs[2]], [jobs[1]])

    with pytest.raises(JobTimeoutError, match=r"^1 \(of 3\) jobs unfinished") as caught:
        run(come(aio.as_completed(jobs, timeout)))

    assert caught.value.unfinished == [jobs[1]]
    assert ([len(job.queried_at) for job in jobs], clock.now()) == ([2, 2, 2], 0)


@pytest.mark.parametrize("timeout", [None, 0, 10])
def test_no_jobs(clock, timeout):
    """Of no jobs none comes, at once."""
    pair = run(aio.wait([], timeout))

    assert (pair, pair.errors) == (([], []), [])
    assert run(come(aio.as_completed([], timeout))) == []
    assert clock.now() == 0


@each_kind
def test_as_completed(clock, kind):
    """Each job comes as it ends, once, at most one pause late."""
    jobs = [kind(end) for end in (40, 10, 70, 25)]
    came = run(come(aio.as_completed([*jobs, *jobs], wait=4), clock))

    assert [job for job, _ in came] == [jobs[1], jobs[3], jobs[0], jobs[2]]
    assert all(job.end <= time <= job.end + 4 for job, time in came)


def test_seed():
    """With the same seed the jobs are asked at the same times again, without at others."""

    def times(seed):
        with FakeClock():
            jobs = [AwaitedEndingJob(20) for _ in range(3)]
            run(come(aio.as_completed(jobs, wait=7, seed=seed)))
        return [job.queried_at for job in jobs]

    assert times(3) == times(3)
    assert times(3) != times(4)


def test_mixed_jobs(clock):
    """Jobs that are awaited, asked in threads or batches, or that tell, may be mixed."""
    pushes = [PushJob(), AwaitedPushJob()]
    batch = batches(EndingBatch)
    jobs = [EndingJob(10), AwaitedEndingJob(20), batch(30), batch(31), *pushes, ForeignJob()]
    clock.call_at(40.5, pushes[0].finish)
    clock.call_at(50.5, pushes[1].finish)
    came = run(come(aio.as_completed(jobs, wait=3), clock))

    assert [id(job) for job, _ in came[-2:]] == [id(job) for job in pushes]
    assert {id(job) for job, _ in came} == {id(job) for job in jobs}
    assert [time for _, time in came][-2:] == [40.5, 50.5]
    assert len(batch.requests[0]) == 2


def test_batches_are_asked_in_a_thread():
    """A request for a batch does not run on the event loop, though its jobs can be awaited."""
    threads = []

    class ThreadedBatch(AwaitedEndingJob):
        @classmethod
        def batch_status(cls, jobs):
            threads.append(threading.current_thread())
            return [DONE for _ in jobs]

    run(aio.wait([ThreadedBatch(0) for _ in range(30)], batch_size=10))

    assert len(threads) == 3
    assert threading.main_thread() not in threads


@each_kind
def test_limit_of_as_completed(clock, kind):
    """The error at the limit tells how many are unfinished, and carries them."""
    jobs = [kind(end) for end in (40, 10, 70, 25)]
    came = []

    async def main():
        async for job in aio.as_completed(jobs, 30):
            came.append(job)  # noqa: PERF401 - what came before the error is looked at

    with pytest.raises(JobTimeoutError, match=r"^2 \(of 4\) jobs unfinished after 30 s") as caught:
        run(main())

    assert came == [jobs[1], jobs[3]]
    assert set(caught.value.unfinished) == {jobs[0], jobs[2]}
    assert clock.now() == 30


@each_kind
def test_limit_runs_from_the_call(clock, kind):
    """The time between the call of `as_completed` and the first job counts."""

    async def main():
        completions = aio.as_completed([kind(math.inf)], 10)
        clock.advance(8)
        return await come(completions)

    with pytest.raises(JobTimeoutError):
        run(main())

    assert clock.now() == 10


def test_made_outside_of_a_loop():
    """The iterator may be made before there is an event loop; nothing is asked until then."""
    job = EndingJob(0)
    completions = aio.as_completed([job])
    assert job.queried_at == []

    assert run(come(completions)) == [job]


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({"timeout": math.nan}, ValueError, "timeout must be a number of seconds, not NaN"),
        ({"timeout": "5"}, TypeError, "timeout must be a number of seconds, not '5' (str)"),
        ({"wait": -1}, ValueError, "wait must be 0 or more, not -1"),
        ({"callback": 5}, TypeError, "callback must be callable or None, not 5"),
        ({"tolerance": 5}, TypeError, "tolerance must be a Tolerance or None, not 5"),
        ({"workers": 0}, ValueError, "workers must be 1 or more, not 0"),
        ({"workers": 1.5}, TypeError, "workers must be a whole number or None, not 1.5"),
        ({"batch_size": 0}, ValueError, "batch_size must be 1 or more, not 0"),
        ({"seed": "a"}, TypeError, "seed must be a whole number or None, not 'a' (str)"),
    ],
)
def test_bad_argument(arguments, kind, text):
    """A bad argument is an error before anything is asked; of `as_completed`, of the call."""
    job = EndingJob(0)
    with pytest.raises(kind) as caught:
        aio.as_completed([job], **arguments)
    assert str(caught.value) == text

    with pytest.raises(kind) as caught:
        run(aio.wait([job], **arguments))
    assert (str(caught.value), job.calls) == (text, [])


def test_bad_choice():
    """What `return_when` must be is told."""
    with pytest.raises(ValueError, match=r"^return_when must be one of ALL_COMPLETED, "):
        run(aio.wait([], return_when="ANY"))


@pytest.mark.parametrize("value", [5, [5], [JobV1]], ids=repr)
def test_no_job(value):
    """Something that is no job is a TypeError."""
    with pytest.raises(TypeError):
        aio.as_completed(value)
    with pytest.raises(TypeError):
        run(aio.wait(value))
