import copy
import math
from collections import UserDict, deque
from fractions import Fraction

import pytest

from jobv1 import JobStatus
from jobv1.testing import Life, Slow
from tests.scripted_job import QiskitStatus

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


def test_defaults():
    """A life that is told nothing has no script, no timeline and no faults; its cancel works."""
    life = Life()

    assert (life.script, life.timeline, life.faults) == (None, None, {})
    assert (life.error_message, life.cancel_delay) == ("the fake job failed", 0)


def test_what_was_given():
    """A life keeps what it was given."""
    error, result = OSError("no route"), object()
    life = Life(
        timeline={0: QUEUED, 5: DONE},
        result=result,
        error_message=None,
        cancel_delay=2,
        faults={3: error},
    )

    assert life.timeline == {0: QUEUED, 5: DONE}
    assert life.result is result
    assert (life.error_message, life.cancel_delay, life.faults) == (None, 2, {3: error})


def test_none_is_a_result():
    """A result of None is another thing than none given."""
    assert Life(result=None) != Life()


@pytest.mark.parametrize("kind", [list, tuple, deque])
def test_kinds_of_scripts(kind):
    """A script may be any sequence; the life keeps its own copy."""
    steps = kind([QUEUED, DONE])

    assert Life(steps).script == (QUEUED, DONE)


def test_timeline_in_order():
    """A timeline is put in order of time, whatever the order in which it was written."""
    timeline = UserDict({5: RUNNING, Fraction(1, 2): QUEUED, 0: JobStatus.INITIALIZING})

    assert list(Life(timeline=timeline).timeline) == [0, 0.5, 5]


def test_timeline_of_qiskit():
    """A status of Qiskit's enum counts as ours."""
    life = Life(timeline={0: QiskitStatus.DONE})

    assert type(life.timeline[0]) is JobStatus


def test_later_changes_of_the_arguments():
    """What happens to the arguments later changes nothing in the life."""
    script, timeline, faults = [QUEUED], {0: QUEUED}, {1: OSError()}
    lives = [Life(script), Life(timeline=timeline), Life(faults=faults)]
    for argument in (script, timeline, faults):
        argument.clear()

    assert lives[0].script == (QUEUED,)
    assert lives[1].timeline == {0: QUEUED}
    assert list(lives[2].faults) == [1]


def test_cannot_be_changed():
    """A life and a slow step refuse every change."""
    with pytest.raises(AttributeError, match=r"^a Life cannot be changed; make another$"):
        Life().script = ()
    with pytest.raises(AttributeError, match=r"^a Slow cannot be changed; make another$"):
        Slow(3).seconds = 4


ERROR = OSError("no route")
LIVES = [
    Life(),
    Life([DONE]),
    Life([Slow(3, DONE)]),
    Life([Slow(4, DONE)]),
    Life([ERROR, "DONE", DONE]),
    Life(timeline={0: DONE}),
    Life(timeline={0: QUEUED, 1: DONE}),
    Life(result=3),
    Life(error_message=None),
    Life(cancel_delay=None),
    Life(cancel_delay=3),
    Life(faults={1: ERROR}),
    Life(faults={2: ERROR}),
]


@pytest.mark.parametrize("life", LIVES, ids=repr)
def test_equality(life):
    """Lives are equal if they hold the same, and only then."""
    assert [other for other in LIVES if other == life] == [life]
    assert copy.copy(life) == life
    assert life != "DONE"


def test_deep_copy():
    """A deep copy of a life equals it: what was not given stays so."""
    life = Life(timeline={0: DONE}, faults={1: Slow(3)})

    assert copy.deepcopy(life) == life


@pytest.mark.parametrize(
    ("life", "text"),
    [
        (Life(), "Life()"),
        (Life([QUEUED, DONE]), "Life([JobStatus.QUEUED, JobStatus.DONE])"),
        (Life((DONE,)), "Life([JobStatus.DONE])"),
        (
            Life([Slow(2.5, OSError("no route")), "DONE"]),
            "Life([Slow(2.5, OSError('no route')), 'DONE'])",
        ),
        (
            Life(timeline={0: QUEUED, 5: DONE}, faults={2: Slow(3)}),
            "Life(timeline={0.0: JobStatus.QUEUED, 5.0: JobStatus.DONE}, faults={2: Slow(3.0)})",
        ),
        (
            Life([DONE], result=None, error_message="lost", cancel_delay=3),
            "Life([JobStatus.DONE], result=None, error_message='lost', cancel_delay=3.0)",
        ),
        (Life(cancel_delay=None), "Life(cancel_delay=None)"),
        (Life(cancel_delay=math.inf), "Life(cancel_delay=inf)"),
    ],
)
def test_repr(life, text):
    """A life is shown as it is written, without what was not given."""
    assert repr(life) == text


@pytest.mark.parametrize("life", [life for life in LIVES if "OSError" not in repr(life)])
def test_repr_is_code(life):
    """What is shown can be copied into a test, where it makes the same life."""
    assert eval(repr(life)) == life  # noqa: S307


def test_slow():
    """A slow step keeps its seconds and what comes then, another slow step included."""
    step = Slow(3, Slow(Fraction(1, 2), DONE))

    assert (step.seconds, step.then.seconds, step.then.then) == (3, 0.5, DONE)
    assert repr(step) == "Slow(3.0, Slow(0.5, JobStatus.DONE))"
