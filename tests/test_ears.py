import pytest

from jobv1.waiting import wait
from tests.many_jobs import ERROR, EndingJob
from tests.scripted_job import LoggedClock


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_unwilling_remove_done_callback(clock, caplog):
    """A `remove_done_callback` that raises is logged once a class, and changes no outcome."""

    class UnwillingJob(EndingJob):
        def add_done_callback(self, fn, /):
            """Forget it."""

        def remove_done_callback(self, fn, /):
            raise RuntimeError("the secret is 42")

    ended, failed, unfinished = UnwillingJob(7), UnwillingJob(7, ERROR), UnwillingJob(1e6)
    pair = wait([ended, failed, unfinished], 70)

    assert (pair.done, pair.errors) == ([ended, failed], [])
    (record,) = caplog.records
    assert record.getMessage().endswith(
        "UnwillingJob.remove_done_callback() failed with RuntimeError."
    )
