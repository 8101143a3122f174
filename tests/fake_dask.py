"""What a Dask client, its tasks and its executor do, on a loop that runs when it is told."""

import asyncio
from concurrent.futures import CancelledError, Executor
from weakref import WeakSet, ref


class FakeLoop:
    """The loop of a client."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.running = set()

    def add_callback(self, fn, *args):
        self.loop.call_soon(self.begin, fn, args)

    def begin(self, fn, args):
        begun = fn(*args)
        if asyncio.iscoroutine(begun):
            task = self.loop.create_task(begun)
            self.running.add(task)
            task.add_done_callback(self.running.discard)

    def settle(self):
        """Run until nothing is left to do."""
        self.loop.run_until_complete(self.take_turns())

    async def take_turns(self):
        for _ in range(20):
            await asyncio.sleep(0)

    def close(self):
        """End as a loop does that ends its tasks, too."""
        if self.loop.is_closed():
            return
        self.settle()
        for task in set(self.running):
            task.cancel()
        self.settle()
        self.loop.close()


class FutureCancelledError(CancelledError):
    """Says why a task was given up."""

    def __init__(self, reason, msg):
        super().__init__(reason)
        self.reason = reason
        self.msg = msg


class FakeTask:
    """The future of a task; it ends when it is told."""

    def __init__(self, client, key, call):
        self.client = client
        self.key = key
        self.call = call
        self.status = "pending"
        self.error = None
        self.value = None
        self.ended = asyncio.Event()

    async def exception(self):
        await self.ended.wait()
        return self.error

    async def traceback(self):
        return self.error.__traceback__

    def __await__(self):
        return self.fetch().__await__()

    async def fetch(self):
        if self.status == "cancelled":
            raise FutureCancelledError(*self.value)
        if self.client.spoils > 0:
            self.client.spoils -= 1
            raise ValueError("something in this batch cannot be read")
        return self.value


class FakeScheduler:
    """The scheduler, asked for one result."""

    def __init__(self, client):
        self.client = client

    async def gather(self, keys):
        (task,) = (task for task in self.client.tasks if task.key == keys[0])
        if isinstance(task.value, Exception):
            raise type(task.value)(*task.value.args)
        if self.client.dead_workers > 0:
            self.client.dead_workers -= 1
            return {"status": "error", "keys": keys}
        return {"status": "OK", "data": {task.key: task.value}}


class FakeClient:
    """A client, whose `submit` takes some keywords for itself.

    Attributes:
        spoils: How many fetches of a result fail, since another in their batch cannot be read.
        dead_workers: How many requests for one result find that its worker has died.
        refuses: What `submit` raises; None for nothing.
        refused: A reference to the last task that `submit` made in vain.
    """

    def __init__(self):
        self.loop = FakeLoop()
        self.status = "running"
        self.tasks = []
        self.spoils = 0
        self.dead_workers = 0
        self.refuses = None
        self.scheduler = FakeScheduler(self)

    @property
    def asynchronous(self):
        return asyncio._get_running_loop() is self.loop.loop

    def submit(self, func, *args, key=None, workers=None, retries=None, pure=True, **kwargs):
        task = FakeTask(self, key, lambda: func(*args, **kwargs))
        if self.refuses is not None:
            self.refused = ref(task)
            raise type(self.refuses)(*self.refuses.args)
        assert not pure
        self.options = {"workers": workers, "retries": retries}
        self.keywords = kwargs
        self.tasks.append(task)
        return task

    async def cancel(self, tasks):
        for task in tasks:
            self.end(task, "cancelled", ("unknown", None))

    def end(self, task, status, value):
        task.status = status
        task.value = value
        task.ended.set()


class ClientExecutor(Executor):
    """The executor of a client; its class and its package are named as Dask's are."""

    __module__ = "distributed.cfexecutor"

    def __init__(self, client, **options):
        self._client = client
        self._kwargs = options
        self._futures = WeakSet()
        self._shutdown = False

    def submit(self, fn, *args, **kwargs):
        raise AssertionError("its future would never end")

    def shutdown(self, wait=True):
        self._shutdown = True
        self._client.loop.close()

    def run(self):
        """Run the last task."""
        task = self._client.tasks[-1]
        try:
            self._client.end(task, "finished", task.call())
        except ArithmeticError as error:
            # One that came from afar holds no frame of this process.
            task.error = error.with_traceback(None)
            self._client.end(task, "error", None)
        self._client.loop.settle()

    def give_up(self, reason, msg):
        """Give the last task up."""
        self._client.end(self._client.tasks[-1], "cancelled", (reason, msg))
        self._client.loop.settle()
