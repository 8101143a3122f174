import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobv1 import Adaptive, Fixed, JobStatus, JobTimeoutError, JobV1, Tolerance, aio
from jobv1.testing import FakeClock
from tests.awaiting import AwaitedJob, AwaitedPushJob, run
from tests.many_jobs import ForeignJob
from tests.scripted_job import LoggedClock, PushClock, PushJob, ScriptedJob, Slow
from tests.test_wait_arguments import BAD, WatchedJob

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE
KINDS = [ScriptedJob, AwaitedJob]
each_kind = pytest.mark.parametrize("kind", KINDS)
each_push = pytest.mark.parametrize("kind", [PushJob, AwaitedPushJob])


class LostError(OSError):
    """Asks for a retry after some seconds, so that none is drawn at random."""

    def __init__(self, retry_after):
        super().__init__("lost")
        self.retry_after = retry_after


class BadError(ValueError):
    retry_after = 2


@each_kind
def test_waits(kind):
    """The job is asked at once, then after each `wait`, until it is final; nothing is returned."""
    job = kind([QUEUED, RUNNING, RUNNING, DONE])
    with FakeClock() as clock:
        assert run(aio.wait_for_final_state(job)) is None

    assert (job.queried_at, clock.now()) == ([0, 5, 10, 15], 15)


@each_kind
def test_positional_arguments(kind):
    """Limit, pause and callback may be given by position, as to the method."""
    job = kind([RUNNING, RUNNING, RUNNING])
    seen = []
    with FakeClock(), pytest.raises(JobTimeoutError):
        run(aio.wait_for_final_state(job, 3, 2, lambda *given: seen.append(given)))

    assert job.queried_at == [0, 2, 3]
    assert seen == [("ab12", RUNNING, job)] * 3


@each_kind
@pytest.mark.parametrize("timeout", [0, -1, -math.inf])
def test_no_time(kind, timeout):
    """A limit of 0 or less means exactly one query."""
    job = kind([RUNNING])
    with FakeClock() as clock, pytest.raises(JobTimeoutError):
        run(aio.wait_for_final_state(job, timeout))

    assert (job.queried_at, clock.now()) == ([0], 0)


@each_kind
@pytest.mark.parametrize("timeout", [None, math.inf])
def test_no_limit(kind, timeout):
    """None and inf mean no limit."""
    job = kind([RUNNING] * 300 + [DONE])
    with FakeClock() as clock:
        run(aio.wait_for_final_state(job, timeout, 86_400))

    assert clock.now() == 25_920_000


@each_kind
def test_text_of_the_timeout(kind):
    """The error says what that of the method says."""
    with FakeClock(), pytest.raises(JobTimeoutError) as caught:
        run(aio.wait_for_final_state(kind([QUEUED, RUNNING, RUNNING]), timeout=7))

    assert str(caught.value) == (
        "Timeout while waiting for job ab12. "
        "It is still RUNNING after 7 s (timeout 7 s, 3 queries); it was not cancelled."
    )
    assert (caught.value.job_id, caught.value.queries) == ("ab12", 3)


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize(("arguments", "kind", "text"), BAD.values(), ids=BAD)
def test_bad_argument(arguments, kind, text, is_async):
    """A bad argument is an error before anything is asked, for a synchronous job too."""
    job = WatchedJob([DONE])
    job._async = is_async
    with pytest.raises(kind) as caught:
        run(aio.wait_for_final_state(job, **arguments))

    assert (str(caught.value), job.calls) == (text, [])


@pytest.mark.parametrize("value", [None, "ab12", JobV1, object()], ids=repr)
def test_no_job(value):
    """Something that is no job is a TypeError that names it."""
    with pytest.raises(TypeError, match=r"^a job has job_id\(\) and status\(\), and "):
        run(aio.wait_for_final_state(value))


def test_synchronous_job():
    """A job that runs inside its submit is not asked at all."""
    job = ScriptedJob([])
    job._async = False
    run(aio.wait_for_final_state(job))

    assert job.calls == []


def test_job_of_another_house():
    """A job needs no more than an id and a status."""
    run(aio.wait_for_final_state(ForeignJob()))


def test_default_tolerance_of_the_class():
    """The default of a class is survived, and one that is not allowed is refused at once."""

    class ShakyJob(ScriptedJob):
        _tolerance = Tolerance(OSError, failures=1)

    class WrongJob(ScriptedJob):
        _tolerance = Tolerance(TypeError, failures=1)

    job = ShakyJob([LostError(3), DONE])
    with FakeClock():
        run(aio.wait_for_final_state(job))
    assert job.queried_at == [0, 3]

    with pytest.raises(TypeError, match="a programming error"):
        run(aio.wait_for_final_state(WrongJob([])))


@each_kind
def test_hints(kind):
    """A job that hints is asked when it says, if there is a schedule."""

    class HintingJob(kind):
        def next_query_delay(self):
            return 3

    job = HintingJob([RUNNING, RUNNING, DONE])
    with FakeClock():
        run(aio.wait_for_final_state(job, wait=Fixed(10)))

    assert job.queried_at == [0, 3, 6]


@each_kind
def test_callback_that_raises(kind):
    """What the callback raises ends the wait and travels up; the job is left alone."""
    job = kind([RUNNING])

    def stop(job_id, status, job):
        raise LookupError(job_id)

    with FakeClock(), pytest.raises(LookupError, match="ab12"):
        run(aio.wait_for_final_state(job, callback=stop))

    assert set(job.calls) == {"status"}


@each_kind
def test_callback_on_the_loop(kind):
    """The callback is called in the task that waits."""
    tasks = []

    async def main():
        await aio.wait_for_final_state(
            kind([DONE]), callback=lambda *given: tasks.append(asyncio.current_task())
        )
        return asyncio.current_task()

    assert tasks == [run(main())]


@each_push
def test_woken_at_once(kind):
    """A job that tells ends the wait at once, by one query."""
    job = kind()
    with PushClock({7.5: job.finish}) as clock:
        run(aio.wait_for_final_state(job, wait=60))

    assert (job.queried_at, clock.now(), job.waiting) == ([0, 7.5], 7.5, [])


@each_push
def test_woken_from_an_endless_sleep(kind):
    """A wait with an endless pause is ended by the job."""
    job = kind()
    with PushClock({7.5: job.finish}):
        run(aio.wait_for_final_state(job, wait=math.inf))

    assert job.queried_at == [0, 7.5]


@each_push
def test_told_during_a_query(kind):
    """A job that tells while it is asked is asked again at once."""

    class QuickJob(kind):
        def _take_step(self):
            status = super()._take_step()
            if len(self.queried_at) == 2:
                self.finish()
            return status

    job = QuickJob()
    with FakeClock():
        run(aio.wait_for_final_state(job, wait=60))

    assert job.queried_at == [0, 60, 60]


@each_push
def test_lying_wake_up(kind):
    """A wake-up that comes too early costs one query; the next sleep is whole again."""
    job = kind()
    with PushClock({2: job.tell, 11: lambda: setattr(job, "finished", True)}):
        run(aio.wait_for_final_state(job, wait=5))

    assert job.queried_at == [0, 2, 7, 12]


@each_push
def test_listener_is_removed(kind):
    """A job that is waited for again and again collects no callbacks."""
    job = kind()
    for _ in range(3):
        with FakeClock(), pytest.raises(JobTimeoutError):
            run(aio.wait_for_final_state(job, timeout=7))

    assert (len(job.added), job.waiting) == (3, [])


steps = st.sampled_from(
    [
        QUEUED,
        RUNNING,
        Slow(2, RUNNING),
        Slow(0.5, QUEUED),
        LostError(0),
        LostError(4),
        Slow(3, LostError(1)),
        BadError("bad"),
        "running",
    ]
)
scripts = st.tuples(st.lists(steps, max_size=8), st.sampled_from([DONE, Slow(1, DONE)])).map(
    lambda parts: [*parts[0], parts[1], DONE]
)


@given(
    script=scripts,
    timeout=st.sampled_from([None, -1, 0, 0.5, 5, 10.5, 33]),
    wait=st.sampled_from([0.25, 1, 5, Adaptive(), Fixed(3)]),
    tolerance=st.sampled_from(
        [None, Tolerance(OSError, failures=2), Tolerance(OSError, ValueError, seconds=6)]
    ),
    pause=st.sampled_from([0, 3]),
)
def test_as_the_method(script, timeout, wait, tolerance, pause):
    """An awaited wait does in every case what the method does: queries, calls, times and errors."""

    def lived(wait_for, kind):
        job, seen, end = kind(script), [], None

        def callback(job_id, status, job):
            seen.append((clock.now(), status))
            clock.advance(pause)

        with LoggedClock() as clock:
            try:
                wait_for(job, timeout, wait, callback, tolerance=tolerance)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
                text = str(error).replace("AwaitedJob.status_async()", "ScriptedJob.status()")
                end = type(error), text
            return job.queried_at, seen, clock.now(), end

    def awaited(*arguments, **keywords):
        asyncio.run(aio.wait_for_final_state(*arguments, **keywords))

    expected = lived(JobV1.wait_for_final_state, ScriptedJob)
    assert [lived(awaited, kind) for kind in KINDS] == [expected, expected]
