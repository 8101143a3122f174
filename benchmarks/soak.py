"""Everything that goes wrong at once, 100,000 times, in virtual time.

Half of the jobs are asked one by one, half in batches.
Five of a hundred answers are an error that is survived, one of a hundred batches fails as a whole,
and one of a hundred entries of a batch lacks its job.
One job in ten ends in an error, and another thread cancels one in ten while the wait goes on.
Each must come once, with the status in which it really ended, and nothing may keep it then, though
the garbage collector is off.
"""

from __future__ import annotations

import gc
import time
import weakref
from collections import Counter
from random import Random
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

from rows import Row
from simulated_jobs import CANCELLED, DONE, ERROR, RUNNING, SEED, log_uniform

from jobv1 import JobStatus, JobV1, Tolerance
from jobv1.testing import FakeClock
from jobv1.waiting import as_completed

if TYPE_CHECKING:
    from collections.abc import Sequence

JOBS = 100_000
SHORTEST, LONGEST = 10.0, 600.0
WAIT = 5.0
SURVIVES = Tolerance(ConnectionError, seconds=3600)
FAILING = 0.05
LACKING = 0.01
# One in so many ends in an error; another one in so many is to be cancelled.
ONE_IN = 10
PAUSE = 0.002


class Service:
    """Where the jobs run.

    Args:
        clock: Tells the time.
        jobs: How many jobs there are.

    Attributes:
        queries: How many answers were asked for.
        final: The status in which each job ended, by its id.
    """

    def __init__(self, clock: FakeClock, jobs: int) -> None:
        lengths = log_uniform(jobs, SHORTEST, LONGEST)
        self._clock = clock
        self._ends = {str(number): end for number, end in enumerate(lengths)}
        self._random = Random(SEED)
        self._lock = Lock()
        self.queries = 0
        self.final: dict[str, JobStatus] = {}

    def jobs(self) -> list[LoneJob | BatchedJob]:
        """Make the handles, half of each kind."""
        return [
            (LoneJob if number % 2 else BatchedJob)(self, job_id)
            for number, job_id in enumerate(self._ends)
        ]

    def has_bad_luck(self, chance: float) -> bool:
        """Draw."""
        return self._random.random() < chance

    def answer(self, job_id: str) -> JobStatus:
        """Look at the clock; a job that ended stays as it is."""
        self.queries += 1
        if self.has_bad_luck(FAILING):
            raise ConnectionError(job_id)
        with self._lock:
            if job_id not in self.final and self._clock.now() >= self._ends[job_id]:
                self.final[job_id] = ERROR if int(job_id) % ONE_IN == 0 else DONE
            return self.final.get(job_id, RUNNING)

    def cancel(self, job_id: str) -> None:
        """End a job that has not ended yet."""
        with self._lock:
            self.final.setdefault(job_id, CANCELLED)

    def cancel_some(self) -> None:
        """Cancel one job in ten, one after the other; run in a thread of its own."""
        for number, job_id in enumerate(list(self._ends)[1::ONE_IN]):
            self.cancel(job_id)
            if number % ONE_IN == 0:
                time.sleep(PAUSE)


class LoneJob(JobV1):
    """A handle that asks for its own status."""

    _backend: Service

    def submit(self) -> None:
        """Do nothing."""

    def status(self) -> JobStatus:
        """Ask the service."""
        return self._backend.answer(self._job_id)

    def result(self) -> None:
        """Give nothing."""


class BatchedJob(LoneJob):
    """A handle that is asked for with others."""

    @classmethod
    def batch_status(cls, jobs: Sequence[BatchedJob]) -> list[JobStatus | Exception | None]:
        """Ask the service, which fails at times, and forgets a job at times."""
        service = jobs[0]._backend
        if service.has_bad_luck(LACKING):
            raise ConnectionError
        return [None if service.has_bad_luck(LACKING) else job.entry() for job in jobs]

    def entry(self) -> JobStatus | Exception:
        """Ask the service, and give the error that it raises."""
        try:
            return self._backend.answer(self._job_id)
        except ConnectionError as error:
            return error.with_traceback(None)


class Soaked(NamedTuple):
    """What came of it."""

    seconds: float
    queries: int
    came: Counter[str]
    wrong: int
    kept: int
    final: dict[str, JobStatus]


def soak(number: int = JOBS) -> Soaked:
    """Wait for all."""
    came: Counter[str] = Counter()
    wrong = kept = 0
    gc.collect()
    gc.disable()
    try:
        with FakeClock() as clock:
            service = Service(clock, number)
            completions = as_completed(service.jobs(), wait=WAIT, tolerance=SURVIVES, seed=SEED)
            canceller = Thread(target=service.cancel_some)
            begin = time.process_time()
            canceller.start()
            for job in completions:
                job_id, ended = job.job_id(), weakref.ref(job)
                del job
                kept += ended() is not None
                came[job_id] += 1
                wrong += completions.error is not None
                wrong += completions.status is not service.final.get(job_id)
            seconds = time.process_time() - begin
            canceller.join()
    finally:
        gc.enable()
    return Soaked(seconds, service.queries, came, wrong, kept, service.final)


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    soaked = soak()
    ends = Counter(status.name for status in soaked.final.values())
    counts = ", ".join(f"{ends[name]:,} {name}" for name in ("DONE", "ERROR", "CANCELLED"))

    def none(figure: str, found: int) -> Row:
        return Row(figure=f"soak, {figure}", measured=found, goal="none", met=found == 0)

    return [
        none(f"jobs lost of {JOBS:,} ({counts})", JOBS - len(soaked.came)),
        none("jobs that came twice", soaked.came.total() - len(soaked.came)),
        none("jobs with a status that is not true, or an error", soaked.wrong),
        none("jobs that something kept when they had come, gc off", soaked.kept),
        Row(figure="soak, CPU time", measured=soaked.seconds, unit="s"),
        Row(
            figure=f"soak, CPU per query, {soaked.queries:,} queries",
            measured=soaked.seconds / soaked.queries * 1e9,
            unit="ns",
        ),
    ]
