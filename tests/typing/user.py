"""What a script author writes: checked by the type checkers, never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from fractions import Fraction
from typing import Any

from typing_extensions import assert_type

from jobv1 import (
    JOB_FINAL_STATES,
    Adaptive,
    Exponential,
    Fixed,
    Job,
    JobError,
    JobStatus,
    JobStatusError,
    JobTimeoutError,
    JobV1,
    RandomPhase,
    Tolerance,
)
from jobv1.composite import CompositeJob
from jobv1.testing import FakeClock


def hold(job: JobV1) -> None:
    """Ask a job about itself."""
    assert_type(job.version, int)
    assert_type(job.metadata, dict[str, Any])
    assert_type(job.job_id(), str)
    assert_type(job.backend(), Any)
    assert_type(job.status(), JobStatus)
    assert_type(job.result(), Any)
    assert_type(job.cancel(), bool | None)
    assert_type(job.done(), bool)
    assert_type(job.running(), bool)
    assert_type(job.cancelled(), bool)
    assert_type(job.in_final_state(), bool)
    handle: Job = job
    assert_type(handle.version, int)


def compare(job: JobV1) -> None:
    """Compare a status, and read it."""
    status = job.status()
    if status is JobStatus.DONE or status in JOB_FINAL_STATES:
        words: list[str] = [status.name, status.value]
        print(*words)  # noqa: T201 - this is what scripts do
    for final in JOB_FINAL_STATES:
        print(final.name)  # noqa: T201 - this is what scripts do
    assert_type(list(JobStatus), list[JobStatus])


def wait(job: JobV1) -> None:
    """Wait in every way that is documented."""
    job.wait_for_final_state()
    job.wait_for_final_state(60)
    job.wait_for_final_state(60, 0.5)
    job.wait_for_final_state(None, 5, show)
    job.wait_for_final_state(timeout=60.0, wait=1, callback=lambda job_id, status, job: None)
    job.wait_for_final_state(wait=Adaptive())
    job.wait_for_final_state(wait=Fixed(1.0))
    job.wait_for_final_state(wait=Exponential(maximum=60))
    job.wait_for_final_state(wait=RandomPhase(Adaptive(), seed=7))
    job.wait_for_final_state(callback=Counter())
    job.wait_for_final_state(callback=Counter().count)
    job.wait_for_final_state(tolerance=Tolerance(OSError, TimeoutError, seconds=60))
    job.wait_for_final_state(tolerance=Tolerance(OSError, failures=3, backoff=Fixed(1.0)))


def show(job_id: str, status: JobStatus, job: JobV1) -> None:
    """Print what happens."""
    print(job_id, status.value, job.metadata)  # noqa: T201 - this is what scripts do


def show_anything(job_id: object, status: object, job: object) -> str:
    """Take more than is given, and return what nobody reads."""
    return f"{job_id} {status} {job}"


class Counter:
    """A callback that is an object."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, _id: str, status: JobStatus, job: JobV1, /) -> None:
        """Count a call."""
        self.calls += 1

    def count(self, *arguments: object) -> int:
        """Count a call, and tell the number."""
        self.calls += len(arguments) // 3
        return self.calls


def wait_with_a_wide_callback(job: JobV1) -> None:
    """Wait with a callback that takes anything."""
    job.wait_for_final_state(callback=show_anything)


def catch(job: JobV1) -> None:
    """Read what the errors carry."""
    try:
        job.wait_for_final_state(timeout=60)
    except JobTimeoutError as error:
        assert_type(error.message, str)
        assert_type(error.job_id, object)
        assert_type(error.status, JobStatus | None)
        assert_type(error.elapsed, float | None)
        assert_type(error.timeout, float | None)
        assert_type(error.queries, int | None)
        assert_type(error.last_error, Exception | None)
        builtin: TimeoutError = error
        base: JobError = error
        raise builtin from base
    except JobStatusError as error:
        assert_type(error.answer, object)
        assert_type(error.probable, JobStatus | None)


def gather(first: JobV1, second: JobV1) -> None:
    """Make one job of many, and use it as any job."""
    job: JobV1 = CompositeJob([first, CompositeJob((second,))], "batch-1", shots=100)
    whole = CompositeJob(iter([job]))
    assert_type(whole.result(60, Adaptive()), list[Any])
    assert_type(whole.cancel(), bool)
    assert_type(whole.cancel_members(), list[bool | Exception | None])
    assert_type(whole.members, tuple[JobV1, ...])
    wait(whole)


def travel(job: JobV1) -> None:
    """Wait in virtual time."""
    with FakeClock() as clock:
        assert_type(clock, FakeClock)
        job.wait_for_final_state(timeout=86400)
        clock.advance(1)
        assert_type(clock.now(), float)


def misuse(job: JobV1) -> None:
    """Write what the checkers must refuse."""
    job.wait_for_final_state(timeout="60")  # type: ignore[arg-type]
    job.wait_for_final_state(timeout=Fraction(1, 2))  # type: ignore[arg-type]
    job.wait_for_final_state(timeout=Adaptive())  # type: ignore[arg-type]
    job.wait_for_final_state(wait=None)  # type: ignore[arg-type]
    job.wait_for_final_state(wait="5")  # type: ignore[arg-type]
    job.wait_for_final_state(wait=Fixed)  # type: ignore[arg-type]
    job.wait_for_final_state(callback=5)  # type: ignore[arg-type]
    job.wait_for_final_state(callback=lambda status: status)  # type: ignore[misc, arg-type]
    job.wait_for_final_state(callback=wrong_order)  # type: ignore[arg-type]
    job.wait_for_final_state(tolerance=OSError)  # type: ignore[arg-type]
    job.wait_for_final_state(60, 5, show, Tolerance(OSError, failures=1))  # type: ignore[call-arg]
    job.wait_for_final_state(interval=5)  # type: ignore[call-arg]
    Tolerance(KeyboardInterrupt, failures=1)  # type: ignore[arg-type]
    Tolerance(OSError, 3)  # type: ignore[arg-type]
    JobV1(None, "ab12")  # type: ignore[abstract]
    CompositeJob(["ab12"])  # type: ignore[list-item]
    CompositeJob(job)  # type: ignore[arg-type]


def wrong_order(status: JobStatus, job_id: str, job: JobV1) -> None:
    """Take the arguments of a callback in another order."""
