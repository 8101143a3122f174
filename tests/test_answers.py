import asyncio
import gc
from enum import Enum

import pytest

from jobv1._answers import checked_status
from jobv1.exceptions import JobStatusError
from jobv1.status import JobStatus

QiskitStatus = Enum(
    "JobStatus",
    {"DONE": "job has successfully run", "PAUSED": "job is paused"},
    module="qiskit.providers.jobstatus",
)
ForeignStatus = Enum("JobStatus", {"DONE": 5}, module="elsewhere")


class QueueJob:
    def job_id(self):
        return "ab12"


class Awaitable:
    """An awaitable that is no coroutine, and cannot be closed."""

    def __await__(self):
        return iter(())

    def __repr__(self):
        return "<Awaitable>"


class UnclosedAwaitable(Awaitable):
    close = "no method"


class AnswersToEveryName:
    def __init__(self):
        self.closed = False

    def __getattr__(self, name):
        return self.be_closed

    def be_closed(self):
        self.closed = True

    def __repr__(self):
        return "<AnswersToEveryName>"


def refusal(answer, job=None):
    """Give the error that an answer gets."""
    with pytest.raises(JobStatusError) as caught:
        checked_status(job or QueueJob(), answer)
    return caught.value


@pytest.mark.parametrize("status", JobStatus, ids=lambda status: status.name)
def test_status(status):
    """A status is answered as it is."""
    assert checked_status(QueueJob(), status) is status


def test_status_is_remembered():
    """The last status that was read is remembered on the job, for its repr."""
    job = QueueJob()
    checked_status(job, JobStatus.RUNNING)
    checked_status(job, QiskitStatus.DONE)

    assert vars(job) == {"_jobv1_seen": JobStatus.DONE}
    assert type(job._jobv1_seen) is JobStatus


def test_no_status_is_remembered():
    """An answer that is no status leaves what is remembered as it was."""
    job = QueueJob()
    checked_status(job, JobStatus.RUNNING)
    refusal("done", job)

    assert job._jobv1_seen is JobStatus.RUNNING


def test_status_of_a_job_that_remembers_nothing():
    """A job that can take no attribute is read all the same."""
    assert checked_status(object(), JobStatus.DONE) is JobStatus.DONE


def test_status_goes_past_the_attributes_of_a_class():
    """A class that passes its attributes on to another object is not asked to take the status."""

    class ForwardingJob(QueueJob):
        def __setattr__(self, name, value):
            raise AssertionError(name)

    assert checked_status(ForwardingJob(), JobStatus.DONE) is JobStatus.DONE


def test_qiskits_status():
    """A member of Qiskit's enum counts as ours of the same name."""
    assert checked_status(QueueJob(), QiskitStatus.DONE) is JobStatus.DONE


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            None,
            (
                "QueueJob.status() answered None (NoneType), which is no JobStatus. "
                "It must answer a member of jobv1.JobStatus."
            ),
        ),
        (
            "COMPLETED",
            (
                "QueueJob.status() answered 'COMPLETED' (str), which is no JobStatus. "
                "Was JobStatus.DONE meant?"
            ),
        ),
        (
            "banana",
            (
                "QueueJob.status() answered 'banana' (str), which is no JobStatus. "
                "It must answer a member of jobv1.JobStatus."
            ),
        ),
        (
            ForeignStatus.DONE,
            (
                "QueueJob.status() answered <JobStatus.DONE: 5> (elsewhere.JobStatus), "
                "which is no JobStatus. Was JobStatus.DONE meant?"
            ),
        ),
        (
            QiskitStatus.PAUSED,
            (
                "QueueJob.status() answered <JobStatus.PAUSED: 'job is paused'> "
                "(qiskit.providers.jobstatus.JobStatus), "
                "which is no JobStatus. It must answer a member of jobv1.JobStatus."
            ),
        ),
        (
            Awaitable(),
            (
                "QueueJob.status() answered <Awaitable> (Awaitable), which is no JobStatus. "
                "Define `async def status_async(self)` in QueueJob and wait with jobv1.aio."
            ),
        ),
    ],
    ids=["None", "service's word", "nonsense", "foreign enum", "Qiskit's unknown", "awaitable"],
)
def test_text(answer, text):
    """The error names the class, the value, its type, and the way out."""
    assert str(refusal(answer)) == text


def test_name_of_a_nested_class():
    """A class inside another is named with the other."""

    class Provider:
        class Job(QueueJob):
            pass

    assert "Provider.Job.status() answered 5 (int)" in str(refusal(5, Provider.Job()))


@pytest.mark.parametrize(
    ("answer", "probable"),
    [("COMPLETED", JobStatus.DONE), ("QUEUD", JobStatus.QUEUED), ("banana", None), (None, None)],
)
def test_attributes(answer, probable):
    """The error carries the id of the job, the answer and the member that was probably meant."""
    error = refusal(answer)

    assert (error.job_id, error.answer, error.probable) == ("ab12", answer, probable)


def test_answer_is_kept_itself():
    """The very answer is on the error, however long it is shown."""
    answer = ["x" * 1000]

    assert refusal(answer).answer is answer


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("x" * 78, "'" + "x" * 78 + "'"),
        ("x" * 79, "'" + "x" * 76 + "..."),
        ("x" * 10_000, "'" + "x" * 76 + "..."),
    ],
    ids=["80", "81", "10000"],
)
def test_long_answers(answer, shown):
    """An answer is shown with at most 80 characters."""
    assert str(refusal(answer)).startswith(f"QueueJob.status() answered {shown} (str), which")


def test_answer_whose_repr_raises():
    """An answer that cannot even be shown gets the same error, which says why it is not shown."""

    class Shapeless:
        def __repr__(self):
            raise ZeroDivisionError

    assert str(refusal(Shapeless())) == (
        "QueueJob.status() answered something whose repr raises ZeroDivisionError (Shapeless), "
        "which is no JobStatus. It must answer a member of jobv1.JobStatus."
    )


def test_coroutine():
    """A coroutine is an error that names the async rooms, and warns nobody that it was dropped."""

    async def status():
        return JobStatus.DONE

    answer = status()
    error = refusal(answer)

    assert str(error).endswith(
        "Define `async def status_async(self)` in QueueJob and wait with jobv1.aio."
    )
    assert answer.cr_frame is None
    del answer, error
    gc.collect()


@pytest.mark.parametrize("answer", [Awaitable(), UnclosedAwaitable()], ids=["none", "a string"])
def test_awaitable_that_cannot_be_closed(answer):
    """An awaitable need not have a method `close`."""
    assert "status_async" in str(refusal(answer))


def test_future():
    """A future of asyncio is an awaitable too."""
    loop = asyncio.new_event_loop()
    try:
        assert "status_async" in str(refusal(loop.create_future()))
    finally:
        loop.close()


def test_answer_that_answers_to_every_name():
    """An object that answers to every name is no awaitable, and nothing of it is called."""
    answer = AnswersToEveryName()
    error = refusal(answer)

    assert str(error).endswith("It must answer a member of jobv1.JobStatus.")
    assert not answer.closed
