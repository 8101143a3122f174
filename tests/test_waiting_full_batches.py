"""Batches stay full while jobs end and others are added, and go by equal backends."""

import pytest

from jobv1 import Adaptive, JobStatusError
from jobv1.waiting import as_completed, wait
from tests.many_jobs import DONE, EndingBatch, batches
from tests.scripted_job import LoggedClock


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def sizes(kind):
    """Give the time of each request, and how many jobs it asked for."""
    return [*zip(kind.requested_at, map(len, kind.requests), strict=True)]


@pytest.mark.parametrize("interval", [5, Adaptive()])
def test_jobs_that_are_added_share_batches(clock, interval):
    """Jobs that are added one after the other are soon asked together."""
    kind = batches(EndingBatch)
    completions = as_completed([kind(300)], wait=interval, seed=1)
    for number in range(1, 100):
        clock.call_at(number / 5, lambda: completions.add(kind(300)))
    list(completions)

    late = [size for time, size in sizes(kind) if time >= 200]
    assert sum(late) / len(late) > 90


def test_jobs_that_are_added_in_one_go():
    """Jobs that are added before the next query are asked together at first."""
    kind = batches(EndingBatch)
    completions = as_completed([kind(1)])
    for _ in range(99):
        completions.add(kind(1))
    list(completions)

    assert [size for _, size in sizes(kind)][:2] == [1, 99]


def test_batches_that_fit_into_one():
    """Slots that are so small that one batch takes both are asked as one, whatever their times."""
    kind = batches(EndingBatch)
    jobs = [kind(1000 if number % 100 == 0 else 30) for number in range(1600)]
    list(as_completed(jobs, wait=5, seed=1))

    assert [size for time, size in sizes(kind) if time > 60] == [16] * 189


class EqualBackend:
    """A handle that is made anew for each job, and equals the others."""

    def __eq__(self, other):
        return isinstance(other, EqualBackend)

    def __hash__(self):
        return 1


@pytest.mark.parametrize(("backend", "requests"), [(EqualBackend, 1), (list, 3)])
def test_backends_that_are_equal(backend, requests):
    """Jobs of equal backends are asked together; those that cannot be hashed go by identity."""
    kind = batches()
    jobs = [kind([DONE]) for _ in range(3)]
    for job in jobs:
        job._backend = backend() if backend is EqualBackend else [job.job_id()]
    wait(jobs)

    assert len(kind.requested_at) == requests


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda jobs: dict.fromkeys(jobs, DONE), "answered a mapping for 2 jobs"),
        (lambda jobs: _coroutine(), "answered what is to be awaited for 2 jobs"),
    ],
)
def test_answers_that_are_no_entries(answer, text, caplog):
    """A batch that answers no entries is told so, and its jobs are asked alone."""
    kind = batches()
    kind.batch_status = classmethod(lambda cls, jobs: answer(jobs))
    jobs = [kind([DONE]), kind([DONE])]
    pair = wait(jobs)

    assert (pair.done, pair.errors) == (jobs, [])
    assert text in caplog.text


async def _coroutine():
    """Never be awaited."""


def test_wrong_entry_names_the_batch():
    """A wrong entry is an error that names the method which answered it."""
    kind = batches()
    kind.batch_status = classmethod(lambda cls, jobs: ["DONE"] * len(jobs))
    ((_, error),) = wait([kind([DONE])]).errors

    assert isinstance(error, JobStatusError)
    assert str(error).startswith("BatchJob.batch_status() answered 'DONE' (str)")
