"""Jobs that are asked together: by what they are gathered, and what is kept of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ._driver import default_tolerance, own_tolerance
from .protocols import ability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ._polling import PollPlan
    from .status import JobStatus
    from .tolerance import Tolerance

__all__ = ["Kind", "Kinds", "Slot"]

# Jobs that are due within this part of their sleep are asked together.
_SPAN = 1 / 16
MOST_JOBS = 512
"""How many jobs a slot has at the most, if they are not asked in batches."""


class Kind:
    """What jobs have in common that may share a slot.

    Attributes:
        batch_status: Asks for many of them in one request; None if each is asked alone.
        listens: Whether they tell when they are final.
        rests: Whether they can be relied on to tell, and are seldom asked.
        hints: Whether each knows for itself when it is worth asking again.
        size: How many of them a slot has at the most.
        backend: The backend of jobs that are asked in batches.
        jobs: How many of them are waited for.
    """

    __slots__ = ("_deaf", "backend", "batch_status", "hints", "jobs", "listens", "rests", "size")

    def __init__(
        self,
        *,
        batch_status: Callable[[Sequence[Any]], Sequence[Any]] | None,
        listens: bool,
        hints: bool,
        size: int,
        rests: bool = False,
        backend: object = None,
    ) -> None:
        self.batch_status = batch_status
        self.listens = listens
        self.rests = rests
        self.hints = hints
        self.size = size
        self.backend = backend
        self.jobs = 0
        self._deaf: Kind | None = None

    def deaf(self) -> Kind:
        """Make the same kind for jobs that have told, and are believed no longer."""
        if self._deaf is None:
            self._deaf = Kind(
                batch_status=self.batch_status,
                listens=False,
                hints=self.hints,
                size=self.size,
                backend=self.backend,
            )
        return self._deaf

    def hint(self, job: Any) -> Callable[[], float | None] | None:
        """Answer what tells when a job of this kind is worth asking again, None for nothing."""
        return ability(job, "next_query_delay") if self.hints else None

    @property
    def fills_below(self) -> int:
        """With how many jobs a slot is so small that others are asked along."""
        # A batch costs as much with one job as when it is full.
        return self.size if self.batch_status is not None else self.size // 2

    @property
    def requests(self) -> int:
        """How many requests ask for the statuses of all that are waited for."""
        return self.jobs if self.batch_status is None else -(-self.jobs // self.size)


class Kinds:
    """The kinds of the jobs of one wait, each made when its first job comes.

    Args:
        batch_size: How many jobs a batch has at the most.
        most_jobs: How many jobs a slot has at the most that are not asked in batches.
        heeds_hints: Whether it matters what jobs hint.
        tolerance: Which failures to survive; None for the defaults of the jobs.
    """

    def __init__(
        self, *, batch_size: int, most_jobs: int, heeds_hints: bool, tolerance: Tolerance | None
    ) -> None:
        self._batch_size = batch_size
        self._most_jobs = most_jobs
        self._heeds_hints = heeds_hints
        self._tolerance = tolerance
        self._tolerances: dict[type, Tolerance | None] = {}
        self._known: dict[type, tuple[bool, bool, bool, bool]] = {}
        self._kinds: dict[tuple[object, ...], Kind] = {}

    def check(self, jobs: Sequence[Any]) -> None:
        """See that the default tolerances of some jobs are allowed.

        Raises:
            TypeError: One is no Tolerance, or names a programming error.
        """
        one_each: dict[type, Any] = {type(job): job for job in jobs}
        for job in one_each.values():
            self.tolerance(job)
        telling = {kind for kind in one_each if own_tolerance(kind) is not None}
        if telling:
            for job in jobs:
                if type(job) in telling:
                    self.tolerance(job)

    def tolerance(self, job: object) -> Tolerance | None:
        """Answer which failures of a job are survived, None for none."""
        if self._tolerance is not None:
            return self._tolerance
        kind = type(job)
        if kind in self._tolerances:
            return self._tolerances[kind]
        tolerance = default_tolerance(job)
        if own_tolerance(kind) is None:
            self._tolerances[kind] = tolerance
        return tolerance

    def gather(self, jobs: Iterable[object]) -> list[tuple[Kind, list[Any]]]:
        """Sort jobs by their kinds; in each kind their order is kept."""
        gathered: dict[Kind, list[Any]] = {}
        # By the class, where all its jobs are of one kind.
        lists: dict[type, list[Any]] = {}
        for job in jobs:
            its = lists.get(type(job))
            if its is None:
                kind = self._kind(job)
                its = gathered.setdefault(kind, [])
                if kind.batch_status is None:
                    lists[type(job)] = its
            its.append(job)
        return list(gathered.items())

    def _abilities(self, job: object) -> tuple[bool, bool, bool, bool]:
        batches, listens, hints = (
            ability(job, name) is not None
            for name in ("batch_status", "add_done_callback", "next_query_delay")
        )
        rests = listens and not getattr(type(job), "_jobv1_may_be_silent", False)
        # A batch is asked at one time, whatever its jobs hint.
        return batches, listens, rests, hints and self._heeds_hints and not batches

    def _kind(self, job: object) -> Kind:
        abilities = self._known.get(type(job))
        if abilities is None:
            abilities = self._known[type(job)] = self._abilities(job)
        batches, listens, rests, hints = abilities
        backend = _backend(job) if batches else None
        key: tuple[object, ...] = (type(job), _same(backend)) if batches else abilities
        kind = self._kinds.get(key)
        if kind is None:
            size = self._batch_size if batches else self._most_jobs
            kind = self._kinds[key] = Kind(
                batch_status=ability(job, "batch_status") if batches else None,
                listens=listens,
                rests=rests,
                hints=hints,
                size=1 if hints else size,
                # Kept, so that no other gets its id.
                backend=backend,
            )
        return kind


class Slot:
    """Jobs that are asked together, on one plan.

    Attributes:
        kind: What they have in common.
        jobs: The jobs.
        seen: The last status of each, None before the first.
        plan: When they are asked again.
        due: When that is, in seconds.
        asked_at: When they were asked last, in seconds; -inf if they have not been since they were
            parted from others.
        sleep: How many seconds they slept last.
        is_new: Whether they have not slept yet.
        is_failing: Whether the last query failed and is tried again.
        is_alone: Whether each is asked by itself this time, though there are batches.
        lost_a_batch: Whether a batch of them failed as a whole, and none was good since.
    """

    __slots__ = (
        "asked_at",
        "due",
        "is_alone",
        "is_failing",
        "is_new",
        "jobs",
        "kind",
        "lost_a_batch",
        "plan",
        "seen",
        "sleep",
    )

    def __init__(
        self, kind: Kind, jobs: list[Any], seen: list[JobStatus | None], plan: PollPlan
    ) -> None:
        self.kind = kind
        self.jobs = jobs
        self.seen = seen
        self.plan = plan
        self.due = self.sleep = 0.0
        self.asked_at = -math.inf
        self.is_new = True
        self.is_failing = self.is_alone = self.lost_a_batch = False

    @property
    def is_batch(self) -> bool:
        """Whether one request asks for all of them."""
        return self.kind.batch_status is not None and not self.is_alone

    def split(self, first: int) -> Slot:
        """Take the jobs from `first` on away, into a slot that goes on as this one."""
        rest = Slot(self.kind, self.jobs[first:], self.seen[first:], self.plan.fork())
        rest.sleep, rest.is_new = self.sleep, self.is_new
        rest.is_alone, rest.lost_a_batch = self.is_alone, self.lost_a_batch
        del self.jobs[first:], self.seen[first:]
        return rest

    def single_out(self, job_id: int) -> Slot:
        """Take the job with this `id()` away, into a slot of its own that hears it no longer."""
        place = [*map(id, self.jobs)].index(job_id)
        job, seen = self.jobs.pop(place), self.seen.pop(place)
        plan = self.plan.fork(hint=self.kind.hint(job))
        alone = Slot(self.kind.deaf(), [job], [seen], plan)
        alone.is_new, alone.is_alone = self.is_new, self.kind.batch_status is not None
        return alone

    def reach(self, other: Slot) -> float:
        """Answer how many seconds later another slot may be due whose jobs are asked along."""
        is_one_batch = len(self.jobs) + len(other.jobs) <= self.kind.size
        # Asked as one, two batches are a request less each time; else jobs only move.
        if self.kind.batch_status is not None and is_one_batch:
            return self.sleep
        return self.sleep * _SPAN

    def fill_from(self, other: Slot) -> None:
        """Take jobs of another slot over, as many as there is room for."""
        room = self.kind.size - len(self.jobs)
        if other.kind is not self.kind or not self._is_steady() or not other._is_steady():
            return
        if self.plan.goes_with(other.plan, self.due):
            self.jobs += other.jobs[:room]
            self.seen += other.seen[:room]
            del other.jobs[:room], other.seen[:room]

    def _is_steady(self) -> bool:
        return not (
            self.is_new
            or self.is_failing
            or self.is_alone
            or self.lost_a_batch
            or self.kind.listens
        )


def _same(backend: object) -> object:
    """Answer what is equal for backends that are the same: themselves, if they can be hashed."""
    try:
        hash(backend)
    except TypeError:
        return id(backend)
    return backend


def _backend(job: Any) -> object:
    try:
        return job.backend()
    except Exception:  # noqa: BLE001 - jobs without one have that in common
        return None
