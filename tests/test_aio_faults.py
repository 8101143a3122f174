"""What a class may do wrong, and what becomes of it in an awaited wait."""

import asyncio
import logging

import pytest

from jobv1 import JobError, JobStatus, JobStatusError, Tolerance, aio
from jobv1.testing import FakeClock
from tests.awaiting import Awaited, AwaitedJob, AwaitedPushJob, run, until
from tests.scripted_job import PushJob, QiskitStatus, ScriptedJob

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with FakeClock() as clock:
        yield clock


class CoroutineJob(ScriptedJob):
    async def status(self):
        return DONE


async def waited(job, **keywords):
    """Wait for one job in each way, and give the errors."""
    with pytest.raises(Exception) as single:  # noqa: PT011 - all are compared
        await aio.wait_for_final_state(job, **keywords)
    pair = await aio.wait([job], **keywords)
    return [single.value, *(error for _, error in pair.errors)]


def texts(job, **keywords):
    """Give the texts of the errors of each way to wait."""
    errors = run(waited(job, **keywords))
    assert {type(error) for error in errors} == {JobStatusError}
    return {str(error) for error in errors}


def test_status_that_is_a_coroutine():
    """A `status()` that is a coroutine is told what it is to be called, and nothing warns."""
    for text in texts(CoroutineJob([])):
        assert text.startswith("CoroutineJob.status() answered <coroutine object CoroutineJob.")
        assert text.endswith(
            "(coroutine), which is no JobStatus. "
            "Define `async def status_async(self)` in CoroutineJob and wait with jobv1.aio."
        )


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            "running",
            "'running' (str), which is no JobStatus. Was JobStatus.RUNNING meant?",
        ),
        (
            None,
            "None (NoneType), which is no JobStatus. It must answer a member of jobv1.JobStatus.",
        ),
    ],
)
@pytest.mark.parametrize(
    "tolerance", [None, Tolerance(Exception, TypeError, failures=3)], ids=["none", "any"]
)
def test_wrong_answer(answer, text, tolerance):
    """A wrong answer of `status_async()` names it; no tolerance survives it."""
    job = AwaitedJob([answer] * 10)

    assert texts(job, tolerance=tolerance) == {f"AwaitedJob.status_async() answered {text}"}
    assert len(job.queried_at) == 2


def test_answer_that_is_to_be_awaited_again():
    """A `status_async()` that answers a coroutine is told to await it, and nothing warns."""

    class TwiceJob(ScriptedJob):
        async def status_async(self):
            return asyncio.sleep(0)

    for text in texts(TwiceJob([])):
        assert text.endswith("(coroutine), which is no JobStatus. It must await that itself.")


def test_status_async_without_async():
    """A `status_async()` that cannot be awaited is a TypeError of that job."""

    class PlainJob(ScriptedJob):
        def status_async(self):
            return DONE

    assert [type(error) for error in run(waited(PlainJob([])))] == [TypeError, TypeError]


def test_status_async_that_raises():
    """What `status_async()` raises is what comes, the very object."""
    lost = OSError("lost")

    assert run(waited(AwaitedJob([lost, lost]))) == [lost, lost]


def test_qiskit_status():
    """A member of Qiskit's enum counts as ours."""
    job = AwaitedJob([QiskitStatus.RUNNING, QiskitStatus.DONE])
    seen = []
    run(aio.wait_for_final_state(job, callback=lambda job_id, status, job: seen.append(status)))

    assert [type(status) for status in seen] == [JobStatus, JobStatus]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("job_kind", [ScriptedJob, AwaitedJob])
def test_exit_from_a_query(kind, job_kind):
    """What ends the program is raised at once, whatever it was raised in."""
    with pytest.raises(kind):
        run(aio.wait_for_final_state(job_kind([kind()])))
    with pytest.raises(kind):
        run(aio.wait([job_kind([kind()]), ScriptedJob([DONE])]))


def test_query_that_is_cancelled_from_inside():
    """A query that is cancelled from inside is an error of that job, and touches no other."""
    with pytest.raises(JobError, match=r"^AwaitedJob.status_async\(\) was cancelled from within"):
        run(aio.wait_for_final_state(AwaitedJob([asyncio.CancelledError()])))
    jobs = [AwaitedJob([asyncio.CancelledError()]), AwaitedJob([DONE])]
    pair = run(aio.wait(jobs))

    assert pair.done == jobs
    assert [(job, type(error)) for job, error in pair.errors] == [(jobs[0], JobError)]


def test_query_that_will_not_be_cancelled():
    """A query that does not let itself be cancelled keeps no wait from ending."""
    ended = []

    class StubbornJob(ScriptedJob):
        async def status_async(self):
            self.begun = True
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                await asyncio.sleep(0.02)
                ended.append("at last")
                raise ValueError("nobody hears it") from None

    async def main():
        job = StubbornJob([])
        task = asyncio.create_task(aio.wait_for_final_state(job))
        await until(lambda: hasattr(job, "begun"))
        task.cancel()
        await asyncio.wait([task])
        before = ended.copy()
        await asyncio.sleep(0.05)
        return task.cancelled(), before

    assert run(main()) == (True, [])
    assert ended == ["at last"]


def test_listening_that_raises():
    """What `add_done_callback` raises ends the wait for that job, as its own outcome."""

    class DeafJob(PushJob):
        def add_done_callback(self, fn, /):
            raise OSError("no socket")

    assert [str(error) for error in run(waited(DeafJob()))] == ["no socket"] * 2


@pytest.mark.parametrize("kind", [PushJob, AwaitedPushJob])
def test_no_pause_costs_nothing(kind):
    """A job that is asked without a pause is not asked to tell."""
    job = kind()
    run(
        aio.wait_for_final_state(
            job, wait=0, callback=lambda job_id, status, job: setattr(job, "finished", True)
        )
    )

    assert (job.added, job.queried_at) == ([], [0, 0])


def test_ability_that_is_taken_back():
    """A class that sets `status_async` to None is asked in a thread."""

    class PlainAgainJob(Awaited, ScriptedJob):
        status_async = None
        status = ScriptedJob.status

    job = PlainAgainJob([RUNNING, DONE])
    run(aio.wait_for_final_state(job))

    assert job.queried_at == [0, 5]


def test_callback_that_is_a_coroutine():
    """What an async callback returns is not awaited; Python warns that nobody did."""

    async def callback(job_id, status, job):
        raise AssertionError("it does not run")

    with pytest.warns(RuntimeWarning, match="never awaited"):
        run(aio.wait_for_final_state(ScriptedJob([DONE]), callback=callback))


def test_nothing_is_logged(caplog):
    """A wait writes nothing, whatever fails in it, not even in debug mode."""
    caplog.set_level(logging.WARNING)
    jobs = [AwaitedJob([OSError("lost")]), ScriptedJob([OSError("lost")]), AwaitedJob(["running"])]

    asyncio.run(aio.wait(jobs), debug=True)

    assert caplog.records == []
