import math

import pytest

from jobv1 import Adaptive, Fixed, Tolerance
from jobv1._options import Options
from jobv1.waiting import as_completed, wait
from tests.scripted_job import LoggedClock, ScriptedJob

NAN = float("nan")
WRONG = [
    ({"timeout": NAN}, ValueError, "timeout must be a number of seconds, not NaN"),
    ({"timeout": "60"}, TypeError, "timeout must be a number of seconds, not '60' (str)"),
    ({"timeout": True}, TypeError, "timeout must be a number of seconds, not True (bool)"),
    ({"wait": -1}, ValueError, "wait must be 0 or more, not -1"),
    ({"wait": NAN}, ValueError, "wait must be a number of seconds or a schedule, not NaN"),
    (
        {"wait": None},
        TypeError,
        "wait must be a number of seconds or a schedule, not None (NoneType)",
    ),
    ({"callback": 5}, TypeError, "callback must be callable or None, not 5"),
    (
        {"tolerance": OSError},
        TypeError,
        "tolerance must be a Tolerance or None, not <class 'OSError'>",
    ),
    (
        {"queries_per_second": 0},
        ValueError,
        "queries_per_second must be above 0, or None for no limit, not 0",
    ),
    (
        {"queries_per_second": -2.5},
        ValueError,
        "queries_per_second must be above 0, or None for no limit, not -2.5",
    ),
    (
        {"queries_per_second": NAN},
        ValueError,
        "queries_per_second must be a number or None, not NaN",
    ),
    (
        {"queries_per_second": "9"},
        TypeError,
        "queries_per_second must be a number or None, not '9' (str)",
    ),
    ({"workers": 0}, ValueError, "workers must be 1 or more, not 0"),
    ({"workers": -1}, ValueError, "workers must be 1 or more, not -1"),
    ({"workers": 2.0}, TypeError, "workers must be a whole number or None, not 2.0"),
    ({"workers": True}, TypeError, "workers must be a whole number or None, not True"),
    ({"batch_size": 0}, ValueError, "batch_size must be 1 or more, not 0"),
    ({"batch_size": "9"}, TypeError, "batch_size must be a whole number or None, not '9'"),
    ({"seed": 1.5}, TypeError, "seed must be a whole number or None, not 1.5 (float)"),
    ({"seed": True}, TypeError, "seed must be a whole number or None, not True (bool)"),
]


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def options(*, pause=5.0, rate=None, workers=None, batch_size=None, seed=None):
    """Read options that are given by name."""
    return Options(pause, None, None, rate, workers, batch_size, seed)


@pytest.mark.parametrize("call", [wait, as_completed])
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(("arguments", "kind", "text"), WRONG)
def test_wrong_arguments(call, number, arguments, kind, text):
    """Wrong arguments are told by the call, before the first query, and also of no jobs."""
    jobs = [ScriptedJob([]) for _ in range(number)]
    with pytest.raises(kind) as caught:
        call(jobs, **arguments)

    assert str(caught.value) == text
    assert [job.calls for job in jobs] == [[]] * number


@pytest.mark.parametrize("call", [wait, as_completed])
def test_default_tolerance_that_is_not_allowed(call):
    """A class whose default tolerance is none is told of by the call, before the first query."""
    jobs = [ScriptedJob([]), type("WrongJob", (ScriptedJob,), {"_tolerance": OSError})([])]
    with pytest.raises(TypeError, match=r"^WrongJob\._tolerance must be a Tolerance or None"):
        call(jobs)

    assert [job.calls for job in jobs] == [[], []]


def test_default_tolerance_that_is_not_asked_for():
    """The default of a class does not matter where the wait has a tolerance."""
    job = type("WrongJob", (ScriptedJob,), {"_tolerance": OSError})([])

    as_completed([job], tolerance=Tolerance(OSError, failures=1)).close()


def test_defaults():
    """By default there is no limit of the rate and no thread, and a batch has a hundred jobs."""
    read = options()

    assert (read.wait, read.callback, read.tolerance, read.workers) == (5.0, None, None, None)
    assert (read.rate, read.is_paced, read.batch_size) == (math.inf, False, 100)


@pytest.mark.parametrize(("rate", "is_paced"), [(0.5, True), (math.inf, False), (None, False)])
def test_rate(rate, is_paced):
    """A rate is a limit unless it is None or inf."""
    read = options(rate=rate)

    assert (read.rate, read.is_paced) == (0.5 if is_paced else math.inf, is_paced)


@pytest.mark.parametrize(
    ("pause", "rate", "is_scheduled", "is_stretched"),
    [
        (5.0, None, False, False),
        (0, None, False, False),
        (Adaptive(), None, True, True),
        (Adaptive(), 50, True, False),
        (Adaptive(), math.inf, True, False),
    ],
)
def test_stretching(pause, rate, is_scheduled, is_stretched):
    """A schedule is stretched where nobody set a limit, a number never."""
    read = options(pause=pause, rate=rate)

    assert (read.is_scheduled, read.is_stretched) == (is_scheduled, is_stretched)


def test_class_of_a_schedule():
    """A schedule is an object: its class is refused."""
    with pytest.raises(TypeError, match=r"^wait must be a number of seconds or a schedule"):
        wait([], wait=Fixed)


def test_counts():
    """The numbers of threads and of jobs in a batch are taken as they are."""
    read = options(workers=3, batch_size=1)

    assert (read.workers, read.batch_size) == (3, 1)


def test_phase():
    """The phase is a number from 0 to 1, the same for the same seed and else another."""
    phases = [options(seed=seed).phase for seed in (7, 7, 8, None, None)]

    assert phases[0] == phases[1]
    assert len(set(phases)) == 4
    assert all(0 <= phase < 1 for phase in phases)


def test_time_of_the_call(clock):
    """The options know the clock in force, and when they were read."""
    clock.advance(3)
    read = options()
    clock.advance(3)

    assert (read.clock, read.start) == (clock, 3)
