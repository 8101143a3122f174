import math

import pytest

from jobv1 import Fixed, JobStatus, Tolerance
from tests.scripted_job import LoggedClock, ScriptedJob


class Answering:
    """A schedule that answers always the same."""

    def __init__(self, answer):
        self.answer = answer

    def delay(self, elapsed, sleeps):
        return self.answer

    def __repr__(self):
        return "Answering()"


class Undecided:
    """What is nearly a schedule: its `delay` is a number."""

    delay = 5

    def __repr__(self):
        return "Undecided()"


SECONDS = "must be a number of seconds"
EITHER = "wait must be a number of seconds or a schedule"
BAD = {
    "timeout NaN": ({"timeout": math.nan}, ValueError, f"timeout {SECONDS}, not NaN"),
    "timeout string": ({"timeout": "5"}, TypeError, f"timeout {SECONDS}, not '5' (str)"),
    "timeout True": ({"timeout": True}, TypeError, f"timeout {SECONDS}, not True (bool)"),
    "timeout False": ({"timeout": False}, TypeError, f"timeout {SECONDS}, not False (bool)"),
    "timeout complex": ({"timeout": 1j}, TypeError, f"timeout {SECONDS}, not 1j (complex)"),
    "timeout list": ({"timeout": []}, TypeError, f"timeout {SECONDS}, not [] (list)"),
    "timeout schedule": (
        {"timeout": Fixed(5.0)},
        TypeError,
        f"timeout {SECONDS}, not Fixed(seconds=5.0) (Fixed)",
    ),
    "wait NaN": ({"wait": math.nan}, ValueError, f"{EITHER}, not NaN"),
    "wait -1": ({"wait": -1}, ValueError, "wait must be 0 or more, not -1"),
    "wait -0.001": ({"wait": -0.001}, ValueError, "wait must be 0 or more, not -0.001"),
    "wait -inf": ({"wait": -math.inf}, ValueError, "wait must be 0 or more, not -inf"),
    "wait string": ({"wait": "5"}, TypeError, f"{EITHER}, not '5' (str)"),
    "wait True": ({"wait": True}, TypeError, f"{EITHER}, not True (bool)"),
    "wait False": ({"wait": False}, TypeError, f"{EITHER}, not False (bool)"),
    "wait None": ({"wait": None}, TypeError, f"{EITHER}, not None (NoneType)"),
    "wait class": (
        {"wait": Fixed},
        TypeError,
        f"{EITHER}, not <class 'jobv1.schedules.Fixed'> (type)",
    ),
    "wait undecided": ({"wait": Undecided()}, TypeError, f"{EITHER}, not Undecided() (Undecided)"),
    "schedule -1": (
        {"wait": Answering(-1)},
        ValueError,
        "the delay answered by Answering() must be 0 or more, not -1",
    ),
    "schedule NaN": (
        {"wait": Answering(math.nan)},
        ValueError,
        f"the delay answered by Answering() {SECONDS}, not NaN",
    ),
    "schedule None": (
        {"wait": Answering(None)},
        TypeError,
        f"the delay answered by Answering() {SECONDS}, not None (NoneType)",
    ),
    "schedule string": (
        {"wait": Answering("5")},
        TypeError,
        f"the delay answered by Answering() {SECONDS}, not '5' (str)",
    ),
    "schedule bool": (
        {"wait": Answering(True)},
        TypeError,
        f"the delay answered by Answering() {SECONDS}, not True (bool)",
    ),
    "callback number": ({"callback": 5}, TypeError, "callback must be callable or None, not 5"),
    "callback 0": ({"callback": 0}, TypeError, "callback must be callable or None, not 0"),
    "callback string": (
        {"callback": "print"},
        TypeError,
        "callback must be callable or None, not 'print'",
    ),
    "tolerance number": (
        {"tolerance": 3},
        TypeError,
        "tolerance must be a Tolerance or None, not 3",
    ),
    "tolerance 0": ({"tolerance": 0}, TypeError, "tolerance must be a Tolerance or None, not 0"),
    "tolerance type": (
        {"tolerance": OSError},
        TypeError,
        "tolerance must be a Tolerance or None, not <class 'OSError'>",
    ),
}


class WatchedJob(ScriptedJob):
    """A job that can tell and hint, and notes if it is asked to."""

    def add_done_callback(self, fn, /):
        self.calls.append("add_done_callback")

    def next_query_delay(self):
        self.calls.append("next_query_delay")


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize(("arguments", "kind", "text"), BAD.values(), ids=BAD)
def test_bad_argument(arguments, kind, text, is_async):
    """A bad argument is an error before anything is asked or slept, for a synchronous job too."""
    job = WatchedJob([JobStatus.DONE])
    job._async = is_async
    with LoggedClock() as clock, pytest.raises(kind) as caught:
        job.wait_for_final_state(**arguments)

    assert str(caught.value) == text
    assert (job.calls, clock.slept) == ([], [])


@pytest.mark.parametrize(("arguments", "kind", "text"), BAD.values(), ids=BAD)
def test_job_stays_usable(arguments, kind, text):
    """After a bad argument the job can be waited for."""
    job = WatchedJob([JobStatus.DONE])
    with pytest.raises(kind):
        job.wait_for_final_state(**arguments)
    job.wait_for_final_state()

    assert job.calls == ["status"]


@pytest.mark.parametrize(
    ("types", "budget", "kind"),
    [
        ((), {"failures": 3}, TypeError),
        ((OSError,), {}, ValueError),
        ((OSError,), {"failures": -1}, ValueError),
        ((OSError,), {"seconds": -0.5}, ValueError),
        ((OSError,), {"seconds": math.nan}, ValueError),
        ((KeyboardInterrupt,), {"failures": 3}, TypeError),
        ((BaseException,), {"failures": 3}, TypeError),
        ((OSError("x"),), {"failures": 3}, TypeError),
    ],
    ids=[
        "no type",
        "no budget",
        "failures -1",
        "seconds -0.5",
        "seconds NaN",
        "KeyboardInterrupt",
        "BaseException",
        "instance",
    ],
)
def test_bad_tolerance(types, budget, kind):
    """A tolerance without types, or with a budget below zero, cannot be made."""
    with pytest.raises(kind):
        Tolerance(*types, **budget)


def test_unknown_argument():
    """An argument that a wait does not know is an error, not metadata."""
    job = WatchedJob([JobStatus.DONE])
    with pytest.raises(TypeError, match="interval"):
        job.wait_for_final_state(interval=5)

    assert job.calls == []


def test_error_of_the_trial():
    """What a schedule raises at its trial travels up before the first query."""

    class Failing:
        def delay(self, elapsed, sleeps):
            raise LookupError("no plan")

    job = WatchedJob([JobStatus.DONE])
    with pytest.raises(LookupError, match="no plan"):
        job.wait_for_final_state(wait=Failing())

    assert job.calls == []


def test_any_callable_is_a_callback():
    """A class, a method or an object that can be called is a callback as good as a function."""
    calls = []

    class Callback:
        def __init__(self, *arguments):
            calls.append("class")

        def __call__(self, *arguments):
            calls.append("object")

        def method(self, *arguments):
            calls.append("method")

    instance = Callback()
    for callback in (Callback, instance, instance.method):
        ScriptedJob([JobStatus.DONE]).wait_for_final_state(callback=callback)

    assert calls == ["class", "class", "object", "method"]


def test_object_that_counts_as_false():
    """A callback that counts as false is called all the same."""

    class EmptyList(list):
        def __call__(self, job_id, status, job):
            self.append(status)

    callback = EmptyList()
    ScriptedJob([JobStatus.DONE]).wait_for_final_state(callback=callback)

    assert callback == [JobStatus.DONE]
