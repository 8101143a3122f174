"""Jobs of the thread provider in real threads."""

from threading import Event

import pytest

from examples.thread_provider.provider import ThreadBackend
from jobv1 import JobCancelledError, JobError, JobFailedError, JobStatus
from jobv1.testing import validated

PATIENCE = 10


def fail():
    raise ValueError("out of cheese")


def test_each_job_gives_its_own_result():
    """Jobs that share two workers give the results of their own functions."""
    with ThreadBackend(workers=2) as backend:
        jobs = [backend.run(lambda number=number: number**2, number=number) for number in range(6)]
        assert [job.result(PATIENCE) for job in jobs] == [0, 1, 4, 9, 16, 25]
    assert jobs[3].metadata == {"number": 3}


def test_a_failure_tells_what_the_function_raised():
    """A failed job raises the text of its function's error, and its worker goes on."""
    with ThreadBackend(workers=1) as backend:
        failed = backend.run(fail)
        after = backend.run(lambda: 1)
        with pytest.raises(JobFailedError, match="ValueError: out of cheese") as caught:
            failed.result(PATIENCE)
        assert after.result(PATIENCE) == 1
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_queued_job_is_cancelled_and_a_running_one_is_not():
    """The function of a cancelled job is never called; a running job goes on to its end."""
    calls, started, may_end = [], Event(), Event()

    def work():
        started.set()
        return may_end.wait(PATIENCE)

    with ThreadBackend(workers=1) as backend:
        running = backend.run(work)
        queued = backend.run(lambda: calls.append("called"))
        started.wait(PATIENCE)
        assert (running.cancel(), queued.cancel()) == (False, True)
        may_end.set()
        assert running.result(PATIENCE) is True
    assert not calls
    with pytest.raises(JobCancelledError):
        queued.result()


def test_a_callback_that_fails_harms_nobody(caplog):
    """An error in a done callback is logged; the other callbacks and jobs are served."""
    told, may_end = [], Event()
    with ThreadBackend(workers=1) as backend:
        job = backend.run(lambda: may_end.wait(PATIENCE))
        job.add_done_callback(lambda _: fail())
        job.add_done_callback(told.append)
        may_end.set()
        assert backend.run(lambda: 1).result(PATIENCE) == 1
    assert told == [job]
    assert "out of cheese" in caplog.text


def test_a_closed_backend_refuses_jobs():
    """A backend that was closed takes no job, and closing it again changes nothing."""
    backend = ThreadBackend()
    backend.close()
    backend.close()
    with pytest.raises(JobError, match="The backend is closed."):
        backend.run(fail)


def test_a_watched_job_keeps_the_contract_in_use():
    """A validated job is used as any other, and no rule is broken on the way."""
    violations = []
    with ThreadBackend(workers=1) as backend:
        done = validated(backend.run(lambda: 42), report=violations.append)
        failed = validated(backend.run(fail), report=violations.append)
        assert done.result(PATIENCE) == 42
        assert done.cancel() is False
        with pytest.raises(JobFailedError):
            failed.result(PATIENCE)
        assert failed.error_message() == "ValueError: out of cheese"
        assert (done.status(), failed.status()) == (JobStatus.DONE, JobStatus.ERROR)
    assert violations == []
