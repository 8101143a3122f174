"""Adapted jobs whose originals run on a future."""

import logging
import weakref
from concurrent.futures import Future
from threading import Timer
from time import monotonic

import pytest

from jobv1.protocols import ability
from jobv1.qiskit import adapt
from jobv1.testing import FakeClock, validated
from jobv1.waiting import wait
from tests.fake_qiskit import LateJob, RuntimeJob, submitted_local_job

ADD, REMOVE = "add_done_callback", "remove_done_callback"


def can_tell(job):
    """Whether the class of a job has both methods."""
    return ability(job, ADD) is not None and ability(job, REMOVE) is not None


def told_of(job):
    """Whom a done callback is told of when the future of a job is done, and not before."""
    told = []
    job.add_done_callback(told.append)
    assert told == []
    job._work.set_result(None)
    return told


def test_on_a_future():
    """A job on a future can tell, by whatever name its class keeps it, and by several."""
    original = submitted_local_job()
    original.the_same = original._work

    assert can_tell(adapt(original))


@pytest.mark.parametrize("by", ["the adapter", "the original"])
def test_submitted_later(by):
    """A job that gets its future later wakes a wait, whoever submits it."""
    original = LateJob()
    job = adapt(original)
    (job if by == "the adapter" else original).submit()

    assert can_tell(job)
    assert told_of(job) == [job]


@pytest.mark.parametrize("by", ["the adapter", "the original"])
def test_submitted_while_a_callback_waits(by):
    """A callback that was there before the future is called, from the submit or next query on."""
    original, told = LateJob(), []
    job = adapt(original)
    job.add_done_callback(told.append)
    if by == "the adapter":
        job.submit()
    else:
        original.submit()
        job.status()
    assert told == []

    original._future.set_result(None)

    assert told == [job]


def test_submitted_and_done_while_a_callback_waits():
    """A callback that was there before the future and its end is called by the next query."""
    original, told = LateJob(), []
    job = adapt(original)
    job.add_done_callback(told.append)
    original.submit()
    original._future.set_result(None)

    job.status()

    assert told == [job]


def test_submitted_again():
    """A job that has a new future tells of that one, and no more of the old."""
    original, told = LateJob(), []
    job = adapt(original)
    job.submit()
    job.add_done_callback(told.append)
    old = original._future
    job.submit()
    old.set_result(None)
    assert told == []

    original._future.set_result(None)

    assert told == [job]


def test_on_two_futures():
    """A job with several futures is polled, since it is not known which one tells."""
    original = submitted_local_job()
    original.upload = Future()

    assert not can_tell(adapt(original))


def test_one_of_two_futures_is_done():
    """Of two futures, one that is done is not what the job runs on."""
    original = submitted_local_job()
    original.upload = Future()
    original.upload.set_result(None)

    job = adapt(original)
    assert told_of(job) == [job]


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
    assert caplog.messages == [
        "A done callback of <AdaptedJob[LocalJob] 'local-1', not queried yet> raised"
    ]
    assert caplog.records[0].levelno == logging.ERROR


def test_many_short_waits():
    """A job that is waited for again and again leaves nothing at its future."""
    job = adapt(submitted_local_job())
    for _ in range(10):
        job.add_done_callback(print)
        job.remove_done_callback(print)

    assert len(job._work._done_callbacks) == 1


def test_waits_that_come_to_nothing():
    """A future keeps no adapted job that nobody waits for, though it goes on."""
    original = submitted_local_job()
    job = adapt(original)
    job.add_done_callback(print)
    job.remove_done_callback(print)

    gone = weakref.ref(job)
    del job
    assert gone() is None


@pytest.mark.parametrize("future", [None, object(), Future()], ids=["none", "odd", "silent"])
def test_future_of_something_else(future):
    """A job whose future tells nothing is asked at each `wait`, among many too."""
    original = RuntimeJob("RUNNING", "RUNNING", "DONE")
    original._future = future
    with FakeClock() as clock:
        pair = wait([adapt(original)], 600, wait=2)

        assert clock.now() == 4
    assert len(pair.done) == 1


def test_two_adapters_of_one_state():
    """A callback is given the job that it was added to, though a watch shares its state."""
    job = adapt(submitted_local_job())
    watch = validated(job)
    told = []
    job.add_done_callback(lambda job: told.append(type(job)))
    watch.add_done_callback(lambda job: told.append(type(job)))

    job._work.set_result(None)

    assert told == [type(job), type(watch)]


def test_taken_back_in_a_collection():
    """A wait that the garbage collector closes takes its callback back, whoever holds the lock."""
    job = adapt(submitted_local_job())
    job.add_done_callback(print)
    with job._jobv1_teller._lock:
        job.remove_done_callback(print)

    assert job._jobv1_teller._callbacks == []


def test_nobody_waits():
    """A future is given nothing to keep by queries alone."""
    job = adapt(submitted_local_job())
    job.status()

    assert job._work._done_callbacks == []


def test_told_callbacks():
    """A callback that was called is not kept."""

    def note(job):
        """Do nothing."""

    job = adapt(submitted_local_job())
    job.add_done_callback(note)
    job._work.set_result(None)
    gone = weakref.ref(note)
    del note

    assert gone() is None


def test_is_let_go():
    """A future that is done does not keep the adapted job."""
    job = adapt(submitted_local_job())
    future = job._work
    job.add_done_callback(print)
    future.set_result(None)
    gone = weakref.ref(job)
    del job
    assert gone() is None
