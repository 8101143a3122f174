"""Tests against the real Qiskit, which `nox -s qiskit` installs; without it they are left out."""

import re
from importlib.util import find_spec

import pytest

from jobv1 import JobError, JobTimeoutError, JobV1

collect_ignore_glob = [] if find_spec("qiskit") and find_spec("qiskit_aer") else ["*"]


@pytest.fixture
def registered():
    """Jobs and errors of ours pass for Qiskit's, until the test ends."""
    from jobv1.qiskit import register

    before = {kind: kind.__bases__ for kind in (JobError, JobTimeoutError, JobV1)}
    register()
    yield
    for kind, bases in before.items():
        kind.__bases__ = bases


@pytest.fixture
def differences(root):
    """The rows of the table of differences in docs/design.md, by what differs."""
    text = (root / "docs" / "design.md").read_text()
    _, _, text = text.partition("## What is different from qiskit.providers.JobV1\n")
    lines = re.findall(r"^\| (.+) \|$", text.partition("\n## ")[0], re.MULTILINE)
    rows = [line.split(" | ") for line in lines[1:] if not line.startswith("---")]
    return {name: columns for name, *columns in rows}
