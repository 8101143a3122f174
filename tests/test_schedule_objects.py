import copy
import math
import pickle
import re
from fractions import Fraction

import pytest

from jobv1.schedules import Adaptive, Exponential, Fixed, RandomPhase, checked_delay

HUGE = 10**400

SCHEDULES = {
    "Fixed": Fixed(4),
    "Exponential": Exponential(1, 3, 10),
    "Adaptive": Adaptive(0.5, 1, 2, 60),
    "RandomPhase": RandomPhase(Fixed(4), 7),
}
SAME = {
    "Fixed": Fixed(4.0),
    "Exponential": Exponential(first=1.0, factor=3.0, maximum=10.0),
    "Adaptive": Adaptive(fraction=0.5, root=1.0, minimum=2.0, maximum=60.0),
    "RandomPhase": RandomPhase(schedule=Fixed(4), seed=7),
}
OTHERS = [
    Fixed(5),
    Exponential(2, 3, 10),
    Exponential(1, 2, 10),
    Exponential(1, 3, 11),
    Adaptive(0.6, 1, 2, 60),
    Adaptive(0.5, 2, 2, 60),
    Adaptive(0.5, 1, 3, 60),
    Adaptive(0.5, 1, 2, 61),
    RandomPhase(Fixed(5), 7),
    RandomPhase(Fixed(4), 8),
    4,
    None,
]

every_schedule = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)


class Answers:
    """A schedule that always gives one answer, and keeps the questions."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def delay(self, *question):
        self.asked.append(question)
        return self.answer

    def __repr__(self):
        return "<Answers>"


class DelayIsANumber:
    delay = 5

    def __repr__(self):
        return "<DelayIsANumber>"


@every_schedule
def test_pure(schedule):
    """The same question gets the same answer, whatever was asked between."""
    questions = [(0.0, 0), (9.0, 1), (100.0, 7), (1e6, 10_000)]
    first = [schedule.delay(*question) for question in questions]
    backwards = [schedule.delay(*question) for question in reversed(questions)]

    assert backwards[::-1] == first


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        (Fixed(4), "seconds"),
        (Exponential(), "first"),
        (Exponential(), "factor"),
        (Adaptive(), "maximum"),
        (RandomPhase(Fixed(4), 7), "schedule"),
        (RandomPhase(Fixed(4), 7), "seed"),
    ],
)
def test_immutable(schedule, name):
    """No argument of a schedule can be changed or deleted, and none can be added."""
    before = repr(schedule)
    refusal = f"^a {type(schedule).__name__} cannot be changed; make another$"
    with pytest.raises(AttributeError, match=refusal):
        setattr(schedule, name, 6)
    with pytest.raises(AttributeError, match=refusal):
        delattr(schedule, name)
    with pytest.raises(AttributeError, match=refusal):
        schedule.hint = 6

    assert repr(schedule) == before


@pytest.mark.parametrize("name", SCHEDULES)
def test_equality(name):
    """Schedules of one kind with equal arguments are equal and hash alike; others differ."""
    assert SCHEDULES[name] == SAME[name]
    assert hash(SCHEDULES[name]) == hash(SAME[name])
    assert [other for other in OTHERS if other == SCHEDULES[name]] == []
    assert [other for other in OTHERS if hash(other) == hash(SCHEDULES[name])] == []


def test_schedules_of_two_kinds():
    """Schedules of two kinds differ, even if one is a subclass of the other and holds the same."""

    class Steady(Fixed):
        pass

    assert Steady(4) != Fixed(4)
    assert Fixed(4) != Steady(4)
    assert len({Steady(4), Fixed(4), Steady(4)}) == 2
    assert hash(Steady(4)) != hash(Fixed(4))
    assert repr(Steady(4)).endswith("Steady(seconds=4.0)")


def test_arguments_are_read_as_floats():
    """An argument of any kind of number is kept as a float."""
    exponential = Exponential(1, Fraction(3, 2), 10)
    adaptive = Adaptive(Fraction(1, 2), 1, 2, 60)

    assert list(map(repr, vars(exponential).values())) == ["1.0", "1.5", "10.0"]
    assert list(map(repr, vars(adaptive).values())) == ["0.5", "1.0", "2.0", "60.0"]
    assert [repr(Fixed(value).seconds) for value in (4, Fraction(1, 2), HUGE)] == [
        "4.0",
        "0.5",
        "inf",
    ]


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (Fixed(4), "Fixed(seconds=4.0)"),
        (Exponential(1, 3, 10), "Exponential(first=1.0, factor=3.0, maximum=10.0)"),
        (Adaptive(0.5, 1, 2, 60), "Adaptive(fraction=0.5, root=1.0, minimum=2.0, maximum=60.0)"),
        (RandomPhase(Fixed(4), 7), "RandomPhase(schedule=Fixed(seconds=4.0), seed=7)"),
        (RandomPhase(Fixed(4)), "RandomPhase(schedule=Fixed(seconds=4.0), seed=None)"),
    ],
)
def test_repr(schedule, text):
    """A schedule shows how it is made."""
    assert repr(schedule) == text


@every_schedule
@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda schedule: pickle.loads(pickle.dumps(schedule))],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies(schedule, copied):
    """A copied or pickled schedule is equal to the first, and answers alike."""
    twin = copied(schedule)

    assert twin == schedule
    assert twin.delay(9.0, 0) == schedule.delay(9.0, 0)


@pytest.mark.parametrize(
    ("answer", "delay"),
    [(0, 0.0), (2.5, 2.5), (7, 7.0), (Fraction(1, 2), 0.5), (math.inf, math.inf), (HUGE, math.inf)],
    ids=["0", "2.5", "7", "1/2", "inf", "huge"],
)
def test_checked_delay(answer, delay):
    """A schedule may answer any number from 0 on; it is read as a float."""
    checked = checked_delay(Answers(answer), 9.0, 3)

    assert type(checked) is float
    assert checked == delay


def test_question_of_a_checked_delay():
    """A schedule is asked once, with the seconds since the start and the number of sleeps."""
    schedule = Answers(1)
    checked_delay(schedule, 9.0, 3)

    assert schedule.asked == [(9.0, 3)]


@pytest.mark.parametrize("answer", [True, "5", None, [5], 5j], ids=repr)
def test_schedule_that_answers_no_number(answer):
    """A schedule that answers anything but a number is a TypeError that shows it."""
    shown = re.escape(f"must be a number of seconds, not {answer!r}")
    with pytest.raises(TypeError, match=f"^the delay answered by <Answers> {shown}"):
        checked_delay(Answers(answer), 0.0, 0)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (-1, "must be 0 or more, not -1"),
        (-math.inf, "must be 0 or more, not -inf"),
        (math.nan, "must be a number of seconds, not NaN"),
    ],
)
def test_schedule_that_answers_a_wrong_number(answer, fault):
    """A schedule that answers a negative number or NaN is a ValueError that shows it."""
    with pytest.raises(ValueError, match=f"^the delay answered by <Answers> {fault}$"):
        checked_delay(Answers(answer), 0.0, 0)


@pytest.mark.parametrize("schedule", [5, None, "5", DelayIsANumber()], ids=repr)
def test_no_schedule(schedule):
    """An object without a method `delay` is a TypeError that says what is missing."""
    missing = f"a schedule needs a method delay(elapsed, sleeps), and {schedule!r} has none"
    with pytest.raises(TypeError, match=f"^{re.escape(missing)}$"):
        checked_delay(schedule, 0.0, 0)


def test_class_in_place_of_a_schedule():
    """A schedule's class, passed where the call was forgotten, is told from a schedule."""
    with pytest.raises(TypeError, match=r"^a schedule needs a method delay"):
        checked_delay(Fixed, 0.0, 0)
