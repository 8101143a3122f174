"""Subject 2: handing a job in, once."""

from __future__ import annotations

from jobv1.exceptions import JobError
from jobv1.status import JOB_FINAL_STATES, JobStatus, as_status
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, named, shown

__all__ = [
    "check_submit_again_changes_nothing",
    "check_submit_no_result_before",
    "check_submit_only_once",
    "check_submit_returns_before_the_end",
    "check_submit_status_before",
]

_LONGEST_CALL = 60.0


@rule("2.1", "unsubmitted_job")
def check_submit_returns_before_the_end(trial: Trial) -> None:
    """`submit()` comes back without waiting for the job to end."""
    job = trial.unsubmitted_job()
    trial.doing("called submit()", expected=f"to come back within {_LONGEST_CALL:g} s, unfinished")
    job.submit()
    seconds, status = trial.clock.now(), as_status(job.status())
    trial.require(
        seconds <= _LONGEST_CALL and status not in JOB_FINAL_STATES,
        got=f"it came back after {seconds:g} s, and the job was {shown(status)}",
    )


@rule("2.2")
def check_submit_only_once(trial: Trial) -> None:
    """A second `submit()` raises a JobError, or NotImplementedError if only backends submit."""
    job = trial.job()
    trial.doing("called submit() of a submitted job", expected="a JobError")
    answer = trial.attempt(job.submit)
    trial.require(isinstance(answer, JobError | NotImplementedError), got=shown(answer))


@rule("2.3")
def check_submit_again_changes_nothing(trial: Trial) -> None:
    """A second `submit()` leaves the job as it was: its status and its id stay."""
    for status in trial.statuses():
        job = trial.job(status)
        trial.doing(f"asked {named(status)} for status() and job_id()", expected="answers")
        before = f"{shown(job.status())}, {shown(job.job_id())}"
        trial.doing(f"called submit() of a job that was {status.name}", expected=before)
        trial.attempt(job.submit)
        after = f"{shown(job.status())}, {shown(job.job_id())}"
        trial.require(after == before, got=after)


@rule("2.4", "unsubmitted_job")
def check_submit_status_before(trial: Trial) -> None:
    """Before `submit()`, `status()` answers INITIALIZING or raises a JobError."""
    job = trial.unsubmitted_job()
    trial.doing("asked status() before submit()", expected="INITIALIZING, or a JobError")
    answer = trial.attempt(job.status)
    is_initializing = as_status(answer) is JobStatus.INITIALIZING
    trial.require(is_initializing or isinstance(answer, JobError), got=shown(answer))


@rule("2.5", "unsubmitted_job")
def check_submit_no_result_before(trial: Trial) -> None:
    """Before `submit()`, `result()` raises a JobError at once."""
    job = trial.unsubmitted_job()
    trial.doing("called result() before submit()", expected="a JobError, in no time")
    answer = trial.attempt(job.result)
    seconds = trial.idle_seconds()
    is_told = isinstance(answer, JobError) and seconds == 0
    trial.require(is_told, got=f"{shown(answer)} after {seconds:g} s")
