"""How far one fake job has come in its life."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from jobv1._clock import CLOCK
from jobv1.exceptions import JobError
from jobv1.status import JOB_FINAL_STATES, JobStatus, as_status

from ._life import Default, last_of

if TYPE_CHECKING:
    from ._life import Life

__all__ = ["Course", "FakeExhaustedError"]


class FakeExhaustedError(AssertionError):
    """A fake was asked for more than it was told: the fault is in the test, or in what it tests.

    It is an `AssertionError`: it fails the test, and as a programming error it is survived by no
    tolerance that does not name it.
    """


class Course:
    """What the backend knows of one fake job; any number of threads may ask and move it at once.

    Args:
        life: What the job lives through.
        job_id: The id of the job, for the errors.
    """

    def __init__(self, life: Life, job_id: str) -> None:
        self._life = life
        self._job_id = job_id
        self._status = JobStatus.INITIALIZING
        self._moved = False
        self._submitted_at: float | None = None
        self._cancel_at: float | None = None
        self._queries = self._steps = 0
        self._injected: deque[object] = deque()
        self._lock = Lock()

    @property
    def is_submitted(self) -> bool:
        """Whether the life has begun."""
        return self._submitted_at is not None

    def submit(self) -> None:
        """Begin the life.

        Raises:
            JobError: It has begun.
        """
        with self._lock:
            if self.is_submitted:
                self.refuse("was submitted already; a job runs once.")
            self._submitted_at = CLOCK.get().now()
            self._status = JobStatus.QUEUED

    def query(self) -> object:
        """Count a query, and return the fault that it meets."""
        with self._lock:
            if not self.is_submitted:
                return self._status
            self._queries += 1
            if self._injected:
                return self._injected.popleft()
            return self._life.faults.get(self._queries, Default.TRUE_ANSWER)

    def step(self) -> object:
        """Take the next step of the script, or tell the status now.

        Raises:
            FakeExhaustedError: The script has run out, and the job is not final.
        """
        with self._lock:
            self._settle()
            script = self._life.script
            if script is None or self._moved:
                return self._status
            if self._steps == len(script):
                return self._stay(len(script))
            step = script[self._steps]
            self._steps += 1
            self._status = as_status(last_of(step)) or self._status
            return step

    def status(self) -> JobStatus:
        """Tell the status now, without taking a step."""
        with self._lock:
            self._settle()
            return self._status

    def cancel(self) -> bool:
        """Let a cancel take effect after its delay, unless it is refused or too late."""
        with self._lock:
            self._settle()
            delay = self._life.cancel_delay
            if delay is None or not self.is_submitted or self._status in JOB_FINAL_STATES:
                return False
            if self._cancel_at is None:
                self._cancel_at = CLOCK.get().now() + delay
            return True

    def move(self, status: JobStatus) -> None:
        """Have this status from now on.

        Raises:
            JobError: The life has not begun, or has ended with another status.
        """
        with self._lock:
            self._settle()
            if not self.is_submitted:
                self.refuse("cannot be moved: it was never submitted.")
            if self._status in JOB_FINAL_STATES and status is not self._status:
                self.refuse(
                    f"cannot be moved to {status.name}: it is {self._status.name}, which is final; "
                    "write a script to show a final status that changes."
                )
            self._go(status)

    def inject(self, fault: object) -> None:
        """Have the next query meet a fault, after those that were injected before."""
        with self._lock:
            self._injected.append(fault)

    def refuse(self, text: str, kind: type[JobError] = JobError) -> NoReturn:
        """Raise an error of the job."""
        message = f"Job {self._job_id!r} {text}"
        raise kind(message, job_id=self._job_id)

    def _stay(self, steps: int) -> JobStatus:
        if self._status in JOB_FINAL_STATES:
            return self._status
        length = "1 step" if steps == 1 else f"{steps} steps"
        message = (
            f"Job {self._job_id!r} has no step {steps + 1} for query {self._queries}: its script "
            f"has {length} and leaves it {self._status.name}, which is not final; "
            "give it more steps, or a final status to stay in."
        )
        raise FakeExhaustedError(message)

    def _settle(self) -> None:
        now = CLOCK.get().now()
        if self._cancel_at is not None and self._cancel_at <= now:
            self._follow_timeline(self._cancel_at)
            self._cancel_at = None
            if self._status not in JOB_FINAL_STATES:
                self._go(JobStatus.CANCELLED)
        self._follow_timeline(now)

    def _follow_timeline(self, now: float) -> None:
        if self._life.timeline is None or self._submitted_at is None or self._moved:
            return
        for seconds, status in self._life.timeline.items():
            if seconds == 0 or self._submitted_at + seconds <= now:
                self._status = status

    def _go(self, status: JobStatus) -> None:
        self._status = status
        self._moved = True
