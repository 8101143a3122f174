import math

import pytest

from jobv1 import JobError, JobStatus
from jobv1.testing import FakeBackend, FakeClock, Life

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


@pytest.mark.parametrize(
    "life", [Life(), Life([RUNNING, DONE]), Life(timeline=UNTIL_60)], ids=["hand", "script", "time"]
)
def test_cancel(life):
    """A cancel is accepted, and the next query tells it, whatever the job followed."""
    job = FakeBackend(life).run()
    job.status()
    assert job.cancel() is True

    assert [job.status() for _ in range(3)] == [CANCELLED, CANCELLED, CANCELLED]


def test_cancel_that_is_refused(clock):
    """A refused cancel changes nothing."""
    job = job_with(timeline=UNTIL_60, cancel_delay=None)
    assert job.cancel() is False
    clock.advance(60)

    assert job.status() is DONE


def test_cancel_that_takes_its_time(clock):
    """A delayed cancel takes effect after its delay; until then the job goes on."""
    job = job_with(timeline={0: QUEUED, 12: RUNNING, 60: DONE}, cancel_delay=20)
    assert job.cancel() is True
    seen = []
    for _ in range(3):
        seen.append(job.status())
        clock.advance(10)

    assert seen == [QUEUED, QUEUED, CANCELLED]


@pytest.mark.parametrize("delay", [60, 60.5, 100, math.inf])
def test_cancel_that_comes_too_late(clock, delay):
    """An accepted cancel does nothing after all if the life ends before it, or with it."""
    job = job_with(timeline=UNTIL_60, cancel_delay=delay)
    assert job.cancel() is True
    clock.advance(1000)

    assert (job.status(), job.status()) == (DONE, DONE)


def test_cancel_overtaken_by_a_move(clock):
    """A job that was moved to its end before the cancel takes effect stays there."""
    job = job_with(cancel_delay=20)
    job.cancel()
    job.move(RUNNING)
    clock.advance(10)
    job.move(DONE)
    clock.advance(10)

    assert job.status() is DONE


def test_cancel_overtakes_a_move(clock):
    """A job that was cancelled in the meantime cannot be moved, though nobody has asked it."""
    job = job_with(cancel_delay=20)
    job.cancel()
    job.move(RUNNING)
    clock.advance(20)

    with pytest.raises(JobError, match="it is CANCELLED, which is final"):
        job.move(DONE)


def test_cancel_of_a_script_that_has_ended(clock):
    """A script that has told its final status before the cancel takes effect stays final."""
    job = job_with([RUNNING, DONE], cancel_delay=20)
    job.cancel()
    job.wait_for_final_state()
    clock.advance(20)

    assert job.status() is DONE


def test_cancel_that_came_too_late_is_forgotten(clock):
    """A cancel that met a final status has no effect later, where a script takes that back."""
    job = job_with([RUNNING, DONE, RUNNING, QUEUED], cancel_delay=7)
    job.cancel()
    seen = []
    for _ in range(4):
        seen.append(job.status())
        clock.advance(5)

    assert seen == [RUNNING, DONE, RUNNING, QUEUED]


def test_cancel_of_a_script_that_goes_on(clock):
    """A script that has not told a final status by then is cut off by the cancel."""
    job = job_with([RUNNING, QUEUED, DONE], cancel_delay=7)
    job.cancel()
    job.wait_for_final_state()

    assert (job.status(), clock.now()) == (CANCELLED, 10)


@pytest.mark.parametrize(("delay", "second"), [(0, False), (20, True)])
def test_second_cancel(clock, delay, second):
    """A second cancel changes nothing: it is accepted while the first is under way."""
    job = job_with(cancel_delay=delay)
    assert job.cancel() is True
    clock.advance(delay / 2)
    assert job.cancel() is second
    clock.advance(delay / 2)

    assert job.status() is CANCELLED


@pytest.mark.parametrize("status", [DONE, ERROR, CANCELLED])
def test_cancel_of_a_final_job(status):
    """A final job refuses to be cancelled, and stays what it is."""
    job = job_with()
    job.move(status)

    assert job.cancel() is False
    assert job.status() is status


def test_cancel_before_the_submission():
    """A job that was never submitted refuses to be cancelled, and can be submitted."""
    job = FakeBackend().job()
    assert job.cancel() is False
    job.submit()

    assert job.status() is QUEUED


def test_timeline_after_a_cancel_that_came_too_late(clock):
    """A timeline that goes on after its end goes on after such a cancel, too."""
    job = job_with(timeline={0: RUNNING, 5: DONE, 30: ERROR}, cancel_delay=10)
    job.cancel()
    clock.advance(40)

    assert job.status() is ERROR
