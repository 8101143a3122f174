import asyncio
import os
import threading

import pytest

from jobv1._clock import SystemClock
from jobv1._loop_threads import call_in_thread, in_thread, lent_threads
from jobv1.testing import FakeClock
from tests.awaiting import eventually, rounds, run


async def called(call):
    """Make a call in a thread."""
    return await call_in_thread(call, SystemClock())


def test_call():
    """A call is made in another thread, and gives what it returns."""
    thread = run(called(threading.current_thread))

    assert thread is not threading.current_thread()
    eventually(lambda: not thread.is_alive())


@pytest.mark.parametrize("kind", [ValueError, StopAsyncIteration, SystemExit])
def test_call_that_raises(kind):
    """What a call raises comes out, the very object."""
    error = kind("no")

    def fail():
        raise error

    async def main():
        with pytest.raises(kind) as caught:
            await called(fail)
        return caught.value

    assert run(main()) is error


def test_shared_by_a_loop():
    """The threads of a loop are shared by all who use them at the same time."""

    async def main():
        with lent_threads(None) as some, lent_threads(None) as same, lent_threads(2) as own:
            return some is same, own is some

    assert run(main()) == (True, False)


def test_kept_until_the_last_leaves():
    """A thread of a loop ends when the last who uses them leaves."""

    async def main():
        with lent_threads(None):
            with lent_threads(None) as threads:
                thread, _ = await in_thread(threads, threading.current_thread)
            await asyncio.sleep(0.02)
            assert thread.is_alive()
        return thread

    thread = run(main())
    eventually(lambda: not thread.is_alive())


def test_cancelled_before_its_turn():
    """A call that is cancelled before a thread is free for it is not made."""
    gate = threading.Event()
    calls = []

    async def main():
        with lent_threads(1) as threads:
            first = in_thread(threads, lambda: gate.wait(10))
            second = in_thread(threads, lambda: calls.append("second"))
            third = in_thread(threads, lambda: calls.append("third"))
            second.cancel()
            gate.set()
            await asyncio.gather(first, third)

    run(main())
    assert calls == ["third"]


@pytest.mark.parametrize("clock", [SystemClock(), FakeClock()], ids=["real", "virtual"])
def test_task_that_is_cancelled_before_its_turn(clock):
    """A task that is cancelled before a thread is free makes no call, in virtual time neither."""
    gate = threading.Event()
    calls = []

    async def main():
        with lent_threads(None) as threads:
            busy = [in_thread(threads, lambda: gate.wait(10)) for _ in range(32)]
            late = call_in_thread(lambda: calls.append("late"), clock)
            task = asyncio.create_task(late)
            await rounds()
            task.cancel()
            await asyncio.wait([task])
            gate.set()
            await asyncio.gather(*busy)
            await in_thread(threads, list)
        return task.cancelled()

    assert run(main())
    assert calls == []


def test_cancelled_while_it_is_made():
    """What comes of a call that was cancelled meanwhile is dropped."""
    gate, begun = threading.Event(), threading.Event()

    def call():
        begun.set()
        assert gate.wait(10)

    async def main():
        with lent_threads(1) as threads:
            future = in_thread(threads, call)
            assert await asyncio.to_thread(begun.wait, 10)
            future.cancel()
            gate.set()
            # It comes after the other.
            await in_thread(threads, list)
        return future.cancelled()

    assert run(main())


def test_loop_that_is_closed():
    """What comes when the loop is closed is dropped."""
    gate, threads = threading.Event(), []

    def call():
        threads.append(threading.current_thread())
        assert gate.wait(10)

    async def main():
        with lent_threads(1) as lent:
            in_thread(lent, call)

    run(main())
    eventually(lambda: threads)
    gate.set()
    eventually(lambda: not threads[0].is_alive())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_child():
    """A forked child has threads of its own, though its parent's were in use."""
    gate = threading.Event()

    async def main():
        with lent_threads(None) as threads:
            busy = in_thread(threads, lambda: gate.wait(10))
            child = await asyncio.to_thread(fork)
            gate.set()
            await busy
        return child

    def fork():
        child = os.fork()
        if not child:
            asyncio.set_event_loop(None)
            asyncio._set_running_loop(None)
            code = 0 if asyncio.run(called(lambda: 42)) == 42 else 1
            os._exit(code)
        return child

    _, status = os.waitpid(run(main()), 0)
    assert status == 0
