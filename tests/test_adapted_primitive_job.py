"""Adapted jobs of primitives, as Qiskit's base class of them documents their status."""

import gc
from concurrent.futures import Future

import pytest

from jobv1 import JobStatus, JobStatusError
from jobv1.qiskit import adapt


class BasePrimitiveJob:
    """A job with a status of a kind of its own, and the coarse questions that Qiskit documents."""

    __module__ = "qiskit.primitives.base"

    def __init__(self, *true):
        self.true = true

    def job_id(self):
        return "primitive-1"

    def result(self):
        """Have none."""

    def status(self):
        return {"percent": 40}

    def in_final_state(self):
        return "in_final_state" in self.true

    def done(self):
        return "done" in self.true

    def cancelled(self):
        return "cancelled" in self.true

    def running(self):
        return "running" in self.true


class PrimitiveJob(BasePrimitiveJob):
    """A job on a future that takes a pending one for a failed one, and sticks to it."""

    __module__ = "qiskit.primitives.primitive_job"

    def __init__(self):
        super().__init__()
        self._future = Future()
        self._status = None

    def status(self):
        if self._future.running():
            return JobStatus.RUNNING
        self._status = self._status or (JobStatus.DONE if self._future.done() else JobStatus.ERROR)
        return self._status


@pytest.mark.parametrize(
    ("true", "status"),
    [
        ((), JobStatus.QUEUED),
        (("running",), JobStatus.RUNNING),
        (("in_final_state", "done"), JobStatus.DONE),
        (("in_final_state", "cancelled"), JobStatus.CANCELLED),
        (("in_final_state",), JobStatus.ERROR),
    ],
)
def test_freeform_status(true, status):
    """What is no status of a primitive's job is found by the questions that Qiskit documents."""
    assert adapt(BasePrimitiveJob(*true)).status() is status


class DeepJob(PrimitiveJob):
    """A subclass of a subclass, as packages have them."""

    __module__ = "elsewhere"


def test_freeform_status_of_a_subclass():
    """A subclass from elsewhere is a job of a primitive all the same."""
    job = DeepJob()
    job._future = None
    job.status = lambda: {"percent": 40}

    assert adapt(job).status() is JobStatus.QUEUED


def test_awaited_questions():
    """What must be awaited is neither a status nor a yes."""

    class AwaitedJob(BasePrimitiveJob):
        async def status(self):
            """Answer nothing."""

    with pytest.raises(JobStatusError, match="without being awaited"):
        adapt(AwaitedJob("in_final_state", "done")).status()
    gc.collect()


def test_questions_answered_by_something_else():
    """Only True is a yes."""
    job = BasePrimitiveJob()
    job.in_final_state = job.running = lambda: "no"

    assert adapt(job).status() is JobStatus.QUEUED


def test_freeform_status_of_another_job():
    """The methods of another class are not asked, for they may rest on the status itself."""

    class OtherJob(BasePrimitiveJob):
        __module__ = "elsewhere"

    OtherJob.__mro__[1].__module__ = "elsewhere"
    try:
        with pytest.raises(JobStatusError):
            adapt(OtherJob("running")).status()
    finally:
        OtherJob.__mro__[1].__module__ = "qiskit.primitives.base"


def test_pending_primitive():
    """A primitive's job that waits for its thread is QUEUED, and its status is not spoilt."""
    original = PrimitiveJob()
    job = adapt(original)
    seen = [job.status()]
    original._future.set_running_or_notify_cancel()
    seen.append(job.status())
    original._future.set_result(None)
    seen.append(job.status())

    assert seen == [JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE]
    assert repr(job) == "<AdaptedJob[PrimitiveJob] 'primitive-1', last seen DONE>"
