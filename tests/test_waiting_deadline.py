from itertools import repeat

import pytest

from jobv1 import Adaptive, JobTimeoutError, Tolerance
from jobv1.waiting import FIRST_COMPLETED, FIRST_EXCEPTION, as_completed, wait
from tests.many_jobs import DONE, ERROR, RUNNING, EndingBatch, EndingJob, batches, ignore
from tests.scripted_job import LoggedClock, ScriptedJob, Slow


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def slow_jobs(clock, job):
    """Give a job after 4 seconds."""
    clock.advance(4)
    yield job


def test_limit_runs_from_the_call_of_wait(clock):
    """The time that the iterable takes to give the jobs counts against the limit."""
    job = EndingJob(12)
    pair = wait(slow_jobs(clock, job), 10)

    assert pair.not_done == [job]
    assert clock.now() == 10


def test_limit_runs_from_the_call_of_as_completed(clock):
    """The limit runs from the call, though the first job is asked for only later."""
    completions = as_completed(slow_jobs(clock, EndingJob(12)), 10)
    clock.advance(3)
    with pytest.raises(JobTimeoutError, match="after 10 s"):
        next(completions)

    assert clock.now() == 10


def test_batch_that_lasts_beyond_the_deadline(clock):
    """A batch that ends after the deadline is the last, as a single query is."""
    kind = batches(EndingBatch, slowness=4)
    jobs = [kind(1e6) for _ in range(3)]
    pair = wait(jobs, 10, wait=4)

    assert pair.not_done == jobs
    assert kind.requested_at == [0, 8]
    assert clock.now() == 12


@pytest.mark.parametrize("schedule", [3, Adaptive(), 1e6])
@pytest.mark.parametrize("return_when", [FIRST_EXCEPTION, FIRST_COMPLETED])
def test_finished_before_the_deadline(clock, return_when, schedule):
    """A job that ends just before the deadline is done, whenever its next query was due."""
    jobs = [EndingJob(6.99, ERROR) for _ in range(100)]
    pair = wait(jobs, 7, return_when, wait=schedule)

    assert pair.done
    assert clock.now() <= 7


def test_final_sweep_of_the_witness():
    """All that ended by the deadline are done, also those that nobody has asked before."""
    ended, late = [EndingJob(6.99) for _ in range(500)], EndingJob(8)
    pair = wait([late, *ended], 7)

    assert pair.done == ended
    assert pair.not_done == [late]
    assert {tuple(job.queried_at) for job in ended} == {(7,)}
    assert late.queried_at == [0, 5, 7]


def test_each_is_asked_at_the_deadline():
    """The last query of each job is made at the deadline."""
    jobs = [EndingJob(99) for _ in range(1000)]
    wait(jobs, 7, callback=ignore)

    assert {job.queried_at[-1] for job in jobs} == {7}
    assert {len(job.queried_at) for job in jobs} <= {3, 4}


def test_callback_that_passes_the_deadline(clock):
    """If only the callback went beyond the deadline, the last query is still made."""
    job = EndingJob(9)
    pair = wait([job], 10, callback=lambda *_: clock.advance(12))

    assert (pair.done, job.queried_at) == ([job], [0, 12])


def test_callbacks_of_a_slot_that_pass_the_deadline(clock):
    """The callbacks of jobs that are asked together do not take their last query from them."""
    kind = batches(EndingBatch)
    jobs = [kind(5) for _ in range(3)]
    pair = wait(jobs, 10, callback=lambda *_: clock.advance(4))

    assert kind.requested_at == [0, 12]
    assert pair.done == jobs


class ColdJob(EndingJob):
    """A job that takes 4 ms to answer."""

    def status(self):
        answer = super().status()
        self.clock.advance(0.004)
        return answer


def test_slot_across_the_deadline(clock):
    """Jobs that are asked one after another across the deadline have their last query after it."""
    kind = type("ColdJob", (ColdJob,), {"clock": clock})
    jobs = [kind(6.9) for _ in range(1000)]
    pair = wait(jobs, 7, callback=ignore)

    assert pair.done == jobs


def test_slow_queries_part_a_slot(clock):
    """After 10 ms the answers are looked at, and an end is given back before the rest is asked."""
    kind = type("ColdJob", (ColdJob,), {"clock": clock})
    jobs = [kind(0) for _ in range(1000)]
    first = next(as_completed(jobs))

    assert first is jobs[0]
    assert sum(len(job.calls) for job in jobs) == 5
    assert clock.now() == pytest.approx(0.02)


def test_late_by_the_queries_only(clock):
    """A query that lasts beyond the deadline is the last of its job; the others have theirs."""
    slow, other = ScriptedJob([RUNNING, Slow(9, RUNNING)]), EndingJob(1e6)
    pair = wait([slow, other], 7)

    assert pair.not_done == [slow, other]
    assert (slow.queried_at, other.queried_at) == ([0, 5], [14])
    assert clock.now() == 14


def test_failure_at_the_deadline():
    """A job whose last query fails, and would be survived, is unfinished for that reason."""
    error = OSError("no route")
    error.retry_after = 5
    tolerance = Tolerance(OSError, failures=9)
    with pytest.raises(JobTimeoutError) as caught:
        next(as_completed([ScriptedJob(repeat(error))], 7, tolerance=tolerance))

    assert caught.value.__cause__ is caught.value.last_error is error


def test_text_of_the_error():
    """The error counts the unfinished jobs and says that none was cancelled."""
    jobs = [EndingJob(1e6) for _ in range(3)] + [EndingJob(0) for _ in range(997)]
    with pytest.raises(JobTimeoutError) as caught:
        list(as_completed(jobs, 60, wait=1e9))

    assert str(caught.value) == (
        "3 (of 1,000) jobs unfinished after 60 s (timeout 60 s, 1,003 queries); none was cancelled."
    )


def test_attributes_of_the_error():
    """The error carries the unfinished jobs, their ids, and the figures of the wait."""
    jobs = [EndingJob(1e6, job_id="a"), EndingJob(5, job_id="b"), EndingJob(1e6, job_id="c")]
    with pytest.raises(JobTimeoutError) as caught:
        list(as_completed(jobs, 10.5, wait=1e9))

    error = caught.value
    assert sorted(error.job_id) == ["a", "c"]
    assert {id(job) for job in error.unfinished} == {id(jobs[0]), id(jobs[2])}
    assert [job.job_id() for job in error.unfinished] == error.job_id
    assert (error.elapsed, error.timeout, error.queries) == (10.5, 10.5, 6)
    assert (error.status, error.last_error, error.__cause__) == (None, None, None)


def test_unfinished_of_one_job():
    """The error of a wait for one job has nobody unfinished beside it."""
    with pytest.raises(JobTimeoutError) as caught:
        EndingJob(9).wait_for_final_state(0)

    assert caught.value.unfinished == ()


def test_ends_before_the_error():
    """What has ended by the deadline comes before the error is raised."""
    jobs = [EndingJob(9), EndingJob(6), EndingJob(5)]
    completions = as_completed(jobs, 7, wait=1e9)

    assert {next(completions), next(completions)} == {jobs[1], jobs[2]}
    with pytest.raises(JobTimeoutError, match="^1 "):
        next(completions)
    assert list(completions) == []


def test_consumer_that_is_slow(clock):
    """Each job has its last query, however long the caller is busy between two of them."""
    jobs = [EndingJob(time) for time in (1, 2, 30, 1e6)]
    came = []
    with pytest.raises(JobTimeoutError, match="^1 "):
        for job in as_completed(jobs, 20):
            came.append(job)
            clock.advance(40)

    assert len(came) == 3
    assert {job.calls.count("cancel") for job in jobs} == {0}


def test_nothing_but_status_is_called():
    """A wait that meets its deadline asks the jobs for their statuses, and leaves them alone."""
    jobs = [EndingJob(99), ScriptedJob([DONE])]
    wait(jobs, 7)

    assert {call for job in jobs for call in job.calls} == {"status"}


def test_error_of_a_job_that_is_swept_last():
    """What a job raises at the deadline is its outcome, though others met it just before."""
    late = [EndingJob(99) for _ in range(300)]
    failing = ScriptedJob([KeyError("no such job")])
    pair = wait([*late, failing], 10)

    assert (pair.done, pair.not_done) == ([failing], late)
