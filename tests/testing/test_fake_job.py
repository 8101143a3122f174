import pytest

from jobv1 import JobError, JobStatus, JobV1, Tolerance
from jobv1.testing import FakeBackend, FakeClock, FakeJob, Life, Slow
from jobv1.testing._course import FakeExhaustedError
from jobv1.tolerance import PROGRAMMING_ERRORS

INITIALIZING, QUEUED, RUNNING = JobStatus.INITIALIZING, JobStatus.QUEUED, JobStatus.RUNNING
DONE, ERROR, CANCELLED = JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED
FINAL = (DONE, ERROR, CANCELLED)


@pytest.fixture(autouse=True)
def clock():
    """Virtual time, in force in each test."""
    with FakeClock() as clock:
        yield clock


def job_with(*args, **kwargs):
    """Give a submitted job with a life of its own."""
    return FakeBackend(Life(*args, **kwargs)).run()


def statuses(job, times=1):
    """Query a job several times."""
    return [job.status() for _ in range(times)]


def test_is_a_job():
    """A fake job is a job of version 1, shown as any other."""
    job = FakeBackend().run()
    assert isinstance(job, JobV1)
    assert repr(job) == "<FakeJob 'fake-1', not queried yet>"

    job.running()
    assert repr(job) == "<FakeJob 'fake-1', last seen QUEUED>"


@pytest.mark.parametrize("life", [Life(), Life([DONE]), Life(timeline={0: DONE})], ids=repr)
def test_before_the_submission(life, clock):
    """A job that was not submitted is INITIALIZING, however often and long it is asked."""
    job = FakeBackend(life).job()
    clock.advance(60)
    assert statuses(job, 3) == [INITIALIZING, INITIALIZING, INITIALIZING]

    job.submit()
    assert job.status() is (QUEUED if life == Life() else DONE)


def test_second_submission():
    """A second submission is an error, and the job goes on."""
    job = job_with([RUNNING, DONE])
    job.status()
    with pytest.raises(
        JobError, match=r"^Job 'fake-1' was submitted already; a job runs once\.$"
    ) as caught:
        job.submit()

    assert caught.value.job_id == "fake-1"
    assert job.status() is DONE


def test_script():
    """Each query takes the next step of the script."""
    job = job_with([QUEUED, RUNNING, QUEUED, INITIALIZING, ERROR])

    assert statuses(job, 5) == [QUEUED, RUNNING, QUEUED, INITIALIZING, ERROR]


@pytest.mark.parametrize("status", FINAL)
def test_end_of_a_script(status):
    """A job whose script has ended with a final status stays so."""
    assert statuses(job_with([QUEUED, status]), 4) == [QUEUED, status, status, status]


def test_slow_end_of_a_script():
    """A job whose script has ended with a slow final status stays so, and is slow no more."""
    job = job_with([Slow(3, Slow(2, DONE))])

    assert statuses(job, 2) == [DONE, DONE]
    assert [call.time for call in job.log] == [0, 5, 5]


@pytest.mark.parametrize("fault", [OSError("no route"), "done", Slow(3, OSError("no route"))])
def test_fault_at_the_end_of_a_script(fault):
    """A fault after the final status of a script changes nothing in the job."""
    job = job_with([DONE, fault])
    job.status()
    try:
        job.status()
    except OSError:
        assert fault != "done"

    assert job.status() is DONE


def test_final_status_that_changes():
    """A script may show a final status that changes, and the job stays in the last one."""
    assert statuses(job_with([DONE, RUNNING, ERROR]), 4) == [DONE, RUNNING, ERROR, ERROR]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (
            [RUNNING],
            "Job 'fake-1' has no step 2 for query 2: its script has 1 step and leaves it RUNNING",
        ),
        (
            [QUEUED, DONE, RUNNING],
            "Job 'fake-1' has no step 4 for query 4: its script has 3 steps and leaves it RUNNING",
        ),
        (
            ["done"],
            "Job 'fake-1' has no step 2 for query 2: its script has 1 step and leaves it QUEUED",
        ),
    ],
)
def test_script_that_runs_out(script, text):
    """A query after a script that ends with no final status is an error that names the step."""
    job = job_with(script)
    statuses(job, len(script))
    with pytest.raises(FakeExhaustedError) as caught:
        job.status()

    assert str(caught.value) == (
        f"{text}, which is not final; give it more steps, or a final status to stay in."
    )


def test_query_that_a_script_does_not_count():
    """The error names the query, too, where faults that were injected took some."""
    job = job_with([RUNNING])
    job.inject(RUNNING)
    statuses(job, 2)
    with pytest.raises(FakeExhaustedError, match=r"has no step 2 for query 3: its script has 1"):
        job.status()


def test_script_that_runs_out_is_not_survived():
    """No tolerance for everything survives a script that has run out."""
    job = job_with([RUNNING])
    with pytest.raises(FakeExhaustedError):
        job.wait_for_final_state(tolerance=Tolerance(Exception, seconds=3600))

    assert issubclass(FakeExhaustedError, PROGRAMMING_ERRORS)


def test_timeline(clock):
    """A job on a timeline has the status of its time since the submission."""
    backend = FakeBackend(Life(timeline={0: QUEUED, 10: RUNNING, 42.5: DONE}))
    clock.advance(100)
    job = backend.run()
    seen = []
    for time in (100, 109.999, 110, 142, 142.5, 1000):
        clock.advance(time - clock.now())
        seen.append(job.status())

    assert seen == [QUEUED, QUEUED, RUNNING, RUNNING, DONE, DONE]


def test_timelines_of_two_jobs(clock):
    """Each job counts the time from its own submission."""
    backend = FakeBackend(Life(timeline={0: QUEUED, 10: DONE}))
    first = backend.run()
    clock.advance(6)
    second = backend.run()
    clock.advance(6)

    assert (first.status(), second.status()) == (DONE, QUEUED)


def test_time_of_a_timeline_is_met_exactly(clock):
    """A timeline has come to a time when the clock was moved on by it, rounding or not."""
    clock.advance(0.3)
    job = job_with(timeline={0: QUEUED, 0.6: DONE})
    clock.advance(0.6)
    assert clock.now() - 0.3 < 0.6

    assert job.status() is DONE


def test_timeline_goes_on_unseen(clock):
    """A timeline may pass any number of statuses between two queries, and may change the last."""
    job = job_with(timeline={0: QUEUED, 1: RUNNING, 2: DONE, 50: ERROR})
    clock.advance(20)
    assert job.status() is DONE

    clock.advance(30)
    assert job.status() is ERROR


def test_timeline_by_another_clock():
    """A timeline that was begun on a later clock is at its beginning."""
    job = FakeBackend(Life(timeline={0: RUNNING, 10: DONE})).job()
    with FakeClock() as later:
        later.advance(1000)
        job.submit()

    assert job.status() is RUNNING


def test_wait_for_a_timeline(clock):
    """A wait finds the end of a timeline by its queries, in virtual time."""
    job = job_with(timeline={0: QUEUED, 86_400: DONE})
    job.wait_for_final_state(wait=3600)

    assert (job.done(), clock.now()) == (True, 86_400)


def test_life_and_payload():
    """A job knows its life and what was handed in."""
    life = Life(cancel_delay=3)
    job = FakeBackend(life).run("h q[0];", shots=100)

    assert (job.life, job.payload, job.metadata) == (life, "h q[0];", {"shots": 100})
    assert isinstance(job, FakeJob)
