"""Showing a wait to a person, as plain text, and counting what many jobs do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from ._answers import checked_status
from ._clock import checked_count
from ._many import checked_jobs, is_job
from ._monitor import Monitor, description
from .exceptions import JobTimeoutError
from .status import JOB_FINAL_STATES, JobStatus
from .tolerance import add_note
from .waiting import as_completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from .job import JobV1
    from .schedules import Schedule
    from .tolerance import Tolerance

__all__ = ["Monitor", "Tally", "monitor"]

_LEAST_SHOWN = 0.1


class Tally(Monitor):
    """Count what many jobs do, and show it: a callback that any wait for many can take.

    On a terminal one line tells how many jobs have ended of all, how many are in each state, and
    how many have ended in a second since the start, or in a minute or an hour if they are few; a
    job that ends in ERROR has a line of its own.
    In a pipe or a file each change of each job is a line, as of `Monitor`.

    ```python
    with Tally(len(jobs)) as shown:
        done, not_done = wait(jobs, timeout=3600, callback=shown)
    print(shown.ended, shown.counts, shown.rate)
    ```

    Each job is counted by its last status; one whose query fails for good has none, so whoever sees
    that error says so by `give_up`.

    Args:
        total: How many jobs there are; None if that is not known, and is not shown then.
        output: As of `Monitor`.
        quiet: As of `Monitor`; what is counted is counted all the same.

    Raises:
        TypeError: `output` cannot be written to, or `total` is no whole number.
        ValueError: `total` is below 1.
    """

    def __init__(
        self, total: int | None = None, *, output: TextIO | None = None, quiet: bool = False
    ) -> None:
        super().__init__(output=output, quiet=quiet)
        self._total = checked_count(total, "total")
        self._states: dict[int, JobStatus] = {}
        self._counts: Counter[JobStatus] = Counter()
        self._given_up = 0

    @property
    def counts(self) -> Mapping[JobStatus, int]:
        """How many jobs were last seen in each state, in the order of a job's life; none is 0."""
        return {status: self._counts[status] for status in JobStatus if self._counts[status]}

    @property
    def ended(self) -> int:
        """How many jobs are final, or were given up."""
        return self._given_up + sum(self._counts[status] for status in JOB_FINAL_STATES)

    @property
    def rate(self) -> float:
        """How many jobs have ended in a second, on an average since the start; 0 at the start."""
        elapsed = self._elapsed()
        return self.ended / elapsed if elapsed else 0.0

    @override
    def __call__(self, job_id: object, status: JobStatus, job: object, /) -> None:
        """Count the status of a job, and show it if there is anything new in it."""
        before = self._states.pop(id(job), None)
        if before is not None:
            self._counts[before] -= 1
        self._counts[status] += 1
        # Another job may get its id() once it has ended.
        if status not in JOB_FINAL_STATES:
            self._states[id(job)] = status
        super().__call__(job_id, status, job)

    def give_up(self, job_id: object, job: object, error: Exception) -> None:
        """Count a job as ended, and show it, whose query failed for good; to be called once."""
        before = self._states.pop(id(job), None)
        if before is not None:
            self._counts[before] -= 1
        self._given_up += 1
        if not self._quiet:
            self._screen.put(self._timed(f"{job_id}  given up: {type(error).__name__}"))
            if self._screen.is_terminal():
                self._screen.draw(self._timed(self._summary()))

    @override
    def _draw(self, job_id: object, status: JobStatus, job: object) -> None:
        # The counts do not tell which job failed, and why.
        if status is JobStatus.ERROR:
            self._screen.put(self._timed(description(job_id, status, job)))
        self._screen.draw(self._timed(self._summary()))

    def _summary(self) -> str:
        total = "" if self._total is None else f" of {self._total:,}"
        counts = [f"{count:,} {status.name.lower()}" for status, count in self.counts.items()]
        if self._given_up:
            counts.append(f"{self._given_up:,} given up")
        rate = f"; {_rate_text(self.rate)}" if self.rate else ""
        return f"{self.ended:,}{total} ended: {', '.join(counts)}{rate}"


def _rate_text(rate: float) -> str:
    for seconds, unit in ((1, "a second"), (60, "a minute")):
        if rate * seconds >= _LEAST_SHOWN:
            return f"{rate * seconds:,.1f} {unit}"
    return f"{rate * 3600:,.1f} an hour"


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

    One job is waited for by its `wait_for_final_state` and shown as by `Monitor`; many are waited
    for by `jobv1.waiting.as_completed` and shown as by `Tally`.
    If the query of one of many jobs fails for good, the others are waited for all the same, and
    then its error is raised.
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
        JobTimeoutError: The limit was met and not all were final.
        JobStatusError: A `status()` answered something that is no status.
        TypeError: Something given is no job, or an argument is of the wrong type; raised before the
            first query, as is the next.
        ValueError: `timeout` is NaN, `wait` is negative or NaN, or a schedule that answers so.
        Exception: Whatever a `status()` raised and no tolerance survives, or `output` raised.
    """
    given: Any = jobs
    one_each = checked_jobs([given] if is_job(given) else given)
    if len(one_each) == 1:
        with Monitor(output=output, quiet=quiet) as shown:
            _wait_for_one(one_each[0], timeout, wait, shown, tolerance)
    else:
        with Tally(len(one_each) or None, output=output, quiet=quiet) as shown:
            _wait_for_many(one_each, timeout, wait, shown, tolerance)


def _wait_for_many(
    jobs: list[JobV1],
    timeout: float | None,
    wait: float | Schedule,
    shown: Tally,
    tolerance: Tolerance | None,
) -> None:
    errors: list[Exception] = []
    completed = as_completed(jobs, timeout, wait=wait, callback=shown, tolerance=tolerance)
    try:
        for job in completed:
            if completed.error is not None:
                shown.give_up(job.job_id(), job, completed.error)
                errors.append(completed.error)
    except JobTimeoutError as error:
        if errors and error.unfinished:
            add_note(error, f"The queries of {len(errors):,} more failed for good.")
            raise error from errors[0]
        raise
    if errors:
        if len(errors) > 1:
            of_all = f"{len(errors):,} (of {len(jobs):,})"
            add_note(
                errors[0], f"The queries of {of_all} jobs failed for good; this was the first."
            )
        raise errors[0]


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
