"""Many jobs as one, with one written rule for the status of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from typing_extensions import override

from ._answers import checked_status
from ._clock import CLOCK
from ._composite_state import (
    cancel_text,
    merged,
    no_result,
    outcome_of_cancel,
    result_of,
    state_of,
)
from ._driver import class_tolerance, default_tolerance, plan_for, poll
from ._unsubmitted import is_submitted, refusal_of_unsubmitted
from ._wake import Sleeper
from .exceptions import JobError
from .job import JobV1, check_callback
from .protocols import ability
from .status import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .schedules import Schedule
    from .tolerance import Tolerance

__all__ = ["CompositeJob"]


class CompositeJob(JobV1):
    """Many jobs as one; they may be of any classes and providers, and jobs of jobs themselves.

    ```python
    whole = CompositeJob([backend.run(circuit) for circuit in circuits])
    results = whole.result(timeout=3600)
    ```

    Its status follows one rule.
    While any member is not final: RUNNING if one runs or some have ended, else the state of the
    least advanced.
    Then ERROR if any is ERROR; else CANCELLED if any is CANCELLED; else DONE, as it is if there are
    no members.

    A member that is known to be final is not asked again, and one whose answer would change nothing
    is not asked.
    Members of one class and backend are asked by one request where the class has `batch_status`.
    A wait wakes at once when a member tells that it has ended.

    Args:
        jobs: The members, in order, each once; submitted or not.
        job_id: The id of the whole; None for one that is made up.
        **kwargs: Any metadata of the whole.

    Attributes:
        _tolerance: Which errors of members' queries a wait survives, of whatever room; None for
            those that the classes of the members survive: any of them, within the least budget of
            all.

    Raises:
        TypeError: One of `jobs` is no `JobV1`.
        ValueError: A job is given twice.
    """

    def __init__(self, jobs: Iterable[JobV1], job_id: str | None = None, **kwargs: Any) -> None:
        members = tuple(jobs)
        _check_members(members)
        backends = [getattr(member, "_backend", None) for member in members]
        is_shared = all(backend is backends[0] for backend in backends)
        made_up = f"composite-{uuid4().hex[:8]}"
        super().__init__(
            backends[0] if backends and is_shared else None,
            made_up if job_id is None else job_id,
            **kwargs,
        )
        self._jobv1_members = members

    @property
    def members(self) -> tuple[JobV1, ...]:
        """The jobs that this one is made of, in their order.

        Raises:
            JobError: A subclass has not called `__init__`, nor does it say what its members are.
        """
        members: tuple[JobV1, ...] | None = vars(self).get("_jobv1_members")
        if members is None:
            name = type(self).__qualname__
            message = (
                f"{name} has no members: it must call super().__init__(jobs), "
                "or define the property `members`."
            )
            raise JobError(message, job_id=self.job_id())
        return members

    @override
    def submit(self) -> None:
        """Submit each member that is not submitted, in their order, and leave the others.

        A member is not submitted if it has no id, or its status is INITIALIZING or a `JobError`; a
        `RemoteJob` and a job of jobs know it without that query.
        If one raises, those before it are submitted; another call goes on with that one.
        Without members there is nothing to do.

        Raises:
            JobError: All members were submitted before.
            Exception: What the `submit()` of a member raised, or the query before it.
        """
        members = self.members
        state = state_of(self, len(members))
        found_any = not members
        while state.to_submit:
            try:
                place = state.to_submit.pop(0)
            except IndexError:
                # Another thread took the last one.
                return
            try:
                if place not in state.final and not is_submitted(members[place]):
                    members[place].submit()
                    found_any = True
            except BaseException:
                state.to_submit.insert(0, place)
                raise
        if not found_any:
            message = f"Job {self.job_id()!r} was submitted already; a job runs once."
            raise JobError(message, job_id=self.job_id())

    @override
    def status(self) -> JobStatus:
        """Answer the status of the whole, by as few queries as decide it.

        Raises:
            JobStatusError: A member answered something that is no status.
            Exception: What the query of a member raised.
        """
        members = self.members
        return checked_status(self, state_of(self, len(members)).status(members))

    @override
    def wait_for_final_state(
        self,
        timeout: float | None = None,
        wait: float | Schedule = 5,
        callback: Callable[[str, JobStatus, Any], object] | None = None,
        *,
        tolerance: Tolerance | None = None,
    ) -> None:
        """Wait until all members are final, as `JobV1.wait_for_final_state` does for one job.

        There is one deadline for all.

        Args:
            timeout: The limit in seconds; None or inf for no limit, 0 or less for one look.
            wait: The seconds between two looks, 0 for no pause; or a schedule.
            callback: Called as `callback(job_id, status, job)` with this job after each look.
            tolerance: Which errors of the members' queries to survive; None for `_tolerance`.

        Raises:
            JobTimeoutError: The limit was met, and not all members were final.
            Exception: As of `JobV1.wait_for_final_state`.
        """
        check_callback(callback)
        clock = CLOCK.get()
        plan = plan_for(self, clock.now(), timeout=timeout, wait=wait, tolerance=tolerance)
        if not self._async:
            return
        with Sleeper(self.members, clock) as sleeper:
            poll(self, plan, clock, sleeper.sleep, callback)

    @override
    def result(self, timeout: float | None = None, wait: float | Schedule = 5) -> list[Any]:
        """Wait for all members, and return their results in the order of the members.

        Each member's result is asked for once; members that take a timeout are given what is left.

        Args:
            timeout: The limit for all together, in seconds; None or inf for no limit.
            wait: The seconds between two looks, or a schedule.

        Raises:
            JobFailedError: A member failed; the text has its id and words, its error is the cause.
            JobCancelledError: A member was cancelled, and none failed.
            JobTimeoutError: The limit was met; the members go on.
            JobError: Members were never submitted; the text says which.
            Exception: What a query, or the `result()` of a member, raised.
        """
        clock, members = CLOCK.get(), self.members
        start = clock.now()
        refusal = refusal_of_unsubmitted(self, CompositeJob)
        self.wait_for_final_state(timeout, wait, refusal)
        status = self.status()
        if status is not JobStatus.DONE:
            raise no_result(self, status)
        kept = state_of(self, len(members)).results
        if not kept:
            results: list[Any] = []
            for member in members:
                left = None if timeout is None else max(timeout - (clock.now() - start), 0.0)
                results.append(result_of(member, left))
            kept.append(results)
        return list(kept[0])

    @override
    def cancel(self) -> bool:
        """Cancel each member that has not ended, and sum the outcomes up.

        Use `cancel_members` to see each outcome.

        Returns:
            True if each member that had not ended accepts; False if each refuses, or all had ended.

        Raises:
            JobError: Some refuse and others accept, or a `cancel()` raised; the text says which,
                and the cause is the first error.
        """
        members = self.members
        state = state_of(self, len(members))
        outcomes = self.cancel_members()
        failed = [
            place
            for place, outcome in enumerate(outcomes)
            if _is_no(outcome) and not state.has_ended(members[place], place)
        ]
        is_accepted = not all(map(_is_no, outcomes))
        errors = [error for place in failed if isinstance(error := outcomes[place], Exception)]
        if failed and (is_accepted or errors):
            message = cancel_text(self, outcomes, failed)
            raise JobError(message, job_id=self.job_id()) from (errors[0] if errors else None)
        return is_accepted

    def cancel_members(self) -> list[bool | Exception | None]:
        """Cancel each member that is not known to have ended, whatever becomes of the others.

        Returns:
            In the order of the members, what the `cancel()` of each answered, or the exception that
            it raised; False for one that had ended.
        """
        members = self.members
        final = state_of(self, len(members)).final
        return [
            False if place in final else outcome_of_cancel(member)
            for place, member in enumerate(members)
        ]

    def error_message(self) -> str | None:
        """Say which member failed first in their order, and why, in the words of its backend.

        None if the whole is not known to be ERROR, or the member cannot say.
        """
        members = self.members
        final = state_of(self, len(members)).final
        if len(final) < len(members):
            return None
        failed = (it for place, it in enumerate(members) if final[place] is JobStatus.ERROR)
        member = next(failed, None)
        tell = None if member is None else ability(member, "error_message")
        words = None if tell is None else tell()
        return f"job {member.job_id()!r}: {words}" if member is not None and words else None

    def _jobv1_is_submitted(self) -> bool:
        members = self.members
        state = state_of(self, len(members))
        return all(it in state.final or is_submitted(members[it]) for it in [*state.to_submit])

    def _jobv1_tolerance(self) -> Tolerance | None:
        own = class_tolerance(type(self))
        return merged(map(default_tolerance, self.members)) if own is None else own


def _is_no(outcome: object) -> bool:
    return outcome is False or isinstance(outcome, Exception)


def _check_members(members: tuple[object, ...]) -> None:
    places: dict[int, int] = {}
    for place, member in enumerate(members):
        if not isinstance(member, JobV1):
            message = f"a job of jobs is made of JobV1, not of {member!r} ({type(member).__name__})"
            raise TypeError(message)
        first = places.setdefault(id(member), place)
        if first != place:
            message = f"job {member.job_id()!r} is given twice, at the places {first} and {place}"
            raise ValueError(message)
