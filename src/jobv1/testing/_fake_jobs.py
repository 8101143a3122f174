"""A backend whose jobs live as they are told."""

from __future__ import annotations

from threading import Lock
from typing import Any, Generic

from typing_extensions import TypeVar, override

from ._course import FakeExhaustedError
from ._fake_job import Call, FakeJob
from ._life import Life

__all__ = ["Call", "FakeBackend", "FakeJob"]

JobT = TypeVar("JobT", bound=FakeJob, default=FakeJob)


class FakeBackend(Generic[JobT]):
    """A backend whose jobs live as they are told.

    Args:
        *lives: What its jobs live through: none, and each is moved by hand; one, and every job
            lives it; several, and the n-th job lives the n-th.
        name: Its name; the ids of its jobs are this name and their numbers, from 1.
        job_class: The class of its jobs.

    Attributes:
        name: As the argument.
        jobs: Its jobs, in the order in which they were made.
        log: The calls of all its jobs, in order of their ends.

    Raises:
        TypeError: One of `lives` is no `Life`.
    """

    def __init__(
        self,
        *lives: Life,
        name: str = "fake",
        job_class: type[JobT] = FakeJob,  # type: ignore[assignment]
    ) -> None:
        for life in lives:
            _check_life(life)
        self.name = name
        self.jobs: list[JobT] = []
        self.log: list[Call] = []
        self._lives = lives or (Life(),)
        self._job_class = job_class
        self._lock = Lock()

    def run(self, payload: object = None, **metadata: Any) -> JobT:
        """Make a job, submit it and return it.

        Args:
            payload: What the job shall work on; its result, unless its life has another.
            **metadata: Becomes `job.metadata`.

        Raises:
            FakeExhaustedError: Several lives were given, and each has its job already.
        """
        job = self.job(payload, **metadata)
        job.submit()
        return job

    def job(self, payload: object = None, **metadata: Any) -> JobT:
        """Make a job that is not submitted: INITIALIZING until its `submit`.

        Args:
            payload: As of `run`.
            **metadata: As of `run`.

        Raises:
            FakeExhaustedError: As of `run`.
        """
        with self._lock:
            number = len(self.jobs) + 1
            job_id = f"{self.name}-{number}"
            job = self._job_class(self, job_id, self._life_of(number), payload, **metadata)
            self.jobs.append(job)
        return job

    def _life_of(self, number: int) -> Life:
        if len(self._lives) == 1:
            return self._lives[0]
        if number <= len(self._lives):
            return self._lives[number - 1]
        message = (
            f"FakeBackend {self.name!r} has no life for job {number}: it was given "
            f"{len(self._lives)} lives, one a job; give it as many as it has jobs, or one for all."
        )
        raise FakeExhaustedError(message)

    @override
    def __repr__(self) -> str:
        jobs = "1 job" if len(self.jobs) == 1 else f"{len(self.jobs)} jobs"
        return f"<FakeBackend {self.name!r}, {jobs}>"


def _check_life(life: object) -> None:
    if not isinstance(life, Life):
        message = f"each of lives must be a Life, not {life!r}; write Life({life!r})"
        raise TypeError(message)
