"""Subject 8: cancelling a job, which is an attempt and may come too late."""

from __future__ import annotations

from typing import Any

from jobv1.exceptions import JobError
from jobv1.status import JOB_FINAL_STATES, JobStatus, as_status
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, named, shown

__all__ = [
    "check_cancel_answers_a_bool_or_none",
    "check_cancel_does_not_wait",
    "check_cancel_leaves_a_finished_job",
    "check_cancel_of_a_finished_job_is_not_boasted",
    "check_cancel_of_one_is_not_of_all",
    "check_cancel_shows_in_the_status",
    "check_cancel_twice_is_harmless",
]

_ENDED = (JobStatus.DONE, JobStatus.ERROR)
_LONGEST_CALL = 60.0
_MINUTE = 60.0
_HOUR = 3600.0


@rule("8.1", "can_cancel")
def check_cancel_shows_in_the_status(trial: Trial) -> None:
    """A cancel that is accepted makes the job CANCELLED within an hour; a refused one does not."""
    for before in (None, *trial.statuses((JobStatus.RUNNING,))):
        job = trial.job(before)
        state = "job just submitted" if before is None else f"{before.name} job"
        trial.doing(f"called cancel() of a {state}", expected="an answer, or a JobError")
        answer = _cancelled(job)
        refused = answer is False or isinstance(answer, JobError)
        trial.doing(
            f"asked status() after cancel() of a {state} had given {shown(answer)}",
            expected="not CANCELLED" if refused else "CANCELLED, within an hour",
        )
        end = trial.clock.now() + _HOUR
        while (status := as_status(job.status())) not in JOB_FINAL_STATES:
            if refused or trial.clock.now() >= end:
                break
            trial.clock.advance(_MINUTE)
        trial.require((status is JobStatus.CANCELLED) is not refused, got=shown(status))


@rule("8.2", "can_cancel")
def check_cancel_leaves_a_finished_job(trial: Trial) -> None:
    """`cancel()` changes nothing in a job that has ended: it comes too late."""
    for status in trial.statuses(_ENDED):
        job = trial.job(status)
        trial.doing(f"called cancel() of {named(status)}", expected="an answer, or a JobError")
        _cancelled(job)
        trial.clock.advance(_HOUR)
        trial.doing(
            f"asked status() an hour after cancel() of {named(status)}", expected=status.name
        )
        answer = job.status()
        trial.require(as_status(answer) is status, got=shown(answer))
        if status is JobStatus.DONE:
            trial.doing("called result() after cancel() of a DONE job", expected="its result")
            job.result()


@rule("8.3", "can_cancel")
def check_cancel_twice_is_harmless(trial: Trial) -> None:
    """A second `cancel()` raises nothing but a JobError, and undoes nothing."""
    job = trial.job()
    trial.doing("called cancel() of a job just submitted", expected="an answer, or a JobError")
    _cancelled(job)
    before = job.status()
    trial.doing(
        f"called cancel() a second time, of a job that was {shown(before)}",
        expected="an answer or a JobError, and a job that is as it was, or CANCELLED",
    )
    answer, after = trial.attempt(job.cancel), job.status()
    is_answer = isinstance(answer, JobError) or not isinstance(answer, Exception)
    is_harmless = is_answer and after in (before, JobStatus.CANCELLED)
    trial.require(is_harmless, got=f"{shown(answer)}, and the job was {shown(after)}")


@rule("8.4", "can_cancel")
def check_cancel_answers_a_bool_or_none(trial: Trial) -> None:
    """`cancel()` answers True, False or None, if it answers."""
    for status in (None, *trial.statuses(_ENDED)):
        job = trial.job(status)
        state = "job just submitted" if status is None else f"{status.name} job"
        trial.doing(f"called cancel() of a {state}", expected="True, False, None or a JobError")
        answer = _cancelled(job)
        is_fit = answer is None or isinstance(answer, bool | JobError)
        trial.require(is_fit, got=shown(answer))


@rule("8.5", "can_cancel")
def check_cancel_of_one_is_not_of_all(trial: Trial) -> None:
    """`cancel()` of a job leaves the other jobs of its backend alone."""
    first, other = trial.job(), trial.job()
    trial.doing("called cancel() of one of two jobs", expected="an answer, or a JobError")
    _cancelled(first)
    trial.clock.advance(_HOUR)
    trial.doing(
        "asked status() of the other job, an hour after cancel() of the one",
        expected="a status that is not final",
    )
    answer = other.status()
    trial.require(as_status(answer) not in JOB_FINAL_STATES, got=shown(answer))


@rule("8.6", "can_cancel")
def check_cancel_does_not_wait(trial: Trial) -> None:
    """`cancel()` comes back without waiting for the job to end."""
    for status in (None, *trial.statuses((JobStatus.RUNNING,))):
        job = trial.job(status)
        state = "job just submitted" if status is None else f"{status.name} job"
        expected = f"to come back within {_LONGEST_CALL:g} s"
        trial.doing(f"called cancel() of a {state}", expected=expected)
        begin = trial.clock.now()
        _cancelled(job)
        seconds = trial.clock.now() - begin
        trial.require(seconds <= _LONGEST_CALL, got=f"it came back after {seconds:g} s")


@rule("8.7", "can_cancel")
def check_cancel_of_a_finished_job_is_not_boasted(trial: Trial) -> None:
    """`cancel()` of a job that is DONE or ERROR does not answer True."""
    for status in trial.statuses(_ENDED):
        job = trial.job(status)
        expected = "False, None or a JobError"
        trial.doing(f"called cancel() of {named(status)}", expected=expected)
        answer = _cancelled(job)
        trial.require(answer is not True, got=shown(answer))


def _cancelled(job: Any) -> Any:
    """Give what `cancel()` answers, or the JobError by which it refuses."""
    try:
        return job.cancel()
    except JobError as refusal:
        return refusal
