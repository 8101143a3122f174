"""The time that the code under a check sees when it asks the module `time`."""

import threading
import time

from jobv1.testing._limits import LimitedClock
from jobv1.testing._virtual_time import VIRTUAL_TIME


def test_two_checks_at_once():
    """Checks in two threads each have their own time, and real time is back when both are over."""
    real = time.sleep
    begun, first_is_over = threading.Event(), threading.Event()
    seen = []

    def second():
        with LimitedClock() as clock, VIRTUAL_TIME:
            begun.set()
            first_is_over.wait(10)
            time.sleep(3600)
            seen.append(clock.now())

    thread = threading.Thread(target=second)
    with LimitedClock() as clock, VIRTUAL_TIME:
        thread.start()
        begun.wait(10)
        time.sleep(60)
        seen.append(clock.now())
    first_is_over.set()
    thread.join()

    assert seen == [60, 3600]
    assert time.sleep is real


def test_the_clocks_of_whole_numbers():
    """The clocks that count nanoseconds are virtual, too, and answer whole numbers."""
    with LimitedClock(), VIRTUAL_TIME:
        before = time.time_ns(), time.monotonic_ns(), time.perf_counter_ns()
        time.sleep(100)
        after = time.time_ns(), time.monotonic_ns(), time.perf_counter_ns()

    assert all(isinstance(reading, int) for reading in after)
    assert all(100 <= (end - begin) / 1e9 < 101 for begin, end in zip(before, after, strict=True))
