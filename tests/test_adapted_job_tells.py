"""Adapted jobs whose originals run on a future."""

import gc
import logging
import weakref
from concurrent.futures import Future
from threading import Timer
from time import monotonic

from jobv1 import JobStatus
from jobv1.protocols import ability
from jobv1.qiskit import adapt
from tests.fake_qiskit import LocalJob, submitted_local_job

ADD, REMOVE = "add_done_callback", "remove_done_callback"


def can_tell(job):
    """Whether the class of a job has both methods."""
    return ability(job, ADD) is not None and ability(job, REMOVE) is not None


def test_on_a_future():
    """A job on a future can tell, by whatever name its class keeps it."""
    assert can_tell(adapt(submitted_local_job()))


def test_before_submit():
    """A job that gets its future when it is submitted can tell from then on."""
    job = adapt(LocalJob())
    assert not can_tell(job)

    job.submit()

    assert can_tell(job)
    assert job.status() is JobStatus.RUNNING


def test_on_two_futures():
    """A job with several futures is polled, since it is not known which one tells."""
    original = submitted_local_job()
    original.upload = Future()

    assert not can_tell(adapt(original))


def test_wakes_a_wait():
    """A wait for a job on a future ends when the future does, whatever its `wait`."""
    job = adapt(submitted_local_job())
    Timer(0.05, job._work.set_result, ["counts"]).start()
    begin = monotonic()

    job.wait_for_final_state(20, wait=20)

    assert monotonic() - begin < 5
    assert job.result() == "counts"


def test_called_once_with_the_job():
    """A done callback is called once, with the adapted job, when the future is done."""
    told = []
    job = adapt(submitted_local_job())
    job.add_done_callback(told.append)
    assert told == []

    job._work.set_result(None)

    assert told == [job]


def test_called_at_once():
    """A done callback that comes after the end is called at once, the first and any other."""
    told = []
    job = adapt(submitted_local_job())
    job._work.set_result(None)

    job.add_done_callback(told.append)
    job.add_done_callback(told.append)

    assert told == [job, job]


def test_taken_back():
    """A done callback that was taken back is not called; others are."""
    told = []
    job = adapt(submitted_local_job())
    job.add_done_callback(told.append)
    job.add_done_callback(print)
    job.remove_done_callback(print)
    job.remove_done_callback(print)

    job._work.set_result(None)

    assert told == [job]


def test_one_that_raises(caplog):
    """What a done callback raises is logged, and the others are called."""
    told = []
    job = adapt(submitted_local_job())
    job.add_done_callback(lambda job: 1 / 0)
    job.add_done_callback(told.append)

    job._work.set_result(None)

    assert told == [job]
    assert caplog.messages == ["A done callback of job local-1 raised"]
    assert caplog.records[0].levelno == logging.ERROR


def test_many_short_waits():
    """A job that is waited for again and again leaves nothing at its future."""
    job = adapt(submitted_local_job())
    for _ in range(10):
        job.add_done_callback(print)
        job.remove_done_callback(print)

    assert len(job._work._done_callbacks) == 1
    assert job._jobv1_callbacks == []


def test_is_let_go():
    """A future that is done does not keep the adapted job."""
    job = adapt(submitted_local_job())
    future = job._work
    job.add_done_callback(print)
    future.set_result(None)
    gone = weakref.ref(job)
    gc.disable()
    try:
        del job
        assert gone() is None
    finally:
        gc.enable()
