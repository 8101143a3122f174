"""Subject 7: what `result()` gives, raises and takes."""

from __future__ import annotations

from traceback import format_exception
from typing import Any

from jobv1.exceptions import JobError, JobTimeoutError
from jobv1.status import JOB_FINAL_STATES, JobStatus
from jobv1.testing._rules import rule
from jobv1.testing._trial import CLOSE, Trial, shown

__all__ = [
    "check_outcome_ends_with_the_job",
    "check_outcome_errors_keep_secrets",
    "check_outcome_fails_the_same_twice",
    "check_outcome_is_something",
    "check_outcome_is_the_same_twice",
    "check_outcome_is_told_at_once",
    "check_outcome_keeps_its_deadline",
    "check_outcome_makes_the_status_final",
    "check_outcome_of_a_cancelled_job_raises",
    "check_outcome_of_a_failed_job_raises",
    "check_outcome_tells_why",
    "check_outcome_timeout_leaves_the_job",
    "check_outcome_times_out_by_an_error",
    "check_outcome_waits_for_the_end",
    "check_outcome_zero_timeout_does_not_wait",
]

_DAY = 86400
_NO_RESULT = (JobStatus.ERROR, JobStatus.CANCELLED)
# Short enough for a class that blocks in real time.
_SHORT = 0.05


@rule("7.1", "DONE", "can_give_results")
def check_outcome_is_something(trial: Trial) -> None:
    """The result of a job that is done is not None."""
    job = trial.job(JobStatus.DONE)
    trial.doing("asked result() of a DONE job", expected="a result, not None")
    result = job.result()
    trial.require(result is not None, got=shown(result))


@rule("7.2", "DONE")
def check_outcome_is_the_same_twice(trial: Trial) -> None:
    """The result of a job that is done is the same each time, and a day later."""
    job = trial.job(JobStatus.DONE)
    trial.doing("asked result() of a DONE job", expected="a result")
    first = job.result()
    for when in ("again", "a day later"):
        trial.doing(f"asked result() of a DONE job {when}", expected=shown(first))
        second = job.result()
        trial.require(trial.harness.same_result(first, second), got=shown(second))
        trial.clock.advance(_DAY)


@rule("7.3", "DONE", "can_wait_in_virtual_time")
def check_outcome_waits_for_the_end(trial: Trial) -> None:
    """`result()` waits until the job has ended, in whatever state it is, and gives its result."""
    for status in (None, *trial.statuses([JobStatus.RUNNING])):
        job, end = trial.job(status), trial.clock.now() + 100
        trial.move_at(end, job, JobStatus.DONE)
        trial.doing(
            "asked result() of a job that was " + (status.name if status else "just submitted"),
            expected="it comes back with the result when the job has ended, after 100 s or more",
        )
        result = job.result()
        seconds = trial.clock.now() - end + 100
        got = f"{shown(result)} after {seconds:g} s"
        trial.require(seconds >= 100 - CLOSE, got=got)
        trial.require(trial.harness.same_result(result, job.result()), got=got)


@rule("7.4", "ERROR")
def check_outcome_of_a_failed_job_raises(trial: Trial) -> None:
    """`result()` of a job that failed raises a JobError."""
    job = trial.job(JobStatus.ERROR)
    trial.doing("asked result() of an ERROR job", expected="it raises a JobError")
    error = trial.raised(job.result)
    trial.require(isinstance(error, JobError), got=f"it raised {shown(error)}")


@rule("7.5", "CANCELLED")
def check_outcome_of_a_cancelled_job_raises(trial: Trial) -> None:
    """`result()` of a job that was cancelled raises a JobError."""
    job = trial.job(JobStatus.CANCELLED)
    trial.doing("asked result() of a CANCELLED job", expected="it raises a JobError")
    error = trial.raised(job.result)
    trial.require(isinstance(error, JobError), got=f"it raised {shown(error)}")


@rule("7.6", "ERROR", "error_text")
def check_outcome_tells_why(trial: Trial) -> None:
    """The error of a job that failed contains the words of the backend."""
    job, words = trial.job(JobStatus.ERROR), str(trial.harness.error_text)
    trial.doing("asked result() of an ERROR job", expected=f"an error that says {shown(words)}")
    error = trial.attempt(job.result)
    trial.require(not isinstance(error, Exception) or words in str(error), got=shown(error))


@rule("7.7")
def check_outcome_fails_the_same_twice(trial: Trial) -> None:
    """`result()` of a job that failed or was cancelled raises the same error each time."""
    for status in trial.statuses(_NO_RESULT):
        job = trial.job(status)
        first = trial.attempt(job.result)
        trial.doing(
            f"asked result() of a job whose status is {status.name} a second time",
            expected=f"as the first time: {shown(first)}",
        )
        second = trial.attempt(job.result)
        is_same = type(first) is type(second) and str(first) == str(second)
        trial.require(is_same, got=shown(second))


@rule("7.8")
def check_outcome_is_told_at_once(trial: Trial) -> None:
    """`result()` of a job that has ended, however it ended, takes no time."""
    for status in trial.statuses(JOB_FINAL_STATES):
        job = trial.job(status)
        trial.doing(f"asked result() of a job that is {status.name}", expected="it takes no time")
        trial.attempt(job.result)
        seconds = trial.idle_seconds()
        trial.require(seconds == 0, got=f"it took {seconds:g} s")


@rule("7.9", "can_time_out_result")
def check_outcome_times_out_by_an_error(trial: Trial) -> None:
    """A `result()` that times out raises a JobTimeoutError."""
    job = trial.job()
    trial.doing(
        f"called result({_SHORT}) of a job that did not end",
        expected="it raises a JobTimeoutError",
    )
    error = trial.raised(job.result, _SHORT)
    trial.require(isinstance(error, JobTimeoutError), got=f"it raised {shown(error)}")


@rule("7.10", "can_time_out_result", "can_wait_in_virtual_time")
def check_outcome_keeps_its_deadline(trial: Trial) -> None:
    """A `result()` that times out is over at its deadline."""
    job = trial.job()
    trial.doing("called result(7.3) of a job that did not end", expected="it is over after 7.3 s")
    trial.attempt(job.result, 7.3)
    trial.require(trial.is_at(7.3), got=f"it was over after {trial.clock.now():g} s")


@rule("7.11", "can_time_out_result")
def check_outcome_zero_timeout_does_not_wait(trial: Trial) -> None:
    """`result(0)` of a job that has not ended raises a timeout error at once."""
    job = trial.job()
    trial.doing(
        "called result(0) of a job that did not end", expected="a JobTimeoutError, in no time"
    )
    error, seconds = trial.raised(job.result, 0), trial.idle_seconds()
    # What another timeout raises is the matter of rule 7.9.
    usual = trial.attempt(job.result, _SHORT)
    kind = JobTimeoutError if isinstance(usual, JobTimeoutError) else TimeoutError
    is_right = isinstance(error, kind) and seconds == 0
    trial.require(is_right, got=f"{shown(error)} after {seconds:g} s")


@rule("7.12", "can_wait_in_virtual_time")
def check_outcome_ends_with_the_job(trial: Trial) -> None:
    """A `result()` that is waiting ends when the job fails or is cancelled."""
    for status in trial.statuses(_NO_RESULT):
        job, begin = trial.job(), trial.clock.now()
        trial.move_at(begin + 100, job, status)
        trial.doing(
            f"asked result() of a job that became {status.name} after 100 s",
            expected="it is over within a day",
        )
        trial.attempt(job.result)
        seconds = trial.clock.now() - begin
        trial.require(seconds <= _DAY, got=f"it was over after {seconds:g} s")


@rule("7.13", "can_wait_in_virtual_time")
def check_outcome_makes_the_status_final(trial: Trial) -> None:
    """When `result()` has waited and is over, `status()` is final."""
    for status in trial.statuses((JobStatus.DONE, JobStatus.ERROR)):
        job = trial.job()
        trial.move_at(trial.clock.now() + 100, job, status)
        did = f"called result() of a job that became {status.name} after 100 s"
        trial.doing(did, expected="it is over when the job is")
        trial.attempt(job.result)
        trial.doing(
            f"asked status() after result(), when the job was {status.name}", expected=status.name
        )
        answer = job.status()
        trial.require(answer == status, got=shown(answer))


@rule("7.14", "DONE", "can_time_out_result")
def check_outcome_timeout_leaves_the_job(trial: Trial) -> None:
    """A `result()` that times out leaves the job as it is, and a later one gives the result."""
    job = trial.job()
    did = f"called result({_SHORT}) of a job that did not end"
    trial.doing(did, expected="it is over at its deadline")
    trial.attempt(job.result, _SHORT)
    trial.clock.advance(3600)
    trial.doing("asked status() an hour after that", expected="a status that is not final")
    status = job.status()
    trial.require(status not in JOB_FINAL_STATES, got=shown(status))
    trial.move(job, JobStatus.DONE)
    trial.doing("asked result() again, once the job was DONE", expected="it does not raise")
    result = job.result()
    trial.require(trial.harness.same_result(result, job.result()), got=shown(result))


@rule("7.15", "secrets")
def check_outcome_errors_keep_secrets(trial: Trial) -> None:
    """The errors of `result()` contain no secret, nor do those that caused them."""
    calls: list[tuple[Any, tuple[float, ...]]]
    calls = [(trial.job(status), ()) for status in trial.statuses(_NO_RESULT)]
    if trial.harness.can_time_out_result:
        calls.append((trial.job(), (_SHORT,)))
    for job, arguments in calls:
        trial.doing(
            f"looked at the error of result() of a job that is {job.status().name}",
            expected="no secret in its traceback",
        )
        error = trial.attempt(job.result, *arguments)
        text = "".join(format_exception(error)) if isinstance(error, Exception) else ""
        told = sum(secret in text for secret in trial.harness.secrets)
        trial.require(not told, got=f"{told} of the secrets (not shown here)")
