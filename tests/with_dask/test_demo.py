"""The demo on a real Dask cluster."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("where", ["dask", "address"])
def test_demo(where, request):
    """The demo runs on a cluster of its own, and on a scheduler that runs."""
    words = ["--executor", "dask", "--workers", "2"]
    if where == "address":
        words = ["--executor", request.getfixturevalue("cluster").address]
    command = [sys.executable, "-m", "jobv1", "demo", "--jobs", "3", "--samples", "1000", *words]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("  DONE\n") == 3
    assert "Together: pi is about 3.136000" in done.stdout
