from itertools import repeat

import pytest

from jobv1 import JobStatus, JobStatusError, JobTimeoutError, Tolerance
from tests.scripted_job import LoggedClock, QiskitStatus, ScriptedJob, Slow

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class Recorder:
    """A callback that notes the time and the status of each call."""

    def __init__(self, clock, *, seconds=0):
        self.clock = clock
        self.seconds = seconds
        self.calls = []

    def __call__(self, job_id, status, job, /):
        self.calls.append((self.clock.now(), status))
        self.clock.advance(self.seconds)


def test_after_each_query(clock):
    """The callback is called after each query, the last one included."""
    callback = Recorder(clock)
    ScriptedJob([QUEUED, RUNNING, RUNNING, DONE]).wait_for_final_state(callback=callback)

    assert callback.calls == [(0, QUEUED), (5, RUNNING), (10, RUNNING), (15, DONE)]


def test_after_the_query_at_the_deadline(clock):
    """The callback is called after the query at the deadline, before the error is raised."""
    callback = Recorder(clock)
    with pytest.raises(JobTimeoutError):
        ScriptedJob(repeat(RUNNING)).wait_for_final_state(timeout=7, callback=callback)

    assert callback.calls == [(0, RUNNING), (5, RUNNING), (7, RUNNING)]


@pytest.mark.parametrize(("timeout", "script"), [(0, [DONE]), (None, [DONE])])
def test_job_that_is_final_already(timeout, script, clock):
    """The callback sees a job that is final already, once."""
    callback = Recorder(clock)
    ScriptedJob(script).wait_for_final_state(timeout=timeout, callback=callback)

    assert callback.calls == [(0, DONE)]


def test_with_no_pause(clock):
    """With a wait of 0 the callback is called as often as the job is queried."""
    callback = Recorder(clock)
    ScriptedJob([RUNNING, RUNNING, RUNNING, DONE]).wait_for_final_state(wait=0, callback=callback)

    assert callback.calls == [(0, RUNNING), (0, RUNNING), (0, RUNNING), (0, DONE)]


def test_after_a_slow_query(clock):
    """The callback is called when the query has ended."""
    callback = Recorder(clock)
    ScriptedJob([Slow(3, RUNNING), Slow(3, DONE)]).wait_for_final_state(callback=callback)

    assert callback.calls == [(3, RUNNING), (11, DONE)]


def test_arguments():
    """The callback is given the id, the status and the job, by position."""
    calls = []

    def callback(*positional, **named):
        calls.append((positional, named))

    job = ScriptedJob([DONE])
    job.wait_for_final_state(callback=callback)

    assert calls == [(("ab12", DONE, job), {})]


def test_id_of_a_class_that_answers_itself():
    """The id that the callback is given is the one that `job_id()` answers."""
    own = type("OwnId", (ScriptedJob,), {"job_id": lambda self: "own"})
    ids = []
    own([DONE]).wait_for_final_state(callback=lambda job_id, status, job: ids.append(job_id))

    assert ids == ["own"]


def test_status_of_qiskit():
    """The callback is given our member for a status of Qiskit."""
    seen = []
    script = [QiskitStatus.RUNNING, QiskitStatus.RUNNING, QiskitStatus.DONE]
    ScriptedJob(script).wait_for_final_state(callback=lambda _id, status, job: seen.append(status))

    assert [type(status) for status in seen] == [JobStatus] * 3
    assert seen == [RUNNING, RUNNING, DONE]


def test_what_it_returns_means_nothing(clock):
    """What the callback returns does not end the wait, and does not prolong it."""
    job = ScriptedJob([RUNNING, RUNNING, DONE])
    job.wait_for_final_state(callback=lambda job_id, status, job: status is RUNNING)

    assert job.queried_at == [0, 5, 10]


def test_time_counts_against_the_deadline(clock):
    """The time that the callback takes is part of the timeout."""
    job = ScriptedJob(repeat(RUNNING))
    with pytest.raises(JobTimeoutError) as caught:
        job.wait_for_final_state(timeout=12, callback=Recorder(clock, seconds=3))

    assert job.queried_at == [0, 8, 12]
    assert clock.slept == [5, 1]
    assert (caught.value.elapsed, clock.now()) == (15, 15)


def test_callback_over_the_deadline(clock):
    """After a callback that goes beyond the deadline the job is queried once more, at once."""
    job = ScriptedJob(repeat(RUNNING))
    with pytest.raises(JobTimeoutError) as caught:
        job.wait_for_final_state(timeout=2, callback=Recorder(clock, seconds=3))

    assert job.queried_at == [0, 3]
    assert caught.value.elapsed == 6


def test_job_that_ends_during_a_callback_over_the_deadline(clock):
    """A job that ended while the callback went beyond the deadline is not reported as timed out."""
    job = ScriptedJob([RUNNING, DONE])
    job.wait_for_final_state(timeout=2, callback=Recorder(clock, seconds=3))

    assert job.queried_at == [0, 3]


def test_callback_with_no_time(clock):
    """With no time at all there is one query, however long its callback takes."""
    job = ScriptedJob(repeat(RUNNING))
    with pytest.raises(JobTimeoutError):
        job.wait_for_final_state(timeout=0, callback=Recorder(clock, seconds=3))

    assert job.queried_at == [0]


def test_slow_callback_of_a_final_job(clock):
    """A final status counts, however long its callback takes."""
    ScriptedJob([DONE]).wait_for_final_state(timeout=2, callback=Recorder(clock, seconds=3))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("enough"),
        StopIteration("enough"),
        OSError("enough"),
        JobTimeoutError("enough"),
        KeyboardInterrupt("enough"),
        SystemExit("enough"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("tolerance", [None, Tolerance(Exception, failures=9)])
def test_error_ends_the_wait(error, tolerance, clock):
    """What the callback raises travels up at once, and no tolerance holds it back."""
    job = ScriptedJob([RUNNING])

    def callback(job_id, status, job):
        raise error

    with pytest.raises(type(error)) as caught:
        job.wait_for_final_state(callback=callback, tolerance=tolerance)

    assert caught.value is error
    assert (job.calls, clock.slept) == (["status"], [])


def test_error_at_the_end():
    """What the callback raises for a final status travels up, too."""

    def callback(job_id, status, job):
        if status is DONE:
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        ScriptedJob([RUNNING, DONE]).wait_for_final_state(callback=callback)


def test_error_at_the_deadline():
    """What the callback raises at the deadline travels up in place of the timeout."""

    def callback(job_id, status, job):
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        ScriptedJob([RUNNING]).wait_for_final_state(timeout=0, callback=callback)


def test_job_stays_usable():
    """A job of which the wait was stopped by a callback can be waited for again."""
    job = ScriptedJob([RUNNING, RUNNING, DONE])
    with pytest.raises(ZeroDivisionError):
        job.wait_for_final_state(callback=lambda job_id, status, job: 1 / 0)
    job.wait_for_final_state()

    assert job.calls == ["status"] * 3


def test_failed_query(clock):
    """After a query that failed there is no status to show, so the callback is not called."""
    failure = OSError("no route")
    failure.retry_after = 2
    callback = Recorder(clock)
    ScriptedJob([RUNNING, failure, failure, DONE]).wait_for_final_state(
        callback=callback, tolerance=Tolerance(OSError, failures=2)
    )

    assert callback.calls == [(0, RUNNING), (9, DONE)]


def test_wrong_answer(clock):
    """An answer that is no status is not shown to the callback."""
    callback = Recorder(clock)
    with pytest.raises(JobStatusError):
        ScriptedJob([RUNNING, "DONE"]).wait_for_final_state(callback=callback)

    assert callback.calls == [(0, RUNNING)]


def test_callback_may_use_the_job():
    """A callback may query the job itself, and wait for another one."""
    job = ScriptedJob([RUNNING, RUNNING, DONE, DONE])
    other = ScriptedJob([RUNNING, DONE, DONE])

    def callback(job_id, status, job):
        assert job.done() == (status is DONE)
        other.wait_for_final_state(wait=1)

    job.wait_for_final_state(callback=callback)

    assert (job.queried_at, other.queried_at) == ([0, 0, 6, 6], [0, 1, 6])
