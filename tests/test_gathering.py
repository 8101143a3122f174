import pytest

from jobv1._gathering import DoneAndNotDone, Gathering, checked_return_when
from tests.many_jobs import CANCELLED, DONE, ERROR, ForeignJob


class Ended:
    """What is known of the job that was given back last, and how many are still to come."""

    def __init__(self, status, error=None, left=()):
        self.status = status
        self.error = error
        self.outcomes = self
        self.ended = left


@pytest.mark.parametrize(
    ("return_when", "status", "error", "enough"),
    [
        ("ALL_COMPLETED", ERROR, None, False),
        ("ALL_COMPLETED", None, OSError(), False),
        ("FIRST_COMPLETED", DONE, None, True),
        ("FIRST_COMPLETED", None, OSError(), True),
        ("FIRST_EXCEPTION", DONE, None, False),
        ("FIRST_EXCEPTION", CANCELLED, None, False),
        ("FIRST_EXCEPTION", ERROR, None, True),
        ("FIRST_EXCEPTION", None, OSError(), True),
    ],
)
def test_enough(return_when, status, error, enough):
    """An end is enough for the first, a failure for the first exception, and none for all."""
    job = ForeignJob()
    gathering = Gathering([job], return_when)

    assert gathering.take(job, Ended(status, error)) is enough


def test_what_has_ended_already_is_taken():
    """There are enough only when all have come that have ended already."""
    jobs = [ForeignJob() for _ in range(3)]
    gathering = Gathering(jobs, "FIRST_EXCEPTION")

    assert not gathering.take(jobs[0], Ended(ERROR, left=[1, 2]))
    assert not gathering.take(jobs[1], Ended(DONE, left=[2]))
    assert gathering.take(jobs[2], Ended(DONE))


def test_pair():
    """The pair has the jobs in the order given, by identity, and the errors beside."""
    jobs = [ForeignJob(job_id=name) for name in "abcd"]
    gathering = Gathering(jobs, "ALL_COMPLETED")
    error = OSError("no route")
    gathering.take(jobs[3], Ended(None, error))
    gathering.take(jobs[1], Ended(DONE))
    pair = gathering.pair()

    assert [job.id for job in pair.done] == ["b", "d"]
    assert [job.id for job in pair.not_done] == ["a", "c"]
    assert [(job.id, its) for job, its in pair.errors] == [("d", error)]


def test_errors_of_a_pair_made_by_hand():
    """A pair that somebody makes has no errors."""
    assert DoneAndNotDone([1], []).errors == ()


@pytest.mark.parametrize("word", ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"])
def test_words(word):
    """The three words are read, also where another object is equal to one."""
    assert checked_return_when("".join(list(word))) == word


def test_other_words():
    """Another word is refused."""
    with pytest.raises(ValueError, match=r"^return_when must be one of ALL_COMPLETED, FIRST"):
        checked_return_when("")
