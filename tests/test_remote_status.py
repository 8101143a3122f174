import pytest

from jobv1 import JobStatus, JobStatusError, JobTimeoutError
from jobv1.remote import RemoteJob, RemoteStatus
from jobv1.testing import FakeClock
from tests.remote_lab import TOKEN, Lab, LabJob, NotFoundError


def submitted(lab, job_class=LabJob):
    """Give a job that is at the laboratory."""
    job = job_class(lab)
    job.submit()
    return job


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Waiting", JobStatus.QUEUED),
        ("checking", JobStatus.VALIDATING),
        ("EXECUTING", JobStatus.RUNNING),
        ("completed", JobStatus.DONE),
        ("failed", JobStatus.ERROR),
        ("canceled", JobStatus.CANCELLED),
    ],
)
def test_words(word, status):
    """Each word of the service is the state of the table, in upper and lower case."""
    lab = Lab()
    job = submitted(lab)
    lab.set_state("lab-1", word)

    assert job.status() is status


@pytest.mark.parametrize("word", ["completed", "failed", "canceled"])
def test_no_query_after_the_end(word):
    """A final status is kept: the service is not asked again, whatever it says by then."""
    lab = Lab()
    job = submitted(lab)
    lab.set_state("lab-1", word)
    final = job.status()
    lab.records.clear()

    assert [job.status(), job.in_final_state()] == [final, True]
    assert lab.requests == ["post", "get"]


def test_a_slow_answer_does_not_take_the_end_back():
    """An answer that was overtaken by the end of the job counts no more."""
    lab = Lab()

    class OvertakenJob(LabJob):
        def _fetch_status(self):
            record = super()._fetch_status()
            if record.text == "waiting":
                lab.set_state("lab-1", "completed")
                assert self.status() is JobStatus.DONE
            return record

    job = submitted(lab, OvertakenJob)

    assert [job.status(), job.status()] == [JobStatus.DONE, JobStatus.DONE]
    assert lab.requests == ["post", "get", "get"]


def test_two_ends():
    """Of two final answers the first one counts, with its words."""
    lab = Lab()

    class TwiceEndedJob(LabJob):
        def _fetch_status(self):
            record = super()._fetch_status()
            if record.text == "failed":
                lab.set_state("lab-1", "canceled", "an operator did it")
                assert self.status() is JobStatus.CANCELLED
            return record

    job = submitted(lab, TwiceEndedJob)
    lab.set_state("lab-1", "failed", "The laser went out.")

    assert job.status() is JobStatus.CANCELLED
    assert job.error_message() == "an operator did it"


def test_an_unknown_word_leaves_the_job_usable():
    """A word outside the table is an error that names it, and the job may be asked again."""
    lab = Lab()
    job = submitted(lab)
    lab.set_state("lab-1", "paused")
    with pytest.raises(JobStatusError, match="the service says 'paused', which LabJob._statuses"):
        job.wait_for_final_state(timeout=60)
    lab.set_state("lab-1", "completed")

    assert job.done()


def test_unknown_words_that_count_as_something():
    """A class may say what unknown words count as; a wait then goes on, and warns once."""

    class CalmJob(LabJob):
        _unknown_status = JobStatus.RUNNING

    lab = Lab()
    job = submitted(lab, CalmJob)
    lab.set_state("lab-1", "paused")
    with FakeClock() as clock:
        clock.call_at(60, lambda: lab.set_state("lab-1", "completed"))
        with pytest.warns(UserWarning, match="'paused'") as caught:
            job.wait_for_final_state()

    assert len(caught) == 1


def test_just_submitted():
    """A job that the service does not find yet is INITIALIZING, or as it was seen last."""
    lab = Lab()
    with FakeClock() as clock:
        job = submitted(lab)
        record = lab.records.pop("lab-1")
        assert job.status() is JobStatus.INITIALIZING
        lab.records["lab-1"] = record
        assert job.status() is JobStatus.QUEUED
        lab.records.clear()
        assert job.status() is JobStatus.QUEUED
        clock.advance(9.9)
        assert job.status() is JobStatus.QUEUED


def test_no_longer_just_submitted():
    """After the grace time a job that is not found is an error."""
    lab = Lab()
    with FakeClock() as clock:
        job = submitted(lab)
        lab.records.clear()
        clock.advance(10)
        with pytest.raises(NotFoundError, match="404"):
            job.status()


def test_a_job_of_another_program_has_no_grace():
    """A job that is made from an id that the service does not know is an error at once."""
    with FakeClock(), pytest.raises(NotFoundError, match="404"):
        LabJob(Lab(), "lab-1").status()


def test_grace_under_another_clock():
    """A time of submission that is still to come, by the clock in force, gives no grace."""
    lab = Lab()
    with FakeClock() as clock:
        clock.advance(1000)
        job = submitted(lab)
    lab.records.clear()

    with FakeClock(), pytest.raises(NotFoundError):
        job.status()


def test_no_grace_by_default():
    """A class that names no error for it has no grace."""

    class PlainJob(LabJob):
        _not_found = ()

    lab = Lab()
    job = submitted(lab, PlainJob)
    lab.records.clear()

    with pytest.raises(NotFoundError):
        job.status()


def test_a_wait_survives_what_passes():
    """The tolerance of the class counts for waits, as for every job."""
    lab = Lab()
    job = submitted(lab)
    lab.faults = [ConnectionError("reset")] * 3
    with FakeClock() as clock:
        clock.call_at(60, lambda: lab.set_state("lab-1", "completed"))
        job.wait_for_final_state()

    assert job.done()


def test_repr():
    """The repr has the last status and no secret, though the backend holds one."""
    job = submitted(Lab())
    assert repr(job) == "<LabJob 'lab-1', not queried yet>"
    job.status()

    assert repr(job) == "<LabJob 'lab-1', last seen QUEUED>"
    assert TOKEN not in repr(vars(job)["_jobv1_remote"])


class GuestJob(RemoteJob):
    """A job class that never calls `__init__` and uses the common private names itself."""

    _statuses = {"waiting": JobStatus.QUEUED, "completed": JobStatus.DONE}

    def __init__(self, words):
        self._result = self._status = self._client = self._error = self._future = "mine"
        self._cancelled = self._circuits = self._metadata = self._executor = "mine"
        self._words = words

    def _submit(self, key):
        return "guest-1"

    def _fetch_status(self):
        return self._words.pop(0)

    def _fetch_result(self):
        return 42


def test_guests():
    """A class that leaves out `__init__`, and has its own use for common names, works."""
    job = GuestJob(["waiting", "completed"])
    before = {name for name in vars(job) if vars(job)[name] == "mine"}
    assert (job.job_id(), job.status()) == (None, JobStatus.INITIALIZING)
    job.submit()
    with FakeClock():
        assert job.result() == 42

    assert {name for name in vars(job) if vars(job)[name] == "mine"} == before
    assert len(before) == 9


def test_a_word_alone_or_more():
    """What is fetched is a word, or a word with what else the service says."""
    job = GuestJob([RemoteStatus("waiting", queue_position=7), "waiting"])
    job.submit()

    assert (job.status(), job.queue_position()) == (JobStatus.QUEUED, 7)
    assert (job.status(), job.queue_position()) == (JobStatus.QUEUED, None)


def test_what_must_be_written():
    """A class that leaves out one of the three methods cannot have jobs."""
    with pytest.raises(TypeError, match="_fetch_result"):
        type("HalfJob", (GuestJob,), {"_fetch_result": RemoteJob._fetch_result})([])


def test_a_wait_that_times_out():
    """A wait that times out leaves the job as it is."""
    lab = Lab()
    job = submitted(lab)
    with FakeClock(), pytest.raises(JobTimeoutError):
        job.wait_for_final_state(timeout=60)

    assert lab.records["lab-1"]["state"] == "waiting"
