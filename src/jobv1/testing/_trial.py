"""One check at work: the jobs that it gets, the time in which it runs, what it found."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from jobv1.status import JobStatus

from ._contract import ContractViolation
from ._limits import Hang, LimitedClock, QueryCounter, RealLimit, VirtualTime
from ._needs import lack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from typing_extensions import Self

    from ._contract import Rule
    from ._harness import Harness

__all__ = ["Trial", "shown"]

_LONGEST_TEXT = 200


class Trial:
    """A check's hands and eyes; inside its `with` block time is virtual and nothing hangs.

    What the block raises becomes a `ContractViolation` that tells what was being done.
    """

    def __init__(self, harness: Harness, rule: Rule) -> None:
        self.harness = harness
        self.clock = LimitedClock()
        self._rule = rule
        self._did = "looked at what the harness has"
        self._expected = "a harness that can be asked"
        self._stack = ExitStack()
        self._counters: dict[int, QueryCounter] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(RealLimit())
            stack.enter_context(self.clock)
            stack.enter_context(VirtualTime(self.clock))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._stack:
            try:
                self.harness.tidy()
            except (Exception, Hang) as untidy:  # noqa: BLE001 - none is let pass
                # What the check found comes first: the one may follow from the other.
                if error is None:
                    self.doing("had the harness tidy up", expected="no error")
                    self._raise_violation(untidy)
            self._raise_violation(error)

    def _raise_violation(self, error: BaseException | None) -> None:
        if isinstance(error, Hang):
            got = f"no end: {error}"
            raise self._violation(got) from error
        if isinstance(error, Exception) and not isinstance(error, ContractViolation | SkipTest):
            got = f"it raised {shown(error)}"
            raise self._violation(got) from error

    def skip_without_needs(self) -> None:
        """Raise `SkipTest` if the harness or the job class lacks what the rule needs."""
        for need in self._rule.needs:
            reason = lack(self.harness, need)
            if reason is not None:
                raise SkipTest(reason)

    def job(self, status: JobStatus | None = None) -> Any:
        """Get a new job that is submitted, in a state; None for the state that it has then."""
        self.doing("had the harness submit a job", expected="a job")
        job = self._counted(self.harness.submitted_job())
        if status is not None:
            self.move(job, status)
        return job

    def unsubmitted_job(self) -> Any:
        """Get a new job that is not submitted; for rules that need `unsubmitted_job`."""
        self.doing("had the harness make a job", expected="a job")
        return self._counted(self.harness.unsubmitted_job())

    def move(self, job: Any, status: JobStatus) -> None:
        """Have the backend put a job into a state."""
        self.doing(f"had the harness move a job to {status.name}", expected="no error")
        self._move(job, status)

    def move_at(self, time: float, job: Any, status: JobStatus) -> None:
        """Have the backend put a job into a state when the virtual time comes, in seconds."""
        self.clock.call_at(time, lambda: self._move(job, status))

    def statuses(self, wanted: Iterable[JobStatus] = tuple(JobStatus)) -> list[JobStatus]:
        """Answer those of some states that the backend can say, in their order."""
        return [status for status in wanted if status in self.harness.statuses]

    def queries(self, job: Any) -> int:
        """Answer how often the status of a job was asked."""
        counter = self._counters.get(id(job))
        return 0 if counter is None else counter.queries

    def doing(self, did: str, *, expected: str) -> None:
        """Say what is done next, in the past tense, and what the rule demands then."""
        self._did = did
        self._expected = expected

    def require(self, holds: object, got: str) -> None:
        """Report a violation unless something holds.

        Args:
            holds: Whether the rule is kept.
            got: What came, if it is not.
        """
        if not holds:
            raise self._violation(got)

    def raised(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Exception:
        """Call what must raise, and give the error; a violation if it answers instead."""
        try:
            answer = call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the check looks at it
            return error
        got = f"it answered {shown(answer)}"
        raise self._violation(got)

    def attempt(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call what may answer or raise; give the answer or the error."""
        try:
            return call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the check looks at it
            return error

    def _move(self, job: Any, status: JobStatus) -> None:
        before = self.queries(job)
        self.harness.move(job, status)
        # A harness may ask until it is so; these are no queries of the rule's.
        if id(job) in self._counters:
            self._counters[id(job)].queries = before

    def _counted(self, job: Any) -> Any:
        self._counters[id(job)] = QueryCounter(job)
        return job

    def _violation(self, got: str) -> ContractViolation:
        return ContractViolation(self._rule, did=self._did, expected=self._expected, got=got)


def shown(value: object) -> str:
    """Write a value for a person, shortened: a status by its name, an error with its type."""
    if isinstance(value, JobStatus):
        return value.name
    text = f"{type(value).__name__}: {value}" if isinstance(value, Exception) else repr(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."
