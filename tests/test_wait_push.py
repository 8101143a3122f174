import threading
import time
from contextvars import Context

import pytest

from jobv1 import Fixed, JobStatus, JobTimeoutError, Tolerance
from tests.scripted_job import LoggedClock, PushClock, PushJob, ScriptedJob

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


def test_woken_at_once():
    """A job that tells ends the wait at once, by one query."""
    job = PushJob()
    with PushClock({7.5: job.finish}) as clock:
        job.wait_for_final_state(wait=60)

    assert (job.queried_at, clock.now()) == ([0, 7.5], 7.5)


def test_woken_on_a_schedule():
    """A wait on a schedule is woken as well."""
    job = PushJob()
    with PushClock({7.5: job.finish}) as clock:
        job.wait_for_final_state(timeout=3600, wait=Fixed(60))

    assert clock.now() == 7.5


def test_woken_after_many_sleeps():
    """The job is asked to tell once, at the first sleep, however often the wait sleeps."""
    job = PushJob()
    with PushClock({12: job.finish}):
        job.wait_for_final_state(wait=5)

    assert job.queried_at == [0, 5, 10, 12]
    assert len(job.added) == 1


def test_woken_from_the_sleep_of_a_retry():
    """The sleep before a retry is cut short as any other."""
    failure = OSError("no route")
    failure.retry_after = 60

    class FailingJob(PushJob):
        def _take_step(self):
            if not self.finished:
                raise failure
            return DONE

    job = FailingJob()
    with PushClock({7.5: job.finish}):
        job.wait_for_final_state(tolerance=Tolerance(OSError, failures=1))

    assert job.queried_at == [0, 7.5]


def test_finished_between_query_and_sleep():
    """A job that ends after it was queried and before the first sleep tells at once."""

    class QuickJob(PushJob):
        def status(self):
            status = super().status()
            self.finish()
            return status

    job = QuickJob()
    with LoggedClock() as clock:
        job.wait_for_final_state(wait=60)

    assert (job.queried_at, clock.now()) == ([0, 0], 0)


def test_finished_during_a_later_query():
    """A job that tells while it is queried is not slept for afterwards."""

    class QuickJob(PushJob):
        def status(self):
            status = super().status()
            if len(self.queried_at) == 2:
                self.finish()
            return status

    job = QuickJob()
    with LoggedClock():
        job.wait_for_final_state(wait=60)

    assert job.queried_at == [0, 60, 60]


def test_no_sleep_costs_nothing():
    """A job that is final already, or that is queried without a pause, is not asked to tell."""
    finished, running = PushJob(), PushJob()
    finished.finished = True
    finished.wait_for_final_state()
    running.wait_for_final_state(
        wait=0, callback=lambda job_id, status, job: setattr(job, "finished", True)
    )

    assert (finished.added, running.added) == ([], [])
    assert (finished.calls, running.calls) == (["status"], ["status", "status"])


def test_lost_wake_up():
    """The poll is the safety net for a job that was to tell and does not."""
    job = PushJob()
    with PushClock({7.5: lambda: setattr(job, "finished", True)}):
        job.wait_for_final_state(wait=5)

    assert job.queried_at == [0, 5, 10]


def test_lying_wake_up():
    """A wake-up that comes too early costs one query; the next sleep is whole again."""
    job = PushJob()
    with PushClock({2: job.tell, 11: lambda: setattr(job, "finished", True)}) as clock:
        job.wait_for_final_state(wait=5)

    assert job.queried_at == [0, 2, 7, 12]
    assert clock.slept == [5, 5, 5]


def test_job_that_tells_too_early():
    """A job that tells as soon as it is asked to, though it runs, is polled."""

    class HastyJob(PushJob):
        def add_done_callback(self, fn, /):
            fn(self)

    job = HastyJob()
    with LoggedClock(), pytest.raises(JobTimeoutError):
        job.wait_for_final_state(timeout=10, wait=5)

    assert job.queried_at == [0, 0, 5, 10]


def test_job_that_tells_of_every_change():
    """A job that tells more often than once is believed once, and asked as any other then."""
    job = PushJob()

    def tell_all():
        for fn in job.added:
            fn(job)

    with PushClock({1: tell_all, 3: tell_all, 7.5: job.finish}):
        job.wait_for_final_state(wait=60)

    assert job.queried_at == [0, 1, 61]


def test_deadline_of_a_job_that_tells():
    """A job that does not tell before the deadline is queried then, as any other."""
    job = PushJob()
    with LoggedClock() as clock, pytest.raises(JobTimeoutError):
        job.wait_for_final_state(timeout=7, wait=5)

    assert (job.queried_at, clock.slept) == ([0, 5, 7], [5, 2])


def test_callback_is_removed_at_the_deadline():
    """A job that is waited for again and again collects no callbacks."""
    job = PushJob()
    for _ in range(3):
        with LoggedClock(), pytest.raises(JobTimeoutError):
            job.wait_for_final_state(timeout=7)

    assert len(job.added) == 3
    assert job.waiting == []


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_callback_is_removed_after_an_error(kind):
    """Whatever ends the wait before the job does, the job need not tell any longer."""
    job = PushJob()

    def stop(job_id, status, job):
        if job.added:
            raise kind

    with LoggedClock(), pytest.raises(kind):
        job.wait_for_final_state(callback=stop)

    assert len(job.added) == 1
    assert job.waiting == []


def test_job_that_removes_only_what_it_has():
    """A job that has told, and dropped its callbacks, is not troubled to remove them."""

    class StrictJob(PushJob):
        def remove_done_callback(self, fn, /):
            self.waiting.remove(fn)

    job = StrictJob()
    with PushClock({7.5: job.finish}):
        job.wait_for_final_state(wait=60)

    assert job.queried_at == [0, 7.5]


def test_job_that_cannot_remove():
    """A class may leave out `remove_done_callback`; what it calls late does no harm."""

    class KeepingJob(PushJob):
        remove_done_callback = None

    job = KeepingJob()
    with LoggedClock(), pytest.raises(JobTimeoutError):
        job.wait_for_final_state(timeout=7)
    job.finish()

    assert job.waiting == []


def test_each_wait_asks_for_itself():
    """Two waits for one job, one inside the other, are both woken."""
    job = PushJob()

    def wait_inside(job_id, status, job):
        if not job.finished:
            job.wait_for_final_state(wait=60)

    with PushClock({7.5: job.finish}) as clock:
        job.wait_for_final_state(wait=60, callback=wait_inside)

    assert clock.now() == 7.5


@pytest.mark.parametrize("shadow", [None, 5])
def test_ability_that_is_taken_back(shadow):
    """A class that sets an ability to what cannot be called does not have it."""
    silent = type("SilentJob", (PushJob,), {"add_done_callback": shadow})
    job = silent()
    with PushClock({7.5: job.finish}):
        job.wait_for_final_state(wait=5)

    assert job.queried_at == [0, 5, 10]


def test_ability_of_an_instance():
    """An ability is looked for on the class: what stands on the job alone is none."""
    job = ScriptedJob([RUNNING, DONE])
    job.add_done_callback = lambda fn: 1 / 0
    with LoggedClock():
        job.wait_for_final_state()

    assert job.queried_at == [0, 5]


def test_error_of_the_job():
    """What `add_done_callback` raises travels up."""

    class BrokenJob(PushJob):
        def add_done_callback(self, fn, /):
            raise OSError("no socket")

    with LoggedClock(), pytest.raises(OSError, match="no socket"):
        BrokenJob().wait_for_final_state()


def test_woken_from_another_thread():
    """In real time a job that another thread ends wakes the waiter at once."""
    job = PushJob()
    timer = threading.Timer(0.02, job.finish)
    start = time.monotonic()
    timer.start()
    Context().run(job.wait_for_final_state, timeout=60, wait=30)
    timer.join()

    assert time.monotonic() - start < 5
    assert len(job.queried_at) == 2
