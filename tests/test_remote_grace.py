"""A service may not know a job yet, just after its submission."""

import pytest

from jobv1 import JobStatus, JobTimeoutError, Tolerance
from jobv1.testing import FakeClock
from tests.remote_lab import COUNTS, Lab, LabJob, NotFoundError


class QuickJob(LabJob):
    """A job that has ended before all machines of its service know it."""

    def _fetch_status(self):
        return "completed"


@pytest.fixture
def clock():
    """Every test takes virtual time."""
    with FakeClock() as clock:
        yield clock


def lost(lab, job_class=QuickJob, job_id=None):
    """Give a job that was submitted just now and is not found, and its record."""
    job = job_class(lab, job_id)
    if job_id is None:
        job.submit()
    record = lab.records.pop("lab-1", None)
    lab.requests.clear()
    return job, {**(record or {}), "state": "completed"}


def test_the_result_is_fetched_again(clock):
    """A result that is not found just after the submission is fetched again until it is."""
    job, record = lost(lab := Lab())
    clock.call_at(4, lambda: lab.records.update({"lab-1": record}))

    assert job.result() == COUNTS
    assert 4 <= clock.now() < 10


def test_the_end_of_the_grace(clock):
    """A result that is not found when the grace time is over is an error."""
    job, _ = lost(lab := Lab())
    with pytest.raises(NotFoundError, match="404"):
        job.result()

    assert clock.now() == 10
    assert len(lab.requests) > 2


def test_no_grace_is_left(clock):
    """A result that is asked for after the grace time is fetched once."""
    job, _ = lost(lab := Lab())
    clock.advance(10)
    with pytest.raises(NotFoundError, match="404"):
        job.result()

    assert (clock.now(), lab.requests) == (10, ["get_result"])


def test_a_job_of_another_program(clock):
    """A job that is made from an id has no grace for its result either."""
    job, _ = lost(Lab(), job_id="lab-1")
    with pytest.raises(NotFoundError, match="404"):
        job.result()

    assert clock.now() == 0


def test_the_limit(clock):
    """The limit of the call holds, though the grace time is longer."""
    job, _ = lost(lab := Lab())
    with pytest.raises(JobTimeoutError, match="its result was not to be had in 3 s") as caught:
        job.result(timeout=3)

    assert (clock.now(), caught.value.queries) == (3, len(lab.requests))
    assert isinstance(caught.value.__cause__, NotFoundError)


def test_no_time(clock):
    """With no time to wait, the result is fetched once."""
    job, _ = lost(lab := Lab())
    with pytest.raises(JobTimeoutError, match="1 request, the last failed with NotFoundError"):
        job.result(0)

    assert (clock.now(), lab.requests) == (0, ["get_result"])


def test_other_errors_among_them(clock):
    """Errors that the tolerance survives have their own budget, and all requests are counted."""

    class HastyJob(QuickJob):
        _tolerance = Tolerance(ConnectionError, failures=1)

    job, _ = lost(lab := Lab(), HastyJob)
    lab.faults = [ConnectionError("first"), NotFoundError("404"), ConnectionError("second")]
    with pytest.raises(JobTimeoutError) as caught:
        job.result(timeout=5)

    assert caught.value.queries == len(lab.requests)
    lab.faults = [NotFoundError("404"), ConnectionError("first"), ConnectionError("second")]
    with pytest.raises(ConnectionError, match="second"):
        job.result()


def test_a_submit_has_no_grace(clock):
    """A submission that is answered by "not found" is an error at once."""
    lab = Lab()
    lab.faults = [NotFoundError("404")]
    job = LabJob(lab)
    with pytest.raises(NotFoundError):
        job.submit()

    assert (clock.now(), job.status()) == (0, JobStatus.INITIALIZING)


def test_a_cancel_has_no_grace(clock):
    """A cancel that meets "not found" raises it at once, and may be tried again."""
    job, record = lost(lab := Lab(), LabJob)
    with pytest.raises(NotFoundError, match="404"):
        job.cancel()
    assert (clock.now(), lab.requests) == (0, ["cancel"])
    lab.records["lab-1"] = record | {"state": "waiting"}

    assert job.cancel() is True
