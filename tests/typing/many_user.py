"""What a script writes to wait for many jobs: checked by the type checkers, never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from typing_extensions import assert_type

from jobv1 import Adaptive, JobStatus, JobTimeoutError, JobV1, Tolerance
from jobv1.testing import FakeBackend, FakeJob
from jobv1.waiting import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    Completions,
    DoneAndNotDone,
    as_completed,
    wait,
)


def collect(jobs: list[FakeJob]) -> None:
    """Take the jobs as they end."""
    completions = as_completed(jobs)
    assert_type(completions, Completions[FakeJob])
    for job in completions:
        assert_type(job, FakeJob)
        assert_type(completions.status, JobStatus | None)
        assert_type(completions.error, Exception | None)
        completions.add(FakeBackend().run())
    completions.close()
    iterator: Iterator[FakeJob] = completions
    print(next(iterator))  # noqa: T201 - this is what scripts do


def wait_in_every_way(jobs: Sequence[JobV1]) -> None:
    """Wait in every way that is documented."""
    assert_type(wait(jobs), DoneAndNotDone[JobV1])
    wait(jobs, 60)
    wait(jobs, 60.5, FIRST_COMPLETED)
    wait(jobs, None, FIRST_EXCEPTION)
    wait(jobs, timeout=60, return_when=ALL_COMPLETED)
    wait(jobs, return_when="FIRST_COMPLETED")
    wait(jobs, wait=Adaptive(), callback=show, tolerance=Tolerance(OSError, seconds=60))
    wait(iter(jobs), queries_per_second=50, workers=4, batch_size=10, seed=7)
    as_completed(set(jobs), 60, wait=2.5, callback=lambda job_id, status, job: None)
    as_completed(jobs, queries_per_second=0.5, workers=None, batch_size=None, seed=None)


def unpack(jobs: Iterable[FakeJob]) -> list[FakeJob]:
    """Read the pair."""
    pair = wait(jobs)
    done, not_done = pair
    assert_type(done, list[FakeJob])
    assert_type(not_done, list[FakeJob])
    assert_type(pair.done, list[FakeJob])
    assert_type(pair.not_done, list[FakeJob])
    assert_type(pair.errors, Sequence[tuple[FakeJob, Exception]])
    for job, error in pair.errors:
        print(job.payload, error)  # noqa: T201 - this is what scripts do
    return done


def mix(jobs: list[JobV1 | Foreign]) -> None:
    """Wait for jobs of different houses."""
    for job in as_completed(jobs):
        assert_type(job, JobV1 | Foreign)


class Foreign:
    """A job of another house."""

    def job_id(self) -> str:
        """Answer the id."""
        return "foreign"

    def status(self) -> JobStatus:
        """Answer the status."""
        return JobStatus.DONE


def catch(jobs: list[JobV1]) -> None:
    """Read what the error of the limit carries."""
    try:
        list(as_completed(jobs, 60))
    except JobTimeoutError as error:
        assert_type(error.unfinished, Sequence[Any])
        assert_type(error.queries, int | None)


def show(job_id: object, status: JobStatus, job: JobV1) -> None:
    """Print what happens."""
    print(job_id, status.value, job.metadata)  # noqa: T201 - this is what scripts do


def misuse(jobs: list[JobV1]) -> None:
    """Write what the checkers must refuse."""
    wait(jobs, "60")  # type: ignore[arg-type]
    wait(jobs, None, "FIRST")  # type: ignore[arg-type]
    wait(jobs, None, ALL_COMPLETED, 5)  # type: ignore[call-arg]
    wait(jobs, workers=2.5)  # type: ignore[arg-type]
    wait(7)  # type: ignore[arg-type]
    as_completed(jobs, callback=5)  # type: ignore[arg-type]
    as_completed(jobs, callback=lambda status: None)  # type: ignore[arg-type, misc]
    as_completed(jobs, tolerance=OSError)  # type: ignore[arg-type]
    as_completed(jobs).add("ab12")  # type: ignore[arg-type]
