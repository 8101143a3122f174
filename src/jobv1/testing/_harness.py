"""What a provider tells the kit: how to get jobs, and what they can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from jobv1.status import JOB_FINAL_STATES, JobStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["Harness"]


class Harness(ABC):
    """What the kit needs to know of a job class: a provider subclasses it in its tests.

    Two methods must be written; the others, and the attributes, say what more the class can do.
    What it cannot do is skipped, with that reason in the report.

    The kit plays the world outside: it asks for a job, has the backend move it, and looks at what
    the job makes of it.
    So the backend is a fake one, or one that obeys.
    A harness that is given as a class is made anew for each check, so nothing is left of the one
    before.
    It is asked from one thread at a time, and its methods take no virtual time.
    A misspelt name, or a value that makes no sense, is an error when the class is made.

    Attributes:
        statuses: What the backend can say; the states that it does not know are left out.
            One that is final at least, and one that is not.
        error_text: The words of the backend for a job that `move` made fail; None if it has none.
        secrets: Texts that may be seen nowhere, such as the token that the harness uses.
        can_cancel: `cancel()` works on a job that has not ended: it may be refused, but an accepted
            one ends the job by itself, within an hour of virtual time.
        can_time_out_result: `result()` takes a timeout in seconds as its first argument.
        can_give_results: The result of a done job is never None.
        can_be_shared: Two threads may use one job at once.
        can_wait_in_virtual_time: The class waits by the waits of `JobV1`, or by `time.sleep`;
            False if it blocks on locks, futures or threads of its own.
        known_failures: The checks that are known to fail, by name, each with the reason.
            One that passes after all is an error, so that the list stays true.
    """

    statuses: ClassVar[frozenset[JobStatus]] = frozenset(JobStatus) - {
        JobStatus.INITIALIZING,
        JobStatus.VALIDATING,
    }
    error_text: ClassVar[str | None] = None
    secrets: ClassVar[Sequence[str]] = ()
    can_cancel: ClassVar[bool] = True
    can_time_out_result: ClassVar[bool] = True
    can_give_results: ClassVar[bool] = True
    can_be_shared: ClassVar[bool] = True
    can_wait_in_virtual_time: ClassVar[bool] = True
    known_failures: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _check_names(cls)
        _check_statuses(cls)
        _check_secrets(cls, cls.secrets)
        _check_known_failures(cls, cls.known_failures)

    @abstractmethod
    def submitted_job(self) -> Any:
        """Make a new job and submit it.

        Called several times in a check: the jobs are of one backend and must not disturb each
        other.
        Must return a job that is not final until `move` says so.
        """

    @abstractmethod
    def move(self, job: Any, status: JobStatus) -> None:
        """Have the backend put a job into a state: from then on, `job.status()` must answer it.

        Called with one of `statuses`, for a job that is not final, from the state that it has after
        its submission or from RUNNING on; it may be the state that it has.
        A job that is moved to DONE must have a result, one that is moved to ERROR must fail with
        `error_text`.
        Must return when it is so: a harness of a real executor waits for the future here.
        """

    def tidy(self) -> None:  # noqa: B027 - most have nothing to tidy up
        """End what the jobs of a check have left behind, such as threads; called after each."""

    def same_result(self, first: Any, second: Any) -> bool:
        """Tell whether two results are the same; to be overridden where == cannot.

        Raises:
            TypeError: == answers neither yes nor no, as for arrays.
        """
        if first is second:
            return True
        answer = first == second
        try:
            return bool(answer)
        except Exception as error:
            message = (
                f"== of two results ({type(first).__name__}) answers a {type(answer).__name__}, "
                "neither yes nor no; define same_result(first, second)"
            )
            raise TypeError(message) from error

    def unsubmitted_job(self) -> Any:
        """Make a new job that is not submitted; the kit calls `submit()`.

        To be defined if users can hold such a job.
        Once it is submitted, it must not be final until `move` says so.
        """
        raise NotImplementedError

    def break_query(self, job: Any) -> None:
        """Have the next query of the job fail, once.

        To be defined if the fake backend can fail as the real one does.
        The query must fail with an error of the transport, such as a ConnectionError, and not with
        a programming error (`jobv1.tolerance.PROGRAMMING_ERRORS`).
        """
        raise NotImplementedError

    def count_requests(self) -> int:
        """Answer how many requests have reached the backend so far, of whatever kind.

        To be overridden if the fake backend counts them, for rules that forbid a request.
        """
        return 0

    def move_to_cancelling(self, job: Any) -> None:
        """Have the backend be in the middle of cancelling the job: accepted, and not ended.

        To be defined if the backend has such a state, whatever it calls it.
        """
        raise NotImplementedError

    def move_to_unknown(self, job: Any) -> None:
        """Have the backend say of the job a word that the class does not know.

        To be defined if the backend says words: it may learn new ones.
        """
        raise NotImplementedError

    def retrieve(self, job_id: str) -> Any:
        """Get a job again by its id, as another program would that has only the id.

        To be defined if users can.
        """
        raise NotImplementedError

    def members(self, job: Any) -> Sequence[Any]:
        """Answer the jobs that the job is made of, in order, each one that `move` can move.

        To be defined if the job is a job of jobs, two at least; then `move` is called with members,
        too.
        """
        raise NotImplementedError


def _check_names(kind: type[Harness]) -> None:
    known = {name for name in vars(Harness) if not name.startswith("_")}
    own = {name for base in kind.__mro__[: kind.__mro__.index(Harness)] for name in vars(base)}
    for name in sorted(own - known):
        # A name that is like one that stands beside it is the author's own.
        close = get_close_matches(name, known, n=1, cutoff=0.8)
        if set(close) - own or name.startswith("can_"):
            message = f"{kind.__qualname__}.{name} is nothing that a harness has"
            raise TypeError(f"{message}; was {close[0]} meant?" if close else message)


def _check_statuses(kind: type[Harness]) -> None:
    name = f"{kind.__qualname__}.statuses"
    statuses: Collection[object] = kind.statuses
    for status in statuses:
        if status not in JobStatus.__members__.values():
            message = f"{name} must have members of JobStatus alone, not {status!r}"
            raise TypeError(message)
    if set(statuses) <= _FINAL or _FINAL.isdisjoint(statuses):
        message = f"{name} must have a final status and one that is not"
        raise ValueError(message)


def _check_secrets(kind: type[Harness], secrets: Sequence[object]) -> None:
    name = f"{kind.__qualname__}.secrets"
    if isinstance(secrets, str):
        message = f"{name} must be a sequence of texts, not one text"
        raise TypeError(message)
    # The empty text is part of every text.
    if not all(isinstance(secret, str) and secret for secret in secrets):
        message = f"{name} must be texts that are not empty"
        raise TypeError(message)


def _check_known_failures(kind: type[Harness], known: object) -> None:
    if not isinstance(known, Mapping):
        message = f"{kind.__qualname__}.known_failures must be a mapping of checks to reasons"
        raise TypeError(message)


_FINAL = frozenset(JOB_FINAL_STATES)
