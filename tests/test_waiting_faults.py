from itertools import pairwise

import pytest

from jobv1 import JobStatusError, Tolerance
from jobv1.waiting import as_completed, wait
from tests.many_jobs import DONE, RUNNING, EndingJob, ignore
from tests.scripted_job import LoggedClock, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def failure(seconds=3):
    """Make an error of a service that asks to be tried again after some seconds."""
    error = OSError("no route")
    error.retry_after = seconds
    return error


@pytest.mark.parametrize("return_when", ["ALL_COMPLETED", "FIRST_EXCEPTION"])
@pytest.mark.parametrize("error", [OSError("no route"), TypeError("a slip"), StopIteration()])
def test_error_of_one_job(error, return_when):
    """What the query of a job raises is its outcome; the others are waited for on."""
    failing = ScriptedJob([RUNNING, error])
    others = [EndingJob(2), EndingJob(3)]
    pair = wait([failing, *others], None, return_when, wait=4)

    assert pair.errors == [(failing, error)]
    assert len(failing.calls) == 2


def test_others_go_on_after_an_error():
    """After one job was given up, the others are asked as before."""
    failing, good = ScriptedJob([OSError()]), EndingJob(9)
    pair = wait([failing, good])

    assert pair.done == [failing, good]
    assert good.queried_at == [0, 5, 10]


@pytest.mark.parametrize("wrong", ["DONE", None, 7, object()])
def test_wrong_answer_of_one_job(wrong):
    """An answer that is no status is that job's outcome."""
    failing, good = ScriptedJob([RUNNING, wrong]), EndingJob(9)
    pair = wait([failing, good])

    assert [(job, type(error)) for job, error in pair.errors] == [(failing, JobStatusError)]
    assert pair.errors[0][1].answer is wrong
    assert pair.done == [failing, good]


def test_tolerance():
    """A failure that is survived is retried when it asks for that, and the interval goes on."""
    job = ScriptedJob([RUNNING, failure(2), failure(1), RUNNING, DONE])
    pair = wait([job], tolerance=Tolerance(OSError, failures=2))

    assert pair.errors == []
    assert job.queried_at == [0, 5, 7, 8, 13]


def test_spent_tolerance():
    """When the tolerance of a job is spent, its last error is its outcome, with a note."""
    last = failure()
    failing = ScriptedJob([RUNNING, failure(2), failure(1), last])
    pair = wait([failing, EndingJob(99)], tolerance=Tolerance(OSError, failures=2))

    assert pair.errors == [(failing, last)]
    assert last.__notes__ == ["The last of 3 failed queries in a row over 3 s: 3 OSError."]


def test_tolerance_of_each_job():
    """Failures are counted for each job by itself."""
    jobs = [ScriptedJob([failure(), failure(), DONE]) for _ in range(5)]
    pair = wait(jobs, tolerance=Tolerance(OSError, failures=2))

    assert pair.errors == []


def test_good_answer_restores_the_tolerance():
    """A good answer restores the tolerance, also among others in one slot."""
    jobs = [ScriptedJob([failure(0), RUNNING] * 5 + [DONE]) for _ in range(100)]
    pair = wait(jobs, callback=ignore, tolerance=Tolerance(OSError, failures=1))

    assert pair.errors == []


def test_defaults_of_classes():
    """Without a tolerance of the wait, each class has its own."""
    tolerant = type("TolerantJob", (ScriptedJob,), {"_tolerance": Tolerance(OSError, failures=1)})
    strict = ScriptedJob([failure(), DONE])
    pair = wait([tolerant([failure(), DONE]), strict, tolerant([failure(), failure(), DONE])])

    assert [(job, hasattr(error, "__notes__")) for job, error in pair.errors] == [
        (strict, False),
        (pair.done[2], True),
    ]


def test_programming_error_is_not_survived():
    """A tolerance of everything does not cover a slip in the code of the job."""
    job = ScriptedJob([TypeError("a slip"), DONE])
    pair = wait([job], tolerance=Tolerance(Exception, failures=9))

    assert [(job, str(error)) for job, error in pair.errors] == [(job, "a slip")]


def test_error_that_many_jobs_share():
    """One error object that many jobs raise is the outcome of each."""
    error = OSError("no route")
    jobs = [ScriptedJob([error]) for _ in range(300)]
    pair = wait(jobs, callback=ignore)

    assert pair.errors == [(job, error) for job in jobs]


@pytest.mark.parametrize("place", [0, 50, 99])
def test_errors_in_a_slot_of_many(place):
    """A failure among jobs that are asked together leaves the answers of the others as they are."""
    jobs = [EndingJob(9, job_id=number) for number in range(100)]
    jobs[place] = ScriptedJob([RUNNING, OSError()])
    seen = []
    pair = wait(jobs, callback=lambda job_id, status, job: seen.append((job, status)))

    assert [job for job, _ in pair.errors] == [jobs[place]]
    assert {job for job, status in seen if status is DONE} == set(jobs) - {jobs[place]}


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
@pytest.mark.parametrize("call", [wait, lambda jobs, **its: list(as_completed(jobs, **its))])
def test_interrupt_of_a_query(clock, call, kind):
    """An interrupt in `status()` ends the wait at once, and leaves every job alone."""
    interrupt = kind("now")
    jobs = [ScriptedJob([RUNNING, interrupt]), *(EndingJob(99) for _ in range(3))]
    with pytest.raises(kind) as caught:
        call(jobs, tolerance=Tolerance(Exception, failures=9))

    assert caught.value is interrupt
    assert clock.now() <= 5
    assert {name for job in jobs for name in job.calls} == {"status"}


def test_nothing_comes_after_an_interrupt():
    """After an interrupt the iterator is at its end, and takes no more jobs."""
    completions = as_completed([ScriptedJob([KeyboardInterrupt()]), EndingJob(1)])
    with pytest.raises(KeyboardInterrupt):
        list(completions)

    assert list(completions) == []
    with pytest.raises(RuntimeError, match="the wait for these jobs is over"):
        completions.add(EndingJob(1))


def test_callback_that_raises():
    """What the callback raises ends the wait at once, and leaves every job alone."""
    jobs = [EndingJob(99) for _ in range(100)]
    seen = []

    def stop(job_id, status, job):
        seen.append(job)
        if len(seen) == 7:
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        wait(jobs, callback=stop)

    assert len(seen) == 7
    assert {name for job in jobs for name in job.calls} == {"status"}


def test_callback_sees_each_answer():
    """The callback is called with the id, the status and the job, after each answer."""
    job = ScriptedJob([RUNNING, failure(0), RUNNING, DONE], job_id="cd34")
    seen = []
    wait(
        [job],
        callback=lambda *given: seen.append(given),
        tolerance=Tolerance(OSError, failures=1),
    )

    assert seen == [("cd34", RUNNING, job), ("cd34", RUNNING, job), ("cd34", DONE, job)]


def test_callback_that_takes_time(clock):
    """The interval of a job begins when its callback has returned."""
    job = EndingJob(20)
    wait([job], callback=lambda *_: clock.advance(3), wait=10, seed=1)

    steps = [later - earlier for earlier, later in pairwise(job.queried_at)]
    assert steps[1:] == [pytest.approx(13)] * len(steps[1:])
