"""One check at work: the jobs that it gets, the time in which it runs, what it found."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, cast
from unittest import SkipTest

from jobv1.job import JobV1
from jobv1.status import JobStatus

from ._asked_harness import AskedHarness
from ._contract import ContractViolation, HarnessError, place
from ._limits import Hang, LimitedClock, QueryCounter, RealLimit
from ._needs import lack
from ._virtual_time import VIRTUAL_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from typing_extensions import Self

    from ._contract import Rule
    from ._harness import Harness

__all__ = ["CLOSE", "Trial", "counted", "named", "shown"]

CLOSE = 0.1
"""How far from a virtual time is near: a loop over time.monotonic sees real time, too."""

_LONGEST_TEXT = 200
# What a check ends with, and no error of a job.
_VERDICTS = (ContractViolation, HarnessError, SkipTest)


class Trial:
    """A check's hands and eyes; inside its `with` block time is virtual and nothing hangs.

    What the block raises becomes a `ContractViolation` that tells what was being done.
    """

    def __init__(self, harness: Harness, rule: Rule) -> None:
        self.harness = cast("Harness", AskedHarness(harness))
        self._own_harness = harness
        self.clock = LimitedClock()
        self._rule = rule
        self._did, self._expected = "used a job that was just submitted", "no error"
        self._limit = RealLimit(type(harness))
        self._stack = ExitStack()
        self._counters: dict[int, QueryCounter] = {}
        # So that no id is given again.
        self._jobs: list[Any] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._limit)
            stack.enter_context(self.clock)
            stack.enter_context(VIRTUAL_TIME)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        with self._stack:
            self._limit.begin()
            try:
                self.harness.tidy()
            except HarnessError:
                # What the check found comes first: the one may follow from the other.
                if error is None:
                    raise
            self._raise_violation(error)

    def _raise_violation(self, error: BaseException | None) -> None:
        __tracebackhide__ = True
        if isinstance(error, Hang):
            got = f"no end: {error}"
            raise self._violation(got) from error
        if isinstance(error, Exception) and not isinstance(error, _VERDICTS):
            got = f"it raised {shown(error)}{place(error)}"
            raise self._violation(got) from error

    def skip_without_needs(self) -> None:
        """Raise `SkipTest` if the harness or the job class lacks what the rule needs."""
        for need in self._rule.needs:
            reason = lack(self._own_harness, need)
            if reason is not None:
                raise SkipTest(reason)

    def job(self, status: JobStatus | None = None) -> Any:
        """Get a new job that is submitted, in a state; None for the state that it has then."""
        job = self._counted(self.harness.submitted_job(), "submitted_job()")
        if status is not None:
            self.move(job, status)
        return job

    def unsubmitted_job(self) -> Any:
        """Get a new job that is not submitted; for rules that need `unsubmitted_job`."""
        return self._counted(self.harness.unsubmitted_job(), "unsubmitted_job()")

    def move(self, job: Any, status: JobStatus) -> None:
        """Have the backend put a job into a state."""
        self._move(job, status)
        self.doing(f"used a job that was moved to {status.name}", expected="no error")

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

    def idle_seconds(self) -> float:
        """Answer how much virtual time has passed beside that which the queries took."""
        seconds = self.clock.now() - sum(its.seconds for its in self._counters.values())
        return round(seconds, 6)

    def longest_query(self) -> float:
        """Answer how much virtual time the longest query took."""
        return max((its.longest for its in self._counters.values()), default=0.0)

    def is_at(self, seconds: float) -> bool:
        """Tell whether a deadline in virtual time was met, and passed by one query at most."""
        late = self.clock.now() - seconds
        return -CLOSE <= late <= CLOSE + self.longest_query()

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
        __tracebackhide__ = True
        if not holds:
            raise self._violation(got)

    def raised(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Exception:
        """Call what must raise, and give the error; a violation if it answers instead."""
        try:
            answer = call(*args, **kwargs)
        except _VERDICTS:
            raise
        except Exception as error:  # noqa: BLE001 - the check looks at it
            return error
        got = f"it answered {shown(answer)}"
        raise self._violation(got)

    def attempt(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call what may answer or raise; give the answer or the error."""
        try:
            return call(*args, **kwargs)
        except _VERDICTS:
            raise
        except Exception as error:  # noqa: BLE001 - the check looks at it
            return error

    def _move(self, job: Any, status: JobStatus) -> None:
        before = self.queries(job)
        self.harness.move(job, status)
        # A harness may ask until it is so; these are no queries of the rule's.
        if id(job) in self._counters:
            self._counters[id(job)].queries = before

    def _counted(self, job: Any, asked: str) -> Any:
        if not isinstance(job, JobV1):
            raise HarnessError(asked, f"answered {shown(job)}, which is no JobV1")
        if id(job) in self._counters:
            raise HarnessError(asked, "answered the same job twice")
        self._counters[id(job)] = QueryCounter(job)
        self._jobs.append(job)
        return job

    def _violation(self, got: str) -> ContractViolation:
        texts = {"did": self._did, "expected": self._expected, "got": got}
        for secret in self._own_harness.secrets:
            texts = {name: text.replace(secret, "(a secret)") for name, text in texts.items()}
        return ContractViolation(self._rule, **texts)


def named(status: JobStatus) -> str:
    """Name a job by its state: "a DONE job"."""
    article = "an" if status.name[0] in "AEIO" else "a"
    return f"{article} {status.name} job"


def counted(number: int, what: str) -> str:
    """Write a number of things: "1 query", "2 queries"."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"


def shown(value: object) -> str:
    """Write a value for a person, shortened: a status by its name, an error with its type."""
    if isinstance(value, JobStatus):
        return value.name
    text = f"{type(value).__name__}: {value}" if isinstance(value, Exception) else repr(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."
