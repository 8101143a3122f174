"""What the pool of processes does in a forked child, with a pool of which no process is real."""

import signal
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import process as process_module
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from jobv1 import _process_pool
from jobv1._process_pool import ProcessPool
from tests.local_work import LIMIT, in_child

STOPS = {signal.SIGINT, signal.SIGTERM}


class FakePool:
    """Holds what a `ProcessPoolExecutor` holds, and logs what is done to it."""

    def __init__(self):
        self.log = []
        self._executor_manager_thread = LoggedEnd(self.log, "thread")
        self._processes = {7: LoggedEnd(self.log, "process")}
        self._call_queue = self._queue("call")
        self._result_queue = self._queue("result")

    def submit(self, fn, /, *args, **kwargs):
        return Future()

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.log.append(f"shutdown {wait} {cancel_futures}")

    def _queue(self, name):
        ends = {end: LoggedEnd(self.log, f"{name} {end}") for end in ("reader", "writer")}
        return SimpleNamespace(_reader=ends["reader"], _writer=ends["writer"])


class LoggedEnd:
    """A process, a thread or an end of a pipe, which logs its end."""

    def __init__(self, log, name):
        self._log = log
        self._name = name

    def kill(self):
        self._log.append(f"kill {self._name}")

    def join(self, timeout=None):
        self._log.append(f"join {self._name} {timeout}")

    def close(self):
        self._log.append(f"close {self._name}")


class Unloadable(Exception):
    """Can be pickled, and cannot be made again from that."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")


class Closed(Exception):
    """Cannot be pickled."""

    def __reduce__(self):
        raise TypeError("not for others")


class Changed(Exception):
    """Is no exception when it is made again."""

    def __reduce__(self):
        return str, ("bad luck",)


@pytest.fixture
def fake():
    """A pool whose processes are fakes."""
    pool = ProcessPool(1)
    pool._pool = FakePool()
    return pool


@pytest.fixture
def children(monkeypatch):
    """The processes that Python waits for at the end of the program."""
    children = set()
    monkeypatch.setattr(process_module, "_children", children)
    monkeypatch.setattr(_process_pool, "_POOLS_OF_PARENTS", [])
    return children


@pytest.fixture
def signals():
    """Handlers and a mask as a program may have them, which are put back at the end."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    handlers = {number: signal.signal(number, print) for number in STOPS}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def blocked_signals():
    """Give the signals that are held back."""
    return signal.pthread_sigmask(signal.SIG_BLOCK, set())


def test_kill(fake):
    """A kill ends the processes, then the thread of the pool, and waits a second for each."""
    log = fake._pool.log
    fake.kill()

    assert log == ["kill process", "join process 1", "shutdown False False", "join thread 1"]


@pytest.mark.parametrize(
    ("options", "passed"),
    [
        ({}, "shutdown True False"),
        ({"wait": False}, "shutdown False False"),
        ({"cancel_futures": True}, "shutdown True True"),
    ],
)
def test_shutdown(fake, options, passed):
    """A shutdown waits, and cancels what is queued, as it is told."""
    fake.shutdown(**options)

    assert fake._pool.log == [passed]


def test_reading_end(fake):
    """When the pool breaks, the end of the pipe that no process reads any more is closed."""
    future = fake.submit(pow, 2, 10)
    future.set_exception(BrokenProcessPool("died"))

    assert fake._pool.log == ["close call reader"]


def test_reading_end_after_another_error(fake):
    """An error of a call leaves the pipe as it is, for processes that are yet to be made."""
    future = fake.submit(pow, 2, 10)
    future.set_exception(ValueError("bad luck"))

    assert fake._pool.log == []


@pytest.mark.filterwarnings("ignore:.*is multi-threaded.*:DeprecationWarning")
def test_fork_while_a_thread_submits(fake):
    """A fork waits until no thread is in the middle of a submit."""
    inside, gate, forked = Event(), Event(), Event()

    def submit(fn, /, *args, **kwargs):
        inside.set()
        gate.wait(LIMIT)
        return Future()

    def fork():
        in_child(int)
        forked.set()

    fake._pool.submit = submit
    threads = [Thread(target=fake.submit, args=(pow, 2, 10)), Thread(target=fork)]
    threads[0].start()
    assert inside.wait(LIMIT)
    threads[1].start()
    was_early = forked.wait(0.1)
    gate.set()
    for thread in threads:
        thread.join(LIMIT)

    assert not was_early
    assert forked.is_set()


def test_child_of_the_program(fake, children):
    """A forked child closes what it got of its parent's pool, and waits for none of its parts."""
    pool, other = fake._pool, object()
    fake.submit(pow, 2, 10)
    children |= {*pool._processes.values(), other}
    fake.renew()

    assert sorted(pool.log) == [
        "close call reader",
        "close call writer",
        "close result reader",
        "close result writer",
    ]
    assert children == {other}
    assert _process_pool._POOLS_OF_PARENTS == [pool]


def test_process_of_the_pool(fake, children):
    """A process of the pool keeps the ends that it works with."""
    fake._is_forking = True
    pool = fake._pool
    fake.renew()

    assert sorted(pool.log) == ["close call writer", "close result reader"]
    assert not fake._is_forking


def test_child_on_another_python(monkeypatch, fake, children):
    """A forked child begins anew where Python and its pools keep their parts under other names."""
    monkeypatch.delattr(process_module, "_children")
    del fake._pool._call_queue, fake._pool._result_queue._reader, fake._pool._processes
    log = fake._pool.log
    fake.renew()

    assert log == ["close result writer"]


def test_pool_in_a_child(fake, children):
    """After a fork the pool makes processes of its own, and can be shut down."""
    fake.renew()
    assert fake.submit(pow, 2, 10).result(10) == 1024
    fake.shutdown()

    assert children == set()


def test_child_without_a_pool(children):
    """A pool that never made a process has nothing to close in a forked child."""
    ProcessPool(1).renew()

    assert _process_pool._POOLS_OF_PARENTS == []


@pytest.mark.usefixtures("signals")
def test_signals_of_a_worker():
    """A process of the pool ignores Ctrl-C, ends by SIGTERM, and holds neither back."""
    _process_pool._set_up_worker()

    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert blocked_signals() & STOPS == set()


@pytest.mark.usefixtures("signals")
def test_signals_of_a_worker_without_masks(monkeypatch):
    """Where signals cannot be held back, a process of the pool lets none go."""
    monkeypatch.setattr(_process_pool, "_HAS_SIGNAL_MASKS", False)
    _process_pool._set_up_worker()

    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert blocked_signals() >= STOPS


def test_call_in_a_worker():
    """A call in a process of the pool gets its arguments, and gives its result."""
    assert _process_pool._call(dict, ([("a", 1)],), {"b": 2}) == {"a": 1, "b": 2}


def test_error_of_a_worker():
    """An error that can be sent is sent as it is."""
    error = SystemExit(4)

    with pytest.raises(SystemExit) as caught:
        _process_pool._call(raising, (error,), {})
    assert caught.value is error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Unloadable(5, "bad luck"), "Unloadable: 5: bad luck"),
        (Closed("bad luck"), "Closed: bad luck"),
        (Changed("bad luck"), "Changed: bad luck"),
    ],
)
def test_error_that_a_worker_cannot_send(error, text):
    """In place of an error that cannot be sent goes one that says the same, and has it as cause."""
    with pytest.raises(RuntimeError) as caught:
        _process_pool._call(raising, (error,), {})

    assert str(caught.value) == text
    assert caught.value.__cause__ is error


def raising(error):
    """Raise an error."""
    raise error
