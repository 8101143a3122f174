import pytest

from jobv1 import Fixed, Tolerance
from jobv1.waiting import wait
from tests.many_jobs import RUNNING, EndingBatch, EndingJob, HintingJob, batches, ignore
from tests.scripted_job import LoggedClock, PushJob, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.mark.parametrize("workers", [None, 2])
def test_end_of_a_limited_wait(clock, workers):
    """A wait with a limited rate ends at its deadline, though no job is asked there."""
    jobs = [EndingJob(1e6) for _ in range(3)]
    pair = wait(jobs, 60, wait=20, queries_per_second=1, workers=workers)

    assert pair.not_done == jobs
    assert clock.now() == 60


def test_end_between_two_queries(clock):
    """A wait ends at its deadline, though the next query may be made only later."""
    job = EndingJob(1e6)
    pair = wait([job], 25, queries_per_second=0.1)

    assert pair.not_done == [job]
    assert job.queried_at == [0, 10, 20]
    assert clock.now() == 25


def test_last_round_of_small_batches():
    """Batches that are not full take a query each, and each has its turn before the deadline."""
    kind = batches(EndingBatch)
    jobs = [kind(6, backend=object(), job_id=name) for name in "abc"]
    pair = wait(jobs, 10, wait=1e9, callback=ignore, queries_per_second=1)

    assert pair.done == jobs
    assert kind.requested_at[-3:] == [7, 8, 9]


@pytest.mark.parametrize("delay", [0.0, 0.1])
def test_last_round_beside_an_eager_job(delay):
    """A job that is always due does not take the turns of the others in the last round."""
    eager = type("EagerJob", (HintingJob,), {"delay": delay})(1e6)
    others = [EndingJob(90) for _ in range(5)]
    pair = wait([eager, *others], 100, wait=Fixed(90), callback=ignore, queries_per_second=1)

    assert pair.done == others
    assert pair.not_done == [eager]


def test_last_round_beside_a_failing_job():
    """A job whose failures ask to be retried at once does not take the turns of the others."""
    error = OSError("try again")
    error.retry_after = 0
    failing = ScriptedJob([RUNNING, *[error] * 200])
    others = [EndingJob(90) for _ in range(5)]
    tolerance = Tolerance(OSError, failures=200)
    pair = wait(
        [failing, *others],
        100,
        wait=90,
        callback=ignore,
        queries_per_second=1,
        tolerance=tolerance,
    )

    assert pair.done == others
    assert pair.not_done == [failing]


def test_slow_queries_in_the_last_round(clock):
    """Jobs that have not had their turn at the deadline are asked beyond it, the others not."""

    class LateSlowJob(ScriptedJob):
        def _take_step(self):
            if clock.now() >= 57:
                clock.advance(4)
            return RUNNING

    jobs = [LateSlowJob([]) for _ in range(3)]
    pair = wait(jobs, 60, wait=1e9, callback=ignore, queries_per_second=1)

    assert pair.not_done == jobs
    assert sorted(job.queried_at[-1] for job in jobs) == [57, 61, 65]
    assert clock.now() == 69


def test_told_after_the_last_turn(clock):
    """A job that tells of its end at the end of the last round is asked beyond the deadline."""
    jobs = [PushJob() for _ in range(3)]
    clock.call_at(59.5, jobs[0].finish)
    pair = wait(jobs, 60, callback=ignore, queries_per_second=1)

    assert pair.done == jobs[:1]
    assert clock.now() <= 61
