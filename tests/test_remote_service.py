import pytest

from jobv1 import JobError, JobStatus, JobStatusError, Tolerance
from jobv1.remote import RemoteStatus
from tests.remote_lab import Lab, LabJob


class GuestJob(LabJob):
    """A job whose service says what a test wants."""

    def __init__(self, words):
        super().__init__(None)
        self.words = words

    def _submit(self, key):
        return "guest-1"

    def _fetch_status(self):
        return self.words.pop(0)


def test_the_head_of_the_queue():
    """The place 0 is the head of the queue."""
    job = GuestJob([RemoteStatus("waiting", queue_position=0)])
    job.submit()
    job.status()

    assert job.queue_position() == 0


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("queue_position", -1, "-1 (int); it must be a whole number, 0 or more, or None."),
        ("queue_position", True, "True (bool); it must be a whole number, 0 or more, or None."),
        ("queue_position", "3", "'3' (str); it must be a whole number, 0 or more, or None."),
        ("error_message", 404, "404 (int); it must be a text or None."),
    ],
)
def test_a_wrong_field(field, value, text):
    """What comes with a word is checked when it is taken, and leaves the job as it was."""
    job = GuestJob([RemoteStatus("completed", **{field: value}), "waiting"])
    job.submit()
    with pytest.raises(JobStatusError) as caught:
        job.status()

    assert str(caught.value) == (
        f"Job 'guest-1': GuestJob was answered a RemoteStatus with the {field} {text}"
    )
    assert (caught.value.job_id, caught.value.answer) == ("guest-1", value)
    assert job.status() is JobStatus.QUEUED


def test_a_word_that_is_none():
    """A `RemoteStatus` whose word is no text is an error that names the class and the value."""
    job = GuestJob([RemoteStatus(7)])
    job.submit()
    with pytest.raises(JobStatusError, match="GuestJob was answered 7 .int. for a status"):
        job.status()


@pytest.mark.parametrize(
    ("attribute", "value", "error", "text"),
    [
        ("_statuses", {"done": "DONE"}, TypeError, "WrongJob._statuses must have words"),
        ("_unknown_status", JobStatus.DONE, ValueError, "WrongJob._unknown_status is DONE"),
        ("_grace", -1, ValueError, "WrongJob._grace must be 0 or more, not -1"),
        ("_grace", "10", TypeError, "WrongJob._grace must be a number of seconds"),
        ("_not_found", "404", TypeError, "WrongJob._not_found must be subclasses of Exception"),
        ("_not_found", (KeyError, int), TypeError, "not <class 'int'>"),
        ("_tolerance", 5, TypeError, "WrongJob._tolerance must be a Tolerance or None, not 5"),
        ("_tolerance", Tolerance(TypeError, failures=1), TypeError, "_tolerance names TypeError"),
        ("_is_submit_repeatable", "no", TypeError, "must be True or False, not 'no'"),
        ("_is_submit_repeatable", None, TypeError, "WrongJob._is_submit_repeatable must be True"),
    ],
)
def test_wrong_attributes(attribute, value, error, text):
    """What a class says of its service is checked when the class is made."""
    with pytest.raises(error, match=text):
        type("WrongJob", (LabJob,), {attribute: value})


@pytest.mark.parametrize("answer", [["completed"], None, "completed"])
def test_a_batch_that_is_no_mapping(answer):
    """A batch that answers no mapping is an error that says what it answered."""
    job = LabJob(Lab())
    job.submit()
    with pytest.raises(JobError) as caught:
        LabJob._ask_batch([job], lambda jobs: answer)

    assert str(caught.value) == (
        f"LabJob: a batch was answered by {answer!r} ({type(answer).__name__}); "
        "it must be a mapping by the ids of the jobs."
    )


def test_a_wrong_field_in_a_batch():
    """What is wrong with one job of a batch is the entry of that job."""
    jobs = [LabJob(Lab(), job_id) for job_id in ("lab-1", "lab-2")]
    answers = {"lab-1": RemoteStatus("waiting", queue_position=1.5), "lab-2": "waiting"}
    first, second = LabJob._ask_batch(jobs, lambda asked: answers)

    assert isinstance(first, JobStatusError)
    assert second is JobStatus.QUEUED
