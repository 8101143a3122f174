"""Showing a wait for one job to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._clock import CLOCK
from ._screen import Screen, one_line
from .protocols import ability
from .status import JOB_FINAL_STATES, JobStatus

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TextIO

    from typing_extensions import Self

__all__ = ["Monitor", "description"]


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
        if self._screen.is_terminal():
            self._draw(job_id, status, job)
        else:
            self._list(job_id, status, job)

    def _draw(self, job_id: object, status: JobStatus, job: object) -> None:
        write = self._screen.put if status in JOB_FINAL_STATES else self._screen.draw
        write(self._timed(description(job_id, status, job)))

    def _list(self, job_id: object, status: JobStatus, job: object) -> None:
        line = description(job_id, status, job)
        if line == self._last.get(id(job)):
            return
        self._last[id(job)] = line
        self._screen.put(self._timed(line))
        # Another wait for the job shows its end again.
        if status in JOB_FINAL_STATES:
            del self._last[id(job)]

    def _timed(self, line: str) -> str:
        return f"{self._elapsed():7,.1f} s  {line}"

    def _elapsed(self) -> float:
        now = CLOCK.get().now()
        if self._start is None:
            self._start = now
        return now - self._start


def description(job_id: object, status: JobStatus, job: object) -> str:
    """Say what is known of a job: its id, its status, its place in the queue or why it failed."""
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
