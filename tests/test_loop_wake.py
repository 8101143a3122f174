import asyncio
import threading
import time

import pytest

from jobv1._clock import SystemClock, Wake
from jobv1._loop_wake import LoopWake
from tests.awaiting import run


async def listening(wake, then=lambda: None, seconds=10):
    """Sleep on the system's clock, and give how long it took."""
    begin = time.monotonic()
    task = asyncio.create_task(SystemClock().sleep_async(seconds, wake))
    await asyncio.sleep(0)
    then()
    await task
    return time.monotonic() - begin


def test_is_a_wake():
    """It is a wake that is set, asked and cleared as any other."""
    wake = LoopWake()
    assert isinstance(wake, Wake)
    assert not wake.is_set()

    wake.set()
    wake.set()
    assert wake.is_set()

    wake.clear()
    assert not wake.is_set()


def test_set_before():
    """A sleep whose wake is set already ends at once, and leaves it set."""
    wake = LoopWake()
    wake.set()

    assert run(listening(wake)) < 5
    assert wake.is_set()


def test_set_on_the_loop():
    """A sleep ends when its wake is set by another task, however often."""
    wake = LoopWake()

    def set_twice():
        wake.set()
        wake.set()

    assert run(listening(wake, set_twice)) < 5


def test_set_in_a_thread():
    """A sleep ends when its wake is set by another thread."""
    wake = LoopWake()
    # Late enough that the loop has nothing left to do but to wait.
    timer = threading.Timer(0.05, wake.set)

    assert run(listening(wake, timer.start)) < 5
    timer.join()


def test_nobody_sets_it():
    """A sleep that nobody ends lasts its seconds."""
    wake = LoopWake()

    assert 0.019 <= run(listening(wake, seconds=0.02)) < 5
    assert not wake.is_set()


@pytest.mark.parametrize("seconds", [1e10, float("inf")])
def test_long_sleep(seconds):
    """A sleep that is too long for a platform is cut."""
    wake = LoopWake()

    assert run(listening(wake, wake.set, seconds)) < 5


def test_set_after_the_sleep():
    """A wake that is set when nobody sleeps any longer stays set for the next sleep."""
    wake = LoopWake()
    run(listening(wake, seconds=0))
    assert wake._ring is None
    wake.set()

    assert run(listening(wake)) < 5


def test_loop_that_is_closed():
    """A wake that is set when its loop was closed in the middle of a sleep does no harm."""
    wake = LoopWake()
    loop = asyncio.new_event_loop()
    sleep = SystemClock().sleep_async(10, wake)
    task = loop.create_task(sleep)
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    wake.set()

    assert wake.is_set()
    task._log_destroy_pending = False
    sleep.close()


def test_timer_is_taken_back():
    """A sleep that is ended early leaves no timer behind."""
    wake = LoopWake()

    async def main():
        loop = asyncio.get_running_loop()
        await listening(wake, wake.set)
        return [timer for timer in loop._scheduled if not timer.cancelled()]

    assert run(main()) == []
