"""How soon a wait returns after an `ExecutorJob` ended, against `Future.result()`.

The work itself notes the time at which it ends, on the monotonic clock, which processes share;
wake-up is the time from there to the return of the wait.
Both run in the same process and are measured in turn: on the same pool of threads; and on the
backend's own pool of processes against a `ProcessPoolExecutor` of as many.
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from rounds import interleaved
from rows import Row, times_floor

from jobv1.executor import ExecutorBackend

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from jobv1 import JobStatus
    from jobv1.executor import ExecutorJob

JOBS = 20
WORKERS = 2
ROUNDS_OF_ONE = 101
ROUNDS_OF_TWENTY = 41
ONE_WORK = 0.01


def work(seconds: float) -> float:
    """Take some time, and give the monotonic time of the end."""
    time.sleep(seconds)
    return time.monotonic()


def after_futures(executor: Executor, lengths: list[float]) -> float:
    """Wait for futures in turn, and give the seconds from the last end to the last return."""
    futures = [executor.submit(work, length) for length in lengths]
    ended = [future.result() for future in futures]
    return time.monotonic() - max(ended)


def after_jobs(backend: ExecutorBackend, lengths: list[float]) -> float:
    """Wait for jobs in turn, and give the seconds from the last end to the last return."""
    jobs = [backend.run(work, length) for length in lengths]
    for job in jobs:
        job.wait_for_final_state()
    now = time.monotonic()
    ended: list[float] = [job.result() for job in jobs]
    return now - max(ended)


def after_results(backend: ExecutorBackend, lengths: list[float]) -> float:
    """Ask jobs for their results in turn, and give the seconds as the others do."""
    jobs = [backend.run(work, length) for length in lengths]
    ended: list[float] = [job.result() for job in jobs]
    return time.monotonic() - max(ended)


def queries_of(job: ExecutorJob, wait: Callable[[], None]) -> int:
    """Count the queries of a job during a wait."""
    answers: list[JobStatus] = []
    ask = job.status

    def status() -> JobStatus:
        answers.append(ask())
        return answers[-1]

    job.status = status  # type: ignore[method-assign]
    wait()
    return len(answers)


def queries_between(backend: ExecutorBackend, lengths: list[float]) -> int:
    """Wait for jobs in turn, and count the queries beyond the first of the last and its final."""
    jobs = [backend.run(work, length) for length in lengths]
    for job in jobs[:-1]:
        job.wait_for_final_state()
    # One alone if it had ended before the wait began.
    return max(queries_of(jobs[-1], jobs[-1].wait_for_final_state) - 2, 0)


def rows_of(
    case: str, backend: ExecutorBackend, executor: Executor, lengths: list[float], rounds: int
) -> list[Row]:
    """Measure one case, and give its rows."""
    contenders = {
        "wait": partial(after_jobs, backend, lengths),
        "result": partial(after_results, backend, lengths),
        "future": partial(after_futures, executor, lengths),
    }
    interleaved(contenders, 2)
    seconds = interleaved(contenders, rounds)
    typical = {name: 1000 * median(measured) for name, measured in seconds.items()}
    between = queries_between(backend, lengths)
    return [
        times_floor(
            f"wake-up, {case}, wait_for_final_state() against Future.result(), median",
            typical["wait"],
            typical["future"],
            "ms",
            at_most=1.3,
        ),
        times_floor(
            f"wake-up, {case}, result() against Future.result(), median",
            typical["result"],
            typical["future"],
            "ms",
        ),
        Row(
            figure=f"queries between the first and the wake-up, {case}",
            measured=between,
            goal="none",
            met=between == 0,
        ),
    ]


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    one = [ONE_WORK]
    # On as many threads they would all end at once: the last of them shall be the last to end.
    stairs = [ONE_WORK + number / 1000 for number in range(JOBS)]
    short = [ONE_WORK / 5] * JOBS
    found = []
    with ThreadPoolExecutor(JOBS) as threads, ExecutorBackend(threads) as on_threads:
        found += rows_of("a job on threads", on_threads, threads, one, ROUNDS_OF_ONE)
        found += rows_of("last of 20 on threads", on_threads, threads, stairs, ROUNDS_OF_TWENTY)
    with (
        ProcessPoolExecutor(WORKERS) as processes,
        ExecutorBackend(workers=WORKERS) as on_processes,
    ):
        found += rows_of("a job on processes", on_processes, processes, one, ROUNDS_OF_ONE)
        found += rows_of(
            "last of 20 on processes", on_processes, processes, short, ROUNDS_OF_TWENTY
        )
    return found
