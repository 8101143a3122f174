import math
from bisect import bisect_left
from itertools import pairwise

import pytest

from jobv1 import Fixed, JobTimeoutError, Tolerance
from jobv1.waiting import ALL_COMPLETED, FIRST_COMPLETED, as_completed, wait
from tests.many_jobs import DONE, RUNNING, EndingBatch, EndingJob, HintingJob, batches, ignore
from tests.scripted_job import LoggedClock, PushJob, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.mark.parametrize("workers", [None, 2])
def test_end_of_a_limited_wait(clock, workers):
    """A wait with a limited rate ends at its deadline, though no job is asked there."""
    jobs = [EndingJob(1e6) for _ in range(3)]
    pair = wait(jobs, 60, wait=20, queries_per_second=1, workers=workers)

    assert pair.not_done == jobs
    assert clock.now() == 60


def test_end_between_two_queries(clock):
    """A wait ends at its deadline, though the next query may be made only later."""
    job = EndingJob(1e6)
    pair = wait([job], 25, queries_per_second=0.1)

    assert pair.not_done == [job]
    assert job.queried_at == [0, 10, 20]
    assert clock.now() == 25


def test_last_round_of_small_batches():
    """Batches that are not full take a query each, and each has its turn before the deadline."""
    kind = batches(EndingBatch)
    jobs = [kind(6, backend=object(), job_id=name) for name in "abc"]
    pair = wait(jobs, 10, wait=1e9, callback=ignore, queries_per_second=1)

    assert pair.done == jobs
    assert kind.requested_at[-3:] == [7, 8, 9]


@pytest.mark.parametrize("delay", [0.0, 0.1])
def test_last_round_beside_an_eager_job(clock, delay):
    """A job that is always due does not take the turns of the others in the last round."""
    eager = type("EagerJob", (HintingJob,), {"delay": delay})(1e6)
    others = [EndingJob(90) for _ in range(5)]
    pair = wait([eager, *others], 100, wait=Fixed(90), callback=ignore, queries_per_second=1)

    assert pair.done == others
    assert pair.not_done == [eager]
    assert clock.now() == 100


def test_last_round_beside_a_failing_job():
    """A job whose failures ask to be retried at once does not take the turns of the others."""
    error = OSError("try again")
    error.retry_after = 0
    failing = ScriptedJob([RUNNING, *[error] * 200])
    others = [EndingJob(90) for _ in range(5)]
    tolerance = Tolerance(OSError, failures=200)
    pair = wait(
        [failing, *others],
        100,
        wait=90,
        callback=ignore,
        queries_per_second=1,
        tolerance=tolerance,
    )

    assert pair.done == others
    assert pair.not_done == [failing]


def test_slow_queries_in_the_last_round(clock):
    """Jobs that have not had their turn at the deadline are asked beyond it, the others not."""

    class LateSlowJob(ScriptedJob):
        def _take_step(self):
            if clock.now() >= 57:
                clock.advance(4)
            return RUNNING

    jobs = [LateSlowJob([]) for _ in range(3)]
    pair = wait(jobs, 60, wait=1e9, callback=ignore, queries_per_second=1)

    assert pair.not_done == jobs
    assert sorted(job.queried_at[-1] for job in jobs) == [57, 61, 65]
    assert clock.now() == 69


def test_told_after_the_last_turn(clock):
    """A job that tells of its end at the end of the last round is asked beyond the deadline."""
    jobs = [PushJob() for _ in range(3)]
    clock.call_at(59.5, jobs[0].finish)
    pair = wait(jobs, 60, callback=ignore, queries_per_second=1)

    assert pair.done == jobs[:1]
    assert clock.now() <= 61


def most_in_a_second(times):
    """Count the queries in the second that has the most."""
    times = sorted(times)
    ends = (bisect_left(times, time + 1 - 1e-9) for time in times)
    return max(end - place for place, end in enumerate(ends))


def query_times(jobs):
    """Give the times of all queries."""
    return sorted(time for job in jobs for time in job.queried_at)


@pytest.mark.parametrize("workers", [None, 4])
@pytest.mark.parametrize("rate", [5, 0.5, 50])
def test_greatest_rate(rate, workers):
    """In no second are more queries made than is allowed, whatever the interval says."""
    jobs = [EndingJob(number) for number in range(40)]
    wait(jobs, wait=0.1, callback=ignore, queries_per_second=rate, workers=workers)

    assert most_in_a_second(query_times(jobs)) == max(rate, 1)


def test_batches_count_as_one():
    """A batch is one query."""
    kind = batches(EndingBatch)
    jobs = [kind(30) for _ in range(1000)]
    wait(jobs, wait=0.1, callback=ignore, queries_per_second=5)

    assert most_in_a_second(kind.requested_at) == 5
    assert 155 <= len(kind.requests) <= 165


def test_everybody_has_his_turn():
    """Where the rate allows less than the interval says, the jobs are asked in turn."""
    jobs = [EndingJob(100) for _ in range(10)]
    wait(jobs, wait=1, callback=ignore, queries_per_second=2)

    waits = [later - earlier for job in jobs for earlier, later in pairwise(job.queried_at)]
    assert max(waits) <= 6


@pytest.mark.parametrize("timeout", [0, -1])
def test_each_is_asked_once(clock, timeout):
    """Without any time each job is asked once all the same, as fast as may be."""
    jobs = [EndingJob(0), *(EndingJob(99) for _ in range(9))]
    pair = wait(jobs, timeout, queries_per_second=2)

    assert pair.done == jobs[:1]
    assert query_times(jobs)[:10] == [number / 2 for number in range(10)]


@pytest.mark.parametrize("return_when", [ALL_COMPLETED, FIRST_COMPLETED])
def test_limit_before_all_had_their_turn(clock, return_when):
    """A wait whose limit comes before every job could be asked ends at its limit."""
    jobs = [EndingJob(99) for _ in range(1000)]
    pair = wait(jobs, 5, return_when, queries_per_second=50)

    assert (pair.not_done, clock.now()) == (jobs, 5)
    assert sum(len(job.queried_at) for job in jobs) <= 251


def test_last_round():
    """The queries of the deadline begin so much before it that each job has its turn."""
    jobs = [EndingJob(1e6) for _ in range(20)]
    wait(jobs, 100, wait=1e9, callback=ignore, queries_per_second=2)

    assert query_times(jobs)[:20] == [number / 2 for number in range(20)]
    assert query_times(jobs)[20:] == [90 + number / 2 for number in range(20)]
    assert {len(job.queried_at) for job in jobs} == {2}


def test_last_round_of_witnesses():
    """The sweep of those that nobody has asked yet begins before the deadline as well."""
    jobs = [EndingJob(1e6), *(EndingJob(30) for _ in range(19))]
    pair = wait(jobs, 100, wait=1e9, queries_per_second=2)

    assert pair.not_done == jobs[:1]
    assert [job.queried_at for job in jobs[1:]] == [[90 + number / 2] for number in range(19)]


def test_time_for_another_round():
    """When so many have ended that time is left, the last round begins once more, later."""
    lasting, ending = EndingJob(55), [EndingJob(0) for _ in range(49)]
    pair = wait([lasting, *ending], 60, wait=1e9, callback=ignore, queries_per_second=1)

    assert pair.done == [lasting, *ending]
    assert lasting.queried_at == [0, 59]


def test_ends_in_the_last_round():
    """Jobs that end in the last round are given back at their turns."""
    jobs = [EndingJob(60) for _ in range(3)]
    completions = as_completed(jobs, 100, wait=1e9, queries_per_second=0.1)
    assert [next(completions) in jobs for _ in jobs] == [True] * 3

    assert query_times(jobs) == [0, 10, 20, 70, 80, 90]


def test_rate_without_limit():
    """A rate of inf is no limit."""
    jobs = [EndingJob(9) for _ in range(100)]
    wait(jobs, 10, callback=ignore, queries_per_second=math.inf)

    assert query_times(jobs)[:100] == [0] * 100


def test_jobs_that_are_asked_alone_after_a_lost_batch():
    """When a batch fails, its jobs are asked one by one within the rate."""
    kind = batches(faults={1: ValueError("no batches")})
    jobs = [kind([DONE]) for _ in range(4)]
    wait(jobs, 60, queries_per_second=2)

    assert query_times(jobs) == [0.5, 1, 1.5, 2]
    assert len(kind.requests) == 1


def test_failure_in_the_last_turn():
    """A job whose last turn failed, and that shall be retried, is asked at the deadline again."""
    error = OSError("no route")
    error.retry_after = 30
    failing = ScriptedJob([RUNNING, error, DONE])
    kind = batches(faults={2: error})
    jobs = [failing, kind([RUNNING, DONE])]
    tolerance = Tolerance(OSError, failures=1)
    pair = wait(jobs, 20, wait=1e9, callback=ignore, queries_per_second=1, tolerance=tolerance)

    assert pair.done == jobs
    assert (failing.queried_at, kind.requested_at) == ([0, 18, 20], [1, 19, 21])


def test_wake_before_the_last_round(clock):
    """When so many have ended that time is left, a wake makes nobody be asked before his turn."""
    lasting, ending = EndingJob(1e6), [EndingJob(0) for _ in range(49)]
    completions = as_completed([lasting, *ending], 60, wait=1e9, queries_per_second=1)
    clock.call_at(55, lambda: completions.add(lasting))
    with pytest.raises(JobTimeoutError, match=r"^1 \(of 50\)"):
        list(completions)

    assert lasting.queried_at == [0, 59]


@pytest.mark.parametrize("rate", [0.3, 0.7, 3, 7, 11, 13])
def test_one_turn_in_the_last_round(clock, rate):
    """Though some end in the last round, each of the others has its turn in it, in time."""
    jobs = [EndingJob(130 if number % 3 else 1e6) for number in range(30)]
    wait(jobs, 300, wait=1e9, callback=ignore, queries_per_second=rate)

    assert min(job.queried_at[1] for job in jobs) == pytest.approx(300 - 30 / rate)
    assert clock.now() == 300
