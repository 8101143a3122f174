import time
import traceback

import pytest

from jobv1 import JobStatus, JobStatusError, Tolerance
from jobv1._clock import CLOCK, SystemClock
from jobv1.testing import FakeBackend, FakeClock, Life, Slow

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE
ERROR = OSError("no route")


@pytest.fixture(autouse=True)
def clock():
    """Virtual time, in force in each test."""
    with FakeClock() as clock:
        yield clock


def job_with(*args, **kwargs):
    """Give a submitted job with a life of its own."""
    return FakeBackend(Life(*args, **kwargs)).run()


def outcomes(job, times):
    """Query a job several times, and give what it answered or raised."""
    return [outcome(job) for _ in range(times)]


def outcome(job):
    """Query a job, and give what it answered or raised."""
    try:
        return job.status()
    except (OSError, KeyboardInterrupt) as error:
        return error


def test_exceptions_of_a_script():
    """An exception in a script is raised, that very object, in its turn."""
    interrupt = KeyboardInterrupt()
    job = job_with([QUEUED, ERROR, interrupt, DONE])

    assert outcomes(job, 4) == [QUEUED, ERROR, interrupt, DONE]


@pytest.mark.parametrize("answer", ["DONE", None, 5, [1, 2], Life], ids=repr)
def test_wrong_answer_of_a_script(answer):
    """Anything else in a script is answered as it is, and is an error to a wait."""
    assert job_with([answer, DONE]).status() is answer

    with pytest.raises(JobStatusError, match=r"^FakeJob\.status\(\) answered"):
        job_with([answer, DONE]).wait_for_final_state()


def test_slow_steps_of_a_script(clock):
    """A slow step takes its seconds, then does what comes then."""
    job = job_with([Slow(3, RUNNING), Slow(0, ERROR), Slow(1, Slow(2, "x")), DONE])
    seen = [(outcome(job), clock.now()) for _ in range(4)]

    assert seen == [(RUNNING, 3), (ERROR, 3), ("x", 6), (DONE, 6)]


def test_slow_step_by_the_system_clock(monkeypatch):
    """Without a fake clock a slow step sleeps on the system's."""
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    token = CLOCK.set(SystemClock())
    status = job_with([Slow(3, DONE)]).status()
    CLOCK.reset(token)

    assert (status, slept) == (DONE, [3])


@pytest.mark.parametrize("start", [{"timeline": {0: QUEUED}}, {}], ids=["timeline", "by hand"])
def test_faults_of_chosen_queries(start):
    """The faults of a life are met by their queries, and change nothing in the job."""
    job = job_with(**start, faults={1: "x", 3: ERROR, 4: DONE, 6: ERROR})

    assert outcomes(job, 7) == ["x", QUEUED, ERROR, DONE, QUEUED, ERROR, QUEUED]


def test_faults_count_from_the_submission():
    """Queries before the submission are not counted, and meet no fault."""
    job = FakeBackend(Life(faults={1: ERROR})).job()
    job.inject("x")
    outcomes(job, 3)
    job.submit()

    assert outcomes(job, 3) == ["x", QUEUED, QUEUED]


def test_slow_query_gives_the_true_answer_of_its_end(clock):
    """A slow fault alone delays the true answer, which is that of the end."""
    job = job_with(timeline={0: QUEUED, 2: RUNNING, 4: DONE}, faults={1: Slow(3), 2: Slow(1, "x")})

    assert outcomes(job, 3) == [RUNNING, "x", DONE]
    assert clock.now() == 4


def test_fault_of_a_final_job():
    """A final job meets the faults of its life, too, and is final after them."""
    job = job_with(faults={2: ERROR})
    job.move(DONE)

    assert outcomes(job, 3) == [DONE, ERROR, DONE]


def test_injected_fault():
    """The next query meets an injected fault, the one after it does not."""
    job = job_with()
    job.inject(ERROR)

    assert outcomes(job, 2) == [ERROR, QUEUED]


def test_injected_faults_in_order(clock):
    """Several injected faults are met one after another."""
    job = job_with()
    for fault in (ERROR, "x", Slow(3), Slow(2, ERROR)):
        job.inject(fault)

    assert outcomes(job, 5) == [ERROR, "x", QUEUED, ERROR, QUEUED]
    assert clock.now() == 5


def test_injected_fault_takes_no_step():
    """An injected fault stands before the script; only a slow one goes on with its next step."""
    job = job_with([QUEUED, RUNNING, DONE])
    for fault in (ERROR, Slow(3), "x"):
        job.inject(fault)

    assert outcomes(job, 5) == [ERROR, QUEUED, "x", RUNNING, DONE]


def test_injected_fault_before_a_fault_of_the_life():
    """An injected fault takes the place of the one that the life has for this query."""
    job = job_with(faults={1: "x", 2: "y"})
    job.inject(ERROR)

    assert outcomes(job, 3) == [ERROR, "y", QUEUED]


def test_injected_exception_class():
    """An exception class cannot be injected, since it would be answered."""
    job = job_with()
    with pytest.raises(TypeError) as caught:
        job.inject(OSError)

    assert str(caught.value) == (
        "fault must not be the class OSError; to have it raised give an instance, such as OSError()"
    )
    assert job.status() is QUEUED


def test_faults_and_tolerance(clock):
    """A wait with a tolerance survives the faults that it covers, as with a real backend."""
    error = OSError("busy")
    error.retry_after = 60
    job = job_with(timeline={0: QUEUED, 50: DONE}, faults={2: error, 3: error})
    job.wait_for_final_state(tolerance=Tolerance(OSError, failures=2))

    assert clock.now() == 125


def test_traceback_of_a_repeated_exception():
    """An exception that is raised again and again keeps the traceback of the last time only."""
    job = job_with([ERROR, ERROR, ERROR])
    lengths = [len(traceback.extract_tb(outcome(job).__traceback__)) for _ in range(3)]

    assert lengths[0] == lengths[1] == lengths[2]
