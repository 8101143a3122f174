import re

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from jobv1 import JOB_FINAL_STATES, JobStatus, Tolerance
from jobv1.testing import FakeBackend, FakeClock
from jobv1.testing.strategies import faults, lives, scripts, timelines

RESET = "ConnectionError('connection reset')"

# Always the same examples.
FIXED = settings(database=None, derandomize=True, max_examples=50)
# Without the explanation of a failure, which takes most of the time of `find`.
FINDING = settings(FIXED, max_examples=500, phases=[Phase.generate, Phase.shrink])


@FIXED
@given(lives(faults=faults(), results=st.just(7)))
def test_a_life_can_be_lived(life):
    """A job with any life ends, and a done one has the result that was drawn."""
    tolerance = Tolerance(ConnectionError, TimeoutError, failures=100)
    with FakeClock():
        job = FakeBackend(life).run("payload")
        job.wait_for_final_state(timeout=200_000, wait=3600, tolerance=tolerance)

    assert job.log[-1].answer in JOB_FINAL_STATES
    assert life.result == 7


@FIXED
@given(lives(ends=False, seconds=100))
def test_a_life_that_does_not_end(life):
    """A job whose life does not end is not final after its last change."""
    with FakeClock() as clock:
        job = FakeBackend(life).run()
        clock.advance(101)
        assert not job.in_final_state()


@pytest.mark.parametrize(
    ("options", "condition", "expected"),
    [
        ({}, lambda life: True, "Life([JobStatus.DONE])"),
        ({}, lambda life: life.timeline, "Life(timeline={0.0: JobStatus.DONE})"),
        ({"ends": False}, lambda life: True, "Life(timeline={0.0: JobStatus.RUNNING})"),
        (
            {},
            lambda life: life.cancel_delay is None,
            "Life([JobStatus.DONE], cancel_delay=None)",
        ),
        (
            {},
            lambda life: life.cancel_delay and life.cancel_delay > 86400,
            "Life([JobStatus.DONE], cancel_delay=inf)",
        ),
        (
            {"seconds": 50},
            lambda life: life.cancel_delay and 7 < life.cancel_delay <= 50,
            "Life([JobStatus.DONE], cancel_delay=8.0)",
        ),
        (
            {},
            lambda life: life.error_message is None,
            "Life([JobStatus.DONE], error_message=None)",
        ),
        (
            {"results": st.integers()},
            lambda life: life.result > 3,
            "Life([JobStatus.DONE], result=4)",
        ),
        (
            {"faults": faults()},
            lambda life: 2 in life.faults,
            "Life(timeline={0.0: JobStatus.DONE}, faults={2: ConnectionError('connection reset')})",
        ),
        (
            {"statuses": iter([JobStatus.CANCELLED, JobStatus.QUEUED])},
            lambda life: life.script and len(life.script) > 1,
            "Life([JobStatus.QUEUED, JobStatus.CANCELLED])",
        ),
    ],
)
def test_simplest_lives(options, condition, expected):
    """The simplest life says only what is wanted of it; the rest is as a life is without words."""
    assert repr(find(lives(**options), condition, settings=FINDING)) == expected


def test_a_failing_example_is_readable():
    """A test that fails shows the life as it would be written, and not how it was drawn."""

    @settings(FIXED, phases=[Phase.generate, Phase.shrink])
    @given(life=lives(seconds=300), script=scripts())
    def test(life, script):
        assert not (life.timeline and max(life.timeline) > 60)

    with pytest.raises(AssertionError) as caught:
        test()

    notes = " ".join(" ".join(caught.value.__notes__).split())
    timeline = "Life(timeline={0.0: JobStatus.RUNNING, 61.0: JobStatus.DONE})"
    assert f"life={timeline}, script=[JobStatus.DONE]," in notes


@pytest.mark.parametrize(
    ("strategy", "options", "error", "text"),
    [
        (scripts, {"statuses": ["DONE"]}, TypeError, "each of statuses must be a JobStatus"),
        (
            timelines,
            {"statuses": [JobStatus.RUNNING, JobStatus.QUEUED]},
            ValueError,
            "statuses must have a final status, in which the job ends, not only ['QUEUED', 'RUN",
        ),
        (
            scripts,
            {"statuses": [JobStatus.DONE], "ends": False},
            ValueError,
            "statuses must have a status that is not final, not only ['DONE']",
        ),
        (timelines, {"seconds": -1}, ValueError, "seconds must be"),
        (timelines, {"seconds": float("inf")}, ValueError, "seconds must be"),
        (lives, {"seconds": "60"}, TypeError, "seconds must be a number"),
        (faults, {"seconds": float("nan")}, ValueError, "seconds must be"),
    ],
)
def test_wrong_arguments(strategy, options, error, text):
    """An argument that makes no sense is refused at once, before anything is drawn."""
    with pytest.raises(error, match=f"^{re.escape(text)}"):
        strategy(**options)
