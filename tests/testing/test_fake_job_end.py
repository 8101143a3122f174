import pytest

from jobv1 import (
    Fixed,
    JobCancelledError,
    JobError,
    JobFailedError,
    JobStatus,
    JobTimeoutError,
)
from jobv1.testing import FakeBackend, FakeClock, Life, Slow

QUEUED, RUNNING = JobStatus.QUEUED, JobStatus.RUNNING
DONE, ERROR, CANCELLED = JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED
UNTIL_60 = {0: RUNNING, 60: DONE}


@pytest.fixture(autouse=True)
def clock():
    """Virtual time, in force in each test."""
    with FakeClock() as clock:
        yield clock


def job_with(*args, **kwargs):
    """Give a submitted job with a life of its own."""
    return FakeBackend(Life(*args, **kwargs)).run()


def refusal(kind, call):
    """Give the text of the error that a call raises."""
    with pytest.raises(kind) as caught:
        call()
    assert type(caught.value) is kind
    assert caught.value.job_id == "fake-1"
    return str(caught.value)


def test_result_is_the_payload():
    """The result of a done job is its payload, the same object each time."""
    payload = object()
    job = FakeBackend(Life([RUNNING, DONE])).run(payload)

    assert job.result() is payload
    assert job.result() is payload


@pytest.mark.parametrize("result", [{"00": 5}, None, [], Slow(3)], ids=repr)
def test_result_of_the_life(result):
    """A result that the life gives is returned in place of the payload, as it is."""
    job = FakeBackend(Life([DONE], result=result)).run("payload")

    assert job.result() is result


def test_result_waits(clock):
    """The result waits for the job, by a query each five seconds unless told otherwise."""
    job_with(timeline={0: RUNNING, 12: DONE}).result()
    assert clock.now() == 15

    job_with(timeline={0: RUNNING, 12: DONE}).result(60, 7)
    assert clock.now() == 29

    job_with(timeline={0: RUNNING, 12: DONE}).result(wait=Fixed(1))
    assert clock.now() == 41


def test_result_in_time(clock):
    """A result that does not come in time is a timeout; it can be asked for again."""
    job = job_with(timeline=UNTIL_60, result=5)
    with pytest.raises(JobTimeoutError, match=r"^Timeout while waiting for job fake-1\."):
        job.result(timeout=7)
    assert clock.now() == 7

    assert job.result() == 5


@pytest.mark.parametrize(
    ("words", "text"),
    [("The laser went out.", "failed: The laser went out."), (None, "failed."), ("", "failed: ")],
)
def test_result_of_a_failed_job(words, text):
    """The result of a failed job is an error with the words of its life, each time."""
    job = job_with([RUNNING, ERROR], error_message=words)

    assert refusal(JobFailedError, job.result) == f"Job 'fake-1' {text}"
    assert refusal(JobFailedError, job.result) == f"Job 'fake-1' {text}"


def test_result_of_a_cancelled_job():
    """The result of a cancelled job is an error."""
    job = job_with([RUNNING, CANCELLED])

    assert refusal(JobCancelledError, job.result) == (
        "Job 'fake-1' has no result: it was cancelled."
    )


def test_result_before_the_submission(clock):
    """The result of a job that was never submitted is an error at once."""
    job = FakeBackend(Life([DONE])).job()

    assert refusal(JobError, job.result) == "Job 'fake-1' has no result: it was never submitted."
    assert clock.now() == 0


def test_result_of_a_job_that_initializes():
    """A submitted job may be INITIALIZING, and its result is waited for."""
    assert job_with([JobStatus.INITIALIZING, DONE], result=5).result() == 5


@pytest.mark.parametrize("status", [DONE, ERROR, CANCELLED])
def test_result_after_a_false_final_status(status):
    """Where a fault told a final status of a job that is not final, there is no result."""
    job = job_with(faults={1: status}, result=5)

    assert refusal(JobError, job.result) == "Job 'fake-1' has no result: it is QUEUED."


def test_result_meets_the_faults():
    """What a query raises while the result waits travels up."""
    error = OSError("no route")
    with pytest.raises(OSError, match="no route") as caught:
        job_with([RUNNING, error, DONE]).result()

    assert caught.value is error


def test_error_message():
    """The words of a failed job are told as soon as a query told ERROR, and not before."""
    job = job_with(error_message="The laser went out.")
    job.move(ERROR)
    assert job.error_message() is None

    job.status()
    assert job.error_message() == "The laser went out."


@pytest.mark.parametrize("status", [RUNNING, DONE, CANCELLED])
def test_error_message_without_an_error(status):
    """A job that has not failed has no words, nor has one that was never asked."""
    job = job_with([status])
    assert job.error_message() is None

    job.status()
    assert job.error_message() is None


def test_error_message_by_default():
    """A failed job has some words if its life says nothing, none if it says None."""
    jobs = [job_with([ERROR]), job_with([ERROR], error_message=None)]
    for job in jobs:
        job.status()

    assert [job.error_message() for job in jobs] == ["the fake job failed", None]


def test_wrong_answer_changes_no_words():
    """A wrong answer after ERROR leaves the words."""
    job = job_with([ERROR, "x"])
    job.status()
    job.status()

    assert job.error_message() == "the fake job failed"
