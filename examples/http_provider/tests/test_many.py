"""Two hundred jobs, a tenth of all requests failing, and a service that is killed: five rounds."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
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


def tossed(seed):
    """Toss a coin here, as the service does."""
    return dict(Counter(Random(seed).choices("01", k=50)))


@pytest.mark.parametrize("number", range(5))
def test_nothing_is_lost_or_doubled(own_service, monkeypatch, number):
    """Each job is made once and gives its own result, whatever fails on the way."""
    tolerance = Tolerance(UnavailableError, seconds=LIMIT, backoff=Fixed(0.05))
    monkeypatch.setattr(HttpJob, "_tolerance", tolerance)
    backend = own_service.backend()
    faults = {"share": SHARE, "kinds": KINDS}
    own_service.fault("random", seed=number, **faults)

    def restart():
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
    if number % 3 == 1:
        results = CompositeJob(jobs).result(LIMIT, 0.05)
    elif number % 3 == 2:
        assert wait(jobs, LIMIT, wait=0.05).not_done == []
        results = [job.result(LIMIT) for job in jobs]
    else:
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda job: job.result(LIMIT, 0.05), jobs))

    assert results == [tossed(seed) for seed in range(JOBS)]
    log = own_service.log()
    own_service.clear()
    made = own_service.jobs()
    assert len(made) == JOBS
    assert {it["id"] for it in made} == {job.job_id() for job in jobs}
    assert {it["state"] for it in made} == {"completed"}
    failed = sum(it["fault"] is not None for it in log)
    assert SHARE / 3 < failed / len(log) < SHARE * 2, (failed, len(log))
