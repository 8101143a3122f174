"""The rooms of the house stand on floors, and imports only go down."""

import ast
import sys
from dataclasses import dataclass

import pytest

FLOORS = {
    "exceptions": 0,
    "status": 0,
    "_clock": 0,
    "_threads": 0,
    "_loop_wake": 0.5,
    "_loop_threads": 1,
    "protocols": 0,
    "_process_pool": 0.5,
    "_screen": 0,
    "_dask": 0,
    "_demo_cluster": 0,
    "_monitor": 1,
    "schedules": 1,
    # Between two floors of the map: a tolerance backs off by a schedule.
    "tolerance": 1.5,
    "_answers": 1,
    "_status_table": 1,
    "_wake": 1,
    "_polling": 2,
    # The driver of the engine, apart from it because a file has at most 300 lines.
    "_driver": 2.5,
    "job": 3,
    "waiting": 4,
    "aio": 4,
    "executor": 4,
    "remote": 4,
    "handles": 4,
    "_options": 3.2,
    "_slots": 3.1,
    "_query_queue": 3.2,
    "_ears": 3.2,
    "_outcomes": 3.3,
    "_many": 3.4,
    "_asking": 3.5,
    "_gathering": 3.5,
    "_workers": 3.6,
    "_awaited": 3.7,
    "_executor_job": 3.5,
    "_foreign_job": 3,
    "_adapted_future": 3.1,
    "_adapted_status": 3.1,
    "_adapted_job": 3.5,
    "_remote_service": 3.2,
    "_remote_state": 3.5,
    # What `composite` keeps out of its own file, because a file has at most 300 lines.
    "_composite_state": 3.5,
    "_unsubmitted": 3.6,
    "composite": 5,
    "progress": 5,
    "timeline": 5,
    "store": 5,
    "qiskit": 5,
    "testing": 6,
    "_demo": 6,
    # The kit from the command line.
    "_check": 6.5,
    "__init__": 6,
    "__main__": 7,
}
NEVER_IN_THE_ROOT = {room for room, floor in FLOORS.items() if floor > 4} | {"aio", "executor"}
GUESTS_INSIDE_FUNCTIONS = {"progress", "qiskit", "testing"}
# The one import that goes up: `await job` is a word of the language, which only a method can give,
# and whoever writes it runs an event loop already.
UPWARDS = {("job", "__await__", "aio")}


@dataclass(frozen=True)
class Import:
    """One imported module, and where the import stands."""

    module: str
    for_types: bool = False
    function: str = ""

    @property
    def room(self):
        """The room that is imported, or None if it is none of ours."""
        package, _, rest = self.module.partition(".")
        return (rest.partition(".")[0] or "__init__") if package == "jobv1" else None

    @property
    def is_guest(self):
        """Whether it is neither ours, nor Python's, nor the one dependency."""
        package = self.module.partition(".")[0]
        return package not in {"jobv1", "typing_extensions", *sys.stdlib_module_names}


def modules(node, package):
    """Give the full names of the modules that an import statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    outer = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    module = ".".join([*outer, *filter(None, [node.module])])
    if module == "jobv1":
        names = [alias.name for alias in node.names]
        return [f"jobv1.{name}" if name in FLOORS else "jobv1" for name in names]
    return [module]


def imports(node, package="jobv1", *, for_types=False, function=""):
    """Give every import below a node of the syntax tree."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (Import(name, for_types, function) for name in modules(node, package))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function = node.name
    guarded = []
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        guarded = node.body
    for child in ast.iter_child_nodes(node):
        types = for_types or child in guarded
        yield from imports(child, package, for_types=types, function=function)


def is_allowed(room, found):
    """Tell whether a room may have an import."""
    if found.is_guest:
        return room in GUESTS_INSIDE_FUNCTIONS and (found.function or found.for_types)
    if found.module == "time":
        # The kit has jobs that ask it themselves see virtual time.
        return room in {"_clock", "testing"}
    if found.room in {None, room} or (room, found.function, found.room) in UPWARDS:
        return True
    if room == "__init__" and found.room in NEVER_IN_THE_ROOT:
        return False
    return FLOORS[found.room] < FLOORS[room] + found.for_types


def rooms(root):
    """Give every file of the package: its room, its package, its path."""
    for path in sorted((root / "src").glob("jobv1/**/*.py")):
        parts = path.relative_to(root / "src").with_suffix("").parts
        yield parts[1], ".".join(parts[:-1]), path


def test_every_room_has_a_floor(root):
    """Every module of the package is a room that has a floor."""
    assert {room for room, _, _ in rooms(root)} - FLOORS.keys() == set()


def test_imports_go_down(root):
    """No room imports from its own floor or from above, or more than it may from outside."""
    wrong = [
        f"{path.name} imports {found.module}"
        for room, package, path in rooms(root)
        for found in imports(ast.parse(path.read_text()), package)
        if not is_allowed(room, found)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        ("job", "from ._polling import PollPlan"),
        ("job", "from jobv1 import _polling"),
        ("job", "from typing_extensions import override"),
        ("job", "if TYPE_CHECKING:\n    from .job import JobV1"),
        ("status", "if TYPE_CHECKING:\n    from .exceptions import JobError"),
        ("_clock", "import time"),
        ("testing", "import time"),
        ("qiskit", "def wrap():\n    import qiskit"),
        ("testing", "from .testing._fake_clock import FakeClock"),
        ("__init__", "from .handles import to_json"),
        ("__main__", "from . import __version__, _demo"),
        ("job", "def __await__(self):\n    from .aio import result"),
    ],
)
def test_allowed(room, statement):
    """An import from a lower floor, or for types from the same, is allowed."""
    assert all(is_allowed(room, found) for found in imports(ast.parse(statement)))


@pytest.mark.parametrize(
    ("room", "statement"),
    [
        ("status", "from .exceptions import JobError"),
        ("status", "def later():\n    from .job import JobV1"),
        ("status", "if TYPE_CHECKING:\n    from .schedules import Fixed"),
        ("status", "if TYPE_CHECKING:\n    pass\nelse:\n    from .exceptions import JobError"),
        ("job", "from jobv1 import JobStatus"),
        ("job", "from jobv1.waiting import wait"),
        ("job", "import jobv1.executor"),
        ("job", "import requests"),
        ("job", "def later():\n    import requests"),
        ("job", "from time import monotonic"),
        ("qiskit", "import qiskit"),
        ("testing", "import pytest"),
        ("__init__", "from .executor import ExecutorBackend"),
        ("__init__", "def later():\n    from . import aio"),
        ("__init__", "from .progress import monitor"),
        ("_demo", "from . import JobV1"),
        ("job", "from .aio import result"),
        ("job", "def wait_for_final_state(self):\n    from .aio import result"),
        ("job", "def __await__(self):\n    from .waiting import wait"),
        ("_executor_job", "def __await__(self):\n    from .aio import result"),
    ],
)
def test_refused(room, statement):
    """An import from the same floor or above, or from outside, is refused."""
    assert not all(is_allowed(room, found) for found in imports(ast.parse(statement)))


def test_relative_imports_inside_a_package():
    """A relative import is read from the package in which it stands."""
    tree = ast.parse("from ._fake_clock import FakeClock\nfrom .._clock import Clock")

    assert list(imports(tree, "jobv1.testing")) == [
        Import("jobv1.testing._fake_clock"),
        Import("jobv1._clock"),
    ]
