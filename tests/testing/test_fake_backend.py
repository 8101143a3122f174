import contextvars
import threading

import pytest

from jobv1 import JobError, JobStatus
from jobv1.testing import Call, FakeBackend, FakeClock, FakeJob, Life, Slow
from jobv1.testing._course import FakeExhaustedError

INITIALIZING, QUEUED = JobStatus.INITIALIZING, JobStatus.QUEUED
RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Virtual time, in force in each test."""
    with FakeClock() as clock:
        yield clock


def in_threads(*calls):
    """Run calls in threads that share the clock in force."""
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(call,)) for call in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)


def test_run():
    """To run is to make a job of the backend, with payload and metadata, and to submit it."""
    backend = FakeBackend()
    job = backend.run("h q[0];", shots=100, life="long")

    assert type(job) is FakeJob
    assert (job.job_id(), job.backend(), job.payload) == ("fake-1", backend, "h q[0];")
    assert job.metadata == {"shots": 100, "life": "long"}
    assert job.status() is QUEUED


def test_job():
    """A job may be made without being submitted."""
    job = FakeBackend().job("h q[0];", shots=100)

    assert (job.job_id(), job.payload, job.metadata) == ("fake-1", "h q[0];", {"shots": 100})
    assert job.status() is INITIALIZING
    assert [call.method for call in job.log] == ["status"]


def test_no_payload():
    """A job that was given nothing has None as payload and no metadata."""
    job = FakeBackend().run()

    assert (job.payload, job.metadata) == (None, {})


def test_ids_and_jobs():
    """The jobs are numbered, after the name of the backend, and kept in order."""
    backend = FakeBackend(name="lab")
    jobs = [backend.run(), backend.job(), backend.run()]

    assert [job.job_id() for job in jobs] == ["lab-1", "lab-2", "lab-3"]
    assert backend.jobs == jobs
    assert (backend.name, FakeBackend().name) == ("lab", "fake")


def test_one_life_for_all():
    """Every job lives the one life from its beginning."""
    backend = FakeBackend(Life([RUNNING, DONE]))
    first, second = backend.run(), backend.run()
    first.status()

    assert (first.status(), second.status()) == (DONE, RUNNING)


def test_a_life_for_each():
    """With several lives the first job lives the first, the second the second."""
    lives = [Life([RUNNING]), Life([DONE])]
    backend = FakeBackend(*lives)

    assert [backend.run().life, backend.job().life] == lives


def test_a_job_too_many():
    """One job more than there are lives is an error that says how many there were."""
    backend = FakeBackend(Life(), Life(), name="lab")
    jobs = [backend.run(), backend.run()]
    for make in (backend.run, backend.job):
        with pytest.raises(FakeExhaustedError) as caught:
            make()
        assert str(caught.value) == (
            "FakeBackend 'lab' has no life for job 3: it was given 2 lives, one a job; "
            "give it as many as it has jobs, or one for all."
        )

    assert backend.jobs == jobs


def test_what_is_no_life():
    """A backend refuses what is no life, and says how to write one."""
    with pytest.raises(TypeError) as caught:
        FakeBackend(Life(), ["x"])

    assert str(caught.value) == "each of lives must be a Life, not ['x']; write Life(['x'])"


def test_jobs_of_a_class_of_ones_own():
    """A backend may make jobs of a subclass, which may refine each step below the log."""

    class HastyJob(FakeJob):
        def _query(self):
            return DONE

    job = FakeBackend(job_class=HastyJob).run(5)

    assert type(job) is HastyJob
    assert job.status() is DONE
    assert [call.answer for call in job.log] == [None, DONE]


def test_repr():
    """A backend shows its name, and how many jobs it has."""
    backend = FakeBackend(name="lab")
    texts = [repr(backend)]
    for _ in range(2):
        backend.run()
        texts.append(repr(backend))

    assert texts == [
        "<FakeBackend 'lab', 0 jobs>",
        "<FakeBackend 'lab', 1 job>",
        "<FakeBackend 'lab', 2 jobs>",
    ]


def test_log(clock):
    """The log has each call that reaches the backend, when it ended and what it answered."""
    error = OSError("no route")
    job = FakeBackend(Life([QUEUED, error, Slow(2, RUNNING), DONE])).job("payload")
    clock.advance(1)
    job.submit()
    job.running()
    with pytest.raises(OSError, match="no route"):
        job.wait_for_final_state()
    assert job.result() == "payload"
    assert job.cancel() is False

    assert job.log == [
        Call(time=1, job_id="fake-1", method="submit", answer=None),
        Call(time=1, job_id="fake-1", method="status", answer=QUEUED),
        Call(time=1, job_id="fake-1", method="status", answer=error),
        Call(time=3, job_id="fake-1", method="status", answer=RUNNING),
        Call(time=8, job_id="fake-1", method="status", answer=DONE),
        Call(time=8, job_id="fake-1", method="result", answer="payload"),
        Call(time=8, job_id="fake-1", method="cancel", answer=False),
    ]


def test_log_of_errors():
    """A call that raises is in the log with its exception, whatever that is."""
    interrupt, failure = KeyboardInterrupt(), OSError("no route")
    job = FakeBackend(Life([interrupt, failure])).run()
    with pytest.raises(JobError) as twice:
        job.submit()
    with pytest.raises(KeyboardInterrupt):
        job.status()
    with pytest.raises(OSError, match="no route"):
        job.result()

    assert [(call.method, call.answer) for call in job.log[1:]] == [
        ("submit", twice.value),
        ("status", interrupt),
        ("status", failure),
        ("result", failure),
    ]


def test_log_of_what_reaches_no_backend():
    """What the backend is not asked for is not in the log."""
    job = FakeBackend().run()
    job.log.clear()
    job.move(RUNNING)
    job.inject("x")
    job.error_message()
    repr(job)

    assert job.log == []


def test_log_of_the_backend(clock):
    """The backend has the calls of all its jobs in one log."""
    backend = FakeBackend(Life([DONE]))
    first, second = backend.run(), backend.run()
    second.status()
    clock.advance(5)
    first.status()

    assert [(call.time, call.job_id, call.method) for call in backend.log] == [
        (0, "fake-1", "submit"),
        (0, "fake-2", "submit"),
        (0, "fake-2", "status"),
        (5, "fake-1", "status"),
    ]
    assert [call.job_id for call in second.log] == ["fake-2", "fake-2"]


def test_threads_that_ask_one_job():
    """Each step of a script is taken by one query, whatever the thread."""
    wrong = [f"answer {number}" for number in range(2000)]
    job = FakeBackend(Life([*wrong, DONE])).run()

    def ask():
        for _ in range(500):
            job.status()

    in_threads(ask, ask, ask, ask)

    assert sorted(call.answer for call in job.log[1:]) == sorted(wrong)


def test_threads_that_run_jobs():
    """Jobs that several threads run have numbers of their own."""
    backend = FakeBackend()

    def run():
        for _ in range(100):
            backend.run()

    in_threads(run, run, run)

    assert [job.job_id() for job in backend.jobs] == [f"fake-{n}" for n in range(1, 301)]
    assert len(backend.log) == 300


def test_slow_query_holds_no_lock(clock):
    """While a query is slow the job may be used, by the calls of the clock and by other threads."""
    job = FakeBackend().run()
    job.inject(Slow(10))
    clock.call_at(4, lambda: in_threads(lambda: job.move(RUNNING)))
    clock.call_at(6, lambda: in_threads(job.status))

    assert job.status() is RUNNING
    assert [(call.time, call.answer) for call in job.log[1:]] == [(6, RUNNING), (10, RUNNING)]
