"""Jobs on mpi4py's pool, started by a real mpiexec."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = """
import time
from mpi4py.futures import MPIPoolExecutor
from jobv1.executor import ExecutorBackend

if __name__ == "__main__":
    with MPIPoolExecutor() as pool:
        backend = ExecutorBackend(pool)
        jobs = [backend.run(pow, number, 2) for number in range(100)]
        assert [job.result(60) for job in jobs] == [number**2 for number in range(100)]
        slow = [backend.run(time.sleep, 1) for _ in range(4)]
        while not slow[0].running():
            time.sleep(0.01)
        print(slow[0].cancel(), slow[3].cancel(), slow[3].status().name)
        bad = backend.run(divmod, 1, 0)
        bad.wait_for_final_state(60)
        print(bad.error_message())
"""
MPIEXEC = Path(sys.executable).with_name("mpiexec")


@pytest.mark.skipif(
    not MPIEXEC.exists() or find_spec("mpi4py") is None, reason="needs mpi4py and mpich"
)
def test_on_two_workers(tmp_path):
    """Jobs run, fail and are cancelled on the two workers that three processes of MPI make."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    command = [str(MPIEXEC), "-n", "3", sys.executable, "-m", "mpi4py.futures", str(path)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "False True CANCELLED",
        "ZeroDivisionError: integer division or modulo by zero",
    ]
