import threading

import pytest

from jobv1 import Tolerance
from jobv1._clock import CLOCK
from jobv1.testing import FakeClock
from jobv1.waiting import as_completed, wait
from tests.gated_job import GatedJob, has_ended
from tests.many_jobs import DONE, RUNNING, EndingBatch, EndingJob, batches, ignore
from tests.scripted_job import LoggedClock, PushJob, ScriptedJob


class ThreadedJob(EndingJob):
    """A job that notes the threads in which it is asked."""

    def __init__(self, end=0):
        super().__init__(end)
        self.threads = set()

    def status(self):
        self.threads.add(threading.current_thread())
        return super().status()


@pytest.mark.parametrize("call", [wait, lambda jobs: list(as_completed(jobs))])
def test_no_thread_by_default(monkeypatch, call):
    """Without `workers` all is asked in the thread of the caller, and none is started."""
    monkeypatch.setattr(threading.Thread, "start", None)
    jobs = [ThreadedJob(20) for _ in range(50)]
    with FakeClock():
        call(jobs)

    assert {thread for job in jobs for thread in job.threads} == {threading.current_thread()}


@pytest.mark.parametrize("number", [1, 3])
def test_number_of_threads(number):
    """At most so many threads ask as is said, and the caller asks nobody."""
    jobs = [ThreadedJob(20) for _ in range(50)]
    with FakeClock():
        pair = wait(jobs, workers=number, callback=ignore)
    threads = {thread for job in jobs for thread in job.threads}

    assert pair.done == jobs
    assert 1 <= len(threads) <= number
    assert threading.current_thread() not in threads


def test_threads_are_started_when_they_are_needed():
    """For one job there is one thread, however many are allowed."""
    job = ThreadedJob(20)
    with FakeClock():
        wait([job], workers=16)

    assert len(job.threads) == 1


def test_batches_in_threads():
    """Batches are asked as batches."""
    kind = batches(EndingBatch)
    jobs = [kind(7) for _ in range(250)]
    with FakeClock():
        pair = wait(jobs, workers=2, callback=ignore)

    assert pair.done == jobs
    assert sorted(map(len, kind.requests[:3])) == [50, 100, 100]


def test_lost_batch_in_threads():
    """The jobs of a batch that failed are asked each by itself, in threads."""
    kind = batches(EndingBatch, faults={1: ValueError("no batches")})
    jobs = [kind(0) for _ in range(10)]
    with FakeClock():
        pair = wait(jobs, workers=2)

    assert pair.done == jobs
    assert [job.calls for job in jobs] == [["status"]] * 10


def test_clock_reaches_the_threads():
    """The threads ask in the context of the caller: virtual time is theirs, too."""
    clocks = []

    class AskingJob(EndingJob):
        def status(self):
            clocks.append(CLOCK.get())
            return super().status()

    with FakeClock() as clock:
        wait([AskingJob(20)], workers=1)

    assert {type(its) for its in clocks} == {FakeClock}
    assert clock.now() == 20


def test_interval_in_threads():
    """With threads the jobs are asked as often as without."""
    job = EndingJob(20)
    with FakeClock():
        wait([job], workers=2)

    assert job.queried_at == [0, 5, 10, 15, 20]


def test_errors_in_threads():
    """What a query raises in a thread is that job's outcome, survived or not."""
    error = OSError("no route")
    error.retry_after = 1
    failing, tolerated = ScriptedJob([KeyError("no such job")]), ScriptedJob([error, DONE])
    good = EndingJob(7)
    with FakeClock():
        pair = wait([failing, tolerated, good], workers=2, tolerance=Tolerance(OSError, failures=1))

    assert pair.done == [failing, tolerated, good]
    assert [job for job, _ in pair.errors] == [failing]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_interrupt_in_a_thread(kind):
    """An interrupt that a query raises in a thread ends the wait at once."""
    interrupt = kind("now")
    jobs = [ScriptedJob([RUNNING, interrupt]), EndingJob(99)]
    with LoggedClock() as clock, pytest.raises(kind) as caught:
        wait(jobs, workers=2)

    assert caught.value is interrupt
    assert clock.now() <= 5
    assert {name for job in jobs for name in job.calls} == {"status"}


def test_threads_end():
    """The threads end with the wait."""
    jobs = [ThreadedJob(0) for _ in range(20)]
    with FakeClock():
        wait(jobs, workers=3)

    assert all(has_ended(thread) for job in jobs for thread in job.threads)


def test_push_with_workers():
    """A job that tells wakes the wait, and is asked in a thread."""
    jobs = [PushJob() for _ in range(5)]
    with FakeClock() as clock:
        for place, job in enumerate(jobs):
            clock.call_at(place + 1, job.finish)
        assert list(as_completed(jobs, workers=2)) == jobs

    assert [job.queried_at for job in jobs] == [[0, place + 1] for place in range(5)]


def test_told_while_a_thread_asks():
    """A job that tells while it is asked is asked again when the answer has come."""

    class TellingJob(GatedJob, PushJob):
        def __init__(self):
            super().__init__(RUNNING)
            self.finished = False
            self.added, self.waiting = [], []

        def add_done_callback(self, fn, /):
            self.answer = DONE
            fn(self)

    job = TellingJob()
    job.gate.set()
    with FakeClock() as clock:
        pair = wait([job], workers=1)

    assert pair.done == [job]
    assert (len(job.threads), clock.now()) == (2, 0)


def test_callback_in_the_thread_of_the_caller():
    """The callback is called in the thread that waits."""
    threads = set()
    with FakeClock():
        wait(
            [EndingJob(7) for _ in range(9)],
            workers=3,
            callback=lambda *_: threads.add(threading.current_thread()),
        )

    assert threads == {threading.current_thread()}


def test_timeout_of_0_with_workers():
    """With a limit of 0 each job is asked once, in threads as well."""
    jobs = [EndingJob(0), *(EndingJob(9) for _ in range(20))]
    with FakeClock() as clock:
        pair = wait(jobs, 0, workers=3)

    assert pair.done == jobs[:1]
    assert {tuple(job.queried_at) for job in jobs} == {(0,)}
    assert clock.now() == 0
