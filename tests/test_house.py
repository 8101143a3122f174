"""The house: its README, its CI, its changelog, and the sizes that it keeps."""

import ast
import os
import re
import subprocess
from importlib import metadata, resources

import jobv1

DEMO_COMMAND = (
    "python3 -m venv .venv && .venv/bin/python -m pip install --quiet . && .venv/bin/jobv1 demo"
)
TEST_COMMAND = (
    "python3 -m venv .venv && .venv/bin/python -m pip install --quiet '.[test]'"
    " && .venv/bin/python -m pytest"
)


def sources(root):
    """Give every Python file of the package and of its tests."""
    return [*root.glob("src/**/*.py"), *root.glob("tests/**/*.py")]


def functions(path):
    """Give every function and method of a file, nested ones too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_readme_has_two_commands(root):
    """The README has exactly two set-up commands, each one line, and no other command."""
    readme = (root / "README.md").read_text()
    blocks = re.findall(r"^```(?!python|\n)\w+\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)

    assert blocks == [f"{DEMO_COMMAND}\n", f"{TEST_COMMAND}\n"]


def test_ci_ends_with_the_test_command_of_the_readme(root):
    """The last thing that .ci/run does is the README's test command, read from there."""
    lines = (root / ".ci" / "run").read_text().splitlines()
    (reading,) = (line for line in lines if line.startswith("test_command="))
    program = f'{reading}; printf %s "$test_command"'
    read = subprocess.run(
        ["bash", "-c", program], cwd=root, capture_output=True, text=True, check=True
    )

    assert read.stdout == TEST_COMMAND
    assert lines[-1] == 'bash -c "$test_command"'


def test_ci_can_be_run(root):
    """The file .ci/run is executable."""
    assert os.access(root / ".ci" / "run", os.X_OK)


def test_changelog_is_up_to_date(root):
    """The changelog begins with what is unreleased, or with the version that the package has."""
    changelog = (root / "CHANGELOG.md").read_text()
    first, *_ = re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)

    assert first in {"Unreleased", jobv1.__version__}


def test_installed_version():
    """The version of the distribution is that of the package."""
    assert metadata.version("jobv1") == jobv1.__version__


def test_dependencies():
    """The one dependency without an extra is typing-extensions."""
    needed = [line for line in metadata.requires("jobv1") if "extra ==" not in line]

    assert needed == ["typing-extensions>=4.12"]


def test_types_are_shipped():
    """The installed package says that it is typed."""
    assert resources.files("jobv1").joinpath("py.typed").is_file()


def test_files_are_short(root):
    """No file of the package or of its tests has over 300 lines."""
    lengths = {str(path): len(path.read_text().splitlines()) for path in sources(root)}

    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_functions_are_short(root):
    """No function of the package or of its tests has over 50 lines, its docstring included."""
    long = [
        f"{path}:{function.lineno} {function.name}"
        for path in sources(root)
        for function in functions(path)
        if function.end_lineno - function.lineno >= 50
    ]

    assert long == []
