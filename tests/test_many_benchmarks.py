"""What waits for many jobs of 10 s to 1 h cost in queries, exactly."""

from importlib import import_module

import pytest

from jobv1.testing import FakeClock


@pytest.fixture(scope="module", autouse=True)
def _benchmarks_on_the_path(root):
    """The benchmarks find each other as programs of one folder do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root / "benchmarks")
        yield


@pytest.fixture(scope="module")
def queries():
    """The benchmark that counts queries."""
    return import_module("many_queries")


@pytest.fixture(scope="module")
def single(queries):
    """A wait for each job, asked one by one."""
    return queries.wait_for_each(queries.CountingJob, 2_000, wait=5)


@pytest.fixture(scope="module")
def batched(queries):
    """A wait for each job, asked in batches."""
    return queries.wait_for_each(queries.BatchedJob, 2_000, wait=5, batch_size=100)


def test_the_draw(queries):
    """Ten thousand durations are drawn from 10 s to 1 h, half of them below the geometric mean."""
    lengths = queries.log_uniform(10_000, 10, 3600)

    assert len(lengths) == 10_000
    assert 10 <= min(lengths) <= max(lengths) <= 3600
    assert sum(length < 189.7 for length in lengths) == pytest.approx(5_000, abs=100)


def test_waiting_for_all(queries):
    """Waiting for all takes a query a job, and one for each interval that passes."""
    waited = queries.wait_for_all()

    assert len(waited.requests) == 10_720
    assert len(waited.requests) <= 10_000 + waited.seconds / 5 + 1


def test_waiting_for_each(single):
    """Waiting for each takes a query a job and interval, and notices an end half of one late."""
    assert len(single.requests) == 250_747
    assert single.mean_delay == pytest.approx(2.5, abs=0.02)


def test_batches(single, batched):
    """Batches of a hundred take less than a fiftieth of the requests, and no more delay."""
    assert len(batched.requests) == 2_883
    assert 50 * len(batched.requests) <= len(single.requests)
    assert batched.mean_delay == pytest.approx(single.mean_delay, abs=0.05)


def test_rate_of_single_queries(queries):
    """No second sees more than fifty queries, if fifty are allowed in a second."""
    waited = queries.wait_for_each(queries.CountingJob, 500, wait=5, queries_per_second=50)

    assert queries.most_in_a_second(waited.requests) == 50


def test_rate_of_batches(queries):
    """A batch counts as one query of those that are allowed in a second."""
    options = {"wait": 5, "batch_size": 10, "queries_per_second": 5}
    waited = queries.wait_for_each(queries.BatchedJob, 500, **options)

    assert queries.most_in_a_second(waited.requests) == 5


def test_most_in_a_second(queries):
    """The greatest rate is found wherever the second begins."""
    assert queries.most_in_a_second([0.0]) == 1
    assert queries.most_in_a_second([0.0, 0.6, 0.7, 1.1, 1.59, 3.0]) == 4
    assert queries.most_in_a_second([0.0, 1.0, 2.0]) == 1


def test_the_floor_gives_each_job_once():
    """The heap of slots, which the figures are compared with, asks as often and loses none."""
    simulated = import_module("simulated_jobs")
    backend = simulated.SimulatedBackend()
    ends = [0.0, 4.0, 12.0, 12.5, 101.0] * 30
    jobs = [simulated.SimulatedJob(backend, str(number), end) for number, end in enumerate(ends)]
    with FakeClock() as clock:
        backend.clock = clock
        slots = simulated.HeapOfSlots(jobs, clock, lambda _, __: 5.0)
        late = [(job.job_id(), clock.now() - job.end) for job in slots]

    assert sorted(int(job_id) for job_id, _ in late) == list(range(150))
    assert all(0 <= delay <= 5 for _, delay in late)


def test_soak():
    """Of five hundred jobs each comes once, as it ended, and nothing keeps it, whatever fails."""
    soaked = import_module("soak").soak(500)

    assert len(soaked.came) == soaked.came.total() == len(soaked.final) == 500
    assert (soaked.wrong, soaked.kept) == (0, 0)
