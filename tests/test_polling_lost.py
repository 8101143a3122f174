from jobv1 import JobStatus, JobTimeoutError, Tolerance
from jobv1._polling import PollPlan

LOST = TimeoutError("It did not come back.")


def test_lost_query():
    """A query that was given up ends the wait with an error that says so, and counts."""
    plan = PollPlan(100.0, timeout=10)
    plan.answered(JobStatus.QUEUED, 100.0)
    plan.lost(LOST, 111.0)
    error = plan.timeout_error("ab12")

    assert plan.expired
    assert isinstance(error, JobTimeoutError)
    assert (error.__cause__, error.last_error) == (LOST, LOST)
    assert str(error) == (
        "Timeout while waiting for job ab12. It is of unknown status (last seen QUEUED) after 11 s "
        "(timeout 10 s, 2 queries, the last failed with TimeoutError); it was not cancelled."
    )


def test_lost_query_after_a_failure():
    """A query that is lost after one that failed is the last failure."""
    plan = PollPlan(0.0, timeout=10, tolerance=Tolerance(OSError, failures=5))
    plan.failed(OSError("lost"), 1.0)
    plan.lost(LOST, 12.0)
    error = plan.timeout_error("ab12")

    assert (error.__cause__, error.last_error, error.queries) == (LOST, LOST, 2)


def test_deadline():
    """The plan tells its deadline: the beginning and the limit, none below 0."""
    assert PollPlan(100.0, timeout=10).deadline == 110.0
    assert PollPlan(100.0, timeout=-1).deadline == 100.0
    assert PollPlan(100.0).deadline == float("inf")
