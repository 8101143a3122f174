"""Subject 10: what a class may define beyond the contract, and jobs that are got by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from jobv1._clock import checked_number
from jobv1.status import JOB_FINAL_STATES, JobStatus
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, counted, named, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

__all__ = [
    "check_abilities_async_agrees",
    "check_abilities_batch_failure_apart",
    "check_abilities_batch_in_order",
    "check_abilities_batch_is_complete",
    "check_abilities_error_message",
    "check_abilities_error_message_of_the_healthy",
    "check_abilities_next_query_delay",
    "check_abilities_next_query_delay_asks_nobody",
    "check_abilities_queue_position",
    "check_abilities_queue_position_asks_nobody",
    "check_abilities_retrieval",
    "check_abilities_retrieval_gives_the_result",
]

_REAL_SECONDS = 2.0
_ON_THE_WAY = tuple(status for status in JobStatus if status not in JOB_FINAL_STATES)


@rule("10.1", "batch_status")
def check_abilities_batch_in_order(trial: Trial) -> None:
    """`batch_status(jobs)` answers the statuses of the jobs in the order of the jobs."""
    jobs = [trial.job(), *map(trial.job, trial.statuses())]
    for batch, order in ((jobs, "in order"), (jobs[::-1], "in reverse order")):
        did = f"asked batch_status() for {len(jobs)} jobs, {order} of their submission"
        trial.doing(did, expected="what status() answers for each, in that order")
        answers = list(batch[0].batch_status(batch))
        statuses = [job.status() for job in batch]
        trial.require(answers == statuses, got=f"{_listed(answers)} for {_listed(statuses)}")


@rule("10.2", "batch_status")
def check_abilities_batch_is_complete(trial: Trial) -> None:
    """`batch_status(jobs)` answers one entry a job, also for jobs that ended long ago."""
    jobs = [trial.job(status) for status in trial.statuses()]
    trial.clock.advance(86400)
    batch_status = jobs[0].batch_status
    for batch in (jobs, jobs[-1:], []):
        did = f"asked batch_status() for {len(batch)} jobs a day after their last change"
        trial.doing(did, expected=f"{len(batch)} entries")
        entries = len(batch_status(batch))
        trial.require(entries == len(batch), got=f"{entries} entries")


@rule("10.3", "batch_status", "break_query")
def check_abilities_batch_failure_apart(trial: Trial) -> None:
    """`batch_status(jobs)` answers or raises an error for a failed query, never a wrong status."""
    batch = [trial.job(), *map(trial.job, trial.statuses(JOB_FINAL_STATES)), trial.job()]
    statuses = [job.status() for job in batch]
    trial.harness.break_query(batch[0])
    did = f"asked batch_status() for {len(batch)} jobs, the first with a query that fails"
    trial.doing(did, expected=f"{_listed(statuses)}, or exceptions in their places, or an error")
    answers = trial.attempt(batch[0].batch_status, batch)
    if not isinstance(answers, Exception):
        is_true = len(answers) == len(statuses) and all(
            isinstance(answer, Exception) or answer == status
            for answer, status in zip(answers, statuses, strict=True)
        )
        trial.require(is_true, got=_listed(answers))


@rule("10.4", "status_async")
def check_abilities_async_agrees(trial: Trial) -> None:
    """`status_async()` can be awaited, and answers what `status()` answers."""
    jobs = [trial.job() for _ in trial.statuses()]
    for job, status in zip(jobs, trial.statuses(), strict=True):
        job.status()
        trial.move(job, status)

    async def compare() -> None:
        for job, status in zip(jobs, trial.statuses(), strict=True):
            did = f"awaited status_async() of a job that became {status.name}"
            trial.doing(did, expected="what status() answers")
            answer = await job.status_async()
            trial.require(answer == (now := job.status()), got=f"{shown(answer)} for {shown(now)}")

    _run(trial, compare)


@rule("10.5", "queue_position")
def check_abilities_queue_position(trial: Trial) -> None:
    """`queue_position()` answers None or an int, 0 or more."""
    for status in trial.statuses():
        job = trial.job(status)
        job.status()
        did = f"asked queue_position() of {named(status)}"
        trial.doing(did, expected="None, or an int, 0 or more")
        place = job.queue_position()
        is_place = isinstance(place, int) and not isinstance(place, bool) and place >= 0
        trial.require(place is None or is_place, got=shown(place))


@rule("10.6", "queue_position")
def check_abilities_queue_position_asks_nobody(trial: Trial) -> None:
    """`queue_position()` answers what the last query learned: it makes no query and no request."""
    for status in trial.statuses():
        _require_no_request(trial, trial.job(status), "queue_position")


@rule("10.7", "error_message", "ERROR")
def check_abilities_error_message(trial: Trial) -> None:
    """`error_message()` of a failed job answers the words of the backend, None if it has none."""
    job = trial.job(JobStatus.ERROR)
    job.status()
    words = trial.harness.error_text
    expected = "a text or None" if words is None else f"a text that contains {words!r}"
    trial.doing("asked error_message() of a job that failed", expected=expected)
    told = job.error_message()
    is_told = isinstance(told, str) and (words is None or words in told)
    trial.require(is_told or (told is None and words is None), got=shown(told))


@rule("10.8", "error_message")
def check_abilities_error_message_of_the_healthy(trial: Trial) -> None:
    """`error_message()` of a job that did not fail answers None."""
    for status in trial.statuses((*_ON_THE_WAY, JobStatus.DONE)):
        job = trial.job(status)
        job.status()
        trial.doing(f"asked error_message() of {named(status)}", expected="None")
        told = job.error_message()
        trial.require(told is None, got=shown(told))


@rule("10.9", "next_query_delay")
def check_abilities_next_query_delay(trial: Trial) -> None:
    """`next_query_delay()` answers None or a number of seconds, 0 or more, however late it is."""
    for status in trial.statuses(_ON_THE_WAY):
        job = trial.job(status)
        for when in ("at once", "a day later"):
            job.status()
            did = f"asked next_query_delay() of {named(status)}, {when}"
            trial.doing(did, expected="None, or a number, 0 or more")
            delay = job.next_query_delay()
            number = trial.attempt(checked_number, delay, "the delay", minimum=0)
            trial.require(delay is None or isinstance(number, float), got=shown(delay))
            trial.clock.advance(86400)


@rule("10.10", "next_query_delay")
def check_abilities_next_query_delay_asks_nobody(trial: Trial) -> None:
    """`next_query_delay()` answers from what the job knows: it makes no query and no request."""
    for status in trial.statuses(_ON_THE_WAY):
        _require_no_request(trial, trial.job(status), "next_query_delay")


@rule("10.11", "retrieve")
def check_abilities_retrieval(trial: Trial) -> None:
    """A job that is got again by its id has that id, and the same status."""
    for status in trial.statuses():
        # Only older jobs beside it: of two with one id, which rule 1.4 refuses, the last is found.
        _older, job = trial.job(), trial.job(status)
        its_status = job.status()
        same = f"{shown(job.job_id())}, {shown(its_status)}"
        trial.doing(f"got {named(status)} by its id, and asked both", expected=same)
        again = trial.harness.retrieve(job.job_id())
        got = f"{shown(again.job_id())}, {shown(again.status())}"
        trial.require(got == same, got=got)


@rule("10.12", "retrieve", "DONE")
def check_abilities_retrieval_gives_the_result(trial: Trial) -> None:
    """A job that is got again by its id has the same result."""
    job = trial.job(JobStatus.DONE)
    result = job.result()
    trial.doing("got a DONE job by its id, and its result", expected=shown(result))
    again = trial.harness.retrieve(job.job_id()).result()
    trial.require(trial.harness.same_result(result, again), got=shown(again))


def _listed(answers: Sequence[object]) -> str:
    return f"[{', '.join(map(shown, answers))}]"


def _require_no_request(trial: Trial, job: Any, ability: str) -> None:
    job.status()
    trial.doing(f"called {ability}() after a query", expected="no query, no request")
    queries, requests = trial.queries(job), trial.harness.count_requests()
    getattr(job, ability)()
    queries, requests = trial.queries(job) - queries, trial.harness.count_requests() - requests
    trial.require(
        queries == requests == 0, got=f"{counted(queries, 'query')}, {counted(requests, 'request')}"
    )


def _run(trial: Trial, call: Callable[[], Coroutine[Any, Any, None]]) -> None:
    import asyncio

    if _is_in_a_loop():
        message = "an event loop runs in this thread: call the kit where none does"
        raise SkipTest(message)
    # Neither asyncio.run nor its timeouts come back from a task that will not be cancelled.
    loop = asyncio.new_event_loop()
    task = loop.create_task(call())
    try:
        loop.run_until_complete(asyncio.wait([task], timeout=_REAL_SECONDS))
        trial.require(task.done(), got=f"no end: it hung for {_REAL_SECONDS:g} s of real time")
        task.result()
    finally:
        task.cancel()
        loop.run_until_complete(asyncio.wait([task], timeout=_REAL_SECONDS))
        loop.close()


def _is_in_a_loop() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
