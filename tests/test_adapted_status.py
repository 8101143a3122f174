"""What the answers of an adapted job's original mean."""

import gc
from concurrent.futures import Future
from enum import Enum

import pytest

from jobv1 import JobError, JobStatus, JobStatusError
from jobv1.qiskit import adapt
from jobv1.testing import FakeBackend, FakeClock
from tests.fake_qiskit import LocalJob, RuntimeJob

WORDS = {"Completed": JobStatus.DONE, "PAUSED": JobStatus.QUEUED}


class RuntimeState(Enum):
    """An enum of a runtime's own."""

    DONE = "finished well"
    PAUSED = "put aside"


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


class UnsubmittedJob(LocalJob):
    """A job that has no status before it is submitted, as Aer's."""

    def __init__(self):
        super().__init__()
        self._future = None

    def submit(self):
        self._future = Future()

    def status(self):
        if self._future is None:
            raise RuntimeError("submit it first")
        raise ConnectionError("no line")


@pytest.mark.parametrize("answer", ["COMPLETED", "completed", RuntimeState.PAUSED, "Done"])
def test_words(answer):
    """The words that `adapt` was told mean what was said, in any case; names need not be told."""
    expected = JobStatus.QUEUED if answer is RuntimeState.PAUSED else JobStatus.DONE

    assert adapt(RuntimeJob(answer), statuses=WORDS).status() is expected


def test_enum_of_a_runtime():
    """A member of another enum counts by its name."""
    assert adapt(RuntimeJob(RuntimeState.DONE)).done()


@pytest.mark.parametrize(
    ("statuses", "error", "sentence"),
    [
        ({"A": "DONE"}, TypeError, "statuses must have words and JobStatus, not 'A': 'DONE'"),
        ("DONE", TypeError, "statuses must be a mapping of words to JobStatus, not 'DONE'"),
        (
            {"A": JobStatus.DONE, "a": JobStatus.ERROR},
            ValueError,
            "statuses has 'a' in two spellings that mean two states; upper and lower case are ",
        ),
    ],
)
def test_wrong_words(statuses, error, sentence):
    """A table that is none is refused."""
    with pytest.raises(error) as caught:
        adapt(RuntimeJob(), statuses=statuses)

    assert str(caught.value).startswith(sentence)


def test_words_for_our_own_job():
    """A job of ours has no use for the table."""
    with pytest.raises(TypeError, match=r"^<FakeJob 'fake-1', .*> is a job of jobv1 already: its"):
        adapt(FakeBackend().run(), statuses=WORDS)


@pytest.mark.parametrize(
    ("answer", "way_out"),
    [
        ("FAILED", "Tell what it means: adapt(job, statuses={'FAILED': JobStatus.ERROR})."),
        (RuntimeState.PAUSED, "Tell what it means: adapt(job, statuses={'PAUSED': ...})."),
        (7, "It must answer a member of jobv1.JobStatus."),
    ],
)
def test_unknown_answer(answer, way_out):
    """An answer that means nothing is an error that says what its reader can do."""
    with pytest.raises(JobStatusError) as caught:
        adapt(RuntimeJob(answer)).status()

    assert str(caught.value).endswith(f", which is no JobStatus. {way_out}")


def test_awaitable_status():
    """A status that must be awaited is an error, and is closed without a warning."""

    async def answer():
        """Answer nothing."""

    with pytest.raises(JobStatusError, match=r"adapt takes a job whose status\(\) answers without"):
        adapt(RuntimeJob(answer())).status()
    gc.collect()


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


def test_another_job_with_a_pending_future():
    """The future of another class may be of anything, and its status is asked for."""
    original = UnsubmittedJob()
    original.status = lambda: "RUNNING"
    original.submit()

    assert adapt(original).status() is JobStatus.RUNNING


def test_status_before_submit():
    """The status of a job that was never submitted is a JobError, whatever the original raises."""
    job = adapt(UnsubmittedJob())

    with FakeClock(), pytest.raises(JobError) as caught:
        job.wait_for_final_state()

    assert str(caught.value) == "Job 'local-1' has no status: it was never submitted."
    assert caught.value.job_id == "local-1"
    assert str(caught.value.__cause__) == "submit it first"


def test_failed_query_of_a_submitted_job():
    """The error of a query is the original's own once the job is submitted."""
    job = adapt(UnsubmittedJob())
    job.submit()

    with pytest.raises(ConnectionError):
        job.status()


def test_failed_query_of_a_job_without_a_future():
    """The error of a query is the original's own if nobody knows whether it was submitted."""
    original = RuntimeJob()
    original.submit = original.status = lambda: 1 / 0

    with pytest.raises(ZeroDivisionError):
        adapt(original).status()
