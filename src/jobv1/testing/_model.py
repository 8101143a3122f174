"""What the machine of `job_machine` knows of its jobs, and how it tries them step by step."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override

from jobv1.status import JOB_FINAL_STATES, JobStatus, as_status

from ._asked_harness import AskedHarness
from ._contract import ContractViolation, HarnessError
from ._limits import LimitedClock
from ._trial import Trial, shown
from .checks import CHECKS, GATE

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._contract import Rule
    from ._harness import Harness
    from ._limits import QueryCounter

__all__ = ["UNFINISHED", "JobModel", "PassedOverError", "TrackedJob"]

UNFINISHED = frozenset(JobStatus).difference(JOB_FINAL_STATES)
RULES = {check.__name__: check.rule for check in CHECKS}
_ENOUGH_SECONDS = 15 * 86400.0


class PassedOverError(Exception):
    """A step met a failure that is known, and the rest of the action makes no sense."""


@dataclass
class TrackedJob:
    """A job of the machine, and what the model knows of it.

    Attributes:
        job: The job.
        number: Its number in the machine.
        job_id: The id that it had at first.
        status: The status that it must have; None for that after submission, which no rule names.
        cancel_by: When the cancel that was accepted must have taken effect; None for no such.
        has_ended: Whether it has answered a final status.
        may_fail: Whether a query was made to fail that was not seen to fail yet.
        is_lost: Whether it broke a rule that it is known to break, so that nothing is known of it.
        results: The first result of a done job, once it was asked for.
    """

    job: Any
    number: int
    job_id: Any
    status: JobStatus | None = None
    cancel_by: float | None = None
    has_ended: bool = False
    may_fail: bool = False
    is_lost: bool = False
    results: list[Any] = field(default_factory=list[Any])

    @property
    def is_final(self) -> bool:
        """Whether the job must be final."""
        return self.status in JOB_FINAL_STATES

    @property
    def is_ending(self) -> bool:
        """Whether the job must be final, or soon."""
        return self.is_final or self.cancel_by is not None

    @property
    def is_fresh(self) -> bool:
        """Whether the job is in the state after its submission."""
        return self.status is None and not self.is_ending

    @property
    def is_running(self) -> bool:
        """Whether the job must be RUNNING."""
        return self.status is JobStatus.RUNNING and not self.is_ending

    def possible(self, now: float) -> frozenset[JobStatus]:
        """Tell which statuses the job may have."""
        statuses = UNFINISHED if self.status is None else frozenset({self.status})
        if self.cancel_by is None:
            return statuses
        cancelled = frozenset({JobStatus.CANCELLED})
        return cancelled if now > self.cancel_by else statuses | cancelled

    @override
    def __str__(self) -> str:
        state = "just submitted" if self.status is None else self.status.name
        cancel = "" if self.cancel_by is None else ", being cancelled"
        return f"job {self.number} ({state}{cancel})"


class _BusyHarness:
    """Passes everything on to a harness, but does not let it tidy up."""

    def __init__(self, harness: Harness) -> None:
        self._harness = harness

    def __getattr__(self, name: str) -> Any:
        return getattr(self._harness, name)

    def tidy(self) -> None:
        """Leave the jobs as they are."""


class Step(Trial):
    """A trial that is one step of many: it leaves the jobs for the next, in one time for all."""

    def __init__(self, model: JobModel, rule: Rule) -> None:
        super().__init__(model.given, rule)
        self.harness = cast("Harness", _BusyHarness(self.harness))
        self.clock = model.clock
        self._counters = model.counters
        self._jobs = model.jobs


class JobModel:
    """The jobs that a harness gave, and what each of them must be.

    Jobs are named by their numbers, from 0.
    """

    def __init__(self, harness: Harness) -> None:
        self.given = harness
        self.harness = cast("Harness", AskedHarness(harness))
        self.clock = LimitedClock()
        self.counters: dict[int, QueryCounter] = {}
        self.jobs: list[Any] = []
        self.tracked: list[TrackedJob] = []
        self._has_failed = False

    @property
    def has_time(self) -> bool:
        """Whether there are days left in the limited time of a trial."""
        return self.clock.now() < _ENOUGH_SECONDS

    def tidy(self) -> None:
        """Have the harness tidy up."""
        trial = Trial(self.given, GATE.rule)
        trial.clock = self.clock
        # What was found comes first: that it is untidy may follow from it.
        with suppress(HarnessError) if self._has_failed else nullcontext(), trial:
            pass

    def look_around(self) -> None:
        """See that no job has changed its id or its end, and that none asks for its repr."""
        for tracked in self.tracked:
            if tracked.is_lost:
                continue
            with self.step("check_identity_id_stays", tracked) as trial:
                trial.doing(f"asked {tracked} for its id", expected=shown(tracked.job_id))
                job_id = tracked.job.job_id()
                trial.require(job_id == tracked.job_id, got=shown(job_id))
            with self.step("check_identity_repr_asks_nobody", tracked) as trial:
                trial.doing(f"called repr() of {tracked}", expected="no query")
                repr(tracked.job)
                queries = trial.queries(tracked.job)
                trial.require(queries == 0, got=f"{queries} queries")
            if tracked.has_ended:
                self.ask(tracked, "check_status_stays_final")

    @contextmanager
    def step(self, rule: str, tracked: TrackedJob | None = None) -> Generator[Step]:
        """Do something under a rule, with a job of the model or without."""
        for counter in self.counters.values():
            # The limit of queries holds for each step apart.
            counter.queries = 0
        try:
            with Step(self, RULES[rule]) as step:
                yield step
        except HarnessError:
            self._has_failed = True
            raise
        except ContractViolation as violation:
            is_ordered = tracked is not None and tracked.may_fail
            if not is_ordered and violation.rule.check not in self.harness.known_failures:
                self._has_failed = True
                raise
            if tracked is not None:
                tracked.is_lost = True
            raise PassedOverError from violation

    def ask(self, tracked: TrackedJob, rule: str) -> None:
        """Ask for the status, and learn from the answer."""
        with self.step(rule, tracked) as trial:
            possible = tracked.possible(self.clock.now())
            expected = " or ".join(sorted(status.name for status in possible))
            trial.doing(f"asked status() of {tracked}", expected=expected)
            answer = tracked.job.status()
            status = as_status(answer)
            trial.require(status in possible, got=shown(answer))
            if status in JOB_FINAL_STATES:
                tracked.status, tracked.cancel_by, tracked.has_ended = status, None, True
