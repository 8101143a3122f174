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


class TextState(str, Enum):
    """An enum of strings of a runtime's own."""

    OVER = "Completed"
    FINISHED = "Job finished ok"


class NamedThing:
    """No enum, though it has a name."""

    name = "DONE"


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


@pytest.mark.parametrize("answer", TextState)
def test_enum_of_strings(answer):
    """A member of an enum of strings counts by its name or its value, which may be told."""
    job = adapt(RuntimeJob(answer), statuses={**WORDS, TextState.FINISHED: JobStatus.DONE})

    assert job.done()


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
        (
            {"Done": JobStatus.RUNNING},
            ValueError,
            "statuses has 'done', which is the name of another state than JobStatus.RUNNING",
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
        (NamedThing(), "It must answer a member of jobv1.JobStatus."),
        ("it is " * 20, "It must answer a member of jobv1.JobStatus."),
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


def test_status_before_submit_and_id():
    """The same of a job that has no id yet."""
    original = UnsubmittedJob()
    original.job_id = lambda: 1 / 0

    with pytest.raises(JobError, match=r"^Job None has no status: it was never submitted\.$"):
        adapt(original).status()


@pytest.mark.parametrize("future", [object(), "a future of another kind"])
def test_failed_query_of_a_job_on_another_future(future):
    """The error of a query is the original's own if its future is of no kind that is known."""
    original = UnsubmittedJob()
    original._future = future

    with pytest.raises(ConnectionError):
        adapt(original).status()


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
