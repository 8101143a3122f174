from itertools import pairwise

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from jobv1 import JOB_FINAL_STATES, JobStatus
from jobv1.status import JOB_STATUS_SUCCESSORS
from jobv1.testing import Life, Slow
from jobv1.testing.strategies import faults, scripts, timelines

DONE, ERROR, QUEUED, RUNNING = (
    JobStatus.DONE,
    JobStatus.ERROR,
    JobStatus.QUEUED,
    JobStatus.RUNNING,
)

# Always the same examples.
FIXED = settings(database=None, derandomize=True, max_examples=50)
# Without the explanation of a failure, which takes most of the time of `find`.
FINDING = settings(FIXED, max_examples=500, phases=[Phase.generate, Phase.shrink])


def simplest(strategy, condition=lambda _: True):
    """Give the simplest example that meets a condition."""
    return find(strategy, condition, settings=FINDING)


def end(step):
    """Give what a step says when its time is over."""
    return end(step.then) if isinstance(step, Slow) else step


def statuses(steps):
    """Give the statuses among some steps."""
    return [end(step) for step in steps if isinstance(end(step), JobStatus)]


def texts(steps):
    """Write statuses by their names, and everything else as in code."""
    return [getattr(step, "name", repr(step)) for step in steps]


def is_fault(step):
    """Tell whether a step is no status."""
    return not isinstance(step, JobStatus)


def follows(status, before):
    """Tell whether a status may come after another."""
    return status is before or status in JOB_STATUS_SUCCESSORS[before]


@FIXED
@given(scripts(faults=faults()))
def test_script_is_right(script):
    """Each status of a script may follow the one before, and the last step alone is final.

    If faults come after the end, the last step says it again.
    """
    answered = statuses(script)

    assert all(follows(status, before) for before, status in pairwise(answered))
    assert end(script[-1]) in JOB_FINAL_STATES
    assert sum(status in JOB_FINAL_STATES for status in answered) in {1, 2}
    assert script[-2:-1] != script[-1:]


@FIXED
@given(scripts())
def test_script_without_faults(script):
    """A script without faults has statuses alone, and ends with the first that is final."""
    assert statuses(script) == script
    assert [status in JOB_FINAL_STATES for status in script].index(True) == len(script) - 1


@FIXED
@given(scripts(ends=False, faults=faults()))
def test_script_that_does_not_end(script):
    """A script that does not end has no final status, and its last step is a status."""
    assert not set(statuses(script)) & set(JOB_FINAL_STATES)
    assert all(follows(status, before) for before, status in pairwise(statuses(script)))
    assert statuses(script[-1:])


@FIXED
@given(scripts(statuses={QUEUED, RUNNING, DONE}), timelines(statuses=[RUNNING, ERROR, DONE]))
def test_statuses_of_a_service(script, timeline):
    """A service that cannot say a status never does."""
    assert set(script) <= {QUEUED, RUNNING, DONE}
    assert set(timeline.values()) <= {RUNNING, ERROR, DONE}


@pytest.mark.parametrize("options", [{}, {"faults": faults()}, {"faults": st.nothing()}])
def test_simplest_script(options):
    """The simplest script is that of a job that is done at once."""
    assert simplest(scripts(**options)) == [DONE]


def test_simplest_script_that_does_not_end():
    """The simplest script that does not end is that of a job that runs."""
    assert simplest(scripts(ends=False)) == [RUNNING]


def test_shortest_script_of_a_step_back():
    """The shortest script in which a running job is queued again has no other step."""
    found = simplest(scripts(), lambda script: (RUNNING, QUEUED) in pairwise(script))

    assert found == [RUNNING, QUEUED, DONE]


def test_shortest_script_of_two_answers():
    """A script may answer the same status to several queries."""
    found = simplest(scripts(), lambda script: script[:2] == [QUEUED, QUEUED])

    assert found == [QUEUED, QUEUED, DONE]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (lambda script: is_fault(script[0]), ["ConnectionError('connection reset')", "DONE"]),
        (
            lambda script: is_fault(script[-2]) and script[0] is DONE,
            ["DONE", "ConnectionError('connection reset')", "DONE"],
        ),
        (
            lambda script: sum(map(is_fault, script)) > 1,
            ["ConnectionError('connection reset')", "ConnectionError('connection reset')", "DONE"],
        ),
        (
            lambda script: QUEUED in script and isinstance(script[0], TimeoutError),
            ["TimeoutError('no answer in time')", "QUEUED", "DONE"],
        ),
    ],
)
def test_shortest_script_with_faults(condition, expected):
    """Faults stand in a script before its end or after it, and no more of them than needed."""
    found = simplest(
        scripts(faults=faults(seconds=0)), lambda script: len(script) > 1 and condition(script)
    )

    assert texts(found) == expected


@pytest.mark.parametrize(
    ("slow", "expected"),
    [
        (Slow(2), "[Slow(2.0, JobStatus.DONE)]"),
        (Slow(2, Slow(3)), "[Slow(2.0, Slow(3.0, JobStatus.DONE))]"),
        (Slow(2, "?"), "[Slow(2.0, '?'), JobStatus.DONE]"),
    ],
)
def test_slow_step_of_a_script(slow, expected):
    """A slow step that does not say what comes then slows the next step of the script down."""
    found = simplest(scripts(faults=st.just(slow)), lambda script: isinstance(script[0], Slow))

    assert repr(Life(found)) == f"Life({expected})"


@FIXED
@given(timelines(seconds=10.0006))
def test_timeline_is_right(timeline):
    """A timeline begins at 0, goes on in whole milliseconds up to its limit, and ends final."""
    times, answered = list(timeline), list(timeline.values())

    assert times[0] == 0
    assert times == sorted(times)
    assert all(time in {round(time, 3), 10.0006} and time <= 10.0006 for time in times)
    assert all(status in JOB_STATUS_SUCCESSORS[before] for before, status in pairwise(answered))
    assert [status in JOB_FINAL_STATES for status in answered].index(True) == len(answered) - 1


@FIXED
@given(timelines(ends=False))
def test_timeline_that_does_not_end(timeline):
    """A timeline that does not end has no final status, and lasts a day by default."""
    assert not set(timeline.values()) & set(JOB_FINAL_STATES)
    assert max(timeline) <= 86400


def test_simplest_timelines():
    """The simplest timeline is that of a job that is done, or runs, from its submission on."""
    assert simplest(timelines()) == {0: DONE}
    assert simplest(timelines(ends=False)) == {0: RUNNING}
    assert simplest(timelines(seconds=0), lambda timeline: ERROR in timeline.values()) == {0: ERROR}


def test_smallest_timeline_of_a_long_job():
    """The smallest timeline that takes over 100 seconds ends at a whole second."""
    found = simplest(timelines(), lambda timeline: max(timeline) > 100)

    assert found == {0: RUNNING, 101: DONE}


def test_smallest_timeline_of_a_step_back():
    """The smallest timeline in which a running job is queued again has small whole times."""
    found = simplest(timelines(), lambda timeline: (RUNNING, QUEUED) in pairwise(timeline.values()))

    assert found == {0: RUNNING, 1: QUEUED, 2: DONE}


def test_simplest_faults():
    """The simplest fault is a connection that breaks, the simplest slow query answers."""
    assert repr(simplest(faults())) == "ConnectionError('connection reset')"
    found = simplest(faults(), lambda fault: isinstance(fault, Slow) and fault.seconds > 10)
    assert found == Slow(11)
    found = simplest(faults(), lambda fault: isinstance(end(fault), TimeoutError))
    assert repr(found) == "TimeoutError('no answer in time')"
    found = simplest(faults(), lambda fault: isinstance(getattr(fault, "then", None), OSError))
    assert repr(found) == "Slow(0.0, ConnectionError('connection reset'))"


@FIXED
@given(faults(errors=st.builds(OSError), seconds=2))
def test_faults_as_told(fault):
    """A fault is an error of the given ones, or takes no longer than it may, and then fails so."""
    last = fault.then if isinstance(fault, Slow) else fault

    assert isinstance(fault, Slow | OSError)
    assert getattr(fault, "seconds", 0) <= 2
    assert isinstance(last, OSError) or repr(fault) == f"Slow({fault.seconds})"


@FIXED
@given(st.lists(faults(seconds=0), min_size=2))
def test_each_fault_is_new(drawn):
    """No two faults are the same exception, and none is slow if none may be."""
    assert len({id(fault) for fault in drawn}) == len(drawn)
    assert all(isinstance(fault, ConnectionError | TimeoutError) for fault in drawn)
