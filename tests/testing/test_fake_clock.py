import contextvars
import math
import threading
import time
from fractions import Fraction

import pytest

from jobv1 import JobStatus, JobTimeoutError, JobV1
from jobv1._clock import CLOCK, Clock, Wake
from jobv1.testing import FakeClock


class OvernightJob(JobV1):
    """Is done after a day of the clock in force."""

    def submit(self):
        pass

    def status(self):
        return JobStatus.DONE if CLOCK.get().now() >= 86_400 else JobStatus.RUNNING

    def result(self):
        pass


class SlowFloat(float):
    """A time to which nothing is added quickly, so that two threads meet while they add."""

    def __add__(self, other):
        time.sleep(0.002)
        return SlowFloat(float(self) + other)


def in_thread(function):
    """Run a function in a thread, and give what it returned."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function()))
    thread.start()
    thread.join(10)
    return answers[0]


def test_is_a_clock():
    """The fake is a clock as the system's is."""
    assert isinstance(FakeClock(), Clock)


def test_starts_at_zero():
    """Virtual time starts at 0."""
    assert FakeClock().now() == 0.0


def test_stands_still():
    """The clock moves neither by itself nor by being read."""
    clock = FakeClock()
    begin = time.monotonic()
    while time.monotonic() == begin:
        continue

    assert [clock.now() for _ in range(3)] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("move", [FakeClock.sleep, FakeClock.advance])
def test_moves(move):
    """The clock moves on exactly by what was slept or told, at once."""
    clock = FakeClock()
    times = []
    for seconds in (5, 0.25, 0, Fraction(1, 2), 86_400):
        move(clock, seconds)
        times.append(clock.now())

    assert times == [5.0, 5.25, 5.25, 5.75, 86_405.75]
    assert type(clock.now()) is float


@pytest.mark.parametrize("move", [FakeClock.sleep, FakeClock.advance])
@pytest.mark.parametrize(
    ("seconds", "refusal"),
    [
        (-1, "seconds must be 0 or more, not -1"),
        (-math.inf, "seconds must be 0 or more, not -inf"),
        (math.nan, "seconds must be a number of seconds, not NaN"),
        (math.inf, "seconds must be finite"),
    ],
)
def test_refuses_time_that_cannot_pass(move, seconds, refusal):
    """Negative, endless and undefined time is a ValueError, and the clock stays where it was."""
    clock = FakeClock()
    clock.advance(5)
    with pytest.raises(ValueError, match=f"^{refusal}$"):
        move(clock, seconds)

    assert clock.now() == 5


@pytest.mark.parametrize("move", [FakeClock.sleep, FakeClock.advance])
@pytest.mark.parametrize("seconds", [True, "5", None], ids=repr)
def test_refuses_what_is_no_number(move, seconds):
    """Anything but a number is a TypeError, and the clock stays where it was."""
    clock = FakeClock()
    with pytest.raises(TypeError, match=f"^seconds must be a number of seconds, not {seconds!r}"):
        move(clock, seconds)

    assert clock.now() == 0


def test_sleep_that_is_woken():
    """A sleep with a wake that is set returns at once and does not move the clock."""
    clock = FakeClock()
    wake = Wake()
    wake.set()
    clock.sleep(5, wake)
    assert clock.now() == 0

    wake.clear()
    clock.sleep(5, wake)
    assert clock.now() == 5


def test_endless_sleep_that_is_woken():
    """A sleep without end returns if its wake is set."""
    wake = Wake()
    wake.set()
    clock = FakeClock()
    clock.sleep(math.inf, wake)

    assert clock.now() == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "<FakeClock at 0.000000 s>"),
        (2.5, "<FakeClock at 2.500000 s>"),
        (86_400, "<FakeClock at 86400.000000 s>"),
    ],
)
def test_repr(seconds, text):
    """The clock shows its time."""
    clock = FakeClock()
    clock.advance(seconds)

    assert repr(clock) == text


def test_in_force_inside_the_block():
    """The clock is in force inside its `with` block, which gives it, and no longer after."""
    before = CLOCK.get()
    clock = FakeClock()
    assert CLOCK.get() is before
    with clock as given:
        assert given is clock
        assert CLOCK.get() is clock

    assert CLOCK.get() is before


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_restored_after_an_exception(kind):
    """An exception travels out of the block, and the clock before is in force again."""
    before = CLOCK.get()
    with pytest.raises(kind), FakeClock():
        raise kind

    assert CLOCK.get() is before


def test_nested_blocks():
    """A block inside another has its own time, and after it the outer clock goes on."""
    with FakeClock() as outer:
        CLOCK.get().sleep(5)
        with FakeClock() as inner:
            CLOCK.get().sleep(7)
        CLOCK.get().sleep(1)

    assert (outer.now(), inner.now()) == (6, 7)


def test_same_clock_cannot_be_nested():
    """A clock that is in force already is refused, and stays in force to the end of its block."""
    before = CLOCK.get()
    clock = FakeClock()
    with clock:
        with (
            pytest.raises(
                RuntimeError, match=r"^this FakeClock is in force already; .* own clock$"
            ),
            clock,
        ):
            pass
        assert CLOCK.get() is clock

    assert CLOCK.get() is before


def test_used_again():
    """A clock whose block has ended may be used again, and goes on from its time."""
    clock = FakeClock()
    with clock:
        clock.sleep(5)
    with clock:
        assert CLOCK.get() is clock
        clock.sleep(5)

    assert clock.now() == 10


def test_exit_without_a_block():
    """To leave a block that was never entered does nothing."""
    before = CLOCK.get()
    FakeClock().__exit__(None, None, None)

    assert CLOCK.get() is before


def test_shared_with_a_copy_of_the_context():
    """A thread that runs in a copy of this context shares the clock, both ways."""
    with FakeClock() as clock:
        clock.advance(5)
        context = contextvars.copy_context()
        seen = in_thread(lambda: context.run(lambda: (CLOCK.get().now(), CLOCK.get().sleep(2))))

    assert seen == (5, None)
    assert clock.now() == 7


def test_invisible_to_a_thread_of_its_own():
    """A thread with a context of its own does not see the clock."""
    with FakeClock() as clock:
        context = contextvars.Context()

        assert in_thread(lambda: context.run(CLOCK.get)) is not clock


def test_clocks_of_two_threads():
    """Two threads may each have their own clock in force at the same time."""
    with FakeClock() as ours:
        CLOCK.get().sleep(5)

        def theirs():
            with FakeClock() as clock:
                CLOCK.get().sleep(7)
                return clock.now()

        assert in_thread(theirs) == 7
        assert CLOCK.get() is ours
        assert ours.now() == 5


def test_threads_that_move_it_together():
    """No time is lost when several threads move the clock at once."""
    clock = FakeClock()
    clock._now = SlowFloat(0)
    threads = [threading.Thread(target=clock.advance, args=(1,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert clock.now() == 8


def test_a_day_of_waiting():
    """A wait for a day ends in virtual time, at the first query after the day."""
    before = time.monotonic()
    with FakeClock() as clock:
        OvernightJob(None, "ab12").wait_for_final_state(timeout=100_000, wait=7)

    assert clock.now() == 86_401
    assert time.monotonic() - before < 10


def test_deadline_in_virtual_time():
    """A deadline is met exactly in virtual time."""
    with FakeClock() as clock, pytest.raises(JobTimeoutError):
        OvernightJob(None, "ab12").wait_for_final_state(timeout=60.5, wait=7)

    assert clock.now() == 60.5
