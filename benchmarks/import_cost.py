"""What `import jobv1` costs in a fresh process, against `import typing_extensions`.

CPU time is what the kernel charges the child process for, user and system together, from its start
to its end.
So the start of the interpreter is in both, and is shown beside them.
The children run with `-I`, so that neither the environment nor the folder they start in matters.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from statistics import median

from rounds import interleaved
from rows import Row, times_floor

ROUNDS = 31
PROGRAMS = {
    "interpreter": "pass",
    "typing_extensions": "import typing_extensions",
    "jobv1": "import jobv1",
}
UNWANTED = {"asyncio", "concurrent.futures", "logging", "sqlite3"}
# Without site no .pth file of the environment imports anything, so all that is loaded is ours.
LOADED = "import sys; sys.path[:] = {path!r}; import jobv1; print(*sys.modules)"


def child_cpu(program: str) -> float:
    """Run a program in a fresh interpreter, and give its CPU time in seconds."""
    child = subprocess.Popen([sys.executable, "-I", "-c", program])
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, program)
    return usage.ru_utime + usage.ru_stime


def milliseconds() -> dict[str, list[float]]:
    """Measure all programs in turn, and give the CPU times of each by name."""
    contenders = {name: partial(child_cpu, program) for name, program in PROGRAMS.items()}
    # The first two rounds write the .pyc files and warm the file cache.
    interleaved(contenders, 2)
    seconds = interleaved(contenders, ROUNDS)
    return {name: [1000 * second for second in measured] for name, measured in seconds.items()}


def unwanted_modules() -> set[str]:
    """Give the expensive modules that `import jobv1` loads."""
    program = LOADED.format(path=sys.path)
    command = [sys.executable, "-I", "-S", "-c", program]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return UNWANTED.intersection(printed.split())


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    measured = milliseconds()
    typical = {name: median(times) for name, times in measured.items()}
    best = {name: min(times) for name, times in measured.items()}
    loaded = unwanted_modules()
    return [
        times_floor(
            "CPU of import jobv1 against import typing_extensions, median",
            typical["jobv1"],
            typical["typing_extensions"],
            "ms",
            at_most=1.25,
        ),
        times_floor(
            "the same, least of all rounds",
            best["jobv1"],
            best["typing_extensions"],
            "ms",
            at_most=1.25,
        ),
        times_floor(
            "the same, least, without the start of the interpreter",
            best["jobv1"] - best["interpreter"],
            best["typing_extensions"] - best["interpreter"],
            "ms",
        ),
        Row(
            figure="start of the interpreter alone, median",
            measured=typical["interpreter"],
            unit="ms",
        ),
        Row(
            figure=f"modules loaded by import jobv1 of {', '.join(sorted(UNWANTED))}",
            measured=len(loaded),
            goal="none",
            met=not loaded,
        ),
    ]
