"""Waiting for many jobs at once, in the words of `concurrent.futures`.

`as_completed` gives each job back as it ends, `wait` waits until all have ended, or the first.
The jobs may be of any classes and backends, and each is waited for as `wait_for_final_state` does
for one: it is asked at once, then after each `wait`, and once more at the deadline.

* Jobs that fall due close together are asked together, in one request where their class has
  `batch_status`; the first sleep of a job is a random part of `wait`, so that they do not all fall
  due together.
* A job that tells when it is final (`jobv1.protocols.DoneCallback`) is asked then, and besides at
  most once a minute.
* What one job's query raises ends the wait for that job alone, and is reported with it.
* The caller's own thread asks, one job after the other.
  A `status()` that hangs holds up everything then; only a timeout of the provider's own transport
  cuts it short.
  With `workers` it holds up neither the other jobs nor the deadline.

Both functions take these keywords:

* `wait`: the seconds between two queries of a job, 0 for no pause; or a schedule.
  Under a schedule all jobs together are asked at most 10,000 times a second, the first round apart,
  unless `queries_per_second` says otherwise.
* `callback`: called as `callback(job_id, status, job)` after each answer, in the caller's thread;
  what it raises ends the wait.
* `tolerance`: which errors of `status()` are survived, counted for each job by itself; None for the
  default of its class.
* `queries_per_second`: how many queries may be made in a second over all jobs, where a batch is
  one; None or inf for no limit.
  So that each job has its turn, the queries of the deadline then begin before it; one that had
  none by then is unfinished.
* `workers`: how many threads ask at the same time; None for none but the caller's own.
* `batch_size`: how many jobs are asked in one request where their class can; None for 100.
* `seed`: makes the random first sleeps repeatable; None draws them from the system.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import override

from ._asking import drive
from ._gathering import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    DoneAndNotDone,
    Gathering,
    checked_return_when,
)
from ._many import Many, checked_jobs
from ._options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from types import TracebackType

    from typing_extensions import Self

    from ._gathering import ReturnWhen
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
    "wait",
]

JobT = TypeVar("JobT")


class Completions(Iterator[JobT]):
    """The jobs of an `as_completed`, each once, as they end.

    A `with` block closes it at its end, however it is left.
    """

    def __init__(self, many: Any, jobs: Generator[JobT, None, None]) -> None:
        self._many: Many = many
        self._jobs = jobs

    @override
    def __iter__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @override
    def __next__(self) -> JobT:
        """Wait for the next job that ends.

        Raises:
            JobTimeoutError: The limit was met; `unfinished` of the error has the jobs that are not
                final.
            Exception: What the callback raised.
        """
        return next(self._jobs)

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
            RuntimeError: The wait is over: it was closed, or `next` has found no job left.
        """
        self._many.add(job)

    def close(self) -> None:
        """End the wait now; the jobs that have not come are left as they are."""
        self._jobs.close()
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
    """Give each job back as it ends.

    As `concurrent.futures.as_completed` documents it, except that the limit runs from the call.
    No reference to a job is kept once it was given back, but by the `error` that it came with.

    Args:
        jobs: The jobs; one given twice counts once.
        timeout: The limit for all together, in seconds; None or inf for no limit, 0 or less for
            exactly one query of each.
        wait: See above, as for all that follow.
        callback: See above.
        tolerance: See above.
        queries_per_second: See above.
        workers: See above.
        batch_size: See above.
        seed: See above.

    Returns:
        An iterator that raises a `JobTimeoutError` at the limit; its `error` tells why the wait for
        a job was given up, and further jobs may be added to it.

    Raises:
        TypeError: Something given is no job, or an argument is of the wrong type; raised by the
            call, before the first query, as is the next.
        ValueError: `timeout` is NaN, `wait` negative or NaN, or another number 0 or less.
    """
    options = Options(wait, callback, tolerance, queries_per_second, workers, batch_size, seed)
    at_once = options.workers is not None
    many = Many(checked_jobs(jobs), timeout, options, asks_at_once=at_once, wakes=True)
    return Completions(many, _with_error(many, _driven(many, options.workers)))


def wait(
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

    As `concurrent.futures.wait` documents it, except that it answers lists.
    To wait for all it asks one job until that is final, then the next: N jobs need about N queries,
    and one for each `wait` that passes.
    To wait for the first, or with a callback, it asks all.

    Args:
        jobs: As of `as_completed`.
        timeout: As of `as_completed`.
        return_when: ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION.
        wait: See above, as for all that follow.
        callback: See above.
        tolerance: See above.
        queries_per_second: See above.
        workers: See above.
        batch_size: See above.
        seed: See above.

    Raises:
        TypeError: As of `as_completed`.
        ValueError: As of `as_completed`, or `return_when` is none of the three.
        Exception: What the callback raised.
    """
    return_when = checked_return_when(return_when)
    options = Options(wait, callback, tolerance, queries_per_second, workers, batch_size, seed)
    unique: list[JobT] = checked_jobs(jobs)
    at_once = options.workers is not None
    one_by_one = return_when == ALL_COMPLETED and callback is None
    many = Many(unique, timeout, options, asks_at_once=at_once, one_by_one=one_by_one)
    gathering = Gathering(unique, return_when)
    ended = _driven(many, options.workers, few=one_by_one and not options.is_paced)
    for job in ended:
        if gathering.take(job, many):
            ended.close()
    return gathering.pair()


def _driven(many: Many, workers: int | None, *, few: bool = False) -> Generator[Any, None, None]:
    """Give the jobs that end, until all have or the limit is met."""
    if workers is None:
        return drive(many)
    from ._workers import drive_at_once

    return drive_at_once(many, workers, few=few)


def _with_error(many: Many, jobs: Iterable[JobT]) -> Generator[JobT, None, None]:
    yield from jobs
    if many.outcomes.unfinished:
        raise many.timeout_error()
