import asyncio
import math
import socket
import threading
import time
from contextlib import suppress

import pytest

from jobv1._loop_wake import LoopWake
from jobv1.testing import FakeClock, _fake_clock
from tests.awaiting import rounds, run


@pytest.fixture
def clock():
    """A clock at 0."""
    return FakeClock()


@pytest.fixture
def woken():
    """Who was woken when."""
    return []


async def sleeps(clock, seconds, wake=None):
    """Sleep, and give the time after."""
    await clock.sleep_async(seconds, wake)
    return clock.now()


def test_one_sleeper(clock):
    """A sleep moves the clock on by exactly its seconds, at once."""
    assert run(sleeps(clock, 86_400.5)) == 86_400.5


def test_sleepers_side_by_side(clock):
    """Tasks that sleep at the same time end each at its own time."""

    async def main():
        return await asyncio.gather(*(sleeps(clock, seconds) for seconds in (10, 5, 7, 5)))

    assert run(main()) == [10, 5, 7, 5]
    assert clock.now() == 10


def test_sleepers_that_sleep_again(clock, woken):
    """Time never passes one that is about to sleep again."""

    async def sleeper(name, seconds, times):
        for _ in range(times):
            await clock.sleep_async(seconds)
            woken.append((clock.now(), name))

    async def main():
        await asyncio.gather(sleeper("a", 4, 3), sleeper("b", 3, 4))

    run(main())
    assert woken == [(3, "b"), (4, "a"), (6, "b"), (8, "a"), (9, "b"), (12, "a"), (12, "b")]


@pytest.mark.parametrize("number", [1, 20, 60])
def test_tasks_that_have_something_to_do(clock, woken, number):
    """Time does not move as long as another task has something left to do."""

    async def worker():
        await rounds(number)
        woken.append(clock.now())
        await clock.sleep_async(1)
        woken.append(clock.now())

    async def main():
        await asyncio.gather(clock.sleep_async(10), worker())

    run(main())
    assert woken == [0, 1]


def test_task_that_gets_something_at_once(clock):
    """Time does not move as long as a task gets what is on its way in the same process."""

    async def main():
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            got = asyncio.create_task(loop.sock_recv(ours, 1))
            other = asyncio.create_task(sleeps(clock, 10))
            await asyncio.sleep(0)
            theirs.send(b"a")
            return await got, clock.now(), await other

    assert run(main()) == (b"a", 0, 10)


def test_task_that_never_rests(clock):
    """A task that always has something to do does not stop time."""

    async def main():
        busy = asyncio.create_task(rounds(10**9))
        await clock.sleep_async(10)
        busy.cancel()
        with suppress(asyncio.CancelledError):
            await busy

    run(main())
    assert clock.now() == 10


def test_two_clocks_on_one_loop():
    """Two clocks on one loop do not stop each other."""
    clocks = FakeClock(), FakeClock()

    async def main():
        return await asyncio.gather(sleeps(clocks[0], 10), sleeps(clocks[1], 5))

    assert run(main()) == [10, 5]


def test_wake(clock):
    """A sleep ends when its wake is set, and one that is set before does not begin."""
    wake = LoopWake()

    async def main():
        task = asyncio.create_task(sleeps(clock, math.inf, wake))
        await clock.sleep_async(7)
        wake.set()
        return await task, await sleeps(clock, 60, wake)

    assert run(main()) == (7, 7)


def test_woken_from_another_thread(clock):
    """A sleep without end waits really for what ends it in another thread."""
    wake = LoopWake()

    async def main():
        timer = threading.Timer(0.05, wake.set)
        timer.start()
        await clock.sleep_async(math.inf, wake)
        timer.join()

    run(main())
    assert clock.now() == 0


def test_sleep_of_nothing(clock):
    """A sleep of 0 seconds lets the other tasks run, and takes no time."""

    async def main():
        others = asyncio.create_task(rounds(2))
        await clock.sleep_async(0)
        return others.done()

    assert run(main())
    assert clock.now() == 0


@pytest.mark.parametrize(
    ("seconds", "kind", "text"),
    [
        (-1, ValueError, "seconds must be 0 or more, not -1"),
        (math.nan, ValueError, "seconds must be a number of seconds, not NaN"),
        ("5", TypeError, "seconds must be a number of seconds, not '5' (str)"),
    ],
)
def test_time_that_cannot_pass(clock, seconds, kind, text):
    """Negative and undefined time is refused, as by `sleep`."""
    with pytest.raises(kind) as caught:
        run(clock.sleep_async(seconds))

    assert (str(caught.value), clock.now()) == (text, 0)


def test_calls_on_the_way(clock, woken):
    """What is to be called on the way is called at its time."""
    clock.call_at(3, lambda: woken.append(clock.now()))
    clock.call_at(5, lambda: woken.append(clock.now()))
    clock.call_at(9, lambda: woken.append(clock.now()))

    assert run(sleeps(clock, 5)) == 5
    assert woken == [3, 5]


def test_call_that_wakes(clock):
    """A call that sets the wake of a sleep ends it at its time, an endless one, too."""
    wake = LoopWake()
    clock.call_at(3, wake.set)

    assert run(sleeps(clock, math.inf, wake)) == 3


def test_call_that_another_task_plans(clock):
    """A call that is planned while all sleep without end is called."""
    wake = LoopWake()

    async def main():
        task = asyncio.create_task(sleeps(clock, math.inf, wake))
        await asyncio.sleep(0.03)
        clock.call_at(4, wake.set)
        return await task

    assert run(main()) == 4


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_call_that_raises(clock, kind):
    """What a call raises travels out of the sleep that would have ended first."""

    def fail():
        raise kind

    clock.call_at(3, fail)

    async def main():
        rest = asyncio.create_task(sleeps(clock, 10))
        try:
            await clock.sleep_async(5)
        except kind:
            return clock.now(), await rest

    assert run(main()) == (3, 10)


def test_call_that_raises_stop_iteration(clock):
    """A StopIteration of a call is a RuntimeError, as Python makes of it in a coroutine."""
    clock.call_at(3, lambda: next(iter(())))

    with pytest.raises(RuntimeError, match="^a call of call_at raised StopIteration$"):
        run(clock.sleep_async(5))

    assert clock.now() == 3


def test_clock_that_is_moved_meanwhile(clock):
    """Who moves the clock past the end of a sleep ends it."""

    async def main():
        tasks = [asyncio.create_task(sleeps(clock, seconds)) for seconds in (10, 5, 50)]
        await asyncio.sleep(0)
        clock.advance(20)
        return [await task for task in tasks]

    assert run(main()) == [20, 20, 50]


def test_cancelled_sleep(clock):
    """A task that is cancelled in its sleep is waited for no longer."""

    async def main():
        task = asyncio.create_task(sleeps(clock, 5))
        other = asyncio.create_task(sleeps(clock, 10))
        await asyncio.sleep(0)
        task.cancel()
        return await other

    assert run(main()) == 10


def test_used_in_two_loops(clock):
    """A clock goes on in the next event loop, even if the last one left in the middle."""

    async def leave():
        asyncio.get_running_loop().create_task(clock.sleep_async(5))
        await asyncio.sleep(0)

    run(leave())
    assert run(sleeps(clock, 5)) == 5


def test_queries_that_are_waited_for(clock):
    """Time stands still for all tasks while a query is really waited for."""
    wake = LoopWake()

    async def main():
        asked = asyncio.create_task(clock.let_queries_work(wake))
        other = asyncio.create_task(sleeps(clock, 10))
        await asyncio.sleep(0.03)
        before = clock.now()
        wake.set()
        await asked
        return before, await other

    assert run(main()) == (0, 10)
    assert wake.is_set()


def test_query_that_does_not_come_back(clock, monkeypatch):
    """A query is really waited for so long at the most; then time moves on."""
    monkeypatch.setattr(_fake_clock, "_LONGEST_REAL_WAIT", 0.1)

    async def main():
        begin = time.monotonic()
        await asyncio.gather(clock.let_queries_work(LoopWake()), clock.sleep_async(10))
        return time.monotonic() - begin

    assert 0.09 <= run(main()) < 5
    assert clock.now() == 10
