import asyncio

import pytest

from jobv1 import JobError, JobStatus, JobStatusError
from jobv1.protocols import ability
from jobv1.remote import RemoteJob
from jobv1.testing import FakeClock
from tests.remote_lab import Lab, LabJob, NotFoundError


def submitted(lab, number=1):
    """Give some jobs that are at the laboratory, and forget the requests."""
    jobs = [LabJob(lab) for _ in range(number)]
    for job in jobs:
        job.submit()
    lab.requests.clear()
    return jobs


def test_cancel():
    """A cancel asks the service, and shows when the service says so."""
    lab = Lab()
    (job,) = submitted(lab)

    assert job.cancel() is True
    assert job.status() is JobStatus.CANCELLED
    assert lab.requests == ["cancel", "get"]


def test_cancel_that_comes_too_late():
    """The service decides whether a cancel is accepted, as long as the end is not known."""
    lab = Lab()
    (job,) = submitted(lab)
    lab.set_state("lab-1", "completed")

    assert job.cancel() is False
    assert job.done()


@pytest.mark.parametrize(
    ("word", "answer"), [("completed", False), ("failed", False), ("canceled", True)]
)
def test_cancel_after_the_end(word, answer):
    """A job that is known to have ended is not asked to be cancelled."""
    lab = Lab()
    (job,) = submitted(lab)
    lab.set_state("lab-1", word)
    job.status()

    assert job.cancel() is answer
    assert lab.requests == ["get"]


def test_cancel_before_the_submit():
    """A job that was never submitted cannot be cancelled, and makes no request."""
    lab = Lab()

    assert LabJob(lab).cancel() is False
    assert lab.requests == []


def test_a_cancel_is_not_repeated():
    """A cancel that fails is not tried again: its error travels up at once."""
    lab = Lab()
    (job,) = submitted(lab)
    lab.faults = [ConnectionError("reset")]
    with pytest.raises(ConnectionError):
        job.cancel()

    assert lab.requests == ["cancel"]


def test_a_service_that_cannot_cancel():
    """A class that leaves out `_cancel` says that it cannot."""

    class StubbornJob(LabJob):
        _cancel = RemoteJob._cancel

    job = StubbornJob(Lab())
    job.submit()
    with pytest.raises(NotImplementedError, match="StubbornJob cannot cancel its jobs.$"):
        job.cancel()


def test_queue_position():
    """The place in the queue is the one that was said last; none is known before, or at the end."""
    lab = Lab()
    (job,) = submitted(lab)
    assert job.queue_position() is None
    job.status()
    assert job.queue_position() == 3
    lab.set_state("lab-1", "completed")
    assert job.queue_position() == 3
    job.status()

    assert job.queue_position() is None
    assert lab.requests == ["get", "get"]


def test_error_message():
    """The words of the service are known when the end is, and only if there was a failure."""
    lab = Lab()
    (job,) = submitted(lab)
    lab.set_state("lab-1", "executing", "so far so good")
    job.status()
    assert job.error_message() is None
    lab.set_state("lab-1", "failed", "The laser went out.")
    job.status()

    assert job.error_message() == "The laser went out."


def test_an_empty_error_message():
    """A service that gives an empty text for a failure has no words for it."""
    lab = Lab()
    (job,) = submitted(lab)
    lab.set_state("lab-1", "failed", "")
    job.status()

    assert job.error_message() is None


def test_no_error_message_of_a_job_that_is_done():
    """What the service says of a success is no error message."""
    lab = Lab()
    (job,) = submitted(lab)
    lab.set_state("lab-1", "completed", "all well")
    job.status()

    assert job.error_message() is None


def test_batch():
    """Many jobs are asked for by one request, those that have ended or not begun by none."""
    lab = Lab()
    jobs = submitted(lab, 4)
    lab.set_state("lab-2", "completed")
    assert jobs[1].done()
    lab.set_state("lab-3", "EXECUTING")
    asked = []
    lab.get_many, get_many = lambda ids: asked.extend(ids) or get_many(ids), lab.get_many

    statuses = LabJob.batch_status([*jobs, LabJob(lab)])

    assert statuses == [
        JobStatus.QUEUED,
        JobStatus.DONE,
        JobStatus.RUNNING,
        JobStatus.QUEUED,
        JobStatus.INITIALIZING,
    ]
    assert asked == ["lab-1", "lab-3", "lab-4"]
    assert lab.requests == ["get", "get_many"]


def test_batch_keeps_the_end():
    """A job whose end is told in a batch is not asked again."""
    lab = Lab()
    jobs = submitted(lab, 2)
    for job_id in lab.records:
        lab.set_state(job_id, "failed", "The laser went out.")

    assert LabJob.batch_status(jobs) == [JobStatus.ERROR] * 2
    assert [job.error_message() for job in jobs] == ["The laser went out."] * 2
    assert LabJob.batch_status(jobs) == [JobStatus.ERROR] * 2
    assert lab.requests == ["get_many"]


def test_a_batch_that_answers_more_than_was_asked():
    """What a batch says of a job that is known to have ended counts no more."""
    lab = Lab()
    jobs = submitted(lab, 2)
    lab.set_state("lab-1", "completed")
    assert jobs[0].done()

    for said in ("purged", JobError("410 Gone")):
        answers = {"lab-1": said, "lab-2": "executing"}
        entries = LabJob._ask_batch(jobs, lambda asked: answers)  # noqa: B023 - it is called here
        assert entries == [JobStatus.DONE, JobStatus.RUNNING]


def test_empty_batch():
    """A batch of no jobs makes no request."""
    assert LabJob.batch_status([]) == []


def test_a_job_that_is_left_out_of_a_batch():
    """A job that the answer leaves out is asked for alone; an error is its entry, too."""
    lab = Lab()
    with FakeClock() as clock:
        jobs = submitted(lab, 3)
        clock.advance(60)
        del lab.records["lab-2"]
        lab.get_many = lambda ids: {"lab-3": {"state": "waiting", "place": 1, "why": None}}

        first, second, third = LabJob.batch_status(jobs)

    assert (first, third) == (JobStatus.QUEUED, JobStatus.QUEUED)
    assert isinstance(second, NotFoundError)
    assert lab.requests == ["get", "get"]


def test_a_batch_with_errors():
    """An unknown word, and an error that a job met, stand in the places of their jobs."""
    lab = Lab()
    jobs = submitted(lab, 3)
    lab.set_state("lab-1", "paused")
    error = JobError("not yours")

    class ForeignJob(LabJob):
        @classmethod
        def _fetch_batch(cls, jobs):
            return super()._fetch_batch(jobs) | {"lab-2": error}

    first, second, third = ForeignJob.batch_status(jobs)

    assert isinstance(first, JobStatusError)
    assert (second, third) == (error, JobStatus.QUEUED)


def test_a_batch_just_after_the_submit():
    """A batch that says that a job is not found gives it the same grace."""

    class SlowJob(LabJob):
        @classmethod
        def _fetch_batch(cls, jobs):
            return {job.job_id(): NotFoundError("404") for job in jobs}

    lab = Lab()
    with FakeClock() as clock:
        jobs = submitted(lab)
        assert SlowJob.batch_status(jobs) == [JobStatus.INITIALIZING]
        clock.advance(10)
        (entry,) = SlowJob.batch_status(jobs)

    assert isinstance(entry, NotFoundError)


def test_a_batch_that_fails_as_a_whole():
    """A request that fails as a whole raises."""
    lab = Lab()
    jobs = submitted(lab, 2)
    lab.faults = [ConnectionError("reset")]

    with pytest.raises(ConnectionError):
        LabJob.batch_status(jobs)


def test_awaited():
    """An awaited query makes one request, and none when the status is known."""
    lab = Lab()
    (job,) = submitted(lab)
    assert asyncio.run(job.status_async()) is JobStatus.QUEUED
    lab.set_state("lab-1", "completed")
    assert asyncio.run(job.status_async()) is JobStatus.DONE
    assert asyncio.run(job.status_async()) is JobStatus.DONE

    assert lab.requests == ["get", "get"]
    assert asyncio.run(LabJob(lab).status_async()) is JobStatus.INITIALIZING


def test_awaited_just_after_the_submit():
    """An awaited query gives a job that is not found the same grace."""
    lab = Lab()
    with FakeClock() as clock:
        (job,) = submitted(lab)
        lab.records.clear()
        assert asyncio.run(job.status_async()) is JobStatus.INITIALIZING
        clock.advance(10)
        with pytest.raises(NotFoundError):
            asyncio.run(job.status_async())


def test_abilities_are_the_providers():
    """`RemoteJob` itself claims no batch and no awaiting; a provider adds them by a line each."""

    class PlainJob(RemoteJob):
        def _submit(self, key):
            return "plain-1"

        def _fetch_status(self):
            return "waiting"

        def _fetch_result(self):
            return 42

    job = PlainJob(None)

    assert [ability(job, name) for name in ("batch_status", "status_async")] == [None, None]
