"""Measure the figures of docs/benchmarks.md, print them as one table, and write them as JSON.

A figure that misses its goal is said, and is no failure of the program: a busy machine may be why.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rows import table

if TYPE_CHECKING:
    from rows import Row

FIGURES = (
    "query_cost",
    "import_cost",
    "lateness",
    "wake_up",
    "memory",
    "adaptive",
    "kit",
    "remote",
    "many_jobs",
    "many_memory",
    "many_delay",
    "many_queries",
    "many_batches",
    "many_workers",
    "soak",
    "event_loop",
)
# These need Qiskit's packages, and Dask, and are measured only if they are named.
WITH_GUESTS = ("on_aer", "on_dask")
JSON_FILE = Path(__file__).parents[1] / "build" / "bench.json"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"what to measure: {', '.join(FIGURES)}; all if none is named",
    )
    parser.add_argument(
        "--json", type=Path, default=JSON_FILE, metavar="FILE", help="default: build/bench.json"
    )
    options = parser.parse_args()
    for name in options.names:
        if name not in {*FIGURES, *WITH_GUESTS}:
            names = ", ".join((*FIGURES, *WITH_GUESTS))
            parser.error(f"there is no figure {name!r}; there are {names}")
    return options


def measure(names: list[str]) -> list[Row]:
    """Measure one figure after the other, and say on standard error which."""
    found: list[Row] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        found += importlib.import_module(name).rows()
    return found


def machine() -> dict[str, object]:
    """Tell where the figures were measured."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.system(),
        "cores": os.cpu_count(),
    }


def main() -> None:
    """Measure, print, write."""
    options = arguments()
    found = measure(options.names or list(FIGURES))
    where = machine()
    print(table(found))
    missed = sum(row.met is False for row in found)
    goals = sum(row.met is not None for row in found)
    print(f"\n{goals - missed} of {goals} goals met; {', '.join(map(str, where.values()))} cores")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    data = {**where, "rows": [row.as_data() for row in found]}
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
