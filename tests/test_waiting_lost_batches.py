import logging

import pytest

from jobv1 import Tolerance
from jobv1.waiting import wait
from tests.many_jobs import DONE, RUNNING, EndingBatch, batches
from tests.scripted_job import LoggedClock


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


def test_lost_batch_is_retried():
    """A batch that fails as a whole is tried again, as the tolerance says."""
    kind = batches(faults={1: failure(), 2: failure(4)})
    jobs = [kind([DONE]) for _ in range(3)]
    pair = wait(jobs, tolerance=Tolerance(OSError, failures=2))

    assert (pair.done, pair.errors) == (jobs, [])
    assert kind.requested_at == [0, 3, 7]
    assert {call for job in jobs for call in job.calls} == set()


def test_default_tolerance_of_a_batch():
    """A batch is tried again as the default of the class says."""
    kind = batches(faults={1: failure()}, _tolerance=Tolerance(OSError, failures=1))
    wait([kind([DONE])])

    assert kind.requested_at == [0, 3]


def test_lost_batch_without_tolerance():
    """When a batch fails and is not to be retried, each job is asked alone, and the batch later."""
    kind = batches(faults={2: ValueError("no batches today")})
    jobs = [kind([RUNNING, RUNNING, DONE]) for _ in range(3)]
    pair = wait(jobs)

    assert (pair.done, pair.errors) == (jobs, [])
    assert [job.queried_at for job in jobs] == [[5]] * 3
    assert kind.requested_at == [0, 5, 10]


def test_lost_batch_that_spends_the_tolerance():
    """When the retries of a batch are spent, each job is asked alone."""
    kind = batches(faults={1: failure(), 2: failure()})
    jobs = [kind([DONE]) for _ in range(3)]
    wait(jobs, tolerance=Tolerance(OSError, failures=1))

    assert [job.queried_at for job in jobs] == [[3]] * 3
    assert kind.requested_at == [0, 3]


def test_batches_that_are_always_lost():
    """Where batches go on failing, each is tried once in an interval, without retries."""
    kind = batches(EndingBatch, faults=dict.fromkeys(range(1, 99), failure(1)))
    jobs = [kind(14) for _ in range(3)]
    pair = wait(jobs, tolerance=Tolerance(OSError, failures=2))

    assert pair.errors == []
    assert kind.requested_at == [0, 1, 2, 7, 12, 17]
    assert [job.queried_at for job in jobs] == [[2, 7, 12, 17]] * 3


def test_tolerance_of_a_job_in_a_lost_batch():
    """A job that is asked alone since its batch failed has the whole tolerance for itself."""
    kind = batches(faults={1: failure(), 2: failure()})
    job = kind([failure(), DONE])
    pair = wait([job], tolerance=Tolerance(OSError, failures=1))

    assert pair.errors == []
    assert job.queried_at == [3, 6]


@pytest.mark.parametrize(
    ("answer", "entries"), [([], "0 entries"), ([DONE], "1 entries"), ([DONE] * 3, "3 entries")]
)
def test_wrong_number_of_entries(answer, entries):
    """A batch that does not answer one entry a job is lost: nobody knows whose they are."""
    kind = batches(faults={1: answer})
    jobs = [kind([RUNNING]), kind([RUNNING])]
    pair = wait(jobs, 0)

    assert pair.not_done == jobs
    assert [job.queried_at for job in jobs] == [[0], [0]]


def test_batch_that_answers_no_list():
    """A batch may answer any iterable; something else is a lost batch."""
    kind = batches(faults={1: iter([DONE, DONE]), 2: 7})
    assert len(wait([kind([]), kind([])]).done) == 2

    job = kind([DONE])
    assert wait([job]).errors == []
    assert job.queried_at == [0]


def test_warning_of_lost_batches(caplog):
    """Lost batches are logged once a class, by the kind of the error, which may hold a secret."""
    kind = batches(faults=dict.fromkeys(range(1, 99), failure()))
    jobs = [kind([RUNNING, DONE], backend=object()) for _ in range(3)]
    with caplog.at_level(logging.DEBUG):
        wait(jobs)

    assert [record.getMessage() for record in caplog.records] == [
        "BatchJob.batch_status() failed with OSError; its jobs are asked one by one."
    ]
    assert (caplog.records[0].name, caplog.records[0].levelname) == ("jobv1._outcomes", "WARNING")


def test_wrong_batch_is_logged(caplog):
    """A batch of the wrong length is logged as well."""
    wait([batches(faults={1: []})([DONE])])

    assert [record.getMessage() for record in caplog.records] == [
        (
            "BatchJob.batch_status() answered 0 entries for 1 jobs; "
            "it must answer one entry for each, in their order. Its jobs are asked one by one."
        )
    ]


def test_lost_batch_at_the_deadline(clock):
    """A batch whose last request fails, and would be retried, leaves its jobs unfinished."""
    kind = batches(EndingBatch, faults={3: failure()})
    jobs = [kind(9) for _ in range(3)]
    pair = wait(jobs, 10, tolerance=Tolerance(OSError, failures=1))

    assert pair.not_done == jobs
    assert kind.requested_at == [0, 5, 10]
    assert clock.now() == 10


def test_lost_batch_without_tolerance_at_the_deadline():
    """When the last batch fails and is not to be retried, each job has its last query alone."""
    kind = batches(EndingBatch, faults={3: failure()})
    jobs = [kind(9), kind(99)]
    pair = wait(jobs, 10)

    assert (pair.done, pair.not_done) == (jobs[:1], jobs[1:])
    assert [job.queried_at for job in jobs] == [[10], [10]]


def test_good_batch_after_lost_ones():
    """After a good batch, one that fails is retried again as the tolerance says."""
    kind = batches(faults={number: failure() for number in (1, 2, 4)})
    job = kind([RUNNING, RUNNING, DONE])
    wait([job], tolerance=Tolerance(OSError, failures=1))

    assert job.queried_at == [3]
    assert kind.requested_at == [0, 3, 8, 13, 16]
