"""Subject 5: `wait_for_final_state`."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from jobv1.exceptions import JobTimeoutError
from jobv1.schedules import Adaptive
from jobv1.status import JOB_FINAL_STATES, JobStatus
from jobv1.testing._rules import rule
from jobv1.testing._trial import CLOSE, Trial, counted, shown
from jobv1.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "check_waiting_asks_at_the_deadline",
    "check_waiting_comes_back_at_the_end",
    "check_waiting_ends_with_a_cancelled_job",
    "check_waiting_ends_with_a_failed_job",
    "check_waiting_failed_query_is_no_end",
    "check_waiting_for_a_done_job_takes_no_time",
    "check_waiting_keeps_the_deadline",
    "check_waiting_keeps_the_interval",
    "check_waiting_lasts_in_every_state",
    "check_waiting_none_has_no_limit",
    "check_waiting_refuses_nonsense",
    "check_waiting_takes_a_schedule",
    "check_waiting_takes_a_tolerance",
    "check_waiting_takes_positions",
    "check_waiting_timeout_leaves_the_job",
    "check_waiting_timeout_tells_the_job",
    "check_waiting_times_out_by_an_error",
    "check_waiting_zero_asks_once",
]

# Short enough for a class that blocks in real time.
_SHORT = 0.05
_DUE = ("0", "10", "20", "23")
_NONSENSE: tuple[Mapping[str, object], ...] = (
    {"timeout": float("nan")},
    {"timeout": "60"},
    {"timeout": True},
    {"wait": float("nan")},
    {"wait": -1},
)


@rule("5.1", "DONE")
def check_waiting_for_a_done_job_takes_no_time(trial: Trial) -> None:
    """A wait for a job that is done comes back at once, after one query at most."""
    job = trial.job(JobStatus.DONE)
    trial.doing("waited for a DONE job", expected="at most 1 query, in no time")
    job.wait_for_final_state()
    queries, seconds = trial.queries(job), trial.idle_seconds()
    trial.require(queries <= 1 and seconds == 0, got=f"{counted(queries, 'query')}, {seconds:g} s")


@rule("5.2", "ERROR")
def check_waiting_ends_with_a_failed_job(trial: Trial) -> None:
    """A job that failed ends the wait, and the wait does not raise."""
    job = trial.job(JobStatus.ERROR)
    trial.doing("waited for an ERROR job, timeout=60", expected="it comes back and answers None")
    answer = job.wait_for_final_state(timeout=60)
    trial.require(answer is None, got=shown(answer))


@rule("5.3", "CANCELLED")
def check_waiting_ends_with_a_cancelled_job(trial: Trial) -> None:
    """A job that was cancelled ends the wait, and the wait does not raise."""
    job = trial.job(JobStatus.CANCELLED)
    trial.doing("waited for a CANCELLED job, timeout=60", expected="it comes back, answering None")
    answer = job.wait_for_final_state(timeout=60)
    trial.require(answer is None, got=shown(answer))


@rule("5.4", "DONE", "can_wait_in_virtual_time")
def check_waiting_comes_back_at_the_end(trial: Trial) -> None:
    """A wait comes back when the job has ended: not before, and at most one `wait` later."""
    job = trial.job()
    trial.move_at(100, job, JobStatus.DONE)
    trial.doing(
        "waited with wait=30 for a job that ended after 100 s",
        expected="it comes back after 100 s to 130 s",
    )
    job.wait_for_final_state(wait=30)
    # The query under way at the end, and the one after the pause.
    seconds, latest = trial.clock.now(), 130 + 2 * trial.longest_query()
    is_right = 100 - CLOSE <= seconds <= latest + CLOSE
    trial.require(is_right, got=f"it came back after {seconds:g} s")


@rule("5.5", "can_wait_in_virtual_time")
def check_waiting_keeps_the_interval(trial: Trial) -> None:
    """A wait asks for the status every `wait` seconds at most, and once more at its deadline."""
    job = trial.job()
    trial.doing(
        "waited with timeout=23, wait=10 for a job that did not end",
        expected=f"at most {len(_DUE)} queries, after {', '.join(_DUE)} s",
    )
    trial.attempt(job.wait_for_final_state, timeout=23, wait=10)
    trial.require(trial.queries(job) <= len(_DUE), got=counted(trial.queries(job), "query"))


@rule("5.6", "can_wait_in_virtual_time")
def check_waiting_keeps_the_deadline(trial: Trial) -> None:
    """A wait that times out is over at its deadline, however long `wait` is."""
    job = trial.job()
    trial.doing(
        "waited with timeout=60, wait=45 for a job that did not end",
        expected="it is over after 60 s",
    )
    trial.attempt(job.wait_for_final_state, timeout=60, wait=45)
    trial.require(trial.is_at(60), got=f"it was over after {trial.clock.now():g} s")


@rule("5.7", "DONE", "can_wait_in_virtual_time")
def check_waiting_asks_at_the_deadline(trial: Trial) -> None:
    """A job that ended before the deadline is not timed out, though nobody asked since it ended."""
    job = trial.job()
    trial.move_at(50, job, JobStatus.DONE)
    trial.doing(
        "waited with timeout=60, wait=45 for a job that ended after 50 s",
        expected="it comes back and does not raise",
    )
    answer = job.wait_for_final_state(timeout=60, wait=45)
    trial.require(answer is None, got=shown(answer))


@rule("5.8")
def check_waiting_times_out_by_an_error(trial: Trial) -> None:
    """A wait that times out raises a JobTimeoutError."""
    job = trial.job()
    trial.doing(
        f"waited with timeout={_SHORT} for a job that did not end",
        expected="it raises a JobTimeoutError",
    )
    error = trial.raised(job.wait_for_final_state, timeout=_SHORT)
    trial.require(isinstance(error, JobTimeoutError), got=f"it raised {shown(error)}")


@rule("5.9")
def check_waiting_timeout_tells_the_job(trial: Trial) -> None:
    """The error of a wait that timed out begins "Timeout while waiting for job" and its id."""
    job = trial.job()
    beginning = f"Timeout while waiting for job {job.job_id()}"
    trial.doing(
        f"waited with timeout={_SHORT} for a job that did not end",
        expected=f"an error whose text begins {shown(beginning)}",
    )
    error = trial.attempt(job.wait_for_final_state, timeout=_SHORT)
    told = not isinstance(error, TimeoutError) or str(error).startswith(beginning)
    trial.require(told, got=shown(error))


@rule("5.10")
def check_waiting_zero_asks_once(trial: Trial) -> None:
    """A wait with `timeout=0`, or less, asks once at most and times out in no time."""
    for timeout in (0, -1):
        job = trial.job()
        trial.doing(
            f"waited with timeout={timeout} for a job that did not end",
            expected="at most 1 query, and a timeout in no time",
        )
        begin = trial.idle_seconds()
        error = trial.attempt(job.wait_for_final_state, timeout=timeout)
        queries, seconds = trial.queries(job), trial.idle_seconds() - begin
        # What another timeout raises is the matter of rule 5.8.
        usual = trial.attempt(job.wait_for_final_state, timeout=_SHORT)
        is_told = isinstance(error, TimeoutError) or not isinstance(usual, TimeoutError)
        got = f"{counted(queries, 'query')}, {seconds:g} s, and {shown(error)}"
        trial.require(queries <= 1 and seconds == 0 and is_told, got=got)


@rule("5.11", "DONE", "can_wait_in_virtual_time")
def check_waiting_none_has_no_limit(trial: Trial) -> None:
    """A wait with `timeout=None`, or inf, has no limit."""
    for timeout in (None, inf):
        job, begin = trial.job(), trial.clock.now()
        trial.move_at(begin + 172_800, job, JobStatus.DONE)
        trial.doing(
            f"waited with timeout={timeout}, wait=3600 for a job that ended after 172800 s",
            expected="it comes back, and not before (two days)",
        )
        job.wait_for_final_state(timeout=timeout, wait=3600)
        seconds = trial.clock.now() - begin
        trial.require(seconds >= 172_800 - CLOSE, got=f"it came back after {seconds:.1f} s")


@rule("5.12", "DONE")
def check_waiting_timeout_leaves_the_job(trial: Trial) -> None:
    """A wait that times out leaves the job as it is: not cancelled, to be waited for again."""
    job = trial.job()
    trial.doing(
        f"asked status() an hour after a wait with timeout={_SHORT} for a job that did not end",
        expected="a status that is not final",
    )
    trial.attempt(job.wait_for_final_state, timeout=_SHORT)
    trial.clock.advance(3600)
    status = job.status()
    trial.require(status not in JOB_FINAL_STATES, got=shown(status))
    trial.move(job, JobStatus.DONE)
    trial.doing("waited again, after its end", expected="it comes back, and status() is DONE")
    job.wait_for_final_state(timeout=60)
    status = job.status()
    trial.require(status == JobStatus.DONE, got=shown(status))


@rule("5.13", "can_wait_in_virtual_time")
def check_waiting_takes_positions(trial: Trial) -> None:
    """A wait takes `timeout`, `wait` and `callback` by position, in this order."""
    job = trial.job()
    calls: list[object] = []

    def callback(*given: object) -> None:
        calls.append(given)

    trial.doing(
        "called wait_for_final_state(20, 10, callback) of a job that did not end",
        expected="a timeout after 20 s, and calls of the callback",
    )
    error = trial.attempt(job.wait_for_final_state, 20, 10, callback)
    got = f"{len(calls)} calls in {trial.clock.now():g} s, and then {shown(error)}"
    trial.require(trial.is_at(20) and calls, got=got)


@rule("5.14", "DONE", "break_query", "can_wait_in_virtual_time")
def check_waiting_failed_query_is_no_end(trial: Trial) -> None:
    """A wait whose query failed raises or goes on; it does not come back before the end."""
    job = trial.job()
    trial.harness.break_query(job)
    trial.move_at(100, job, JobStatus.DONE)
    trial.doing(
        "waited for a job that ended after 100 s, and had the first query fail",
        expected="it raises, or comes back after 100 s or more",
    )
    answer, seconds = trial.attempt(job.wait_for_final_state, wait=10), trial.clock.now()
    is_true = isinstance(answer, Exception) or seconds >= 100 - CLOSE
    trial.require(is_true, got=f"it came back after {seconds:g} s")


@rule("5.15", "DONE", "can_wait_in_virtual_time")
def check_waiting_takes_a_schedule(trial: Trial) -> None:
    """A wait takes a schedule as `wait`, such as `Adaptive()`."""
    job = trial.job()
    trial.move_at(100, job, JobStatus.DONE)
    trial.doing(
        "waited with wait=Adaptive() for a job that ended after 100 s",
        expected="it comes back after 100 s or more",
    )
    job.wait_for_final_state(wait=Adaptive())
    seconds = trial.clock.now()
    trial.require(seconds >= 100 - CLOSE, got=f"it came back after {seconds:g} s")


@rule("5.16", "DONE", "break_query", "can_wait_in_virtual_time")
def check_waiting_takes_a_tolerance(trial: Trial) -> None:
    """A wait survives a failed query that its `tolerance` names."""
    job = trial.job()
    trial.harness.break_query(job)
    trial.move_at(100, job, JobStatus.DONE)
    trial.doing(
        "waited with tolerance=Tolerance(Exception, failures=5), and had the first query fail",
        expected="it comes back when the job has ended",
    )
    job.wait_for_final_state(timeout=3600, tolerance=Tolerance(Exception, failures=5))
    status = job.status()
    trial.require(status in JOB_FINAL_STATES, got=f"it came back, and the job is {shown(status)}")


@rule("5.17", "DONE")
def check_waiting_refuses_nonsense(trial: Trial) -> None:
    """A `timeout` or `wait` that is no time is an error before the first query."""
    for arguments in _NONSENSE:
        job = trial.job(JobStatus.DONE)
        ((name, value),) = arguments.items()
        trial.doing(
            f"waited with {name}={value!r} for a DONE job",
            expected="a ValueError or a TypeError, and no query",
        )
        error = trial.raised(job.wait_for_final_state, **arguments)
        is_refused = isinstance(error, ValueError | TypeError) and trial.queries(job) == 0
        trial.require(is_refused, got=f"{counted(trial.queries(job), 'query')}, and {shown(error)}")


@rule("5.18", "can_wait_in_virtual_time")
def check_waiting_lasts_in_every_state(trial: Trial) -> None:
    """No state that is not final ends a wait."""
    unfinished = [status for status in JobStatus if status not in JOB_FINAL_STATES]
    for status in trial.statuses(unfinished):
        job, begin = trial.job(status), trial.clock.now()
        trial.doing(
            f"waited with timeout=20, wait=10 for a job that stayed {status.name}",
            expected="it is over after 20 s",
        )
        trial.attempt(job.wait_for_final_state, timeout=20, wait=10)
        seconds = trial.clock.now() - begin
        trial.require(seconds >= 20 - CLOSE, got=f"it was over after {seconds:g} s")
