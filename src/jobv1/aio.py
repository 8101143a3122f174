"""Waiting from asyncio: the words of `wait_for_final_state` and of `jobv1.waiting`, awaited.

`await job` gives the result of a job, `wait_for_final_state` waits for one, `wait` and
`as_completed` for many.
Each asks when the wait of the same name does, and keeps the same law; the event loop stays free.

* A class that defines `async def status_async(self)` (`jobv1.protocols.AsyncStatus`) is asked on
  the event loop.
  Of any other, `status()` runs in a thread, each query perhaps in another; so do `batch_status()`
  and `result()`.
* All waits of one event loop share 32 threads, which are started when there is work for them and
  end with the last wait.
  They are daemons: a `status()` that hangs keeps the program from ending no more than it holds up
  other jobs, the deadline or the loop.
* A query that is under way at the deadline may take twice as long as the longest before it, or a
  second if it is the first; then it is given up.
* A job that tells when it is final (`jobv1.protocols.DoneCallback`), in whatever thread, wakes the
  await at once.
* The callback is called on the event loop, and must not block it; what it returns is not awaited.
* If the task is cancelled the wait ends at once, and the job is left as it is.
  A query in a thread goes on to its end, and nobody hears of it.

The keywords are those of `jobv1.waiting`, except for one:

* `workers`: how many queries are made at the same time, awaited or in threads; None for 32.
  With a number, the wait has so many threads of its own.

It is for asyncio, and for loops that take its place; trio has no such loop.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import override

from ._awaited import drive_awaited, poll_awaited
from ._clock import CLOCK
from ._driver import plan_for
from ._gathering import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    DoneAndNotDone,
    Gathering,
    checked_return_when,
)
from ._loop_threads import call_in_thread
from ._many import Many, checked_jobs
from ._options import Options
from .job import check_callback

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

    from typing_extensions import Self

    from ._gathering import ReturnWhen
    from .job import HasResult
    from .schedules import Schedule
    from .status import JobStatus
    from .tolerance import Tolerance

__all__ = [
    "ALL_COMPLETED",
    "FIRST_COMPLETED",
    "FIRST_EXCEPTION",
    "Completions",
    "DoneAndNotDone",
    "as_completed",
    "result",
    "wait",
    "wait_for_final_state",
]

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


async def wait_for_final_state(
    job: JobT,
    timeout: float | None = None,
    wait: float | Schedule = 5,
    callback: Callable[[Any, JobStatus, JobT], object] | None = None,
    *,
    tolerance: Tolerance | None = None,
) -> None:
    """Wait until a job is final, as its method of that name does by default.

    Args:
        job: The job.
        timeout: The limit in seconds from the first `await`; None or inf for no limit, 0 or less
            for exactly one query.
        wait: The seconds between two queries, 0 for no pause; or a schedule.
        callback: Called as `callback(job_id, status, job)` after each query that was answered, the
            last one included.
            Its time counts against `timeout`, and what it raises ends the wait.
        tolerance: Which errors of a query to survive; None for the default of the class.

    Raises:
        JobTimeoutError: The limit was met, and the last query was not final or did not come back.
        JobStatusError: The job answered something that is no status.
        TypeError: It is no job, or an argument is of the wrong type; raised before the first query,
            as is the next.
        ValueError: `timeout` is NaN, `wait` is negative or NaN, or a schedule that answers so.
        Exception: What a query raised and no tolerance survives, or what `callback` raised.
    """
    check_callback(callback)
    checked_jobs([job])
    clock = CLOCK.get()
    plan = plan_for(job, clock.now(), timeout=timeout, wait=wait, tolerance=tolerance)
    if getattr(job, "_async", True):
        await poll_awaited(job, plan, clock, callback)


async def result(
    job: HasResult[ResultT],
    timeout: float | None = None,
    wait: float | Schedule = 5,
    callback: Callable[[Any, JobStatus, Any], object] | None = None,
    *,
    tolerance: Tolerance | None = None,
) -> ResultT:
    """Wait until a job is final, then fetch its result; `await job` does so without a limit.

    Args:
        job: The job.
        timeout: As of `wait_for_final_state`; what `job.result()` takes then does not count.
        wait: As of `wait_for_final_state`.
        callback: As of `wait_for_final_state`.
        tolerance: As of `wait_for_final_state`.

    Returns:
        What `job.result()` returns, called once in a thread.

    Raises:
        Exception: As of `wait_for_final_state`, or what `job.result()` raises, such as
            `JobFailedError` or `JobCancelledError`.
    """
    await wait_for_final_state(job, timeout, wait, callback, tolerance=tolerance)
    fetched: ResultT = await call_in_thread(job.result, CLOCK.get())
    return fetched


class Completions(AsyncIterator[JobT]):
    """The jobs of an `as_completed`, each once, as they end; for one task at a time."""

    def __init__(self, many: Any, jobs: AsyncGenerator[JobT, None]) -> None:
        self._many: Many = many
        self._jobs = jobs
        self._is_cancelled = False

    @override
    def __aiter__(self) -> Self:
        return self

    @override
    async def __anext__(self) -> JobT:
        """Wait for the next job that ends.

        If the task is cancelled meanwhile the whole wait ends.

        Raises:
            JobTimeoutError: The limit was met; `unfinished` of the error has the jobs that are not
                final.
            RuntimeError: The wait was cancelled before, so that there may be jobs that are not
                final; or another task waits here.
            Exception: What the callback raised.
        """
        if self._is_cancelled:
            message = "the wait for these jobs was cancelled; begin another"
            raise RuntimeError(message)
        try:
            return await anext(self._jobs)
        except CancelledError:
            self._is_cancelled = True
            raise

    @property
    def status(self) -> JobStatus | None:
        """The last status of the job that came last; it is final if `error` is None."""
        return self._many.status

    @property
    def error(self) -> Exception | None:
        """Why the wait for the job that came last was given up; None if it is final."""
        return self._many.error

    def add(self, job: JobT) -> None:
        """Wait for one more job as well, within the same limit; may be called in any thread.

        A job that is waited for already is not waited for twice.

        Raises:
            TypeError: It is no job.
            RuntimeError: The wait is over: it was closed, or no job was left.
        """
        self._many.add(job)

    async def aclose(self) -> None:
        """End the wait now; the jobs that have not come are left as they are."""
        await self._jobs.aclose()
        self._many.close()


def as_completed(
    jobs: Iterable[JobT],
    timeout: float | None = None,
    *,
    wait: float | Schedule = 5,
    callback: Callable[[Any, JobStatus, JobT], object] | None = None,
    tolerance: Tolerance | None = None,
    queries_per_second: float | None = None,
    workers: int | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
) -> Completions[JobT]:
    """Give each job back as it ends, to an `async for`.

    As `jobv1.waiting.as_completed`, awaited.
    A loop that is left early leaves the wait to the event loop to close; `contextlib.aclosing`
    closes it there and then.

    Args:
        jobs: The jobs; one given twice counts once.
        timeout: The limit for all together, in seconds from this call; None or inf for no limit, 0
            or less for exactly one query of each.
        wait: As of `jobv1.waiting`, as is what follows.
        callback: See there.
        tolerance: See there.
        queries_per_second: See there.
        workers: See above.
        batch_size: See there.
        seed: See there.

    Returns:
        An async iterator that raises a `JobTimeoutError` at the limit; its `error` tells why the
        wait for a job was given up, and further jobs may be added to it.

    Raises:
        TypeError: Something given is no job, or an argument is of the wrong type; raised by the
            call, before the first query, as is the next.
        ValueError: `timeout` is NaN, `wait` negative or NaN, or another number 0 or less.
    """
    options = Options(wait, callback, tolerance, queries_per_second, workers, batch_size, seed)
    many = Many(checked_jobs(jobs), timeout, options, asks_at_once=True)
    return Completions(many, drive_awaited(many, options.workers, raises=True))


async def wait(
    jobs: Iterable[JobT],
    timeout: float | None = None,
    return_when: ReturnWhen = ALL_COMPLETED,
    *,
    wait: float | Schedule = 5,
    callback: Callable[[Any, JobStatus, JobT], object] | None = None,
    tolerance: Tolerance | None = None,
    queries_per_second: float | None = None,
    workers: int | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
) -> DoneAndNotDone[JobT]:
    """Wait until all jobs have ended, or the first; at the limit, answer what has.

    As `jobv1.waiting.wait`, awaited.
    To wait for all it asks one job until that is final, then others, ever more at the same time as
    long as they are final: about a query for each job, and a few for each `wait` that passes.

    Args:
        jobs: As of `as_completed`.
        timeout: As of `as_completed`, but from the first `await`.
        return_when: ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION.
        wait: As of `jobv1.waiting`, as is what follows.
        callback: See there.
        tolerance: See there.
        queries_per_second: See there.
        workers: See above.
        batch_size: See there.
        seed: See there.

    Raises:
        TypeError: As of `as_completed`.
        ValueError: As of `as_completed`, or `return_when` is none of the three.
        Exception: What the callback raised.
    """
    return_when = checked_return_when(return_when)
    options = Options(wait, callback, tolerance, queries_per_second, workers, batch_size, seed)
    unique: list[JobT] = checked_jobs(jobs)
    one_by_one = return_when == ALL_COMPLETED and callback is None
    many = Many(unique, timeout, options, asks_at_once=True, one_by_one=one_by_one)
    gathering = Gathering(unique, return_when)
    few = one_by_one and not options.is_paced
    async with aclosing(drive_awaited(many, options.workers, few=few)) as ended:
        async for job in ended:
            if gathering.take(job, many):
                break
    return gathering.pair()
