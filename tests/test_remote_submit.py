import threading

import pytest

from jobv1 import JobError, JobStatus, Tolerance
from jobv1.testing import FakeClock
from tests.remote_lab import BusyError, Lab, LabJob


class CarefulJob(LabJob):
    """A job of a service without idempotency keys."""

    _is_submit_repeatable = False


def test_submit():
    """A job has its id, and is at the service, once it was submitted."""
    lab = Lab()
    job = LabJob(lab, program="h q[0];")
    assert (job.job_id(), job.status(), lab.requests) == (None, JobStatus.INITIALIZING, [])

    job.submit()

    assert (job.job_id(), lab.requests) == ("lab-1", ["post"])
    assert lab.records["lab-1"]["program"] == {"program": "h q[0];"}


def test_second_submit():
    """A second submit is an error, and makes no request."""
    lab = Lab()
    job = LabJob(lab)
    job.submit()

    with pytest.raises(JobError) as caught:
        job.submit()

    assert str(caught.value) == "Job 'lab-1' was submitted already; a job runs once."
    assert caught.value.job_id == "lab-1"
    assert lab.requests == ["post"]


@pytest.mark.parametrize("job_id", [None, ""])
def test_a_job_without_an_id_is_not_submitted(job_id):
    """None and the empty text are no ids."""
    job = LabJob(Lab(), job_id)
    job.submit()

    assert job.job_id() == "lab-1"


def test_a_job_with_an_id_was_submitted():
    """A job that is made from an id of another program cannot be submitted."""
    lab = Lab()
    LabJob(lab).submit()

    with pytest.raises(JobError, match="^Job 'lab-1' was submitted already"):
        LabJob(lab, "lab-1").submit()


def test_a_lost_answer_makes_no_second_job():
    """A submit whose answer was lost is repeated with the same key, and one job is there."""
    lab = Lab()
    lab.lost_answers = [ConnectionError("reset")] * 3
    job = LabJob(lab)
    with FakeClock():
        job.submit()

    assert lab.requests == ["post"] * 4
    assert (list(lab.records), job.job_id()) == (["lab-1"], "lab-1")


def test_two_jobs_have_two_keys():
    """Two job objects with the same program are two jobs."""
    lab = Lab()
    for job in (LabJob(lab), LabJob(lab)):
        job.submit()

    assert list(lab.records) == ["lab-1", "lab-2"]


def test_a_pause_that_the_service_asks_for():
    """A submit that was refused for some seconds is repeated when they are over."""
    lab = Lab()
    lab.faults = [BusyError(90)]
    with FakeClock() as clock:
        LabJob(lab).submit()
        assert clock.now() == 90


def test_a_pause_of_no_time():
    """A submit that may be repeated at once takes no time."""
    lab = Lab()
    lab.faults = [BusyError(0)]
    with FakeClock() as clock:
        LabJob(lab).submit()
        assert clock.now() == 0


def test_the_tolerance_ends():
    """A submit that goes on failing raises the last error, and may be tried again."""

    class HastyJob(LabJob):
        _tolerance = Tolerance(ConnectionError, failures=2)

    lab = Lab()
    lab.faults = [ConnectionError(str(number)) for number in range(3)]
    job = HastyJob(lab)
    with FakeClock():
        with pytest.raises(ConnectionError, match="2"):
            job.submit()
        assert (lab.requests, job.status()) == (["post"] * 3, JobStatus.INITIALIZING)
        job.submit()

    assert job.job_id() == "lab-1"


def test_errors_that_do_not_pass():
    """What the tolerance does not cover travels up at once."""
    lab = Lab()
    lab.faults = [JobError("400 Bad Request")]
    job = LabJob(lab)

    with pytest.raises(JobError, match="400"):
        job.submit()
    assert (lab.requests, job.job_id()) == (["post"], None)


def test_a_submit_that_may_not_be_repeated():
    """Without keys at the service a submit is tried once; a second try has the same key."""
    lab = Lab()
    lab.lost_answers = [ConnectionError("reset")]
    job = CarefulJob(lab)

    with pytest.raises(ConnectionError):
        job.submit()
    assert lab.requests == ["post"]
    job.submit()

    assert list(lab.records) == ["lab-1"]


@pytest.mark.parametrize(
    ("answer", "said"), [(None, "None (NoneType)"), ("", "'' (str)"), (7, "7")]
)
def test_no_id(answer, said):
    """A submission that gives no id is an error that says what was given."""

    class NamelessJob(LabJob):
        def _submit(self, key):
            return answer

    job = NamelessJob(Lab())
    with pytest.raises(JobError) as caught:
        job.submit()

    assert "NamelessJob._submit() answered " + said in str(caught.value)
    assert job.job_id() is None


def test_two_threads_submit():
    """While one thread submits, another is refused, and there is one job."""
    entered, may_go = threading.Event(), threading.Event()

    class SlowJob(LabJob):
        def _submit(self, key):
            entered.set()
            assert may_go.wait(10)
            return super()._submit(key)

    lab = Lab()
    job = SlowJob(lab)
    thread = threading.Thread(target=job.submit)
    thread.start()
    assert entered.wait(10)
    with pytest.raises(JobError, match="^The job is being submitted by another thread"):
        job.submit()
    may_go.set()
    thread.join()

    assert (job.job_id(), lab.requests) == ("lab-1", ["post"])


def test_an_interrupt_leaves_the_job_to_be_submitted():
    """A submit that Ctrl-C ended may be tried again."""
    lab = Lab()
    lab.lost_answers = [KeyboardInterrupt()]
    job = LabJob(lab)
    with pytest.raises(KeyboardInterrupt):
        job.submit()
    job.submit()

    assert list(lab.records) == ["lab-1"]
