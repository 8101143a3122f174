import contextvars
import math
import threading
from functools import partial

import pytest

from jobv1._clock import CLOCK, Wake
from jobv1.testing import FakeClock, _fake_clock

any_move = pytest.mark.parametrize(
    "move",
    [FakeClock.advance, FakeClock.sleep, lambda clock, seconds: clock.sleep(seconds, Wake())],
    ids=["advance", "sleep", "sleep with wake"],
)


class Diary:
    """Notes what was called, and when by the clock."""

    def __init__(self, clock):
        self.clock = clock
        self.entries = []

    def at(self, time, word, then=lambda: None):
        """Have a word noted at a time, and something done then."""
        self.clock.call_at(time, partial(self.note, word, then))

    def note(self, word, then=lambda: None):
        self.entries.append((self.clock.now(), word))
        then()


@pytest.fixture
def clock():
    """A clock at 0."""
    return FakeClock()


@pytest.fixture
def diary(clock):
    """An empty diary of the calls of the clock."""
    return Diary(clock)


@any_move
def test_called_at_its_time(clock, diary, move):
    """A call is called when the clock gets there, with that time as now, and only once."""
    diary.at(2.5, "a")
    move(clock, 2)
    assert diary.entries == []

    move(clock, 1)
    move(clock, 10)
    assert diary.entries == [(2.5, "a")]
    assert clock.now() == 13


@pytest.mark.parametrize("move", [FakeClock.sleep, FakeClock.advance])
def test_called_at_the_very_end(clock, diary, move):
    """A call at the end of a sleep or an advance belongs to it."""
    diary.at(5, "a")
    move(clock, 5)

    assert diary.entries == [(5, "a")]


def test_order(clock, diary):
    """Calls come in order of time, and those of one time in the order of their addition."""
    for time, word in [(3, "c"), (1, "a"), (3, "d"), (2, "b"), (3, "e")]:
        diary.at(time, word)
    clock.advance(5)

    assert diary.entries == [(1, "a"), (2, "b"), (3, "c"), (3, "d"), (3, "e")]


@pytest.mark.parametrize("start", [0, 2.5])
def test_called_at_once(clock, diary, start):
    """What is to be called at the present time is called at once."""
    clock.advance(start)
    diary.at(start, "a")

    assert diary.entries == [(start, "a")]


def test_time_that_is_over(clock, diary):
    """A time below now is a ValueError that names both, and nothing is called."""
    clock.advance(2.5)
    with pytest.raises(
        ValueError, match=r"^time must be 2\.5 or more, where the clock stands, not 1\.25$"
    ):
        diary.at(1.25, "a")
    clock.advance(10)

    assert diary.entries == []


@pytest.mark.parametrize(
    ("time", "kind", "text"),
    [
        (-1, ValueError, "time must be 0.0 or more, where the clock stands, not -1.0"),
        (math.nan, ValueError, "time must be a number of seconds, not NaN"),
        (math.inf, ValueError, "time must be finite"),
        ("5", TypeError, "time must be a number of seconds, not '5' (str)"),
        (True, TypeError, "time must be a number of seconds, not True (bool)"),
    ],
)
def test_time_that_is_none(clock, time, kind, text):
    """A time that never comes or is no number is refused when the call is added."""
    with pytest.raises(kind) as caught:
        clock.call_at(time, list)

    assert str(caught.value) == text


def test_what_cannot_be_called(clock):
    """What cannot be called is a TypeError when it is added."""
    with pytest.raises(TypeError, match=r"^call must be callable without arguments, not 'a'$"):
        clock.call_at(5, "a")
    clock.advance(10)

    assert clock.now() == 10


def test_call_that_adds_calls(clock, diary):
    """A call may add others, which are called in the same move if it goes as far."""
    diary.at(1, "a", lambda: [diary.at(4, "d"), diary.at(2, "b"), diary.at(20, "e")])
    diary.at(3, "c")
    clock.advance(10)

    assert diary.entries == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


@pytest.mark.parametrize("move", ["sleep", "advance"])
@pytest.mark.parametrize(("seconds", "end"), [(3, 10), (9, 10), (30, 31)])
def test_call_that_moves_the_clock(clock, diary, move, seconds, end):
    """A call may move the clock; the move under way still ends where it was to end, if later."""
    diary.at(1, "a", lambda: getattr(clock, move)(seconds))
    clock.advance(10)

    assert clock.now() == end


def test_calls_within_a_call(clock, diary):
    """A call that moves the clock passes through the calls that follow, each called once."""
    diary.at(1, "a", lambda: diary.note("a goes on", lambda: clock.advance(3)))
    diary.at(2, "b")
    diary.at(8, "c")
    clock.advance(10)

    assert diary.entries == [(1, "a"), (1, "a goes on"), (2, "b"), (8, "c")]


@any_move
@pytest.mark.parametrize("seconds", [-1, math.nan, "5"])
def test_refused_moves_call_nothing(clock, diary, move, seconds):
    """A move that is refused calls nothing."""
    diary.at(2, "a")
    with pytest.raises((ValueError, TypeError), match="^seconds must be"):
        move(clock, seconds)

    assert (clock.now(), diary.entries) == (0, [])


@pytest.mark.parametrize("move", [FakeClock.advance, FakeClock.sleep])
def test_endless_move_that_nothing_could_end(clock, diary, move):
    """An endless move that no wake could end is refused before anything is called."""
    diary.at(2, "a")
    with pytest.raises(ValueError, match=r"^seconds must be finite$"):
        move(clock, math.inf)

    assert (clock.now(), diary.entries) == (0, [])


@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
def test_call_that_raises(clock, diary, kind):
    """What a call raises travels out of the move; the calls that follow stay for the next one."""
    error = kind("at 2")

    def fail():
        raise error

    clock.call_at(2, fail)
    diary.at(3, "a")
    with pytest.raises(kind) as caught:
        clock.sleep(10)
    assert caught.value is error
    assert (clock.now(), diary.entries) == (2, [])

    clock.sleep(10)
    assert (clock.now(), diary.entries) == (12, [(3, "a")])


def test_end_is_exact(clock, diary):
    """With calls on the way a move ends at the same time as without, to the last digit."""
    plain = FakeClock()
    for clock_ in (plain, clock):
        clock_.advance(0.1)
    for time in (0.2, 0.7, 0.9):
        diary.at(time, "a")
    for clock_ in (plain, clock):
        clock_.advance(0.2)
        clock_.sleep(0.7)

    assert clock.now() == plain.now() == 0.1 + 0.2 + 0.7
    assert [time for time, _ in diary.entries] == [0.2, 0.7, 0.9]


def test_readings_are_counted_anew_at_each_call(clock, diary, monkeypatch):
    """A clock that gets to a call was moved: the readings are counted from there."""
    monkeypatch.setattr(_fake_clock, "_MOST_READINGS", 3)
    diary.at(1, "a")
    diary.at(2, "b")
    for _ in range(2):
        clock.now()
    clock.advance(3)
    for _ in range(3):
        clock.now()

    assert diary.entries == [(1, "a"), (2, "b")]


def test_threads_that_share_the_clock(clock):
    """While a call runs another thread may read and move the clock."""
    seen = []

    def ask():
        CLOCK.get().advance(1)
        seen.append(CLOCK.get().now())

    def ask_in_a_thread():
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(ask,))
        thread.start()
        thread.join(10)

    clock.call_at(2, ask_in_a_thread)
    with clock:
        clock.advance(5)

    assert seen == [3]
    assert clock.now() == 5


def test_time_never_goes_back(clock, diary):
    """Where another thread has moved the clock past a call, the call comes late, not time back."""
    diary.at(1, "a", lambda: diary.at(2, "b"))
    diary.at(1, "c", lambda: setattr(clock, "_now", 7.0))
    clock.advance(3)

    assert diary.entries == [(1, "a"), (1, "c"), (7, "b")]
    assert clock.now() == 7
