"""Runs each Python block of README and documentation as a test, and lets tests run pytest."""

from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser

pytest_plugins = ["pytester"]

# A package of its own, with dependencies of its own: `nox -s wire` runs its tests.
collect_ignore = ["examples/http_provider", "examples/http_service"]

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    # Its blocks are files, which tests/test_write_a_provider.py lays out and runs.
    excludes=["docs/how-to/write-a-provider.md"],
).pytest()
