"""What a tester writes with the fakes: checked by the type checkers, never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from functools import partial
from typing import Any

from typing_extensions import assert_type, override

from jobv1 import Adaptive, JobStatus
from jobv1.testing import Call, FakeBackend, FakeClock, FakeJob, Life, Slow


class QueueingJob(FakeJob):
    """A fake job that knows its place in the queue, and refines a step below the log."""

    def queue_position(self) -> int:
        """Tell the place in the queue."""
        return 7

    @override
    def _query(self) -> JobStatus:
        return super()._query()


def write_lives(error: OSError) -> list[Life]:
    """Write each kind of life."""
    return [
        Life(),
        Life([JobStatus.QUEUED, error, "DONE", Slow(3, JobStatus.DONE)]),
        Life((JobStatus.DONE,), result=None, error_message=None, cancel_delay=None),
        Life(timeline={0: JobStatus.QUEUED, 2.5: JobStatus.DONE}, cancel_delay=20),
        Life(faults={1: error, 2: Slow(3), 3: "DONE", 4: JobStatus.DONE}),
    ]


def read_life(life: Life) -> None:
    """Read what a life holds."""
    assert_type(life.script, tuple[object, ...] | None)
    assert_type(life.error_message, str | None)
    assert_type(life.cancel_delay, float | None)
    assert_type(Slow(3).seconds, float)


def run(lives: list[Life]) -> None:
    """Run jobs, and use them as their test does."""
    backend = FakeBackend(*lives, name="lab")
    assert_type(backend, FakeBackend[FakeJob])
    job = backend.run("h q[0];", shots=100)
    assert_type(job, FakeJob)
    assert_type(backend.job(), FakeJob)
    assert_type(backend.jobs, list[FakeJob])
    assert_type(job.status(), JobStatus)
    assert_type(job.result(60, Adaptive()), Any)
    assert_type(job.cancel(), bool)
    assert_type(job.error_message(), str | None)
    job.move(JobStatus.RUNNING)
    job.inject(Slow(3, OSError()))


def run_jobs_of_a_class_of_ones_own() -> None:
    """Get jobs of the subclass."""
    backend = FakeBackend(Life(), job_class=QueueingJob)
    assert_type(backend, FakeBackend[QueueingJob])
    assert_type(backend.run().queue_position(), int)


def read_log(backend: FakeBackend) -> list[float]:
    """Read the log of a backend."""
    assert_type(backend.log, list[Call])
    time, job_id, method, answer = backend.log[0]
    assert_type(time, float)
    assert_type(job_id, str)
    assert_type(method, str)
    assert_type(answer, object)
    return [call.time for call in backend.log if call.answer is JobStatus.DONE]


def travel(job: FakeJob) -> None:
    """Let things happen in virtual time."""
    with FakeClock() as clock:
        clock.call_at(5, job.cancel)
        clock.call_at(2.5, partial(job.move, JobStatus.DONE))
        clock.call_at(7, lambda: clock.advance(1))


def misuse(job: FakeJob, clock: FakeClock) -> None:
    """Write what the checkers must refuse."""
    Life(JobStatus.DONE)  # type: ignore[arg-type]
    Life(timeline={0: "QUEUED"})  # type: ignore[dict-item]
    Life(timeline=[JobStatus.DONE])  # type: ignore[arg-type]
    Life(faults={"1": OSError()})  # type: ignore[dict-item]
    Life(error_message=5)  # type: ignore[arg-type]
    Life([], {0: JobStatus.DONE})  # type: ignore[call-arg]
    Slow("3")  # type: ignore[arg-type]
    FakeBackend([JobStatus.DONE])  # type: ignore[arg-type]
    FakeBackend(job_class=Life)  # type: ignore[type-var]
    job.move("DONE")  # type: ignore[arg-type]
    clock.call_at("5", job.cancel)  # type: ignore[arg-type]
    clock.call_at(5, job.move)  # type: ignore[arg-type]
