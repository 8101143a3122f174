"""Two hundred jobs, a tenth of all requests failing, and a service that is killed: five rounds."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from http_provider import HttpJob, UnavailableError
from running import PATIENCE

from jobv1 import Fixed, Tolerance
from jobv1.composite import CompositeJob
from jobv1.waiting import wait

JOBS = 200
SHARE = 0.1
KINDS = ["unavailable", "hang_up", "lost", "truncated", "page"]
LIMIT = 2 * PATIENCE
# Where the repository keeps what is built; docs/benchmarks.md has figures from there.
FIGURES = Path(__file__).parents[3] / "build" / "wire.json"


def tossed(seed):
    """Toss a coin here, as the service does."""
    return dict(Counter(Random(seed).choices("01", k=50)))


@pytest.fixture(scope="module")
def figures():
    """What all rounds count together, which is written down at the end."""
    figures = Counter()
    yield figures
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")


def counted(log, made):
    """Count the requests of a round, and its submits whose answers were lost."""
    spoilt = [it for it in log if it["fault"]]
    lost = [it for it in spoilt if it["fault"] in {"lost", "truncated"}]
    return {
        "rounds": 1,
        "jobs": len(made),
        "requests": len(log),
        "spoilt": len(spoilt),
        "submits whose answers were lost": sum(
            (it["method"], it["path"]) == ("POST", "/jobs") for it in lost
        ),
    }


def results_of(jobs, way):
    """Wait for all jobs, in one of three ways, and give their results."""
    if way == 1:
        return CompositeJob(jobs).result(LIMIT, 0.05)
    if way == 2:
        assert wait(jobs, LIMIT, wait=0.05).not_done == []
        return [job.result(LIMIT) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda job: job.result(LIMIT, 0.05), jobs))


@pytest.mark.parametrize("number", range(5))
def test_nothing_is_lost_or_doubled(own_service, monkeypatch, figures, number):
    """Each job is made once and gives its own result, whatever fails on the way."""
    tolerance = Tolerance(UnavailableError, seconds=LIMIT, backoff=Fixed(0.05))
    monkeypatch.setattr(HttpJob, "_tolerance", tolerance)
    backend = own_service.backend()
    faults = {"share": SHARE, "kinds": KINDS}
    own_service.fault("random", seed=number, **faults)
    log = []

    def restart():
        # What still comes before the service is dead is in no log.
        log.extend(own_service.log())
        own_service.kill()
        own_service.start()
        own_service.fault("random", seed=number + 100, **faults)

    restarting = Thread(target=restart)
    jobs = []
    with ThreadPoolExecutor(8) as pool:

        def run(seed):
            if seed == JOBS // 2:
                restarting.start()
            return backend.run(shots=50, seed=seed)

        jobs += pool.map(run, range(JOBS))
    restarting.join()

    assert results_of(jobs, number % 3) == [tossed(seed) for seed in range(JOBS)]
    log += own_service.log()
    own_service.clear()
    made = own_service.jobs()
    assert len(made) == JOBS
    assert {it["id"] for it in made} == {job.job_id() for job in jobs}
    assert {it["state"] for it in made} == {"completed"}
    failed = sum(it["fault"] is not None for it in log)
    assert SHARE / 3 < failed / len(log) < SHARE * 2, (failed, len(log))
    figures.update(counted(log, made))
