import traceback

import pytest

from jobv1 import JobStatusError
from jobv1._asking import answers_of
from jobv1._outcomes import Failure
from jobv1._polling import PollPlan
from jobv1._slots import Kind, Slot
from tests.many_jobs import DONE, RUNNING, EndingJob, batches
from tests.scripted_job import LoggedClock, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every query of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def slot_of(jobs, *, is_batch=False):
    """Put jobs into a slot."""
    kind = Kind(
        batch_status=type(jobs[0]).batch_status if is_batch else None,
        listens=False,
        hints=False,
        size=256,
    )
    return Slot(kind, jobs, [None] * len(jobs), PollPlan(0.0))


def slow_class(clock, seconds):
    """Make a class whose queries take some seconds."""

    class SlowJob(EndingJob):
        def status(self):
            clock.advance(seconds)
            return super().status()

    return SlowJob


def test_answers_in_order(clock):
    """The answers stand in the order of the jobs."""
    jobs = [EndingJob(place % 2) for place in range(200)]

    assert answers_of(slot_of(jobs), clock) == [DONE, RUNNING] * 100


@pytest.mark.parametrize(
    ("seconds", "asked"),
    [(0.02, 1), (0.01, 1), (0.009, 5), (0.002, 5), (0.001, 21), (0.0001, 213), (1e-5, 256)],
)
def test_patience(clock, seconds, asked):
    """After 10 ms the rest is left for later; the time is looked at now and then."""
    jobs = [slow_class(clock, seconds)(0) for _ in range(256)]

    assert len(answers_of(slot_of(jobs), clock)) == asked
    assert sum(len(job.calls) for job in jobs) == asked


def test_failures_in_their_places(clock):
    """What a job raises stands in its place, and the next are asked."""
    errors = [OSError("a"), KeyError("b")]
    jobs = [ScriptedJob([its]) for its in (DONE, errors[0], RUNNING, errors[1], DONE)]
    answers = answers_of(slot_of(jobs), clock)

    assert [type(answer) for answer in answers[1:4:2]] == [Failure, Failure]
    assert [answer.error for answer in answers[1:4:2]] == errors
    assert answers[::2] == [DONE, RUNNING, DONE]


def test_patience_with_failures(clock):
    """The time is looked at after each failure, too."""
    jobs = [ScriptedJob([OSError()]) for _ in range(3)]
    for job in jobs:
        job.status = slow_class(clock, 0.02)(0).status

    assert len(answers_of(slot_of(jobs), clock)) == 1


def test_traceback(clock):
    """The traceback of a failure begins in the job, as if the caller had asked it."""
    error = OSError("no route")
    answers_of(slot_of([ScriptedJob([error])]), clock)

    assert [frame.name for frame in traceback.extract_tb(error.__traceback__)] == [
        "status",
        "_take_step",
    ]


def test_interrupt(clock):
    """An interrupt is no answer."""
    with pytest.raises(KeyboardInterrupt):
        answers_of(slot_of([ScriptedJob([DONE]), ScriptedJob([KeyboardInterrupt()])]), clock)


def test_batch(clock):
    """A batch is asked in one request, and its entries are given as they are."""
    kind = batches()
    error = OSError("no such job")
    jobs = [kind([its], job_id=its) for its in (DONE, None, error)]

    assert answers_of(slot_of(jobs, is_batch=True), clock) == [DONE, None, error]
    assert kind.requests == [[DONE, None, error]]


def test_batch_that_raises(clock):
    """The error of a batch is given in place of the answers; its traceback is short."""
    error = OSError("no batches")
    kind = batches(faults={1: error})

    assert answers_of(slot_of([kind([])], is_batch=True), clock) is error
    assert [frame.name for frame in traceback.extract_tb(error.__traceback__)] == [
        "_ask_batch",
        "batch_status",
    ]


def test_batch_of_the_wrong_length(clock):
    """A batch that answers too few entries is an error that counts them."""
    kind = batches(faults={1: [DONE] * 1000})
    error = answers_of(slot_of([kind([]), kind([])], is_batch=True), clock)

    assert type(error) is JobStatusError
    assert str(error) == (
        "BatchJob.batch_status() answered 1,000 entries for 2 jobs; "
        "it must answer one entry for each, in their order."
    )


def test_slot_that_is_to_be_asked_alone(clock):
    """Jobs that could be asked in a batch are asked alone if the slot says so."""
    kind = batches()
    slot = slot_of([kind([DONE]), kind([RUNNING])], is_batch=True)
    slot.is_alone = True

    assert answers_of(slot, clock) == [DONE, RUNNING]
    assert kind.requests == []
