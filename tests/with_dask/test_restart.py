"""Jobs that another process finds again, as docs/how-to/run-on-a-cluster.md says."""

import signal
import subprocess
import sys

FIRST = """
import os, signal, sys, time
from distributed import Client, Future
from jobv1.executor import ExecutorBackend

def simulate(circuit, shots):
    time.sleep(2)
    return circuit * shots

def fail():
    raise ValueError("the laser went out")

client = Client(sys.argv[1])
backend = ExecutorBackend(client.get_executor())
unfinished, failed, finished = (
    backend.run(simulate, 2, shots=1000), backend.run(fail), backend.run(pow, 2, 10)
)
finished.wait_for_final_state(30)
for job in (unfinished, failed, finished):
    client.publish_dataset(Future(job.metadata["key"], client), name=job.job_id())
forgotten = backend.run(simulate, 9, shots=1)
assert not unfinished.in_final_state()
print(*(job.job_id() for job in (unfinished, failed, finished, forgotten)), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

SECOND = """
import sys
from distributed import Client
from jobv1 import JobFailedError
from jobv1.executor import ExecutorBackend

def same(result):
    return result

address, unfinished, failed, finished, forgotten = sys.argv[1:]
with Client(address) as client:
    backend = ExecutorBackend(client.get_executor())
    for job_id in (unfinished, finished):
        print(backend.run(same, client.get_dataset(job_id)).result(30))
    try:
        backend.run(same, client.get_dataset(failed)).result(30)
    except JobFailedError as error:
        print(repr(error.__cause__))
    print(forgotten in client.list_datasets())
    for job_id in (unfinished, failed, finished):
        client.unpublish_dataset(job_id)
"""


def run(script, *words):
    """Run a script in a process of its own."""
    command = [sys.executable, "-c", script, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_found_again(cluster):
    """What a process that was killed had published is found by the next, and let go when told."""
    with cluster.client() as client:
        first = run(FIRST, cluster.address)
        assert first.returncode == -signal.SIGKILL, first.stderr

        second = run(SECOND, cluster.address, *first.stdout.split())

        assert (second.returncode, second.stderr) == (0, "")
        assert second.stdout.splitlines() == [
            "2000",
            "1024",
            "ValueError('the laser went out')",
            "False",
        ]
        assert client.list_datasets() == ()
