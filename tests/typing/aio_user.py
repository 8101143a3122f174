"""Uses of the awaited waits, as a script writes them: checked by the type checkers, never run."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from typing_extensions import assert_type

from jobv1 import Adaptive, JobStatus, JobTimeoutError, JobV1, Tolerance, aio
from jobv1.testing import FakeClock, FakeJob

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from jobv1.executor import ExecutorJob


class CountsJob(JobV1):
    """A job whose result has a type."""

    def submit(self) -> None:
        """Submit it."""

    def status(self) -> JobStatus:
        """Be done."""
        return JobStatus.DONE

    def result(self) -> dict[str, int]:
        """Count."""
        return {"00": 1}


async def results(job: JobV1, counts: CountsJob, local: ExecutorJob[float], fake: FakeJob) -> None:
    """Await results, which have the type that the class says."""
    assert_type(await job, Any)
    assert_type(await counts, dict[str, int])
    assert_type(await local, float)
    assert_type(await fake, Any)
    assert_type(await aio.result(counts), dict[str, int])
    assert_type(await aio.result(local, 60, 0.5, show), float)
    assert_type(
        await aio.result(counts, timeout=60, wait=Adaptive(), callback=None, tolerance=None),
        dict[str, int],
    )


async def wait_for_one(job: CountsJob) -> None:
    """Wait in every way that is documented."""
    await aio.wait_for_final_state(job)
    await aio.wait_for_final_state(job, 60)
    await aio.wait_for_final_state(job, 60, 0.5)
    await aio.wait_for_final_state(job, None, Adaptive(), show)
    await aio.wait_for_final_state(job, callback=lambda job_id, status, job: print(job.result()))  # noqa: T201 - this is what scripts do
    await aio.wait_for_final_state(job, tolerance=Tolerance(OSError, seconds=60))
    waiting: Coroutine[Any, Any, None] = aio.wait_for_final_state(job)
    assert_type(await waiting, None)


async def wait_for_many(jobs: list[CountsJob]) -> None:
    """Wait for all, or for the first."""
    done, not_done = await aio.wait(jobs)
    assert_type(done, list[CountsJob])
    assert_type(not_done, list[CountsJob])
    pair = await aio.wait(iter(jobs), 60, aio.FIRST_COMPLETED, wait=1, workers=4, seed=1)
    assert_type(pair, aio.DoneAndNotDone[CountsJob])
    for job, error in pair.errors:
        assert_type(job, CountsJob)
        assert_type(error, Exception)
    await aio.wait(jobs, return_when="FIRST_EXCEPTION", queries_per_second=5, batch_size=10)


async def each(jobs: list[CountsJob]) -> None:
    """Take each as it ends."""
    completions = aio.as_completed(jobs, timeout=60, wait=Adaptive(), callback=show)
    assert_type(completions, aio.Completions[CountsJob])
    try:
        async with aclosing(completions) as closing:
            async for job in closing:
                assert_type(job, CountsJob)
                assert_type(closing.error, Exception | None)
                assert_type(closing.status, JobStatus | None)
                closing.add(job)
    except JobTimeoutError as error:
        assert_type(error.job_id, object)
    assert_type(await anext(completions), CountsJob)


async def travel() -> None:
    """Sleep in virtual time."""
    with FakeClock() as clock:
        await clock.sleep_async(5)


def show(job_id: str, status: JobStatus, job: JobV1) -> None:
    """Print what happens."""
    print(job_id, status.value, job.metadata)  # noqa: T201 - this is what scripts do


async def misuse(job: CountsJob) -> None:
    """Write what the checkers must refuse."""
    await aio.wait_for_final_state(job, timeout="60")  # type: ignore[arg-type]
    await aio.wait_for_final_state(job, 60, 5, show, Tolerance(OSError, failures=1))  # type: ignore[call-arg]
    await aio.result(5)  # type: ignore[arg-type]
    await aio.wait(job)  # type: ignore[arg-type]
    await aio.wait([job], return_when="ANY")  # type: ignore[arg-type]
    aio.as_completed([job], 60, 5)  # type: ignore[call-arg]
    for _ in aio.as_completed([job]):  # type: ignore[attr-defined]
        pass
