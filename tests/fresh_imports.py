"""A pytest plugin of `nox -s mutation`, which runs the tests in one process and in its forks.

Each run imports the tests anew: what they make while they are imported, such as an executor, may
be used up by the run before, and its threads do not live on in a fork.
"""

import sys


def pytest_configure():
    """Forget the tests that a run before has imported."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
