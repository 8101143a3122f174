"""Services that are killed in the middle, and clients that are."""

import subprocess
import sys
import threading

from http_provider import HttpJob, UnavailableError
from running import PATIENCE, TOKEN, environment, until

from jobv1 import Fixed, JobStatus, Tolerance

CLIENT = """
import sys
from http_provider import HttpBackend

address, token = sys.argv[1:]
job = HttpBackend(address, token).run(shots=10, seed=3, seconds=1)
print(job.job_id(), flush=True)
job.wait_for_final_state(wait=0.05)
print("The first client saw the end.", flush=True)
"""
TAKER = """
import sys
from http_provider import HttpBackend

address, token, job_id = sys.argv[1:]
with HttpBackend(address, token) as backend:
    print(backend.job(job_id).result(timeout=30, wait=0.05))
"""
COUNTS = {"0": 6, "1": 4}


def test_a_service_that_is_killed_in_the_middle_of_a_wait(own_service, monkeypatch):
    """A wait goes on when the service is there again, and a job that was running begins again."""
    tolerance = Tolerance(UnavailableError, seconds=PATIENCE, backoff=Fixed(0.1))
    monkeypatch.setattr(HttpJob, "_tolerance", tolerance)
    backend = own_service.backend()
    jobs = [backend.run(shots=10, seed=3, seconds=1) for _ in range(4)]
    results = []
    waiters = [
        threading.Thread(target=lambda job=job: results.append(job.result(PATIENCE, 0.05)))
        for job in jobs
    ]
    for waiter in waiters:
        waiter.start()
    until(lambda: jobs[0].status() is JobStatus.RUNNING)
    own_service.kill()
    own_service.start()
    assert not jobs[0].in_final_state(), "no worker of the dead service may end it early"
    for waiter in waiters:
        waiter.join(PATIENCE)

    assert results == [COUNTS] * 4
    assert [it["state"] for it in own_service.jobs()] == ["completed"] * 4


def test_jobs_outlive_their_service(own_service):
    """What had ended, what was cancelled and what waits is there when the service is again."""
    backend = own_service.backend()
    done, cancelled, waiting = (
        backend.run(shots=10, seed=3),
        backend.run(shots=10, seed=3, held=True),
        backend.run(shots=10, seed=3, held=True),
    )
    done.wait_for_final_state(PATIENCE, 0.02)
    cancelled.cancel()
    own_service.kill()
    own_service.start()

    assert done.result() == COUNTS
    assert HttpJob.batch_status([cancelled, waiting]) == [JobStatus.CANCELLED, JobStatus.QUEUED]


def test_a_client_that_is_killed(own_service):
    """A job goes on when its client is killed, and another one takes it up by its id."""
    given = [own_service.address, TOKEN]
    command = [sys.executable, "-c", CLIENT, *given]
    client = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    job_id = client.stdout.readline().strip()
    client.kill()
    rest, _ = client.communicate(timeout=PATIENCE)
    taker = subprocess.run(
        [sys.executable, "-c", TAKER, *given, job_id],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(),
        check=True,
    )

    assert (rest, taker.stdout) == ("", f"{COUNTS}\n")
    assert [(it["id"], it["submits"]) for it in own_service.jobs()] == [(job_id, 1)]
