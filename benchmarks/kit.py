"""The conformance kit on a fake job with every ability, and what a provider writes to use it."""

from __future__ import annotations

import ast
import sys
import time
from pathlib import Path

from rows import Row

from jobv1.testing import check_job

ROOT = Path(__file__).parents[1]
CONTRACT_TEST = ROOT / "examples" / "rest_provider" / "test_contract.py"
MOST_SECONDS = 1.0
MOST_LINES = 15
ROUNDS = 9


def seconds_of_the_kit() -> tuple[float, int]:
    """Give the median wall time of a run, and how many rules were not skipped."""
    sys.path.insert(0, str(ROOT))
    from tests.fake_harness import FakeHarness

    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        report = check_job(FakeHarness)
        times.append(time.perf_counter() - begin)
    return sorted(times)[ROUNDS // 2], report.counts["passed"]


def lines_of_a_provider() -> int:
    """Count the lines of the example's harness and test: no imports, docstrings, blank lines."""
    tree = ast.parse(CONTRACT_TEST.read_text(encoding="utf-8"))
    words = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    text = CONTRACT_TEST.read_text(encoding="utf-8").splitlines()
    return sum(bool(line.strip()) and number not in words for number, line in enumerate(text, 1))


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    seconds, passed = seconds_of_the_kit()
    lines = lines_of_a_provider()
    return [
        Row(
            figure=f"the kit on a fake job, wall time, {passed} rules",
            measured=seconds * 1000,
            unit="ms",
            goal=f"under {MOST_SECONDS * 1000:,.0f} ms",
            met=seconds < MOST_SECONDS,
        ),
        Row(
            figure="harness and test of a REST-style provider, lines",
            measured=lines,
            goal=f"at most {MOST_LINES}",
            met=lines <= MOST_LINES,
        ),
    ]
