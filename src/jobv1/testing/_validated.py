"""Watching a job keep the contract while it is really used."""

from __future__ import annotations

from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from typing_extensions import override

from jobv1._clock import CLOCK
from jobv1.exceptions import JobCancelledError, JobFailedError, JobTimeoutError
from jobv1.job import JobV1
from jobv1.protocols import ability
from jobv1.status import JobStatus

from ._trial import shown
from ._watch import Watch
from .checks import cancel, identity, outcome, submit, waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._contract import ContractViolation
    from ._rules import CheckFunction

    Reporter = Callable[[ContractViolation], object]

__all__ = ["validated"]

JobT = TypeVar("JobT", bound=JobV1)

# The clock of a class with a wait of its own need not be read at the very moment at which ours is.
_CLOCKS_DIFFER = 0.01


def validated(job: JobT, *, report: Reporter | None = None) -> JobT:
    """Watch a job keep the contract while it is used, as `wsgiref.validate` does for servers.

    The wrapper is an instance of a subclass of the job's class and shares its attributes:
    `isinstance`, extra methods and assignments work as before, and what the waits of the class ask
    is watched too.
    Nothing is asked that the user does not ask.
    Watched are the rules that such use can show: 1.1, 1.3, 2.2, 3.2, 3.8, 4.3, 4.5, 4.6, 5.4, 5.6,
    5.8, 7.4, 7.5, 7.7, 8.4 and 8.7.
    Only the first violation is reported; then the watch is over.
    A copy or a pickle of the wrapper is one of the job itself.

    Args:
        job: The job.
        report: Called with the first violation; None to raise it from the call that shows it.

    Returns:
        The wrapper, equal to the job.

    Raises:
        TypeError: `job` is no `JobV1`.
    """
    _check_job(job)
    if isinstance(job, _WatchedJob):
        return validated(cast("JobT", vars(type(job))["_jobv1_watch"].job), report=report)
    kind: Any = type(job)
    body = {
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__doc__": kind.__doc__,
        "_jobv1_watch": Watch(job, report),
        **_slots_of(job),
    }
    if ability(job, "status_async") is not None:
        body["status_async"] = _watched_status_async
    watched = object.__new__(type(kind)(kind.__name__, (_WatchedJob, kind), body))
    object.__setattr__(watched, "__dict__", vars(job))
    return cast("JobT", watched)


def _check_job(job: object) -> None:
    if not isinstance(job, JobV1):
        message = f"validated() watches an instance of JobV1, not {job!r}"
        raise TypeError(message)


def _slots_of(job: JobV1) -> dict[str, property]:
    # What is kept in slots is no part of the shared dict.
    def forwarded(slot: MemberDescriptorType) -> property:
        def get(_watched: object) -> Any:
            return slot.__get__(job, type(job))

        def set_(_watched: object, value: object) -> None:
            slot.__set__(job, value)

        def delete(_watched: object) -> None:
            slot.__delete__(job)

        return property(get, set_, delete)

    return {
        name: forwarded(value)
        for kind in reversed(type(job).__mro__)
        for name, value in vars(kind).items()
        if isinstance(value, MemberDescriptorType)
    }


class _WatchedJob(JobV1):
    """The methods of the contract, watched; it stands before the class of the job."""

    _jobv1_watch: Watch

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Tell no base class of the provider's: this is no class of the provider's."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] - never set
        return type(self._jobv1_watch.job)

    @override
    def __eq__(self, other: object) -> bool:
        watch = getattr(type(other), "_jobv1_watch", None)
        return self._jobv1_watch.job == (other if watch is None else watch.job)

    @override
    def __hash__(self) -> int:
        return hash(self._jobv1_watch.job)

    @override
    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._jobv1_watch.job.__reduce_ex__(protocol)

    @override
    def job_id(self) -> str:
        watch = self._jobv1_watch
        job_id = super().job_id()
        if watch.job_id and job_id != watch.job_id:
            check = identity.check_identity_id_stays
            watch.violated(check, "called job_id() again", shown(watch.job_id), shown(job_id))
        watch.job_id = job_id
        return job_id

    @override
    def submit(self) -> Any:
        watch = self._jobv1_watch
        answer = cast("Any", super()).submit()
        if watch.is_submitted:
            did, got = "called submit() a second time", f"it answered {shown(answer)}"
            watch.violated(submit.check_submit_only_once, did, "a JobError", got)
        watch.is_submitted = True
        return answer

    @override
    def status(self) -> JobStatus:
        watch = self._jobv1_watch
        watch.queries.count += 1
        before = watch.last
        answer: JobStatus = cast("Any", super()).status()
        watch.saw(answer, before)
        return answer

    @override
    def done(self) -> bool:
        return cast("bool", self._jobv1_watch.asked("done", super().done))

    @override
    def running(self) -> bool:
        return cast("bool", self._jobv1_watch.asked("running", super().running))

    @override
    def cancelled(self) -> bool:
        return cast("bool", self._jobv1_watch.asked("cancelled", super().cancelled))

    @override
    def in_final_state(self) -> bool:
        return cast("bool", self._jobv1_watch.asked("in_final_state", super().in_final_state))

    @override
    def wait_for_final_state(self, timeout: Any = None, *args: Any, **kwargs: Any) -> None:
        watch, clock = self._jobv1_watch, CLOCK.get()
        begin, queries = clock.now(), watch.queries.count
        did = f"called wait_for_final_state({timeout!r})"
        try:
            super().wait_for_final_state(timeout, *args, **kwargs)
        except TimeoutError as error:
            if not isinstance(error, JobTimeoutError):
                check = waiting.check_waiting_times_out_by_an_error
                watch.violated(check, did, "a JobTimeoutError", f"it raised {shown(error)}")
            seconds = clock.now() - begin
            if timeout is None or seconds < float(timeout) - _CLOCKS_DIFFER:
                check = waiting.check_waiting_keeps_the_deadline
                got = f"JobTimeoutError after {seconds:g} s"
                watch.violated(check, did, "no JobTimeoutError before the deadline", got)
            raise
        if self._async and watch.queries.count > queries and not watch.is_final:
            check = waiting.check_waiting_comes_back_at_the_end
            got = f"it came back, and the last status was {shown(watch.last)}"
            watch.violated(check, did, "no end before the status is final", got)

    @override
    def result(self, *args: Any, **kwargs: Any) -> Any:
        watch = self._jobv1_watch
        try:
            answer = cast("Any", super()).result(*args, **kwargs)
        except (JobFailedError, JobCancelledError):
            watch.has_failed = True
            raise
        check = _CHECKS_OF_NO_RESULT.get(watch.last)
        if check is None and watch.has_failed:
            check = outcome.check_outcome_fails_the_same_twice
        if check is not None:
            did = "called result() of a job that had failed or was cancelled"
            watch.violated(check, did, "a JobError", f"it answered {shown(answer)}")
        return answer

    @override
    def cancel(self) -> bool | None:
        watch = self._jobv1_watch
        has_ended = watch.last in {JobStatus.DONE, JobStatus.ERROR}
        answer: Any = super().cancel()
        if answer is not None and not isinstance(answer, bool):
            check = cancel.check_cancel_answers_a_bool_or_none
            watch.violated(check, "called cancel()", "None, True or False", shown(answer))
        if has_ended and answer is True:
            check = cancel.check_cancel_of_a_finished_job_is_not_boasted
            did = f"called cancel() of a job that was {shown(watch.last)}"
            watch.violated(check, did, "not True: nothing is cancelled", shown(answer))
        return cast("bool | None", answer)


async def _watched_status_async(job: _WatchedJob) -> JobStatus:
    watch: Watch = vars(type(job))["_jobv1_watch"]
    before = watch.last
    awaited: Any = super(_WatchedJob, job)
    answer: JobStatus = await awaited.status_async()
    watch.saw(answer, before, "status_async")
    return answer


_CHECKS_OF_NO_RESULT: dict[JobStatus | None, CheckFunction] = {
    JobStatus.ERROR: outcome.check_outcome_of_a_failed_job_raises,
    JobStatus.CANCELLED: outcome.check_outcome_of_a_cancelled_job_raises,
}
