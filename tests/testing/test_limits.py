"""The alarm that ends what really blocks: where it raises, and where it must not."""

import signal
from functools import partial
from types import FunctionType

import pytest

from jobv1.testing import Harness
from jobv1.testing._limits import Hang, RealLimit


class QuietHarness(Harness):
    """Blocks in these tests alone, so that no other test is given less time."""


def function_of(module):
    """Make a function of a module that calls what it is given."""

    def call(this):
        return this()

    return FunctionType(call.__code__, {"__name__": module})


def ring():
    """Have the alarm ring."""
    signal.raise_signal(signal.SIGALRM)


def test_it_ends_what_the_block_calls():
    """A ring in what the block calls is raised there."""
    with pytest.raises(Hang, match="it blocked for over"), RealLimit(QuietHarness):
        ring()


def test_it_does_not_end_the_block():
    """A ring in the block itself, which is about to be left, is put off."""
    with RealLimit(QuietHarness):
        signal.raise_signal(signal.SIGALRM)


@pytest.mark.parametrize("module", ["jobv1.testing._trial", "contextlib", "weakref"])
def test_it_leaves_nothing_half_done(module):
    """A ring in the kit, or in what cleans up, is put off, but not in what these call."""
    call = function_of(module)

    with RealLimit(QuietHarness):
        # No frame of Python between.
        call(partial(signal.raise_signal, signal.SIGALRM))
    with pytest.raises(Hang), RealLimit(QuietHarness):
        call(ring)


def test_it_raises_in_no_tool():
    """A ring in a tool that watches the test, or in what that calls, is put off."""
    with RealLimit(QuietHarness):
        function_of("coverage.collector")(ring)


def test_it_raises_nowhere_but_in_the_block():
    """A ring after the block was left in an unusual way, without its end, raises nothing."""

    def leave():
        limit = RealLimit(QuietHarness)
        limit.__enter__()
        return limit

    limit = leave()
    try:
        ring()
    finally:
        limit.__exit__(None, None, None)


def test_it_lets_what_it_ended_clean_up():
    """A ring while an earlier one is being cleaned up after is put off, but not without end."""
    steps = []

    def clean_up_slowly():
        try:
            ring()
        finally:
            for _ in range(10):
                ring()
            steps.append("clean")
            ring()
            steps.append("never")

    with pytest.raises(Hang), RealLimit(QuietHarness):
        clean_up_slowly()

    assert steps == ["clean"]
