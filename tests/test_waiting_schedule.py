import math
from itertools import pairwise

import pytest

from jobv1 import Adaptive, Exponential, Fixed
from jobv1.waiting import FIRST_EXCEPTION, as_completed, wait
from tests.many_jobs import EndingJob, ignore
from tests.scripted_job import LoggedClock


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def steps(times):
    """Give the time from each query to the next."""
    return [later - earlier for earlier, later in pairwise(times)]


def first_sleeps(seed, number=40):
    """Wait for jobs under a seed, and give the first sleep of each."""
    with LoggedClock():
        jobs = [EndingJob(25) for _ in range(number)]
        wait(jobs, wait=10, callback=ignore, seed=seed)
    return [job.queried_at[1] for job in jobs]


def test_queries_of_the_witness():
    """To wait for all costs a query a job, and one for each interval that passes."""
    jobs = [EndingJob(time) for time in (1, 12, 3, 18, 5, 6)]
    pair = wait(jobs)

    assert pair.done == jobs
    assert [job.queried_at for job in jobs] == [[0, 5], [5, 10, 15], [15], [15, 20], [20], [20]]


def test_number_of_queries_of_the_witness():
    """Of 10,000 jobs that end within an hour, 720 are asked once more, and no other."""
    jobs = [EndingJob((7 * place) % 3600) for place in range(10_000)]
    wait(jobs)

    assert sum(len(job.calls) for job in jobs) == 10_720


def test_witnesses_on_a_schedule():
    """The next witness goes on where the last one was in the schedule."""
    jobs = [EndingJob(4), EndingJob(30)]
    wait(jobs, wait=Exponential(1.0, 2.0, 60.0))

    assert [job.queried_at for job in jobs] == [[0, 1, 3, 7], [7, 15, 31]]


def test_fixed_interval_after_the_first():
    """The first sleep is a random part of the interval; those that follow are exact."""
    job = EndingJob(40)
    wait([job], callback=ignore, wait=8)

    first, *others = steps(job.queried_at)
    assert 0 < first <= 8
    assert others == [pytest.approx(8)] * 5


def test_exact_interval_with_neighbours():
    """No job of many sleeps longer than the interval, nor shorter by more than a sixteenth."""
    jobs = [EndingJob(500) for _ in range(1000)]
    wait(jobs, callback=ignore, wait=8)

    later = [step for job in jobs for step in steps(job.queried_at)[1:]]
    assert 7.5 <= min(later)
    assert max(later) <= 8 + 1e-9


def test_first_sleeps_are_spread():
    """The first sleeps of the jobs are spread evenly over the interval."""
    sleeps = sorted(first_sleeps(1, number=320))

    assert len(set(sleeps)) > 30
    assert [sleeps[place] for place in (16, 160, 304)] == pytest.approx([0.5, 5, 9.5], abs=0.5)


def test_seed():
    """The same seed makes the same first sleeps, another seed others."""
    assert first_sleeps(7) == first_sleeps(7)
    assert set(first_sleeps(7)).isdisjoint(first_sleeps(8))


def test_clients_differ():
    """Two clients that give no seed do not fall into step."""
    assert set(first_sleeps(None)).isdisjoint(first_sleeps(None))


def test_no_pause_without_virtual_time(clock):
    """With an interval of 0 a job is asked again at once."""

    class BusyJob(EndingJob):
        def status(self):
            clock.advance(1)
            return super().status()

    job = BusyJob(5)
    wait([job], wait=0)

    assert job.queried_at == [1, 2, 3, 4, 5]
    assert clock.slept == []


def test_interval_without_end(clock):
    """With an interval of inf a job is asked once, and again at the deadline."""
    job = EndingJob(50)
    wait([job], 60, wait=math.inf)

    assert job.queried_at == [0, 60]


def test_schedule_counts_from_the_call():
    """A schedule is told the time since the call, and each job goes on by itself."""
    asked = []

    class Told:
        def delay(self, elapsed, sleeps):
            asked.append((elapsed, sleeps))
            return 10

    with LoggedClock() as clock:
        clock.advance(100)
        wait([EndingJob(125)], wait=Told())

    assert asked == [(0, 0), (0, 0), (10, 1), (20, 2)]


def test_exponential():
    """An exponential schedule grows by its factor from query to query, for each of many jobs."""
    jobs = [EndingJob(3000) for _ in range(300)]
    wait(jobs, wait=Exponential(2.0, 2.0, 1e6), return_when=FIRST_EXCEPTION)

    for job in jobs:
        for number, step in enumerate(steps(job.queried_at)[1:], 1):
            whole = 2.0 * 2**number
            assert whole * 15 / 16 <= step <= whole + 1e-9


def test_schedule_of_a_job_that_is_added(clock):
    """A job that is added later begins its schedule then, and joins the others later."""
    early, late = [EndingJob(700) for _ in range(100)], EndingJob(700)
    completions = as_completed(early, wait=Exponential(1.0, 2.0, 1e6))
    clock.call_at(5, lambda: completions.add(late))
    list(completions)

    first, *others = steps(late.queried_at)
    assert late.queried_at[0] == 5
    assert first <= 1
    assert others[:5] == pytest.approx([2, 4, 8, 16, 32])
    assert clock.now() < 1100


def most_in_a_second(times):
    """Count the queries in the second that has the most."""
    times = sorted(times)
    most = begin = 0
    for end, time in enumerate(times):
        while times[begin] <= time - 1 + 1e-9:
            begin += 1
        most = max(most, end - begin + 1)
    return most


@pytest.mark.parametrize(("limit", "most"), [(None, 10_500), (math.inf, 21_000)])
def test_bound_of_a_schedule(clock, limit, most):
    """Under a schedule at most 10,000 queries a second are made, the first round apart."""
    times = []

    class ManyJob(EndingJob):
        def status(self):
            times.append(clock.now())
            return super().status()

    jobs = [ManyJob(99) for _ in range(2000)]
    wait(
        jobs,
        4,
        FIRST_EXCEPTION,
        wait=Adaptive(0.01, 0.01, 0.1, 0.1),
        queries_per_second=limit,
    )

    between = [time for time in times if 0 < time < 4]
    assert 0.9 * most < most_in_a_second(between) <= most


def test_no_bound_of_a_number():
    """A number as interval is kept, however many jobs there are."""
    jobs = [EndingJob(99) for _ in range(20_000)]
    wait(jobs, 1, FIRST_EXCEPTION, wait=0.5)

    assert {len(job.queried_at) for job in jobs} <= {3, 4, 5}
    assert max(step for job in jobs for step in steps(job.queried_at)) <= 0.5 + 1e-9


def test_random_part_of_a_long_sleep():
    """The first sleep is a part of the whole interval, and is then cut by the deadline."""
    jobs = [EndingJob(1e6) for _ in range(100)]
    wait(jobs, 10, wait=20, callback=ignore)

    middle = [job.queried_at[1:-1] for job in jobs]
    assert sum(map(len, middle)) == pytest.approx(50, abs=5)


def test_fixed_schedule_is_a_schedule():
    """A schedule that is fixed has a random first part as well."""
    job = EndingJob(25)
    wait([job], wait=Fixed(10.0), callback=ignore)

    assert steps(job.queried_at)[1:] == [pytest.approx(10)] * (len(job.queried_at) - 2)
