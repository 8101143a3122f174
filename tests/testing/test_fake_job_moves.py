import pytest

from jobv1 import JobError, JobStatus
from jobv1.testing import FakeBackend, FakeClock, Life
from tests.scripted_job import QiskitStatus

INITIALIZING, QUEUED, RUNNING = JobStatus.INITIALIZING, JobStatus.QUEUED, JobStatus.RUNNING
DONE, ERROR, CANCELLED = JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED
FINAL = (DONE, ERROR, CANCELLED)


@pytest.fixture(autouse=True)
def clock():
    """Virtual time, in force in each test."""
    with FakeClock() as clock:
        yield clock


def job_with(*args, **kwargs):
    """Give a submitted job with a life of its own."""
    return FakeBackend(Life(*args, **kwargs)).run()


def statuses(job, times=1):
    """Query a job several times."""
    return [job.status() for _ in range(times)]


def test_moved_by_hand(clock):
    """A job without script and timeline is QUEUED until it is moved, and stays where it was."""
    job = job_with()
    clock.advance(1000)
    assert job.status() is QUEUED

    for status in (RUNNING, QUEUED, RUNNING, DONE):
        job.move(status)
        assert statuses(job, 2) == [status, status]


@pytest.mark.parametrize("life", [Life([QUEUED, ERROR]), Life(timeline={0: QUEUED, 5: ERROR})])
def test_moved_off_its_life(clock, life):
    """A move takes over from script and timeline, for good."""
    job = FakeBackend(life).run()
    job.status()
    job.move(RUNNING)
    clock.advance(10)

    assert statuses(job, 3) == [RUNNING, RUNNING, RUNNING]


@pytest.mark.parametrize("status", FINAL)
def test_move_of_a_final_job(status):
    """A final job cannot be moved to another status; the error says how to show that."""
    job = job_with()
    job.move(status)
    job.move(status)
    with pytest.raises(JobError) as caught:
        job.move(RUNNING)

    assert str(caught.value) == (
        f"Job 'fake-1' cannot be moved to RUNNING: it is {status.name}, which is final; "
        "write a script to show a final status that changes."
    )
    assert job.status() is status


def test_move_of_a_job_that_is_final_by_time(clock):
    """A job that is final by its timeline cannot be moved, though nobody has asked it."""
    job = job_with(timeline={0: QUEUED, 5: DONE})
    clock.advance(5)
    with pytest.raises(JobError, match="it is DONE, which is final"):
        job.move(RUNNING)


def test_move_before_the_submission():
    """A job that was never submitted cannot be moved."""
    job = FakeBackend().job()
    with pytest.raises(JobError, match=r"^Job 'fake-1' cannot be moved: it was never submitted\.$"):
        job.move(RUNNING)

    assert job.status() is INITIALIZING


@pytest.mark.parametrize(
    ("status", "rest"),
    [("running", "'running' (str); was JobStatus.RUNNING meant?"), (3, "3 (int)")],
)
def test_move_to_what_is_no_status(status, rest):
    """A job can be moved to a status only."""
    job = job_with()
    with pytest.raises(TypeError) as caught:
        job.move(status)

    assert str(caught.value) == f"status must be a JobStatus, not {rest}"
    assert job.status() is QUEUED


def test_move_to_a_status_of_qiskit():
    """A job that is moved to a member of Qiskit's enum answers ours."""
    job = job_with()
    job.move(QiskitStatus.DONE)

    assert type(job.status()) is JobStatus


def test_moved_while_others_wait(clock):
    """A call of the clock may move the job that is waited for."""
    job = job_with()
    clock.call_at(12, lambda: job.move(DONE))
    job.wait_for_final_state()

    assert clock.now() == 15
