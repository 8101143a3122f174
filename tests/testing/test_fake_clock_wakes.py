import math
import threading

import pytest

from jobv1._clock import Wake
from jobv1.testing import FakeClock, _fake_clock


@pytest.fixture
def called():
    """What was called, in order."""
    return []


@pytest.fixture
def wake():
    """What ends a sleep."""
    return Wake()


@pytest.fixture
def clock(called):
    """A clock on which `a` is called at 2 and `b` at 4."""
    clock = FakeClock()
    clock.call_at(2, lambda: called.append("a"))
    clock.call_at(4, lambda: called.append("b"))
    return clock


def test_call_that_wakes(clock, wake, called):
    """A call that sets the wake of the sleep ends it at its time."""
    clock.call_at(3, wake.set)
    clock.sleep(10, wake)

    assert (clock.now(), called) == (3, ["a"])


def test_calls_after_a_wake(clock, wake, called):
    """What was left when a sleep was woken is called by the next move, even by none at all."""
    clock.call_at(2, wake.set)
    clock.call_at(2, lambda: called.append("c"))
    clock.sleep(10, wake)
    assert (clock.now(), called) == (2, ["a"])

    clock.advance(0)
    assert (clock.now(), called) == (2, ["a", "c"])


def test_wake_that_was_set_before(clock, wake, called):
    """A sleep whose wake is set already calls nothing."""
    wake.set()
    clock.sleep(10, wake)

    assert (clock.now(), called) == (0, [])


def test_wake_that_is_set_during_an_advance(clock, wake, called):
    """A wake ends its own sleep, not the advance in which it is set."""
    clock.call_at(3, wake.set)
    clock.advance(10)

    assert (clock.now(), called) == (10, ["a", "b"])


def test_endless_sleep_that_a_call_ends(clock, wake, called):
    """A sleep without end ends when a call sets its wake."""
    clock.call_at(3, wake.set)
    clock.sleep(math.inf, wake)

    assert (clock.now(), called) == (3, ["a"])


def test_endless_sleep_that_no_call_ends(clock, wake, called):
    """A sleep without end is a ValueError when the last call has not ended it."""
    with pytest.raises(ValueError, match=r"^seconds must be finite$"):
        clock.sleep(math.inf, wake)

    assert (clock.now(), called) == (4, ["a", "b"])


def test_work_of_threads(wake, called):
    """Threads are given the real time that they need, which is no virtual time."""
    clock = FakeClock()
    worker = threading.Thread(target=lambda: (called.append("work"), wake.set()))
    worker.start()
    clock.let_threads_work(wake)

    assert (clock.now(), called, wake.is_set()) == (0, ["work"], True)
    worker.join()


def test_work_of_threads_that_takes_long(monkeypatch, wake):
    """Threads that take longer than that are not waited for."""
    monkeypatch.setattr(_fake_clock, "_LONGEST_REAL_WAIT", 0.01)
    clock = FakeClock()
    clock.let_threads_work(wake)

    assert (clock.now(), wake.is_set()) == (0, False)
