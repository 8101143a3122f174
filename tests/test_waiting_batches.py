import pytest

from jobv1 import JobStatusError, JobTimeoutError, Tolerance
from jobv1.waiting import FIRST_EXCEPTION, as_completed, wait
from tests.many_jobs import DONE, RUNNING, EndingBatch, EndingJob, batches, ignore
from tests.scripted_job import LoggedClock

SPENT = "The last of 2 failed queries in a row over 3 s: 2 OSError."


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def failure(seconds=3):
    """Make an error of a service that asks to be tried again after some seconds."""
    error = OSError("the secret is 42")
    error.retry_after = seconds
    return error


def test_full_batches():
    """Jobs of one class and backend are asked in full batches, in the order given."""
    kind, backend = batches(), object()
    jobs = [kind([DONE], backend=backend, job_id=number) for number in range(250)]
    pair = wait(jobs)

    assert kind.requests == [[*range(100)], [*range(100, 200)], [*range(200, 250)]]
    assert pair.done == jobs
    assert {call for job in jobs for call in job.calls} == set()


@pytest.mark.parametrize("batch_size", [1, 3, 1000])
def test_batch_size(batch_size):
    """A batch has at most so many jobs as is said."""
    kind = batches(EndingBatch)
    wait([kind(30) for _ in range(10)], batch_size=batch_size, callback=ignore)

    assert max(map(len, kind.requests)) == min(batch_size, 10)


def test_batches_of_one_backend():
    """Each class and each backend has batches of its own; jobs without a backend have one, too."""
    kinds, backends = [batches(), batches()], [object(), object(), None]
    jobs = [
        kind([DONE], backend=backend, job_id=(place, number))
        for number in range(2)
        for place, backend in enumerate(backends)
        for kind in kinds
    ]
    wait(jobs)

    for kind in kinds:
        assert kind.requests == [[(place, 0), (place, 1)] for place in range(3)]


def test_beside_jobs_of_other_classes():
    """Jobs that are asked alone and jobs that are asked in batches are waited for together."""
    kind = batches(EndingBatch)
    jobs = [EndingJob(7), kind(8), EndingJob(9), kind(10)]
    completions = as_completed(jobs, wait=0.25)

    assert list(completions) == jobs


def test_batches_are_filled_up():
    """What is due soon is asked along, so that the batches stay full while jobs end."""
    kind = batches(EndingBatch)
    jobs = [kind(1000 * number / 2000) for number in range(2000)]
    wait(jobs, wait=10, callback=ignore)

    singly = sum(number / 2 / 10 for number in range(2000))
    assert len(kind.requests) <= singly / 50


def test_job_that_the_batch_lacks():
    """A job that a batch lacks is asked alone at once, and is in the next batch again."""
    kind = batches()
    lost = kind([RUNNING, None, RUNNING, DONE], job_id="lost")
    found = kind([RUNNING, RUNNING, DONE], job_id="found")
    wait([lost, found])

    assert kind.requests == [["lost", "found"], ["lost", "found"], ["found", "lost"]]
    assert lost.queried_at == [5]


def test_job_that_the_batch_lacks_and_that_raises():
    """A job that a batch lacks is given up if it raises when it is asked alone."""
    kind = batches()
    error = KeyError("no such job")
    lost, found = kind([None, error], job_id="lost"), kind([RUNNING, DONE])
    pair = wait([lost, found])

    assert pair.errors == [(lost, error)]
    assert pair.done == [lost, found]


def test_error_in_a_batch():
    """An exception in a batch is the failure of that job alone."""
    kind = batches()
    error = OSError("no such job")
    failing, good = kind([RUNNING, error]), kind([RUNNING, RUNNING, DONE])
    pair = wait([failing, good])

    assert pair.errors == [(failing, error)]
    assert len(kind.requests) == 3


def test_error_in_a_batch_that_is_survived():
    """A job that failed in a batch is asked alone when it asks for that, then in batches again."""
    kind = batches()
    failing = kind([failure(), RUNNING, RUNNING, DONE], job_id="a")
    good = kind([RUNNING, RUNNING, RUNNING, DONE], job_id="b")
    pair = wait([failing, good], wait=5, tolerance=Tolerance(OSError, failures=1))

    assert pair.errors == []
    assert failing.queried_at == [3]
    assert kind.requested_at == [0, 5, 10, 15]


def test_error_in_a_batch_that_spends_the_tolerance():
    """A job that fails too often is given up with a note, however often the others are fine."""
    kind = batches()
    failing, good = kind([failure(), failure()]), kind([RUNNING, DONE])
    pair = wait([failing, good], tolerance=Tolerance(OSError, failures=1))

    assert [job for job, _ in pair.errors] == [failing]
    assert pair.errors[0][1].__notes__ == [SPENT]


def test_wrong_entry():
    """An entry that is no status is that job's outcome alone."""
    kind = batches()
    wrong, good = kind(["DONE"]), kind([RUNNING, DONE])
    pair = wait([wrong, good])

    assert [(job, type(error)) for job, error in pair.errors] == [(wrong, JobStatusError)]
    assert "Was JobStatus.DONE meant?" in str(pair.errors[0][1])


def test_interrupt_of_a_batch():
    """An interrupt in a batch ends the wait at once."""

    class Interrupted(EndingBatch):
        @classmethod
        def batch_status(cls, jobs):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait([Interrupted(5)])


def test_callback_of_a_batch():
    """The callback is called for each answer of a batch, and for no failure."""
    kind = batches()
    seen = []
    jobs = [kind([RUNNING, DONE], job_id="a"), kind([OSError()], job_id="b")]
    wait(jobs, callback=lambda *given: seen.append(given))

    assert seen == [("a", RUNNING, jobs[0]), ("a", DONE, jobs[0])]


def test_batches_are_asked_with_lists_of_their_own():
    """A class may do with the list of jobs what it likes."""

    class Emptying(EndingBatch):
        @classmethod
        def batch_status(cls, jobs):
            return [jobs.pop(0).entry() for _ in range(len(jobs))]

    jobs = [Emptying(7), Emptying(99)]
    pair = wait(jobs, 20, FIRST_EXCEPTION)

    assert (pair.done, pair.not_done) == (jobs[:1], jobs[1:])


def test_number_of_queries():
    """A batch counts as one query in the error of the limit."""
    kind = batches(EndingBatch)
    with pytest.raises(JobTimeoutError) as caught:
        next(as_completed([kind(99) for _ in range(3)], 0))

    assert caught.value.queries == 1
