"""Help for the tests of awaited waits: a way to run them, and jobs that can be awaited or hang."""

from __future__ import annotations

import asyncio
import gc
import threading
import time

from jobv1 import JobStatus
from tests.many_jobs import EndingJob
from tests.scripted_job import PushJob, ScriptedJob


def run(main):
    """Run a coroutine in an event loop of its own, which must have nothing to complain of."""
    complaints = []

    async def watched():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context))
        return await main

    try:
        return asyncio.run(watched())
    finally:
        # What this run has made is young.
        gc.collect(1)
        assert complaints == []


async def rounds(number=10):
    """Let the other tasks run."""
    for _ in range(number):
        await asyncio.sleep(0)


async def until(condition):
    """Let the other tasks run until a condition holds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.001)


def eventually(condition):
    """Wait really until a condition holds."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.001)


async def cancelled(task):
    """Cancel a task, and tell whether it ends at once."""
    begin = time.monotonic()
    task.cancel()
    await asyncio.wait([task], timeout=10)
    return task.cancelled() and time.monotonic() - begin < 1


class SlowJob(ScriptedJob):
    """A job whose query blocks its thread for a while."""

    def __init__(self, script, *, seconds=0.02):
        super().__init__(script)
        self.seconds = seconds

    def _take_step(self):
        time.sleep(self.seconds)
        return JobStatus.DONE if len(self.queried_at) > 1 else JobStatus.RUNNING


class Awaited:
    """A job whose status is awaited on the event loop, and not asked otherwise."""

    async def status_async(self):
        await asyncio.sleep(0)
        return super().status()

    def status(self):
        raise AssertionError("it is to be awaited")


class AwaitedJob(Awaited, ScriptedJob):
    pass


class AwaitedPushJob(Awaited, PushJob):
    pass


class AwaitedEndingJob(Awaited, EndingJob):
    pass


class HungJob(ScriptedJob):
    """A job whose query takes until it is let go, and then answers DONE."""

    def __init__(self, script=(), **keywords):
        super().__init__(script, **keywords)
        self.begun = threading.Event()
        self.gate = threading.Event()

    def _take_step(self):
        self.begun.set()
        assert self.gate.wait(30)
        return JobStatus.DONE


class HungAwaitedJob(ScriptedJob):
    """As a `HungJob`, awaited; `ended` tells how its query ended."""

    def __init__(self, script=(), **keywords):
        super().__init__(script, **keywords)
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.ended = []

    async def status_async(self):
        self.begun.set()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("answered")
        return JobStatus.DONE
