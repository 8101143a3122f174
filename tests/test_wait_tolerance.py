import random

import pytest

from jobv1 import Fixed, JobStatus, JobTimeoutError, Tolerance
from tests.scripted_job import LoggedClock, ScriptedJob, Slow

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.fixture
def half(monkeypatch):
    """The jitter draws one half each time."""
    monkeypatch.setattr(random, "random", lambda: 0.5)


class BusyError(Exception):
    """A service asks to come back later."""

    def __init__(self, retry_after):
        super().__init__("busy")
        self.retry_after = retry_after


def wait(job, *types, **arguments):
    """Wait for a job with a tolerance."""
    job.wait_for_final_state(tolerance=Tolerance(*types, **arguments))


@pytest.mark.parametrize(
    "error",
    [OSError("no route"), StopIteration("unchanged"), JobTimeoutError("unchanged"), KeyError(1)],
    ids=lambda error: type(error).__name__,
)
def test_no_tolerance(error, clock):
    """Without a tolerance what `status()` raises travels up at once, unchanged."""
    job = ScriptedJob([error])
    with pytest.raises(type(error)) as caught:
        job.wait_for_final_state()

    assert caught.value is error
    assert (error.__cause__, error.__context__) == (None, None)
    assert not hasattr(error, "__notes__")
    assert (job.calls, clock.slept) == (["status"], [])


@pytest.mark.parametrize("before", [0, 1, 3])
def test_cause_of_an_error(before):
    """An error that was raised from another one keeps it."""
    error, cause = ConnectionError("no route"), KeyError("route")
    error.__cause__ = cause
    with pytest.raises(ConnectionError) as caught:
        ScriptedJob([*[RUNNING] * before, error]).wait_for_final_state(wait=0)

    assert caught.value.__cause__ is cause


def test_no_tolerance_in_the_middle_of_a_wait():
    """An error ends a wait that went well before."""
    job = ScriptedJob([RUNNING, RUNNING, OSError("no route")])
    with pytest.raises(OSError, match="no route"):
        job.wait_for_final_state(wait=0)


def test_named_types_are_survived():
    """An error of a named type, or of its subclass, is survived."""
    job = ScriptedJob([ConnectionResetError(), RUNNING, BusyError(1), DONE])
    wait(job, OSError, BusyError, failures=1)

    assert job.calls == ["status"] * 4


def test_other_types_travel_up():
    """An error of a type that is not named travels up at once."""
    job = ScriptedJob([ConnectionResetError(), KeyError("x")])
    with pytest.raises(KeyError):
        wait(job, OSError, failures=9)


def test_retries_back_off_with_full_jitter(half, clock):
    """A retry sleeps a random part of a time that doubles from 1 second up to 60."""
    job = ScriptedJob([*[ConnectionError()] * 8, DONE])
    wait(job, OSError, failures=8)

    assert clock.slept == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_backoff_of_ones_own(half, clock):
    """The schedule of the tolerance is asked with the time since the first failure."""
    asked = []

    class Ask:
        def delay(self, elapsed, sleeps):
            asked.append((elapsed, sleeps))
            return 4

    job = ScriptedJob(
        [
            RUNNING,
            Slow(1, ConnectionError()),
            Slow(1, ConnectionError()),
            RUNNING,
            ConnectionError(),
            DONE,
        ]
    )
    wait(job, OSError, failures=2, backoff=Ask())

    assert clock.slept == [5, 2, 2, 5, 2]
    assert asked == [(0, 0), (0, 0), (3, 1), (0, 0)]


def test_jitter_differs(clock):
    """The jitter is drawn anew for each retry, from 0 to the whole time."""
    job = ScriptedJob([*[ConnectionError()] * 20, DONE])
    wait(job, OSError, failures=20, backoff=Fixed(1.0))

    assert len(set(clock.slept)) == 20
    assert 0 <= min(clock.slept) < 0.5 < max(clock.slept) <= 1


@pytest.mark.parametrize("retry_after", [0, 0.25, 7, 3600, "3"])
def test_retry_after(retry_after):
    """The time that an error asks for is kept exactly, 0 included."""
    job = ScriptedJob([BusyError(retry_after), DONE])
    wait(job, BusyError, failures=1)

    assert job.queried_at == [0, float(retry_after)]


@pytest.mark.parametrize("retry_after", [None, True, -1, float("nan"), float("inf"), "Fri", [3]])
def test_unusable_retry_after(retry_after, half, clock):
    """What is no time in seconds, asked for by an error, is passed over."""
    wait(ScriptedJob([BusyError(retry_after), DONE]), BusyError, failures=1)

    assert clock.slept == [0.5]


def test_failures_in_a_row():
    """As many failures in a row are survived as the budget says; the next is raised."""
    errors = [BusyError(0) for _ in range(4)]
    job = ScriptedJob(errors)
    with pytest.raises(BusyError) as caught:
        wait(job, BusyError, failures=3)

    assert caught.value is errors[3]


def test_no_failures_at_all():
    """A budget of 0 failures survives none, and so turns a default off."""
    tolerant = type("TolerantJob", (ScriptedJob,), {"_tolerance": Tolerance(OSError, failures=9)})
    job = tolerant([ConnectionError()])
    with pytest.raises(ConnectionError):
        wait(job, Exception, failures=0)

    assert job.calls == ["status"]


def test_good_answer_resets_the_failures():
    """A good answer resets the budget of failures."""
    job = ScriptedJob([BusyError(0), BusyError(0), RUNNING, BusyError(0), BusyError(0), DONE])
    wait(job, BusyError, failures=2)

    assert job.calls == ["status"] * 6


def test_seconds_without_a_good_answer():
    """The budget of seconds runs from the first failure in a row."""
    job = ScriptedJob([RUNNING, *[BusyError(2) for _ in range(9)]])
    with pytest.raises(BusyError):
        wait(job, BusyError, seconds=6)

    assert job.queried_at == [0, 5, 7, 9, 11]


def test_good_answer_resets_the_seconds():
    """A good answer resets the budget of seconds."""
    job = ScriptedJob([BusyError(4), BusyError(4), RUNNING, BusyError(4), BusyError(4), DONE])
    wait(job, BusyError, seconds=5)

    assert job.calls == ["status"] * 6


def test_last_retry_falls_on_the_end_of_the_seconds(half):
    """A retry that would begin after the budget's end is made at its end."""
    job = ScriptedJob([ConnectionError(), ConnectionError(), ConnectionError()])
    with pytest.raises(ConnectionError):
        wait(job, OSError, seconds=7, backoff=Fixed(10))

    assert job.queried_at == [0, 5, 7]


def test_retry_after_beyond_the_end_of_the_seconds():
    """A time that an error asks for is kept, even past the end of the budget."""
    job = ScriptedJob([BusyError(60), DONE])
    wait(job, BusyError, seconds=5)

    assert job.queried_at == [0, 60]


@pytest.mark.parametrize(("seconds", "failures", "queries"), [(4, 9, 3), (99, 3, 4)])
def test_both_budgets(seconds, failures, queries):
    """Of two budgets the one that is spent first counts."""
    job = ScriptedJob([BusyError(2) for _ in range(9)])
    with pytest.raises(BusyError):
        wait(job, BusyError, seconds=seconds, failures=failures)

    assert len(job.queried_at) == queries


def notes(error):
    """Give the notes of an error."""
    return getattr(error, "__notes__", [])


def test_note():
    """The error that spends the budget sums up those that went before, in a note."""
    errors = [BusyError(2), ConnectionError(), BusyError(1.5), BusyError(0)]
    errors[1].retry_after = 1
    with pytest.raises(BusyError) as caught:
        wait(ScriptedJob(errors), BusyError, OSError, failures=3)

    assert caught.value is errors[3]
    assert notes(errors[3]) == [
        "The last of 4 failed queries in a row over 4.5 s: 3 BusyError, 1 ConnectionError."
    ]
    assert [notes(error) for error in errors[:3]] == [[], [], []]


def test_note_counts_one_run():
    """The note counts the failures since the last good answer."""
    last = BusyError(1)
    with pytest.raises(BusyError):
        wait(ScriptedJob([BusyError(1), RUNNING, BusyError(1), last]), BusyError, failures=1)

    assert notes(last) == ["The last of 2 failed queries in a row over 1 s: 2 BusyError."]


def test_no_note_for_one_failure():
    """An error that spends the budget alone gets no note."""
    error = BusyError(0)
    with pytest.raises(BusyError):
        wait(ScriptedJob([error]), BusyError, seconds=0)

    assert notes(error) == []


def test_notes_of_others():
    """Notes of others stay: the summary is added to them."""
    error = BusyError(0)
    error.__notes__ = ["Ask the service desk."]
    with pytest.raises(BusyError):
        wait(ScriptedJob([BusyError(0), error]), BusyError, failures=1)

    assert notes(error) == [
        "Ask the service desk.",
        "The last of 2 failed queries in a row over 0 s: 2 BusyError.",
    ]


def test_sleep_of_a_good_answer_after_a_failure(clock):
    """After a good answer the wait is again what it was, also if the status did not change."""
    wait(
        ScriptedJob([RUNNING, RUNNING, BusyError(1), RUNNING, RUNNING, DONE]), BusyError, seconds=9
    )

    assert clock.slept == [5, 5, 1, 5, 5]
