import pytest

from jobv1 import JobTimeoutError
from jobv1.waiting import as_completed
from tests.many_jobs import RUNNING, EndingJob
from tests.scripted_job import LoggedClock, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_adding_an_unfinished_job():
    """A job that met the deadline already is unfinished once, though it is added again."""
    first = EndingJob(1e6, job_id="first")

    class AddingJob(ScriptedJob):
        def status(self):
            completions.add(first)
            return RUNNING

    completions = as_completed([first, AddingJob([], job_id="second")], 0)
    with pytest.raises(JobTimeoutError) as caught:
        next(completions)

    assert caught.value.job_id == ["first", "second"]
    assert first.queried_at == [0]
