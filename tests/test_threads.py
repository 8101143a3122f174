import contextvars
import threading
import time

import pytest

from jobv1 import _threads
from jobv1._threads import Threads

WORD = contextvars.ContextVar("word", default="none")


class Calls:
    """Calls that begin, and end when they are let go."""

    def __init__(self, threads, number):
        self.threads = threads
        self.gate = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.ended = threading.Semaphore(0)
        self.names = []
        for _ in range(number):
            threads.run(self.call)

    def call(self):
        self.names.append(threading.current_thread().name)
        self.begun.release()
        assert self.gate.acquire(timeout=10)
        self.ended.release()

    def wait_for(self, event, number):
        """Wait until something happened so many times."""
        for _ in range(number):
            assert event.acquire(timeout=10)

    def let_go(self, number):
        """Let so many calls end, and wait until they have."""
        for _ in range(number):
            self.gate.release()
        self.wait_for(self.ended, number)


@pytest.fixture(autouse=True)
def before():
    """The threads that were there before; none is left after."""
    before = set(threading.enumerate())
    yield before
    until = time.monotonic() + 10
    while set(threading.enumerate()) - before:
        assert time.monotonic() < until, "a thread is left"
        time.sleep(0.001)


def test_no_thread_without_a_call(before):
    """No thread is started before there is a call for it."""
    Threads(4).close()

    assert set(threading.enumerate()) == before


def test_as_many_as_there_are_calls(before):
    """Each call that meets no free thread starts one, a daemon."""
    threads = Threads(4)
    calls = Calls(threads, 2)
    calls.wait_for(calls.begun, 2)
    started = set(threading.enumerate()) - before

    assert len(started) == 2
    assert all(thread.daemon for thread in started)
    calls.let_go(2)
    threads.close()


def test_never_more_than_the_number(before):
    """Further calls wait for their turn, and are made in their order."""
    threads = Threads(2)
    calls = Calls(threads, 5)
    calls.wait_for(calls.begun, 2)

    assert len(set(threading.enumerate()) - before) == 2
    assert not calls.begun.acquire(timeout=0.01)
    calls.let_go(3)
    calls.wait_for(calls.begun, 3)
    calls.let_go(2)
    assert len(set(calls.names)) == 2
    threads.close()


def test_free_thread_is_used_again():
    """A call that meets a free thread starts none."""
    threads = Threads(4)
    for _ in range(3):
        calls = Calls(threads, 1)
        calls.wait_for(calls.begun, 1)
        calls.let_go(1)
        while threads._under_way:
            time.sleep(0)

    assert threads._living == 1
    threads.close()


def test_closed_while_calls_are_under_way(before):
    """A thread that is busy when they are closed ends with its call, and counts no longer."""
    threads = Threads(4)
    calls = Calls(threads, 3)
    calls.wait_for(calls.begun, 3)
    threads.close()
    calls.let_go(3)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)

    again = Calls(threads, 1)
    again.let_go(1)
    threads.close()


def test_calls_that_wait_when_they_are_closed():
    """Calls that wait for their turn are made even so."""
    threads = Threads(1)
    calls = Calls(threads, 3)
    threads.close()
    calls.let_go(3)

    assert len(calls.names) == 3


def test_used_again_after_the_end():
    """Threads that were closed are started again for the next call, and stay for others."""
    threads = Threads(1)
    for _ in range(2):
        calls = Calls(threads, 1)
        calls.let_go(1)
        while threads._under_way:
            time.sleep(0)
        assert threads._living == 1
        threads.close()

    assert len(calls.names) == 1


def test_context_of_the_call():
    """A call is made in a copy of the context in which it was handed in."""
    threads = Threads(1)
    words = []
    made = threading.Semaphore(0)

    def call():
        words.append(WORD.get())
        WORD.set("changed")
        made.release()

    for word in ("a", "b"):
        context = contextvars.copy_context()
        context.run(WORD.set, word)
        context.run(threads.run, call)
        assert made.acquire(timeout=10)

    assert words == ["a", "b"]
    threads.close()


def test_thread_that_cannot_start(monkeypatch):
    """A call for which no thread can be started is refused, and the next is made."""
    threads = Threads(1)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="no thread"):
            threads.run(list)
    calls = Calls(threads, 1)
    calls.let_go(1)

    assert len(calls.names) == 1
    threads.close()


def test_next_thread_that_cannot_start(monkeypatch, before):
    """If only the next thread cannot be started, the calls are made by those that there are."""
    threads = Threads(4)
    first = Calls(threads, 1)
    first.wait_for(first.begun, 1)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        rest = Calls(threads, 2)
        first.let_go(1)
        rest.let_go(2)
        assert len(set(threading.enumerate()) - before) == 1

    assert set(rest.names) == set(first.names)
    threads.close()


def test_chain_that_is_cut(monkeypatch, before):
    """A thread that cannot start the next goes on by itself."""
    threads = Threads(4)
    start = threading.Thread.start
    with monkeypatch.context() as patch:
        patch.setattr(
            threading.Thread,
            "start",
            lambda thread: refuse(thread) if set(threading.enumerate()) - before else start(thread),
        )
        calls = Calls(threads, 3)
        calls.let_go(3)

    assert len(set(calls.names)) == 1
    threads.close()


def refuse(thread):
    """Start no thread."""
    raise RuntimeError("no thread")


def test_starting_costs_the_caller_one_thread():
    """However many calls are handed in at once, their caller starts one thread at the most."""
    threads = Threads(8)
    starters = []

    class Recording(threading.Thread):
        def start(self):
            starters.append(threading.current_thread())
            super().start()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_threads, "Thread", Recording)
        calls = Calls(threads, 8)
        calls.wait_for(calls.begun, 8)

    calls.let_go(8)
    assert len(starters) == 8
    assert starters.count(threading.current_thread()) < 8
    threads.close()
