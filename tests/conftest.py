"""What every test may ask for."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Virtual time takes no time, but a busy machine may stall any example.
settings.register_profile("jobv1", deadline=None)
settings.load_profile("jobv1")


@pytest.fixture(scope="session")
def root():
    """The folder of the checkout, where README.md and src stand."""
    return Path(__file__).parents[1]


@pytest.fixture
def short_grace(monkeypatch):
    """A first query is given up a tenth of a second after it began, not a whole one."""
    from jobv1 import _workers

    monkeypatch.setattr(_workers, "_FIRST_GRACE", 0.1)


@pytest.fixture
def ordinary_signals():
    """Signals do here what they do in a terminal, though a shell may have the tests ignore them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
