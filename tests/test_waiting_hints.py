import pytest

from jobv1 import Fixed, Tolerance
from jobv1.waiting import wait
from tests.many_jobs import DONE, RUNNING, EndingJob, HintingJob, ignore
from tests.scripted_job import LoggedClock, PushJob, ScriptedJob

SCHEDULE = Fixed(5.0)


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class HintingScript(ScriptedJob):
    """A job that follows a script, and is worth asking again after a second."""

    def next_query_delay(self):
        return 1


def test_hints_are_heeded():
    """Under a schedule each job is asked again when it says so, after the first random part."""
    often, seldom = HintingJob(7), HintingJob(7)
    seldom.delay = 3
    wait([often, seldom], wait=SCHEDULE, callback=ignore, seed=3)

    first, second = often.queried_at[1], seldom.queried_at[1]
    assert often.queried_at == [0, *(pytest.approx(first + n) for n in range(8))]
    assert 0 < second <= 3
    assert seldom.queried_at[2:4] == [pytest.approx(second + 3), pytest.approx(second + 6)]


def test_no_hint_with_a_number():
    """With a number as `wait` nobody is asked for hints."""
    job = HintingJob(7)
    wait([job], wait=5)

    assert job.queried_at == [0, 5, 10]


def test_job_without_an_opinion():
    """A hint of None leaves the schedule as it is."""
    job = HintingJob(7)
    job.delay = None
    wait([job], wait=SCHEDULE)

    assert job.queried_at == [0, 5, 10]


def test_hint_after_a_failure():
    """A job is asked for its hints also after a failure that was survived."""
    error = OSError("try again")
    error.retry_after = 3
    job = HintingScript([RUNNING, error, RUNNING, DONE])
    wait([job], wait=SCHEDULE, tolerance=Tolerance(OSError, failures=1))

    assert job.queried_at == [0, 1, 4, 5]


def test_hint_after_it_told(clock):
    """A job that told falsely of its end is asked for its hints as before."""

    class TellingAndHintingJob(PushJob):
        def next_query_delay(self):
            return 2

    job = TellingAndHintingJob()
    clock.call_at(3, job.tell)
    clock.call_at(6, job.finish)
    wait([job], wait=SCHEDULE)

    assert job.queried_at == [0, 3, 5, 7]


@pytest.mark.parametrize("hint", ["soon", -1, float("nan")])
def test_wrong_hint(hint):
    """A hint that is no number of seconds ends the wait for that job alone."""
    broken, good = HintingJob(7), EndingJob(7)
    broken.delay = hint
    pair = wait([broken, good], wait=SCHEDULE, callback=ignore)

    assert pair.done == [broken, good]
    assert [job for job, _ in pair.errors] == [broken]


def test_hint_that_raises():
    """A hint that raises ends the wait for that job alone, with that error."""

    class BrokenJob(EndingJob):
        def next_query_delay(self):
            raise RuntimeError("no estimate")

    broken, good = BrokenJob(7), EndingJob(7)
    pair = wait([broken, good], wait=SCHEDULE)

    assert [(job, str(error)) for job, error in pair.errors] == [(broken, "no estimate")]
    assert good.queried_at == [0, 5, 10]


def test_schedule_that_raises():
    """What a schedule raises is nobody's outcome, and travels up."""

    class BrokenSchedule:
        def delay(self, elapsed, sleeps):
            return 5 if elapsed < 5 else "soon"

    with pytest.raises(TypeError, match="the delay answered by"):
        wait([EndingJob(20)], wait=BrokenSchedule())
