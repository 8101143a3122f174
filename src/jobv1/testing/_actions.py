"""What users and backends do with jobs, and what must come of it."""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from jobv1.exceptions import JobError, JobTimeoutError
from jobv1.status import JOB_FINAL_STATES, JobStatus, as_status

from ._model import UNFINISHED, JobModel, PassedOverError, TrackedJob
from ._trial import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


__all__ = ["JobActions"]


P = ParamSpec("P")

_PREDICATES = {
    "done": frozenset({JobStatus.DONE}),
    "running": frozenset({JobStatus.RUNNING}),
    "cancelled": frozenset({JobStatus.CANCELLED}),
    "in_final_state": frozenset(JOB_FINAL_STATES),
}
_WAIT_RULES: Mapping[JobStatus | None, str] = {
    JobStatus.DONE: "check_waiting_for_a_done_job_takes_no_time",
    JobStatus.ERROR: "check_waiting_ends_with_a_failed_job",
}
_ENDED = (JobStatus.DONE, JobStatus.ERROR)
_CANCEL_SECONDS = 3600.0
# A wait of the class's own sees real time go on beside the virtual one.
_SLACK = 0.5


def _action(
    method: Callable[Concatenate[JobActions, P], None],
) -> Callable[Concatenate[JobActions, P], None]:
    """Have a method look at all jobs at its end, and end early at a known failure.

    So a fault is shown by the very action that it followed; an invariant of Hypothesis would add a
    line to the example for each action.
    """

    @wraps(method)
    def act(self: JobActions, /, *args: P.args, **kwargs: P.kwargs) -> None:
        with suppress(PassedOverError):
            method(self, *args, **kwargs)
            self.look_around()

    return act


class JobActions(JobModel):
    """Acts on jobs, and compares what comes with the model; knows nothing of Hypothesis.

    Times are virtual seconds, whole ones, so that sums of them are exact.
    """

    @_action
    def submit_jobs(self, count: int) -> None:
        """Get so many submitted jobs."""
        for _ in range(count):
            with self.step("check_identity_ids_differ") as trial:
                job = trial.job()
                others = [tracked.job_id for tracked in self.tracked]
                trial.doing("asked a new job for its id", expected=f"none of {shown(others)}")
                job_id = job.job_id()
                self.tracked.append(TrackedJob(job, len(self.tracked), job_id))
                trial.require(job_id not in others, got=shown(job_id))

    @_action
    def start(self, job: int) -> None:
        """Have the backend run a job that was just submitted."""
        self._move(self.tracked[job], JobStatus.RUNNING)

    @_action
    def move(self, job: int, status: JobStatus) -> None:
        """Have the backend move a job that was just submitted to another state."""
        self._move(self.tracked[job], status)

    @_action
    def end(self, job: int, status: JobStatus) -> None:
        """Have the backend end a job that is RUNNING."""
        self._move(self.tracked[job], status)

    @_action
    def let_time_pass(self, seconds: int) -> None:
        """Let virtual time pass."""
        with self.step("check_status_stays_final") as trial:
            trial.doing(f"let {seconds} s pass", expected="no error")
            self.clock.advance(seconds)

    @_action
    def ask_status(self, job: int) -> None:
        """Ask for the status."""
        self.ask(self.tracked[job], "check_status_follows_the_backend")

    @_action
    def ask_predicates(self, job: int) -> None:
        """Ask the four questions with yes and no."""
        tracked = self.tracked[job]
        for name, truths in _PREDICATES.items():
            expected = {status in truths for status in tracked.possible(self.clock.now())}
            is_early = name != "running" and not tracked.is_ending
            kind = "final_only_at_the_end" if is_early else "are_true_in_their_states"
            with self.step(f"check_predicates_{kind}", tracked) as trial:
                words = " or ".join(map(repr, sorted(expected)))
                trial.doing(f"called {name}() of {tracked}", expected=words)
                answer = getattr(tracked.job, name)()
                trial.require(answer in expected, got=shown(answer))

    @_action
    def fail_query(self, job: int) -> None:
        """Have a query fail, and ask."""
        tracked = self.tracked[job]
        with self.step("check_status_failure_is_no_end", tracked) as trial:
            self.harness.break_query(tracked.job)
            expected = "the error of the query, or a status that is not final"
            trial.doing(f"asked status() of {tracked}, and the query failed", expected=expected)
            answer = trial.attempt(tracked.job.status)
            has_failed = isinstance(answer, Exception)
            trial.require(has_failed or as_status(answer) in UNFINISHED, got=shown(answer))
            tracked.may_fail = not has_failed

    @_action
    def wait_in_vain(self, job: int, timeout: int, wait: int) -> None:
        """Wait for a job that does not end in this time."""
        tracked = self.tracked[job]
        did = f"called wait_for_final_state({timeout}, {wait}) of {tracked}"
        with self.step("check_waiting_times_out_by_an_error", tracked) as trial:
            trial.doing(did, expected="a JobTimeoutError")
            begin = self.clock.now()
            error = trial.raised(tracked.job.wait_for_final_state, timeout, wait)
            trial.require(isinstance(error, JobTimeoutError), got=shown(error))
        with self.step("check_waiting_keeps_the_deadline", tracked) as trial:
            limit, seconds = max(timeout, 0), self.clock.now() - begin
            trial.doing(did, expected=f"to be over after {limit} s")
            trial.require(abs(seconds - limit) < _SLACK, got=f"it was over after {seconds:g} s")
        self.ask(tracked, "check_waiting_timeout_leaves_the_job")

    @_action
    def wait_for_ended(self, job: int, wait: int) -> None:
        """Wait for a job that is final, or must be soon because it was cancelled."""
        tracked = self.tracked[job]
        left = 0 if tracked.cancel_by is None else tracked.cancel_by - self.clock.now() + wait
        rule = _WAIT_RULES.get(tracked.status, "check_waiting_ends_with_a_cancelled_job")
        self._wait(tracked, rule, wait, earliest=0, latest=max(left, 0))

    @_action
    def wait_for_the_end(self, job: int, status: JobStatus, after: int, wait: int) -> None:
        """Wait for a job that the backend ends after so many seconds."""
        tracked = self.tracked[job]

        def fall_due() -> None:
            if not tracked.is_lost:
                self.harness.move(tracked.job, status)
                tracked.status = status

        self.clock.call_at(self.clock.now() + after, fall_due)
        rule = "check_waiting_comes_back_at_the_end"
        self._wait(tracked, rule, wait, earliest=after, latest=after + wait)

    @_action
    def ask_result(self, job: int) -> None:
        """Ask a final job for its result twice."""
        tracked = self.tracked[job]
        begin = self.clock.now()
        for _ in range(2):
            if tracked.status is JobStatus.DONE:
                self._ask_for_the_same(tracked)
            else:
                self._ask_for_nothing(tracked)
        with self.step("check_outcome_is_told_at_once", tracked) as trial:
            trial.doing(f"called result() of {tracked} twice", expected="no virtual time")
            seconds = self.clock.now() - begin
            trial.require(seconds < _SLACK, got=f"it took {seconds:g} s")

    @_action
    def cancel(self, job: int) -> None:
        """Cancel a job, which must leave the others alone; it may be refused or come too late."""
        tracked = self.tracked[job]
        with self.step("check_cancel_answers_a_bool_or_none", tracked) as trial:
            trial.doing(f"called cancel() of {tracked}", expected="True, False, None or a JobError")
            answer = trial.attempt(tracked.job.cancel)
            is_fit = answer is None or isinstance(answer, bool | JobError)
            trial.require(is_fit, got=shown(answer))
        if tracked.status in _ENDED:
            with self.step("check_cancel_of_a_finished_job_is_not_boasted", tracked) as trial:
                trial.doing(f"called cancel() of {tracked}", expected="False, None or a JobError")
                trial.require(answer is not True, got=shown(answer))
        rule = "check_cancel_leaves_a_finished_job"
        if not tracked.is_final:
            rule = "check_cancel_shows_in_the_status"
            is_accepted = answer is None or answer is True
            if is_accepted and tracked.cancel_by is None:
                tracked.cancel_by = self.clock.now() + _CANCEL_SECONDS
        self.ask(tracked, rule)
        for other in self.tracked:
            if other is not tracked and not other.is_lost:
                self.ask(other, "check_cancel_of_one_is_not_of_all")

    def _move(self, tracked: TrackedJob, status: JobStatus) -> None:
        with self.step("check_status_follows_the_backend", tracked) as trial:
            trial.move(tracked.job, status)
            tracked.status = status

    def _wait(
        self, tracked: TrackedJob, rule: str, wait: int, *, earliest: float, latest: float
    ) -> None:
        with self.step(rule, tracked) as trial:
            expected = f"to come back after {earliest:g} to {latest:g} s"
            did = f"called wait_for_final_state(None, {wait}) of {tracked}"
            trial.doing(did, expected=expected)
            begin = self.clock.now()
            tracked.job.wait_for_final_state(None, wait)
            seconds = self.clock.now() - begin
            is_in_time = earliest - _SLACK < seconds < latest + _SLACK
            trial.require(is_in_time, got=f"it came back after {seconds:g} s")
        self.ask(tracked, "check_status_follows_the_backend")

    def _ask_for_the_same(self, tracked: TrackedJob) -> None:
        with self.step("check_outcome_is_the_same_twice", tracked) as trial:
            first = shown(tracked.results[0]) if tracked.results else "a result"
            trial.doing(f"called result() of {tracked}", expected=first)
            result = tracked.job.result()
            tracked.results = tracked.results or [result]
            is_same = self.harness.same_result(tracked.results[0], result)
            trial.require(is_same, got=shown(result))

    def _ask_for_nothing(self, tracked: TrackedJob) -> None:
        kind = "failed" if tracked.status is JobStatus.ERROR else "cancelled"
        with self.step(f"check_outcome_of_a_{kind}_job_raises", tracked) as trial:
            trial.doing(f"called result() of {tracked}", expected="a JobError")
            error = trial.raised(tracked.job.result)
            trial.require(isinstance(error, JobError), got=shown(error))
