import copy
import math
import pickle
import random

import pytest

from jobv1.schedules import Adaptive, Exponential, Fixed, RandomPhase

SEEDS = range(200)


class Answers:
    """A schedule that gives one answer at first, and another later."""

    def __init__(self, first, later=1.0):
        self.first = first
        self.later = later
        self.asked = []

    def delay(self, elapsed, sleeps):
        self.asked.append((elapsed, sleeps))
        return self.later if sleeps else self.first

    def __repr__(self):
        return "<Answers>"


def test_first_sleep_is_shortened():
    """The first sleep is above 0 and at most the whole one, whatever the seed."""
    delays = [RandomPhase(Fixed(4), seed).delay(0.0, 0) for seed in SEEDS]

    assert all(0 < delay <= 4 for delay in delays)


def test_phases_differ_between_seeds():
    """Different seeds give different phases, spread over the whole sleep."""
    delays = [RandomPhase(Fixed(4), seed).delay(0.0, 0) for seed in SEEDS]

    assert len(set(delays)) == 200
    assert min(delays) < 0.2
    assert max(delays) > 3.8


def test_phase_is_repeatable():
    """The same seed gives the same phase."""
    delays = {RandomPhase(Fixed(4), 7).delay(0.0, 0) for _ in range(5)}

    assert len(delays) == 1


def test_phase_without_a_seed():
    """Without a seed each object draws a phase of its own, and differs from the others."""
    delays = [RandomPhase(Fixed(4)).delay(0.0, 0) for _ in range(20)]

    assert len(set(delays)) == 20
    assert len({RandomPhase(Fixed(4)), RandomPhase(Fixed(4))}) == 2
    assert all(0 < delay <= 4 for delay in delays)


def test_phase_does_not_touch_the_random_module():
    """A seed of ours leaves the numbers of the module `random` as they were."""
    random.seed(1)
    before = random.getstate()
    RandomPhase(Fixed(4), 7).delay(0.0, 0)

    assert random.getstate() == before


@pytest.mark.parametrize(("drawn", "delay"), [(0.0, 4.0), (0.25, 3.0), (0.75, 1.0)])
def test_phase_is_never_nothing(monkeypatch, drawn, delay):
    """The least that can be drawn leaves the sleep whole, so that no phase is 0."""
    monkeypatch.setattr(random.Random, "random", lambda self: drawn)

    assert RandomPhase(Fixed(4), 7).delay(0.0, 0) == delay


def test_later_sleeps_are_whole():
    """The sleeps after the first are those of the schedule itself."""
    schedule = RandomPhase(Exponential(1, 3, 20), 7)

    assert [schedule.delay(0.0, sleeps) for sleeps in (1, 2, 3, 10_000)] == [3, 9, 20, 20]


def test_time_is_passed_on():
    """The schedule learns how long the wait has lasted, at the first sleep too."""
    schedule = RandomPhase(Adaptive(), 7)
    part = schedule.delay(0.0, 0) / 0.05

    assert schedule.delay(100.0, 3) == 2.0
    assert schedule.delay(100.0, 0) == pytest.approx(2.0 * part)


def test_arguments_can_be_read():
    """The schedule and the seed are kept as they were given."""
    phase = RandomPhase(Fixed(4), 7)

    assert (phase.schedule, phase.seed) == (Fixed(4), 7)
    assert RandomPhase(Fixed(4)).seed is None


def test_a_trial_changes_nothing():
    """However often it is asked, the first sleep is the same, and so are those that follow."""
    schedule = RandomPhase(Fixed(4), 7)
    first = schedule.delay(0.0, 0)

    assert [schedule.delay(0.0, sleeps) for sleeps in (0, 0, 1, 0)] == [first, first, 4, first]


@pytest.mark.parametrize("first", [0.0, math.inf])
def test_nothing_and_no_end_stay(first):
    """A part of no sleep is none, and a part of an endless sleep is endless."""
    assert RandomPhase(Fixed(first), 7).delay(0.0, 0) == first


def test_part_of_a_huge_integer():
    """A part of a sleep that is an integer beyond the range of a float is endless."""
    assert RandomPhase(Fixed(10**400), 7).delay(0.0, 0) == math.inf


def test_phase_of_a_phase():
    """A shortened schedule can be shortened again."""
    once = RandomPhase(Fixed(4), 7)
    twice = RandomPhase(once, 8)

    assert 0 < twice.delay(0.0, 0) <= once.delay(0.0, 0)
    assert twice.delay(0.0, 1) == 4


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda schedule: pickle.loads(pickle.dumps(schedule))],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies_keep_the_phase(copied):
    """A copy of a phase that was drawn without a seed answers as the first does."""
    schedule = RandomPhase(Fixed(4))

    assert copied(schedule).delay(0.0, 0) == schedule.delay(0.0, 0)


@pytest.mark.parametrize("schedule", [5, None, "5"], ids=repr)
def test_no_schedule(schedule):
    """Anything without a method `delay` is refused when the phase is made."""
    with pytest.raises(TypeError, match=r"^a schedule needs a method delay\(elapsed, sleeps\)"):
        RandomPhase(schedule)


@pytest.mark.parametrize("answer", [True, "5", None], ids=repr)
def test_schedule_that_answers_no_number(answer):
    """A schedule that answers no number is refused when the phase is made."""
    with pytest.raises(TypeError, match=r"^the delay answered by <Answers> must be a number"):
        RandomPhase(Answers(answer))


@pytest.mark.parametrize("answer", [-1, math.nan], ids=repr)
def test_schedule_that_answers_a_wrong_number(answer):
    """A schedule that answers a negative number or NaN is refused when the phase is made."""
    with pytest.raises(ValueError, match=r"^the delay answered by <Answers> must be"):
        RandomPhase(Answers(answer))


def test_trial():
    """The schedule is asked once when the phase is made: at the start, before the first sleep."""
    schedule = Answers(4.0)
    RandomPhase(schedule)

    assert schedule.asked == [(0.0, 0)]


def test_schedule_is_not_changed():
    """The schedule that is shortened stays as it is, for other waits."""
    schedule = Fixed(4)
    RandomPhase(schedule, 7).delay(0.0, 0)

    assert schedule.delay(0.0, 0) == 4
