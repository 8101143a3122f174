"""What is known of a job that is watched, and what must not come next."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jobv1.status import JOB_FINAL_STATES, JOB_STATUS_SUCCESSORS, JobStatus, as_status

from ._contract import ContractViolation
from ._trial import shown
from .checks import identity, predicates, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobv1.job import JobV1

    from ._rules import CheckFunction

__all__ = ["Watch"]


class _Queries(threading.local):
    """How many queries this thread has made."""

    count = 0


class Watch:
    """What was seen of one job so far.

    Args:
        job: The job.
        report: Called with the first violation; None to raise it.

    Attributes:
        job: As the argument.
        queries: Counts the queries of each thread, as `count`.
        last: The last status that was seen, the final one for good; None before the first.
        job_id: The id that was seen; None before.
        is_submitted: Whether a submission was seen.
        has_failed: Whether `result()` was seen to tell that the job failed or was cancelled.
    """

    def __init__(self, job: JobV1, report: Callable[[ContractViolation], object] | None) -> None:
        self.job = job
        self.queries = _Queries()
        self.last: JobStatus | None = None
        self.job_id: object = None
        self.is_submitted = False
        self.has_failed = False
        self._report = report
        self._is_over = False

    @property
    def is_final(self) -> bool:
        """Whether a final status was seen."""
        return self.last in JOB_FINAL_STATES

    def violated(self, check: CheckFunction, did: str, expected: str, got: str) -> None:
        """Report that the rule of a check is broken, if it is the first."""
        if self._is_over:
            return
        self._is_over = True
        violation = ContractViolation(check.rule, did=did, expected=expected, got=got)
        if self._report is None:
            raise violation
        self._report(violation)

    def saw(self, answer: object, before: JobStatus | None, method: str = "status") -> None:
        """Take the answer of a query, and the status that was known when the query began.

        What another thread learned in the meantime does not count.
        """
        now = as_status(answer)
        if now is None:
            check = identity.check_identity_is_a_job
            self.violated(check, f"asked {method}()", "a JobStatus", shown(answer))
            return
        if before is not None and now is not before and now not in JOB_STATUS_SUCCESSORS[before]:
            did = f"asked {method}() of a job that was {before.name}"
            if before in JOB_FINAL_STATES:
                check = status.check_status_stays_final
                self.violated(check, did, f"{before.name}, for good", now.name)
            else:
                check = status.check_status_never_begins_again
                self.violated(check, did, f"{before.name}, or a later state", now.name)
        if not self.is_final:
            self.last = now

    def asked(self, name: str, predicate: Callable[[], Any]) -> Any:
        """Ask a predicate, and give its answer."""
        before = self.queries.count
        answer = predicate()
        queries = self.queries.count - before
        if not isinstance(answer, bool):
            check = predicates.check_predicates_answer_bools
            self.violated(check, f"called {name}()", "True or False", shown(answer))
        if name == "done" and answer is True and self.is_final and self.last is not JobStatus.DONE:
            check = predicates.check_predicates_failure_is_no_success
            self.violated(
                check, f"called done() of a job that was {shown(self.last)}", "False", "True"
            )
        if queries > 1:
            check = predicates.check_predicates_ask_once
            self.violated(check, f"called {name}()", "one query", f"{queries} queries")
        return answer
