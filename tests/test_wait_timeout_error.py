from itertools import repeat

import pytest

from jobv1 import JobError, JobStatus, JobTimeoutError, Tolerance
from tests.scripted_job import LoggedClock, ScriptedJob, Slow

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def time_out(script, job_id="ab12", **arguments):
    """Wait for a job until the wait expires, and give the error."""
    with pytest.raises(JobTimeoutError) as caught:
        ScriptedJob(script, job_id=job_id).wait_for_final_state(**arguments)
    return caught.value


@pytest.mark.parametrize("kind", [JobError, TimeoutError])
def test_kinds(kind):
    """The error of a wait that expired is a `JobError` and the builtin `TimeoutError`."""
    assert isinstance(time_out([QUEUED], timeout=0), kind)


def test_attributes():
    """The error carries all that is known of the wait."""
    error = time_out([QUEUED, RUNNING, Slow(2.5, RUNNING)], timeout=7)

    assert (error.job_id, error.status, error.queries) == ("ab12", RUNNING, 3)
    assert (error.timeout, error.elapsed) == (7, 9.5)
    assert error.last_error is None
    assert error.message == str(error)


def test_text():
    """The text begins as tools expect it, and goes on with the state, the times and the queries."""
    assert str(time_out(repeat(QUEUED), timeout=60)) == (
        "Timeout while waiting for job ab12. "
        "It is still QUEUED after 60 s (timeout 60 s, 13 queries); it was not cancelled."
    )


def test_text_of_one_query():
    """One query is not called queries."""
    assert str(time_out([RUNNING], timeout=0)) == (
        "Timeout while waiting for job ab12. "
        "It is still RUNNING after 0 s (timeout 0 s, 1 query); it was not cancelled."
    )


def test_text_of_a_long_wait():
    """Large numbers are grouped, and times are shown to the millisecond."""
    error = time_out([*repeat(RUNNING, 1999), Slow(0.1234, RUNNING)], timeout=1998.5, wait=1)

    assert str(error) == (
        "Timeout while waiting for job ab12. "
        "It is still RUNNING after 1,998.623 s (timeout 1,998.5 s, 2,000 queries); "
        "it was not cancelled."
    )


def test_text_of_a_negative_timeout():
    """A timeout below 0 is shown as it was given."""
    error = time_out([RUNNING], timeout=-1.5)

    assert "after 0 s (timeout -1.5 s, 1 query)" in str(error)
    assert (error.timeout, error.elapsed) == (-1.5, 0)


def test_no_answer_at_all():
    """If no query was answered the status is unknown, and the last failure is the cause."""
    failure = ConnectionError("no route")
    tolerance = Tolerance(ConnectionError, failures=5)
    error = time_out([failure], timeout=0, tolerance=tolerance)

    assert str(error) == (
        "Timeout while waiting for job ab12. "
        "It is of unknown status after 0 s "
        "(timeout 0 s, 1 query, the last failed with ConnectionError); it was not cancelled."
    )
    assert (error.status, error.last_error, error.__cause__) == (None, failure, failure)


def test_failure_at_the_deadline():
    """If the last query failed the text says so, and names the status seen before as such."""
    failure = ConnectionError("no route")
    tolerance = Tolerance(ConnectionError, failures=5)
    error = time_out([QUEUED, failure], timeout=5, tolerance=tolerance)

    assert str(error) == (
        "Timeout while waiting for job ab12. "
        "It is of unknown status (last seen QUEUED) after 5 s "
        "(timeout 5 s, 2 queries, the last failed with ConnectionError); it was not cancelled."
    )
    assert (error.status, error.last_error, error.__cause__) == (QUEUED, failure, failure)
    assert error.queries == 2


def test_failure_that_was_survived():
    """A failure that was followed by an answer is kept, but it is not the cause."""
    failure = ConnectionError("no route")
    failure.retry_after = 1
    tolerance = Tolerance(ConnectionError, failures=5)
    error = time_out([failure, QUEUED, QUEUED], timeout=3, tolerance=tolerance)

    assert str(error) == (
        "Timeout while waiting for job ab12. "
        "It is still QUEUED after 3 s (timeout 3 s, 3 queries); it was not cancelled."
    )
    assert (error.last_error, error.__cause__) == (failure, None)


def test_last_of_several_failures():
    """Of several failures that were survived the last is kept."""
    first, last = ConnectionError("first"), ConnectionError("last")
    first.retry_after = last.retry_after = 1
    tolerance = Tolerance(ConnectionError, failures=1)
    error = time_out([first, QUEUED, last, QUEUED], timeout=7, wait=5, tolerance=tolerance)

    assert error.last_error is last


def test_another_cause():
    """A cause that the error is given later is no failure of a query."""
    error = time_out([RUNNING], timeout=0)
    error.__cause__ = ValueError("another")

    assert str(error).endswith("(timeout 0 s, 1 query); it was not cancelled.")


def test_ids_of_any_form():
    """An id that is no string is written as `str` writes it."""
    assert str(time_out([RUNNING], job_id=7, timeout=0)).startswith(
        "Timeout while waiting for job 7. "
    )


def test_no_other_error_is_in_sight():
    """The error is not raised while another one is handled."""
    error = time_out([RUNNING], timeout=0)

    assert (error.__cause__, error.__context__) == (None, None)


def test_job_stays_usable():
    """After a timeout the job can be asked, waited for again, and cancelled."""
    job = ScriptedJob([RUNNING, RUNNING, RUNNING, DONE])
    for _ in range(2):
        with pytest.raises(JobTimeoutError) as caught:
            job.wait_for_final_state(timeout=0)
        assert caught.value.queries == 1
    assert job.running()
    job.wait_for_final_state(timeout=0)
    job.cancel()

    assert job.calls == ["status", "status", "status", "status", "cancel"]
