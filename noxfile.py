"""The checks of jobv1: `nox` runs those that every change must pass."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import nox
from packaging.requirements import Requirement

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "types", "tests", "minimums", "qiskit", "docs", "wire"]
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True
# Also under CI: a Python that is not installed is skipped.
nox.options.error_on_missing_interpreters = False

ROOT = Path(__file__).parent
BUILD = ROOT / "build"
COVERAGE = BUILD / "coverage"
MUTATION = BUILD / "mutation"
ENOUGH = 0.95
PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.10", "3.11", "3.12", "3.13"]
# Every line that is for some Pythons only is for the oldest or for the newest; to measure is slow.
MEASURED = [PYTHONS[0], PYTHONS[-1]]


def _runs(python: str) -> bool:
    # A shim of pyenv is found for a Python that is not in force, but does not run.
    found = shutil.which(f"python{python}")
    if found is None:
        return False
    return subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0


def _lowest(requirement: str) -> str:
    parsed = Requirement(requirement)
    (lower,) = (part.version for part in parsed.specifier if part.operator == ">=")
    return f"{parsed.name}=={lower}"


def _group(name: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PROJECT, name)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and form."""
    session.install(*_group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package, of its uses, and that all that is public has one."""
    session.install(".", *_group("types"))
    session.run("mypy")
    session.run("pyright")
    # From elsewhere, so that it reads the package that is installed.
    session.chdir(session.create_tmp())
    session.run("pyright", "--verifytypes", "jobv1", "--ignoreexternal")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package; the oldest and newest record the coverage."""
    if session.python not in MEASURED:
        session.install(".[test]")
        session.run("pytest", *session.posargs)
        return
    session.install(".[test]", *_group("coverage"))
    folder = COVERAGE / str(session.python)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    env = {"COVERAGE_FILE": str(folder / "data")}
    session.run("coverage", "run", "-m", "pytest", *session.posargs, env=env)
    if not session.posargs:
        session.notify("coverage")


@nox.session
def coverage(session: nox.Session) -> None:
    """Demand that the tests of the oldest and newest Python cover every line and branch.

    Some lines are for one of them alone, so with either missing this only reports.
    """
    session.install(*_group("coverage"))
    env = {"COVERAGE_FILE": str(COVERAGE / "data")}
    folders = [COVERAGE / python for python in MEASURED]
    measured = [folder for folder in folders if any(folder.glob("data*"))]
    session.run("coverage", "combine", *map(str, measured), env=env)
    is_complete = measured == folders
    session.run("coverage", "report", f"--fail-under={100 if is_complete else 0}", env=env)


@nox.session(python=next(filter(_runs, PYTHONS), PYTHONS[0]))
def minimums(session: nox.Session) -> None:
    """Run the tests on the oldest Python found with the lowest versions that are allowed."""
    about = PROJECT["project"]
    allowed = [*about["dependencies"], *about["optional-dependencies"]["test"]]
    session.install(".[test]", *map(_lowest, allowed))
    session.run("pytest", *session.posargs)


@nox.session
@nox.parametrize(
    ("python", "age"),
    [
        (next(filter(_runs, reversed(PYTHONS)), PYTHONS[-1]), "newest"),
        (next(filter(_runs, PYTHONS), PYTHONS[0]), "oldest"),
    ],
    ids=["newest", "oldest"],
)
def qiskit(session: nox.Session, age: str) -> None:
    """Run the tests that need Qiskit: with its newest version, and with the oldest allowed."""
    needed = _group("qiskit")
    session.install(".[test]", *(needed if age == "newest" else map(_lowest, needed)))
    session.run("pytest", "tests/with_qiskit", *session.posargs)


@nox.session
def distributed(session: nox.Session) -> None:
    """Run the tests on a real Dask cluster, on loky and on MPI."""
    session.install(".[test]", *_group("distributed"))
    session.run("pytest", "tests/with_dask", *session.posargs)


@nox.session
def wire(session: nox.Session) -> None:
    """Check the types of the example provider, and test it over a real service on this machine."""
    session.install(".", *_group("wire"))
    session.install("--no-deps", "./examples/http_service", "./examples/http_provider")
    # Here, where what they import is installed.
    session.install(*(it for it in _group("types") if it.startswith("mypy")))
    sources = [f"examples/{name}/src" for name in ("http_service", "http_provider")]
    session.run("mypy", *sources)
    session.chdir("examples/http_provider")
    session.run("pytest", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    session.install(".", *_group("docs"))
    session.run("sphinx-build", "-W", "--keep-going", "-n", "-E", "docs", str(BUILD / "docs"))


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the figures of docs/benchmarks.md; arguments after -- go to the program."""
    needed = {"on_aer": "qiskit", "on_dask": "distributed"}
    groups = [group for name, group in needed.items() if name in session.posargs]
    session.install(".", *(each for group in groups for each in _group(group)))
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the code of floors 0 to 3 in small ways, and demand that tests notice 95 %.

    Arguments after -- go to mutmut; the name of a room stands for all its mutants.
    In build/mutation, `mutmut results` names those that survive and `mutmut show` shows one.
    """
    session.install(".[test]", *_group("mutation"))
    _lay_out_mutation()
    rooms = [Path(path).stem for path in PROJECT["tool"]["mutmut"]["only_mutate"]]
    words = [f"jobv1.{word}.*" if word in rooms else word for word in session.posargs]
    session.chdir(MUTATION)
    # Under CI hypothesis tries the same examples each time.
    env = {"CI": "1", "PYTHONPATH": str(MUTATION / "mutants" / "src")}
    session.run("mutmut", "run", *words, env=env)
    results = session.run("mutmut", "results", "--all", "true", silent=True)
    share = _noticed(session, str(results), rooms)
    if share < ENOUGH:
        session.error(f"only {share:.1%} of the mutants were noticed")


def _lay_out_mutation() -> None:
    shutil.rmtree(MUTATION, ignore_errors=True)
    for folder in ("src", "tests", "benchmarks"):
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, MUTATION / folder, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", MUTATION)
    # Before Python looks there, and remembers that there is nothing.
    (MUTATION / "mutants" / "src").mkdir(parents=True)
    # mutmut leaves functions with a decorator alone; this one does nothing.
    for path in (MUTATION / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^ *@override\n", "", text, flags=re.MULTILINE), encoding="utf-8")


def _noticed(session: nox.Session, results: str, rooms: list[str]) -> float:
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for name, status in re.findall(r"jobv1\.(\w+)\..*: (.+)$", results, re.MULTILINE):
        # What was not chosen is not checked.
        if status != "not checked":
            tally[name]["mutants"] += 1
            tally[name][status] += 1
    for room in filter(tally.get, rooms):
        counts = ", ".join(f"{count} {what}" for what, count in tally[room].most_common())
        session.log(f"{room}: {counts}")
    total = sum(tally.values(), Counter())
    lost = total["survived"] + total["no tests"]
    share = 1 - lost / total["mutants"]
    session.log(f"{share:.1%} of {total['mutants']:,} mutants were noticed, {lost} survive")
    return share


@nox.session(python=PYTHONS)
def readme(session: nox.Session) -> None:
    """Run the README's commands as a newcomer would: a fresh clone, and nothing cached."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        session.run("git", "clone", "--quiet", str(ROOT), str(clone), external=True)
        session.chdir(clone)
        text = Path("README.md").read_text(encoding="utf-8")
        env = {"PIP_CACHE_DIR": str(Path(folder) / "cache")}
        for command in re.findall(r"^python3 -m venv .*$", text, re.MULTILINE):
            session.run("bash", "-c", command, env=env, external=True)
