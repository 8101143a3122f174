import threading
import time

from jobv1._clock import Wake


def test_wake_is_not_set_at_first():
    """A new wake is not set."""
    assert not Wake().is_set()


def test_set():
    """A wake that was set stays set, however often it is set or asked."""
    wake = Wake()
    wake.set()
    wake.set()

    assert [wake.is_set(), wake.is_set()] == [True, True]


def test_clear():
    """A wake that is cleared is as it was at first, and can be set again."""
    wake = Wake()
    wake.set()
    wake.clear()
    assert not wake.is_set()

    wake.clear()
    assert not wake.is_set()

    wake.set()
    assert wake.is_set()


def test_wait_for_a_wake_that_is_set():
    """A wait for a wake that is set ends at once, and clears it."""
    wake = Wake()
    wake.set()
    before = time.monotonic()
    wake.wait(10)

    assert time.monotonic() - before < 5
    assert not wake.is_set()


def test_wait_that_nobody_ends():
    """A wait for a wake that nobody sets ends after its seconds, and leaves it as it was."""
    wake = Wake()
    before = time.monotonic()
    wake.wait(0.02)

    assert 0.02 <= time.monotonic() - before < 5
    assert not wake.is_set()


def test_wait_for_no_time():
    """A wait of 0 seconds ends at once."""
    before = time.monotonic()
    Wake().wait(0)

    assert time.monotonic() - before < 5


def test_wait_that_another_thread_ends():
    """A wait ends when another thread sets the wake, and clears it."""
    wake = Wake()
    waiter = threading.Thread(target=wake.wait, args=(10,))
    waiter.start()
    wake.set()
    waiter.join(5)

    assert not waiter.is_alive()
    assert not wake.is_set()


def test_answer_of_a_wait():
    """A wait tells whether the wake was set, or its seconds were over."""
    wake = Wake()
    assert wake.wait(0) is False

    wake.set()
    assert wake.wait(10) is True


def test_threads_that_set_it_together():
    """Many threads may set a wake at once, and none fails."""
    wake = Wake()
    failures = []

    def set_often():
        try:
            for _ in range(200):
                wake.set()
        except Exception as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=set_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)

    assert failures == []
    assert wake.is_set()
