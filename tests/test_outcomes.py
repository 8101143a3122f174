from itertools import repeat

import pytest

from jobv1 import JobStatusError
from jobv1.waiting import wait
from tests.many_jobs import DONE, RUNNING, EndingJob, batches, ignore
from tests.scripted_job import LoggedClock, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.mark.parametrize("callback", [None, ignore])
def test_no_status_at_the_first_query(callback):
    """A status that is None is that job's error, at the first query as at any other."""
    first, later, good = ScriptedJob(repeat(None)), ScriptedJob([RUNNING, None]), EndingJob(7)
    pair = wait([first, later, good], callback=callback)

    assert pair.done == [first, later, good]
    assert [job for job, _ in pair.errors] == [first, later]
    assert {type(error) for _, error in pair.errors} == {JobStatusError}
    assert len(first.queried_at) == 1


def test_missing_from_the_first_batch():
    """A job that the first batch lacks is asked alone at once, then in the batch again."""
    kind = batches()
    lost, found = kind([None, RUNNING, DONE], job_id="lost"), kind([RUNNING, DONE], job_id="found")
    pair = wait([lost, found], wait=4)

    assert kind.requests == [["lost", "found"], ["found", "lost"]]
    assert lost.queried_at == [0]
    assert pair.done == [lost, found]
