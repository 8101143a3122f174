import contextvars
import math
import threading
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobv1._clock import CLOCK, Clock, SystemClock, Wake, cut

A_DAY = 86_400
SHORTEST_LIMIT_OF_A_PLATFORM = 4_294_967  # 2**32 milliseconds, on Windows

times = st.floats(min_value=0, max_value=1e12)
delays = st.floats(min_value=0, allow_nan=False)


class WakeSetWhileWaitedFor(Wake):
    """Is set by another thread as soon as somebody waits for it."""

    def wait(self, seconds):
        threading.Thread(target=self.set).start()
        super().wait(seconds)


class RecordingWake(Wake):
    """Keeps how long it was waited for, and takes no time."""

    def __init__(self):
        super().__init__()
        self.timeouts = []

    def wait(self, seconds):
        self.timeouts.append(seconds)


@pytest.fixture
def slept(monkeypatch):
    """The seconds that were passed to `time.sleep`, which takes no time."""
    seconds = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def test_clock_in_force_by_default():
    """Where nobody set another clock, that of the system is in force."""
    assert type(contextvars.Context().run(CLOCK.get)) is SystemClock


@pytest.mark.parametrize("method", ["now", "sleep"])
def test_a_clock_needs_both_methods(method):
    """A clock without `now` or without `sleep` cannot be made."""
    unfinished = type("UnfinishedClock", (Clock,), {method: lambda self, *seconds: 0.0})

    with pytest.raises(TypeError, match="abstract"):
        unfinished()


def test_system_time_is_monotonic_time(monkeypatch):
    """The system clock asks `time.monotonic`, through the module at each call."""
    clock = SystemClock()
    monkeypatch.setattr(time, "monotonic", lambda: 42.0)
    assert clock.now() == 42.0

    monkeypatch.setattr(time, "monotonic", lambda: 43.5)
    assert clock.now() == 43.5


def test_system_time_ignores_the_wall_clock(monkeypatch):
    """A jump of the wall clock does not move the system clock."""
    clock = SystemClock()
    before = clock.now()
    monkeypatch.setattr(time, "time", lambda: 9e9)

    assert 0 <= clock.now() - before < 60


def test_system_sleep(slept):
    """The system clock sleeps by `time.sleep`, through the module, as long as it is told."""
    SystemClock().sleep(2.5)
    SystemClock().sleep(A_DAY)

    assert slept == [2.5, 86_400]


@pytest.mark.parametrize("seconds", [1e10, 1e300, math.inf])
def test_long_sleep(slept, seconds):
    """A sleep that is too long for a platform is cut; it still lasts at least a day."""
    SystemClock().sleep(seconds)

    assert A_DAY <= slept[0] <= threading.TIMEOUT_MAX
    assert len(slept) == 1


@pytest.mark.parametrize("seconds", [1e10, 1e300, math.inf])
def test_long_sleep_with_wake(slept, seconds):
    """A sleep that can be woken is cut likewise, and is not slept twice."""
    wake = RecordingWake()
    SystemClock().sleep(seconds, wake)

    assert A_DAY <= wake.timeouts[0] <= threading.TIMEOUT_MAX
    assert len(wake.timeouts) == 1
    assert slept == []


def test_long_sleep_on_every_platform(slept):
    """No sleep is longer than the platform that takes the least can take."""
    wake = RecordingWake()
    SystemClock().sleep(math.inf)
    SystemClock().sleep(math.inf, wake)

    assert max(slept + wake.timeouts) <= SHORTEST_LIMIT_OF_A_PLATFORM


def test_sleep_with_wake_lasts_as_told():
    """A sleep that nobody wakes lasts as long as one that cannot be woken."""
    wake = RecordingWake()
    SystemClock().sleep(2.5, wake)

    assert wake.timeouts == [2.5]


def test_woken_before_the_sleep():
    """A sleep returns at once if its wake is set before."""
    wake = Wake()
    wake.set()
    before = time.monotonic()
    SystemClock().sleep(10, wake)

    assert time.monotonic() - before < 5


def test_woken_while_it_sleeps():
    """A sleep returns at once when its wake is set by another thread."""
    before = time.monotonic()
    SystemClock().sleep(10, WakeSetWhileWaitedFor())

    assert time.monotonic() - before < 5


@given(delay=delays, now=times, limit=times)
@example(delay=math.inf, now=0.1, limit=0.3)
@example(delay=5.0, now=0.7, limit=1e12)
@example(delay=2.0, now=1e-9, limit=1.0)
@example(delay=1.0, now=1.0, limit=1.0000000000000002)
def test_cut_keeps_or_reaches_the_limit(delay, now, limit):
    """A sleep is kept if it ends before the limit; if it is cut, it ends at the limit or after."""
    now, limit = sorted((now, limit))
    seconds = cut(delay, now, limit)

    if delay < limit - now:
        assert seconds == delay
    else:
        assert limit <= now + seconds <= math.nextafter(limit, math.inf)


def test_cut_that_rounding_would_leave_too_short():
    """Where the time left is rounded down, the sleep is the next longer one."""
    now, limit = 0.8, 2.9
    assert now + (limit - now) < limit

    assert cut(60.0, now, limit) == math.nextafter(limit - now, math.inf)
    assert cut(limit - now, now, limit) == math.nextafter(limit - now, math.inf)


@pytest.mark.parametrize(
    ("delay", "now", "limit", "seconds"),
    [
        (5.0, 100.0, 103.0, 3.0),
        (5.0, 100.0, 105.0, 5.0),
        (5.0, 100.0, 106.0, 5.0),
        (0.0, 100.0, 106.0, 0.0),
        (5.0, 100.0, 100.0, 0.0),
        (math.inf, 100.0, 106.0, 6.0),
        (5.0, 100.0, math.inf, 5.0),
        (math.inf, 100.0, math.inf, math.inf),
    ],
)
def test_cut(delay, now, limit, seconds):
    """A sleep ends by itself or at the limit, whichever comes first; either may be endless."""
    assert cut(delay, now, limit) == seconds


def test_work_of_threads():
    """The clock of the system gives threads no time of its own: its sleeps are real."""
    wake = Wake()
    before = time.monotonic()
    SystemClock().let_threads_work(wake)

    assert time.monotonic() - before < 5
    assert not wake.is_set()
