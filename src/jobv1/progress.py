"""Showing a wait to a person, as plain text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from ._all_final import checked_jobs, wait_for_all
from ._answers import checked_status
from ._clock import CLOCK
from ._screen import Screen, one_line
from .protocols import ability
from .status import JOB_FINAL_STATES, JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import TextIO

    from typing_extensions import Self

    from .job import JobV1
    from .schedules import Schedule
    from .tolerance import Tolerance

__all__ = ["Monitor", "monitor"]


class Monitor:
    """Show what happens to a job: a callback that any wait can take.

    A line tells the seconds since the start, the id of the job and its status; of a queued job its
    `queue_position()`, and of one that ended in ERROR its `error_message()`, where it has them.
    Should one of these raise, the line says so in its place, and the wait goes on.
    What `output` raises, because its reader is gone or its disk is full, ends the wait.

    In a pipe or a file each change is a line of its own, flushed.
    On a terminal the line is written anew in its place after each query, cut to the width of the
    terminal; a final status ends it, uncut.
    The time starts with the `with` block, or else with the first query.
    The block also ends the line of a wait that met its deadline or was interrupted:

    ```python
    with Monitor() as shown:
        job.wait_for_final_state(timeout=60, callback=shown)
    ```

    Args:
        output: The text stream to write to; None for `sys.stdout` as it is at each line.
        quiet: Whether to write nothing, and to ask the job for nothing.

    Raises:
        TypeError: `output` cannot be written to.
    """

    def __init__(self, *, output: TextIO | None = None, quiet: bool = False) -> None:
        self._screen = Screen(output)
        self._quiet = quiet
        self._start: float | None = None
        self._last: dict[int, str] = {}

    def __enter__(self) -> Self:
        self._start = CLOCK.get().now()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._screen.end()

    def __call__(self, job_id: object, status: JobStatus, job: object, /) -> None:
        """Show the status of a job if there is anything new in it.

        Called by a wait after each query that was answered.
        """
        if self._quiet:
            return
        if self._start is None:
            self._start = CLOCK.get().now()
        if self._screen.is_terminal():
            self._draw(job_id, status, job)
        else:
            self._list(job_id, status, job)

    def _draw(self, job_id: object, status: JobStatus, job: object) -> None:
        write = self._screen.put if status in JOB_FINAL_STATES else self._screen.draw
        write(self._timed(_description(job_id, status, job)))

    def _list(self, job_id: object, status: JobStatus, job: object) -> None:
        line = _description(job_id, status, job)
        if line == self._last.get(id(job)):
            return
        self._last[id(job)] = line
        self._screen.put(self._timed(line))
        # Another wait for the job shows its end again.
        if status in JOB_FINAL_STATES:
            del self._last[id(job)]

    def _timed(self, line: str) -> str:
        return f"{CLOCK.get().now() - (self._start or 0.0):7,.1f} s  {line}"


class _Tally(Monitor):
    """The same for many jobs: on a terminal, how many are in each state."""

    def __init__(self, number: int, *, output: TextIO | None, quiet: bool) -> None:
        super().__init__(output=output, quiet=quiet)
        self._number = number
        self._states: dict[int, JobStatus] = {}
        self._counts: Counter[JobStatus] = Counter()

    @override
    def _draw(self, job_id: object, status: JobStatus, job: object) -> None:
        before = self._states.get(id(job))
        if before is not None:
            self._counts[before] -= 1
        self._counts[status] += 1
        self._states[id(job)] = status
        # The counts do not tell which job failed, and why.
        if status is JobStatus.ERROR:
            self._screen.put(self._timed(_description(job_id, status, job)))
        counts = [
            f"{self._counts[one]:,} {one.name.lower()}" for one in JobStatus if self._counts[one]
        ]
        self._screen.draw(self._timed(f"{', '.join(counts)} of {self._number:,}"))


def monitor(
    jobs: JobV1 | Iterable[JobV1],
    timeout: float | None = None,
    wait: float | Schedule = 5,
    *,
    output: TextIO | None = None,
    quiet: bool = False,
    tolerance: Tolerance | None = None,
) -> None:
    """Wait until one job or many are final, and show what happens meanwhile.

    As `Monitor` shows it; of many jobs a terminal shows how many are in each state, and a line for
    each that ends in ERROR.
    Like every wait it queries first, then after each `wait`, and once more at the deadline; of many
    jobs it queries each that is not final yet, and those that tell of their end at once.
    A job that runs inside its `submit` (`_async` is False) is queried once and taken as finished.

    Args:
        jobs: A job, or any iterable of jobs; a job given twice counts once, and none is no wait.
        timeout: The limit for all together in seconds; None or inf for no limit, 0 or less for
            exactly one query of each.
        wait: The seconds between two queries of a job, 0 for no pause; or a schedule.
        output: The text stream to write to; None for `sys.stdout` as it is at each line.
        quiet: Whether to write nothing.
        tolerance: Which errors of `status()` to survive, counted for each job by itself; None for
            the default of its class.

    Raises:
        JobTimeoutError: The limit was met and not all were final. If many jobs were given, its
            `job_id` is the list of the ids of those that are unfinished, in the order given.
        JobStatusError: A `status()` answered something that is no status.
        TypeError: Something given is no job, or an argument is of the wrong type; raised before the
            first query, as is the next.
        ValueError: `timeout` is NaN, `wait` is negative or NaN, or a schedule that answers so.
        Exception: Whatever a `status()` raised and no tolerance survives, or `output` raised.
    """
    one_each = checked_jobs(jobs)
    if len(one_each) == 1:
        with Monitor(output=output, quiet=quiet) as shown:
            _wait_for_one(one_each[0], timeout, wait, shown, tolerance)
    else:
        with _Tally(len(one_each), output=output, quiet=quiet) as shown:
            wait_for_all(one_each, timeout=timeout, wait=wait, callback=shown, tolerance=tolerance)


def _wait_for_one(
    job: JobV1,
    timeout: float | None,
    wait: float | Schedule,
    shown: Monitor,
    tolerance: Tolerance | None,
) -> None:
    # An override in a subclass may know no more than what is documented.
    options: Any = {} if tolerance is None else {"tolerance": tolerance}
    job.wait_for_final_state(timeout, wait, shown, **options)
    if not getattr(job, "_async", True):
        shown(job.job_id(), checked_status(job, job.status()), job)


def _description(job_id: object, status: JobStatus, job: object) -> str:
    detail = ""
    if status is JobStatus.QUEUED:
        detail = _asked(job, "queue_position", ", position ")
    elif status is JobStatus.ERROR:
        detail = _asked(job, "error_message", ": ")
    return one_line(f"{job_id}  {status.name}{detail}")


def _asked(job: object, name: str, before: str) -> str:
    try:
        method = ability(job, name)
        answer = None if method is None else method()
        text = "" if answer is None else f"{before}{answer}"
    except Exception as error:  # noqa: BLE001 - shown in place of the answer
        text = f"{before}unknown ({name}() raised {type(error).__name__}: {error})"
    return text
