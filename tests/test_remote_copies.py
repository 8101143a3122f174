import copy
import pickle
import threading

import pytest

from jobv1 import JobStatus
from jobv1.testing import FakeClock
from tests.remote_lab import COUNTS, Lab, LabJob, NotFoundError


class OwnCopyJob(LabJob):
    """A job whose class copies its attributes itself."""

    def __copy__(self):
        twin = type(self).__new__(type(self))
        vars(twin).update(vars(self))
        return twin


def pickled(job):
    """Give what another process would get."""
    return pickle.loads(pickle.dumps(job))  # noqa: S301 - it was pickled here


def submitted(lab):
    """Give a job that is at the laboratory, whose client can be pickled."""
    lab._numbers = iter([1])
    job = LabJob(lab)
    job.submit()
    lab._numbers = None
    lab.requests.clear()
    return job


WAYS = pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])


@WAYS
def test_copies(copied):
    """A copy of a job that has ended knows the end and the result."""
    job = submitted(lab := Lab())
    lab.set_state("lab-1", "completed")
    assert job.result() == COUNTS
    twin = copied(job)
    lab.requests.clear()

    assert (twin.status(), twin.result()) == (JobStatus.DONE, COUNTS)
    assert lab.requests == []


@WAYS
def test_a_copy_of_a_submitted_job(copied):
    """A copy of a submitted job is the same job at the service, and learns on its own."""
    job = submitted(lab := Lab())
    assert job.status() is JobStatus.QUEUED
    twin = copied(job)
    twin._backend = lab
    assert (twin.job_id(), twin.queue_position()) == ("lab-1", 3)
    lab.set_state("lab-1", "failed", "The laser went out.")
    assert twin.status() is JobStatus.ERROR

    assert (job.error_message(), job.queue_position()) == (None, 3)
    assert twin.error_message() == "The laser went out."


@WAYS
@pytest.mark.parametrize("job_class", [LabJob, OwnCopyJob])
def test_a_copy_of_a_job_that_is_not_submitted(copied, job_class):
    """A copy of a job that is not submitted is another job, with a key of its own."""
    lab = Lab()
    numbers, lab._numbers = lab._numbers, None
    job = job_class(lab)
    assert job.status() is JobStatus.INITIALIZING
    twin = copied(job)
    lab._numbers = numbers
    twin._backend = lab
    for each in (job, twin):
        each.submit()
    lab.set_state("lab-1", "completed")
    assert job.result() == COUNTS

    assert (job.job_id(), twin.job_id(), len(lab.keys)) == ("lab-1", "lab-2", 2)
    assert twin.status() is JobStatus.QUEUED


def test_a_copy_that_is_submitted_first():
    """The original may be submitted after its copy, and so may a copy of the copy."""
    job = LabJob(Lab())
    job.status()
    twin = copy.copy(job)
    twin.status()
    third = copy.copy(twin)
    for each in (twin, third, job):
        each.submit()

    assert [job.job_id() for job in (twin, third, job)] == ["lab-1", "lab-2", "lab-3"]


def test_a_copy_keeps_the_grace():
    """A copy of a job that was submitted just now is as young as that."""
    with FakeClock() as clock:
        job = submitted(lab := Lab())
        lab.records.clear()
        twin = copy.copy(job)
        assert twin.status() is JobStatus.INITIALIZING
        clock.advance(10)
        with pytest.raises(NotFoundError):
            twin.status()


def test_a_copy_made_while_the_other_is_submitted():
    """A copy that is made in the middle of a submission may be submitted."""

    class CopiedJob(LabJob):
        def _submit(self, key):
            twins.append(copy.copy(self))
            return super()._submit(key)

    twins = []
    job = CopiedJob(Lab())
    job.submit()
    twins[0].submit()

    assert (job.job_id(), twins[0].job_id()) == ("lab-1", "lab-2")


def test_two_threads_use_a_fresh_copy():
    """Two threads that use a fresh copy first submit it once."""
    entered, may_go = threading.Event(), threading.Event()

    class SlowJob(LabJob):
        def job_id(self):
            if threading.current_thread() is thread and not entered.is_set():
                entered.set()
                assert may_go.wait(10)
            return super().job_id()

    thread = None
    job = SlowJob(lab := Lab())
    job.status()
    twin = copy.copy(job)
    thread = threading.Thread(target=twin.status)
    thread.start()
    assert entered.wait(10)
    twin.submit()
    may_go.set()
    thread.join()

    assert vars(twin)["_jobv1_remote"].key in lab.keys
