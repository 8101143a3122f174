import pytest

from jobv1 import (
    Adaptive,
    JobCancelledError,
    JobError,
    JobFailedError,
    JobStatus,
    JobTimeoutError,
    Tolerance,
)
from jobv1.testing import FakeClock
from tests.remote_lab import COUNTS, Lab, LabJob


def ended(lab, word, why=None, job_class=LabJob):
    """Give a job that has ended."""
    job = job_class(lab)
    job.submit()
    lab.set_state("lab-1", word, why)
    return job


def test_the_result_is_fetched_once():
    """The result is fetched once, and the same object each time."""
    lab = Lab()
    job = ended(lab, "completed")
    first = job.result()

    assert (first, job.result() is first) == (COUNTS, True)
    assert lab.requests == ["post", "get", "get_result"]


def test_a_result_that_is_none_is_kept_too():
    """A service whose result is None is asked once for it."""

    class EmptyJob(LabJob):
        def _fetch_result(self):
            super()._fetch_result()

    lab = Lab()
    job = ended(lab, "completed", job_class=EmptyJob)

    assert (job.result(), job.result()) == (None, None)
    assert lab.requests.count("get_result") == 1


def test_the_first_of_two_results_is_kept():
    """A result that another thread fetched meanwhile is the one that both get."""
    lab = Lab()

    class OvertakenJob(LabJob):
        def _fetch_result(self):
            mine = super()._fetch_result()
            if lab.requests.count("get_result") == 1:
                theirs.append(self.result())
            return mine

    theirs = []
    job = ended(lab, "completed", job_class=OvertakenJob)

    assert job.result() is theirs[0]


@pytest.mark.parametrize("arguments", [(), (60,), (60, 1), (None, Adaptive())])
def test_result_waits(arguments):
    """The result is waited for, by each of the ways to say how."""
    lab = Lab()
    job = LabJob(lab)
    job.submit()
    with FakeClock() as clock:
        clock.call_at(30, lambda: lab.set_state("lab-1", "completed"))
        assert job.result(*arguments) == COUNTS
        assert 30 <= clock.now() <= 35


def test_wait_is_the_pause():
    """The second argument is the pause between two queries."""
    lab = Lab()
    job = LabJob(lab)
    job.submit()
    with FakeClock() as clock:
        clock.call_at(30, lambda: lab.set_state("lab-1", "completed"))
        job.result(None, 20)
        assert clock.now() == 40


def test_no_result_before_the_submit():
    """A job that was never submitted has no result, and makes no request."""
    lab = Lab()
    with pytest.raises(JobError) as caught:
        LabJob(lab).result()

    assert str(caught.value) == "LabJob without an id has no result: it was never submitted."
    assert lab.requests == []


@pytest.mark.parametrize(
    ("word", "why", "kind", "text"),
    [
        ("failed", "The laser went out.", JobFailedError, "failed: The laser went out."),
        ("failed", None, JobFailedError, "failed: the service does not say why."),
        ("failed", "", JobFailedError, "failed: the service does not say why."),
        (
            "canceled",
            "By an operator.",
            JobCancelledError,
            "has no result: it was cancelled: By an operator.",
        ),
        ("canceled", None, JobCancelledError, "has no result: it was cancelled."),
    ],
)
def test_no_result(word, why, kind, text):
    """A job that failed or was cancelled raises the words of the service, first and second time."""
    lab = Lab()
    job = ended(lab, word, why)
    for _ in range(2):
        with pytest.raises(kind) as caught:
            job.result()
        assert str(caught.value) == f"Job 'lab-1' {text}"
        assert caught.value.job_id == "lab-1"

    assert lab.requests == ["post", "get"]


def test_own_words():
    """A class that has the words from elsewhere overrides `error_message`."""

    class WordyJob(LabJob):
        def error_message(self):
            return "see the log"

    with pytest.raises(JobFailedError, match="^Job 'lab-1' failed: see the log$"):
        ended(Lab(), "failed", job_class=WordyJob).result()


def test_a_fetch_that_fails_is_repeated():
    """Errors that pass are survived by the fetch of the result, as by a wait."""
    lab = Lab()
    job = ended(lab, "completed")
    with FakeClock():
        assert job.done()
        lab.faults = [ConnectionError("reset")] * 3
        assert job.result() == COUNTS

    assert lab.requests == ["post", "get"] + ["get_result"] * 4


def test_a_fetch_that_fails_for_good():
    """An error that does not pass travels up, and the result can be asked for again."""
    lab = Lab()
    job = ended(lab, "completed")
    assert job.done()
    lab.faults = [JobError("GET /jobs/lab-1/result was answered by 409 Conflict.")]
    with pytest.raises(JobError, match="409"):
        job.result()

    assert job.result() == COUNTS


def test_a_tolerance_that_is_spent():
    """A fetch that fails too often raises its last error."""

    class HastyJob(LabJob):
        _tolerance = Tolerance(ConnectionError, failures=1)

    lab = Lab()
    job = ended(lab, "completed", job_class=HastyJob)
    assert job.done()
    lab.faults = [ConnectionError("first"), ConnectionError("second")]
    with FakeClock(), pytest.raises(ConnectionError, match="second"):
        job.result()


def test_no_tolerance():
    """A class without a tolerance fetches once."""

    class StrictJob(LabJob):
        _tolerance = None

    lab = Lab()
    job = ended(lab, "completed", job_class=StrictJob)
    assert job.done()
    lab.faults = [ConnectionError("reset")]
    with pytest.raises(ConnectionError):
        job.result()


def test_one_deadline_for_waiting_and_fetching():
    """The limit counts from the call, for the wait and for the fetch together."""
    lab = Lab()
    job = LabJob(lab)
    job.submit()
    with FakeClock() as clock:
        clock.call_at(40, lambda: lab.set_state("lab-1", "completed"))
        clock.call_at(40, lambda: lab.faults.extend([ConnectionError("reset")] * 1000))
        job._fetch_status = lambda: "completed" if clock.now() >= 40 else "waiting"
        with pytest.raises(JobTimeoutError) as caught:
            job.result(timeout=60)
        assert clock.now() == 60

    error = caught.value
    assert str(error).startswith(
        "Timeout while waiting for job lab-1. "
        "It has ended, but its result was not to be had in 60 s ("
    )
    assert str(error).endswith("the last failed with ConnectionError); it may be asked for again.")
    assert (error.status, error.elapsed, error.timeout) == (JobStatus.DONE, 60, 60)
    assert isinstance(error.last_error, ConnectionError)
    assert error.__cause__ is error.last_error
    assert error.queries == lab.requests.count("get_result")


def test_one_try_without_time():
    """With no time to wait, the result of a job that is done is fetched once."""
    lab = Lab()
    job = ended(lab, "completed")
    assert job.done()
    lab.faults = [ConnectionError("reset")]
    with FakeClock() as clock:
        with pytest.raises(JobTimeoutError, match=r"had in 0 s \(1 request, the last failed"):
            job.result(0)
        assert clock.now() == 0
        assert job.result(0) == COUNTS


@pytest.mark.parametrize(
    ("arguments", "error"),
    [(("60",), TypeError), ((float("nan"),), ValueError), ((1, -1), ValueError)],
)
def test_arguments_are_checked(arguments, error):
    """Wrong arguments are refused, though the result is there already."""
    job = ended(Lab(), "completed")
    job.result()

    with pytest.raises(error):
        job.result(*arguments)


def test_a_class_that_does_not_wait():
    """A job whose class does not wait, and that is not final, says so."""

    class HereJob(LabJob):
        _async = False

    lab = Lab()
    job = HereJob(lab)
    job.submit()
    with pytest.raises(JobError, match="^Job 'lab-1' has no result: it is still QUEUED.$"):
        job.result()
