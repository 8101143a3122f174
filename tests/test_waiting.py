import math
from itertools import repeat

import pytest

from jobv1 import JobTimeoutError, JobV1
from jobv1.waiting import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    as_completed,
    wait,
)
from tests.many_jobs import (
    CANCELLED,
    DONE,
    ERROR,
    RUNNING,
    EndingBatch,
    EndingJob,
    ForeignJob,
    batches,
    ignore,
)
from tests.scripted_job import LoggedClock, ScriptedJob

EACH_CHOICE = pytest.mark.parametrize(
    "return_when", [ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION]
)


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.mark.parametrize("timeout", [None, 0, 10])
def test_no_jobs_as_completed(clock, timeout):
    """Of no jobs none comes, and no time passes."""
    assert list(as_completed([], timeout)) == []
    assert clock.slept == []


@EACH_CHOICE
@pytest.mark.parametrize("timeout", [None, 0, 10])
def test_no_jobs(clock, return_when, timeout):
    """Of no jobs none is done and none is not, at once."""
    pair = wait([], timeout, return_when)

    assert pair == ([], [])
    assert pair.errors == []
    assert clock.slept == []


@pytest.mark.parametrize("call", [wait, as_completed])
@pytest.mark.parametrize(
    ("given", "shown"),
    [("ab12", "'a' (str)"), ([None], "None (NoneType)"), ([JobV1], "<class 'jobv1.job.JobV1'>")],
)
def test_no_job(call, given, shown):
    """Something that is no job is a TypeError of the call that names it."""
    with pytest.raises(TypeError) as caught:
        call(given)

    assert str(caught.value).startswith(f"a job has job_id() and status(), and {shown}")


@pytest.mark.parametrize("call", [wait, as_completed])
def test_no_job_among_jobs(call):
    """If one is no job, none is asked."""
    jobs = [ScriptedJob([]), ForeignJob(), object()]
    with pytest.raises(TypeError, match=r"^a job has job_id\(\) and status\(\), and <object"):
        call(jobs)

    assert jobs[0].calls == []


@pytest.mark.parametrize("call", [wait, as_completed])
def test_one_job_that_is_no_iterable(call):
    """A job that stands alone is a TypeError that names it."""
    job = ScriptedJob([])
    with pytest.raises(TypeError) as caught:
        call(job)

    assert str(caught.value) == (
        "jobs must be an iterable of jobs, not <ScriptedJob 'ab12', not queried yet> "
        "(ScriptedJob); put it into a list"
    )


def test_job_given_twice():
    """A job that is given twice counts once, by identity; equal jobs are several."""
    twice = EndingJob(7)
    same_id = EndingJob(7)
    pair = wait([twice, same_id, twice], callback=ignore)

    assert pair.done == [twice, same_id]
    assert len(list(as_completed([twice, twice, same_id]))) == 2


def test_any_iterable():
    """The jobs may come from an iterator."""
    jobs = [EndingJob(2), EndingJob(1)]

    assert wait(iter(jobs)).done == jobs
    assert set(as_completed(iter(jobs))) == set(jobs)


def test_as_they_end():
    """The jobs come in the order of their ends."""
    jobs = [EndingJob(time) for time in (30, 10, 20)]

    assert list(as_completed(jobs, wait=1)) == [jobs[1], jobs[2], jobs[0]]


def test_before_the_first_next():
    """Nothing is asked before the first job is asked for."""
    job = ScriptedJob([])
    as_completed([job])

    assert job.calls == []


def test_state_of_what_came():
    """The last status and the error of the job that came last can be read."""
    done, cancelled, error = (ScriptedJob([its]) for its in (DONE, CANCELLED, ERROR))
    failure = KeyError("no such job")
    jobs = [done, cancelled, error, ScriptedJob([failure])]
    completions = as_completed(jobs)
    assert (completions.status, completions.error) == (None, None)

    states = {}
    for job in completions:
        states[job] = (completions.status, completions.error)
    assert [states[job] for job in jobs] == [
        (DONE, None),
        (CANCELLED, None),
        (ERROR, None),
        (None, failure),
    ]


def test_status_before_the_failure():
    """The status of a job that was given up is the last that it had."""
    completions = as_completed([ScriptedJob([RUNNING, KeyError()])])
    next(completions)

    assert completions.status is RUNNING


def test_iterator():
    """What `as_completed` gives is its own iterator, and ends for good."""
    completions = as_completed([ScriptedJob([DONE])])

    assert iter(completions) is completions
    assert len(list(completions)) == 1
    assert list(completions) == []


def test_order_as_given():
    """The jobs of both lists stand in the order in which they were given."""
    jobs = [EndingJob(time) for time in (4, 99, 3, 98, 2)]
    pair = wait(jobs, 10)

    assert pair.done == [jobs[0], jobs[2], jobs[4]]
    assert pair.not_done == [jobs[1], jobs[3]]


def test_pair_unpacks():
    """The answer is a pair, by place and by name."""
    job, late = EndingJob(4), EndingJob(99)
    done, not_done = pair = wait([job, late], 10)

    assert (done, not_done) == ([job], [late]) == (pair.done, pair.not_done)
    assert (pair[0], pair[1], len(pair)) == ([job], [late], 2)


@EACH_CHOICE
def test_enough(clock, return_when):
    """The wait is over with the first end, with the first failure, or with the last end."""
    ends = {3: CANCELLED, 6: DONE, 9: ERROR, 12: DONE}
    jobs = [EndingJob(time, final) for time, final in ends.items()]
    number = {ALL_COMPLETED: 4, FIRST_COMPLETED: 1, FIRST_EXCEPTION: 3}[return_when]
    pair = wait(jobs, None, return_when, wait=0.5)

    assert (pair.done, pair.not_done) == (jobs[:number], jobs[number:])
    assert 3 * number <= clock.now() <= 3 * number + 0.5


@EACH_CHOICE
def test_job_that_is_given_up_is_done(return_when):
    """A job whose query raised is done for each choice, and is listed with its error."""
    error = KeyError("no such job")
    failing, good = ScriptedJob([error]), EndingJob(1)
    pair = wait([good, failing], None, return_when)

    assert failing in pair.done
    assert pair.errors == [(failing, error)]


def test_errors_in_the_order_given():
    """The errors stand in the order in which the jobs were given."""
    first, second = ScriptedJob([RUNNING, KeyError("a")]), ScriptedJob([KeyError("b")])
    pair = wait([first, EndingJob(1), second])

    assert [(job, error.args) for job, error in pair.errors] == [(first, ("a",)), (second, ("b",))]


def test_ends_seen_together():
    """What has ended at the same query is done, though the first would have been enough."""
    kind = batches(EndingBatch)
    jobs = [kind(time) for time in (0, 99, 0, 0)]
    pair = wait(jobs, None, FIRST_COMPLETED)

    assert (pair.done, pair.not_done) == ([jobs[0], jobs[2], jobs[3]], [jobs[1]])


@pytest.mark.parametrize("return_when", ["all", None, "first_completed", 1])
def test_wrong_return_when(return_when):
    """Anything but the three words is a ValueError that names them, before the first query."""
    job = ScriptedJob([])
    with pytest.raises(ValueError, match="return_when") as caught:
        wait([job], return_when=return_when)

    assert str(caught.value) == (
        "return_when must be one of ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, "
        f"not {return_when!r}"
    )
    assert job.calls == []


def test_words_of_concurrent_futures():
    """The three words are those of `concurrent.futures`, so its constants are taken too."""
    words = (ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION)

    assert words == ("ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION")


@pytest.mark.parametrize("timeout", [None, math.inf])
def test_no_limit(timeout):
    """Without a limit a wait lasts as long as the jobs."""
    job = EndingJob(1e6)

    assert wait([job], timeout, wait=1000).done == [job]


@pytest.mark.parametrize("timeout", [0, -1, -math.inf])
def test_one_query_each(clock, timeout):
    """With a limit of 0 or less each job is asked once, and nothing sleeps."""
    jobs = [ScriptedJob([DONE]), *(ScriptedJob([RUNNING]) for _ in range(300))]
    pair = wait(jobs, timeout)

    assert pair.done == jobs[:1]
    assert {tuple(job.queried_at) for job in jobs} == {(0,)}
    assert clock.slept == []


@pytest.mark.parametrize("timeout", [0, -1])
def test_one_query_each_as_completed(clock, timeout):
    """With a limit of 0 or less, the final jobs come before the error."""
    jobs = [ScriptedJob(repeat(RUNNING)), ScriptedJob([DONE])]
    completions = as_completed(jobs, timeout)

    assert next(completions) is jobs[1]
    with pytest.raises(JobTimeoutError, match=r"^1 \(of 2\) jobs unfinished after 0 s"):
        next(completions)
    assert jobs[0].queried_at == [0]
    assert clock.slept == []
