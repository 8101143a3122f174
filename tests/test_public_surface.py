"""What `import jobv1` brings, and what it leaves alone."""

import subprocess
import sys

import jobv1

PUBLIC = [
    "JOB_FINAL_STATES",
    "Adaptive",
    "Exponential",
    "Fixed",
    "Job",
    "JobCancelledError",
    "JobError",
    "JobFailedError",
    "JobStatus",
    "JobStatusError",
    "JobTimeoutError",
    "JobV1",
    "RandomPhase",
    "Tolerance",
    "__version__",
]
EXPENSIVE = {"asyncio", "concurrent.futures", "logging", "random", "sqlite3", "threading"}
IMPORT_EVERY_ROOM = """
import importlib, pkgutil, jobv1
for room in pkgutil.walk_packages(jobv1.__path__, "jobv1."):
    if room.name != "jobv1.__main__":
        importlib.import_module(room.name)
"""


def fresh(program):
    """Run a program in a fresh interpreter, and give the words that it prints."""
    # Without site no .pth file imports anything, so the program sees what it imports itself.
    program = f"import sys\nsys.path[:] = {sys.path!r}\n{program}"
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_names():
    """The root exports exactly the documented names, at most 20."""
    assert sorted(jobv1.__all__) == sorted(PUBLIC)
    assert len(PUBLIC) <= 20


def test_star_import():
    """A star import in a fresh interpreter brings every documented name."""
    before = "before = set(globals())"
    after = "print(*set(globals()) - before - {'before'})"

    assert sorted(fresh(f"{before}\nfrom jobv1 import *\n{after}")) == sorted(PUBLIC)


def test_import_is_cheap():
    """An import of jobv1 loads nothing that is expensive and not needed by every job."""
    assert EXPENSIVE.intersection(fresh("import jobv1\nprint(*sys.modules)")) == set()


def test_import_takes_typing_extensions_alone():
    """Every room can be imported with nothing installed but jobv1 and typing-extensions."""
    loaded = fresh(f"{IMPORT_EVERY_ROOM}\nprint(*sys.modules)")
    packages = {name.partition(".")[0] for name in loaded if "_main__" not in name}

    assert packages - sys.stdlib_module_names == {"jobv1", "typing_extensions"}
