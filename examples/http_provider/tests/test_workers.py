"""Workers that die, workers that are left over, and programs that would kill one."""

import os
import signal

import httpx
import pytest
from http_service.store import Store
from http_service.workers import Crew
from running import PATIENCE, TOKEN, until

COUNTS = {"0": 6, "1": 4}
PROGRAM = {"shots": 10, "seed": 3}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "jobs.sqlite")


def states(store):
    return [it["state"] for it in store.all_jobs("me")]


def kill_the_worker_of(crew, store):
    """Kill the only worker when it has a job, and wait until it is buried."""
    until(lambda: states(store) == ["running"])
    (before,) = crew._workers
    os.kill(crew._workers[before].pid, signal.SIGKILL)
    until(lambda: before not in crew._workers)


def test_a_worker_that_is_left_over(store):
    """A worker of a service that was killed takes no job when there is a new one."""
    old = store.set_up()
    store.add("me", None, PROGRAM)
    new = store.set_up()

    assert store.claim(old, "left over") is None
    assert store.claim(new, "at work").program == PROGRAM


def test_a_worker_that_dies_is_replaced(store, tmp_path):
    """A job whose worker died begins again with another worker."""
    service = store.set_up()
    job_id = store.add("me", None, {**PROGRAM, "seconds": 0.5})
    crew = Crew(tmp_path / "jobs.sqlite", service, 1)
    kill_the_worker_of(crew, store)
    until(lambda: states(store) == ["completed"])
    crew.end()

    assert store.counts("me", job_id) == COUNTS


def test_a_job_that_kills_its_workers(store):
    """A job whose workers died three times fails, and says why."""
    service = store.set_up()
    job_id = store.add("me", None, PROGRAM)
    for name in ("first", "second", "third"):
        assert states(store) == ["queued"]
        claim = store.claim(service, name)
        store.bury(name)
        store.end(claim, counts=COUNTS)

    (record,) = store.jobs("me", [job_id])
    assert (record["state"], record["message"]) == ("failed", "Its worker died, 3 times.")
    assert store.counts("me", job_id) is None


def test_a_job_that_is_cancelled_when_its_worker_dies(store):
    """A job whose cancel was accepted is cancelled when its worker dies."""
    service = store.set_up()
    job_id = store.add("me", None, PROGRAM)
    store.claim(service, "first")
    assert store.cancel("me", job_id)
    store.bury("first")
    assert states(store) == ["cancelled"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"shots": 1, "seed": 1, "fails": "\\ud800"}', 400),
        ('{"\\ud800": 1}', 400),
        ("[" * 100_000, 422),
        ('{"shots": 1, "seed": 1, "seconds": NaN}', 422),
        ('{"shots": 1, "seed": 1, "seconds": Infinity}', 422),
        ('{"shots": 1, "seed": 1, "seconds": -1}', 422),
        ('{"shots": 1, "seed": 1, "seconds": 1%s}' % ("0" * 400), 422),
    ],
)
def test_a_program_that_would_kill_its_worker(service, body, code):
    """What no worker can do, or nothing can keep, is refused, and other jobs go on."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.post(f"{service.address}/jobs", content=body, headers=headers, timeout=PATIENCE)
    assert answer.status_code == code
    assert "error" in answer.json()
    assert service.backend().run(shots=10, seed=3).result(PATIENCE, 0.02) == COUNTS


def test_ids_that_are_no_unicode(service):
    """A batch with an id that is no Unicode is refused as a whole."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    address = f"{service.address}/jobs/status"
    answer = httpx.post(address, content='{"ids": ["\\ud800"]}', headers=headers)
    assert answer.status_code == 400
