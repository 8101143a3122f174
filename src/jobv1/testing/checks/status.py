"""Subject 3: the status of a job, which everything else rests on."""

from __future__ import annotations

from unittest import SkipTest

from jobv1.status import JOB_FINAL_STATES, JOB_STATUS_SUCCESSORS, JobStatus, as_status
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, named, shown

__all__ = [
    "check_status_after_a_failure_is_true",
    "check_status_cancelling_is_not_final",
    "check_status_does_not_wait",
    "check_status_failure_is_no_end",
    "check_status_follows_the_backend",
    "check_status_is_repeatable",
    "check_status_never_begins_again",
    "check_status_stays_final",
    "check_status_unknown_word_is_no_end",
]

_UNFINISHED = [status for status in JobStatus if status not in JOB_FINAL_STATES]
_LONGEST_CALL = 60.0
_MINUTE = 60.0
_DAY = 86400.0
_OFTEN = 100


@rule("3.1")
def check_status_follows_the_backend(trial: Trial) -> None:
    """`status()` answers the state that the job has at the backend, each by its own member."""
    for status in trial.statuses():
        job = trial.job(status)
        trial.doing(f"asked status() once the job was {status.name}", expected=status.name)
        answer = job.status()
        trial.require(as_status(answer) is status, got=shown(answer))


@rule("3.2")
def check_status_stays_final(trial: Trial) -> None:
    """A final status never changes: it is the same a day later."""
    for status in trial.statuses(JOB_FINAL_STATES):
        job = trial.job(status)
        trial.doing(f"asked status() once the job was {status.name}", expected="an answer")
        before = job.status()
        trial.clock.advance(_DAY)
        trial.doing(
            f"asked status() again, a day after it was {shown(before)}", expected="the same"
        )
        answer = job.status()
        trial.require(answer == before, got=shown(answer))


@rule("3.3", "move_to_cancelling")
def check_status_cancelling_is_not_final(trial: Trial) -> None:
    """The status is not final while a cancel is under way."""
    job = trial.job()
    trial.doing("had the harness be in the middle of a cancel", expected="no error")
    trial.harness.move_to_cancelling(job)
    trial.doing("asked status() in the middle of a cancel", expected="a status that is not final")
    answer = job.status()
    trial.require(as_status(answer) in _UNFINISHED, got=shown(answer))


@rule("3.4")
def check_status_is_repeatable(trial: Trial) -> None:
    """Asking `status()` changes nothing, however often."""
    for status in trial.statuses():
        job = trial.job(status)
        trial.doing(f"asked status() {_OFTEN} times of {named(status)}", expected="one answer")
        first = job.status()
        for number in range(2, _OFTEN + 1):
            answer = job.status()
            got = f"{shown(first)} at first, {shown(answer)} at query {number}"
            trial.require(answer == first, got=got)


@rule("3.5", "break_query", "RUNNING", "DONE")
def check_status_after_a_failure_is_true(trial: Trial) -> None:
    """The first answer after a failed query is the state of now, and so is the second."""
    job = trial.job(JobStatus.RUNNING)
    trial.doing(
        "asked status() of a RUNNING job, then once more when the query failed",
        expected="an answer, then an error or an answer",
    )
    job.status()
    trial.clock.advance(_MINUTE)
    trial.harness.break_query(job)
    trial.attempt(job.status)
    trial.move(job, JobStatus.DONE)
    trial.clock.advance(_MINUTE)
    trial.doing(
        "asked status() twice after a query had failed and the job had ended",
        expected="DONE, then DONE",
    )
    answers = [job.status(), job.status()]
    is_true = all(as_status(answer) is JobStatus.DONE for answer in answers)
    trial.require(is_true, got=", then ".join(map(shown, answers)))


@rule("3.6", "break_query")
def check_status_failure_is_no_end(trial: Trial) -> None:
    """A query that fails raises, or answers an unfinished status; it never ends a job."""
    for status in trial.statuses(_UNFINISHED):
        job = trial.job(status)
        trial.harness.break_query(job)
        trial.doing(
            f"asked status() of {named(status)}, and the query failed",
            expected="the error of the query, or a status that is not final",
        )
        answer = trial.attempt(job.status)
        if as_status(answer) is status:
            message = "break_query() made no query fail, as far as status() shows"
            raise SkipTest(message)
        is_honest = isinstance(answer, Exception) or as_status(answer) in _UNFINISHED
        trial.require(is_honest, got=shown(answer))


@rule("3.7")
def check_status_does_not_wait(trial: Trial) -> None:
    """`status()` answers for now: it does not wait for the job to go on."""
    for status in trial.statuses():
        job = trial.job(status)
        expected = f"an answer within {_LONGEST_CALL:g} s"
        trial.doing(f"asked status() of {named(status)}", expected=expected)
        begin = trial.clock.now()
        answer = job.status()
        seconds = trial.clock.now() - begin
        trial.require(seconds <= _LONGEST_CALL, got=f"{shown(answer)} after {seconds:g} s")


@rule("3.8")
def check_status_never_begins_again(trial: Trial) -> None:
    """An unfinished job never goes back to INITIALIZING, nor from RUNNING to VALIDATING."""
    for status in trial.statuses(_UNFINISHED):
        job = trial.job(status)
        trial.doing(f"asked status() once the job was {status.name}", expected="a JobStatus")
        before = as_status(job.status())
        trial.clock.advance(_DAY)
        trial.doing(
            f"asked status() again, a day after it was {shown(before)}",
            expected=f"{shown(before)}, or a state that may follow it",
        )
        answer = job.status()
        after = as_status(answer)
        is_onward = before and after and (after is before or after in JOB_STATUS_SUCCESSORS[before])
        trial.require(is_onward, got=shown(answer))


@rule("3.9", "move_to_unknown")
def check_status_unknown_word_is_no_end(trial: Trial) -> None:
    """A word of the backend that the class does not know raises, or is no final status."""
    job = trial.job()
    trial.harness.move_to_unknown(job)
    trial.doing(
        "asked status() of a job of which the backend said a word that the class does not know",
        expected="an error, or a status that is not final",
    )
    answer = trial.attempt(job.status)
    is_honest = isinstance(answer, Exception) or as_status(answer) in _UNFINISHED
    trial.require(is_honest, got=shown(answer))
