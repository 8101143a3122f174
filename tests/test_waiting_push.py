import pytest

from jobv1 import JobTimeoutError, Tolerance
from jobv1._clock import CLOCK
from jobv1.waiting import as_completed, wait
from tests.many_jobs import DONE, RUNNING, Batch, EndingJob, batches, ignore
from tests.scripted_job import LoggedClock, PushJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_witnesses_that_tell(clock):
    """When the job that is asked for all tells of its end, the next is asked at once."""
    jobs = [PushJob() for _ in range(3)]
    for time, job in enumerate(jobs, 1):
        clock.call_at(time, job.finish)
    pair = wait(jobs)

    assert pair.done == jobs
    assert [job.queried_at for job in jobs] == [[0, 1], [1, 2], [2, 3]]


def test_witness_that_cannot_be_listened_to(clock):
    """When `add_done_callback` raises, that job is given up, and the next is asked at once."""

    class RaisingJob(PushJob):
        def add_done_callback(self, fn, /):
            raise RuntimeError("no callbacks today")

    broken, good = RaisingJob(), EndingJob(7)
    pair = wait([broken, good])

    assert [(job, str(error)) for job, error in pair.errors] == [(broken, "no callbacks today")]
    assert (broken.queried_at, good.queried_at) == ([0], [0, 5, 10])


class PushBatch(Batch, PushJob):
    """A job that tells, of a class that is asked in batches."""


class SlowlyToldJob(PushJob):
    """A job that tells of its end, though its status says RUNNING for a while longer."""

    def __init__(self, end):
        super().__init__()
        self.end = end

    def _take_step(self):
        return DONE if CLOCK.get().now() >= self.end else RUNNING


def test_told_at_once(clock):
    """A job that tells is asked when it tells, and at no other time but the first."""
    jobs = [PushJob() for _ in range(100)]
    for place, job in enumerate(jobs):
        clock.call_at(1 + place / 10, job.finish)
    came = [(job, clock.now()) for job in as_completed(jobs)]

    assert came == [(job, 1 + place / 10) for place, job in enumerate(jobs)]
    assert [job.queried_at for job in jobs] == [[0, 1 + place / 10] for place in range(100)]


def test_wake_ups(clock):
    """A thousand jobs that tell cost a thousand sleeps."""
    jobs = [PushJob() for _ in range(1000)]
    for place, job in enumerate(jobs):
        clock.call_at(1 + place / 100, job.finish)
    list(as_completed(jobs))

    assert len(clock.slept) == 1000


def test_safety_net():
    """A job that does not tell is asked once a minute."""
    job_class = type("SilentJob", (EndingJob,), {"add_done_callback": lambda self, fn: None})
    job = job_class(150)
    wait([job], wait=5, callback=ignore)

    assert job.queried_at == [0, 60, 120, 180]


def test_safety_net_of_a_long_interval():
    """A job that tells is asked no oftener than the interval says."""
    job_class = type("SilentJob", (EndingJob,), {"add_done_callback": lambda self, fn: None})
    job = job_class(150)
    wait([job], wait=100)

    assert job.queried_at == [0, 100, 200]


def test_told_before_the_first_query():
    """A job that is final already is not listened to."""
    job = PushJob()
    job.finished = True
    wait([job])

    assert (job.calls, job.added) == (["status"], [])


def test_told_between_the_query_and_the_listening():
    """A job that ends after its query tells when it is listened to, and is asked again."""

    class JustFinishedJob(PushJob):
        def add_done_callback(self, fn, /):
            self.finished = True
            super().add_done_callback(fn)

    job = JustFinishedJob()
    wait([job])

    assert job.queried_at == [0, 0]


def test_told_falsely(clock):
    """A job that told falsely is asked then, and from there on after each interval."""
    job = SlowlyToldJob(12)
    clock.call_at(3, job.tell)
    wait([job])

    assert job.queried_at == [0, 3, 8, 13]
    assert len(job.added) == 1


def test_told_twice(clock):
    """A job is believed once, however often it tells."""
    job = SlowlyToldJob(12)
    clock.call_at(3, lambda: (job.added[0](job), job.added[0](job)))
    clock.call_at(4, lambda: job.added[0](job))
    wait([job])

    assert job.queried_at == [0, 3, 8, 13]


class RemovingJob(PushJob):
    """A job that notes what is taken back, and tells again then."""

    def __init__(self):
        super().__init__()
        self.removed = []

    def remove_done_callback(self, fn, /):
        self.removed.append(fn)
        fn(self)


def test_listener_of_a_job_that_told(clock):
    """A listener that was called is not taken back; one that was not is, and hears no more."""
    jobs = [RemovingJob() for _ in range(2)]
    clock.call_at(3, jobs[0].finish)
    pair = wait(jobs, 60, "FIRST_COMPLETED")

    assert pair.done == [jobs[0]]
    assert [job.removed for job in jobs] == [[], jobs[1].added]


def test_listener_that_could_not_be_added(clock):
    """A listener that the job refused is not taken back."""

    class RefusingJob(RemovingJob):
        def add_done_callback(self, fn, /):
            raise RuntimeError("no callbacks today")

    job = RefusingJob()

    assert wait([job], 60).errors
    assert job.removed == []


def test_one_listener(clock):
    """A job that does not tell for long is given one listener, however often it is asked."""
    job = PushJob()
    with pytest.raises(JobTimeoutError):
        list(as_completed([job], 600))

    assert len(job.queried_at) > 5
    assert len(job.added) == 1


def test_listener_that_is_kept(clock):
    """A listener that a job keeps for good refers to nothing of the wait."""
    jobs = [PushJob() for _ in range(2)]
    clock.call_at(3, jobs[0].finish)
    wait(jobs, 60, "FIRST_COMPLETED")

    for job in jobs:
        [listener] = job.added
        assert [getattr(listener, name) for name in listener.__slots__] == [None, None]


def test_told_while_it_is_asked():
    """A job that tells while it is asked is asked once more at once."""

    class TellsInStatusJob(PushJob):
        def status(self):
            answer = super().status()
            if len(self.calls) == 2:
                self.finish()
            return answer

    job = TellsInStatusJob()
    wait([job])

    assert job.queried_at == [0, 60, 60]


def test_told_in_a_slot_of_many(clock):
    """The others of a slot are not asked because one of them tells."""
    jobs = [PushJob() for _ in range(200)]
    clock.call_at(7, jobs[150].finish)

    assert next(as_completed(jobs)) is jobs[150]
    assert sum(len(job.queried_at) for job in jobs) == 201


def test_told_in_a_batch(clock):
    """A job of a class that is asked in batches is asked alone when it tells."""
    kind = batches(PushBatch)
    jobs = [kind() for _ in range(5)]
    clock.call_at(7, jobs[3].finish)

    assert next(as_completed(jobs)) is jobs[3]
    assert [job.queried_at for job in jobs] == [[], [], [], [7], []]
    assert len(kind.requests) == 1


def test_failing_job_that_tells(clock):
    """A job that tells between two retries is asked at once."""
    error = OSError("no route")
    error.retry_after = 30

    class FailingJob(PushJob):
        def _take_step(self):
            if len(self.calls) == 2:
                raise error
            return super()._take_step()

    job = FailingJob()
    clock.call_at(70, job.finish)
    wait([job], tolerance=Tolerance(OSError, failures=1))

    assert job.queried_at == [0, 60, 70]


@pytest.mark.parametrize("end", ["ends", "breaks", "closes", "raises", "expires"])
def test_listeners_are_removed(clock, end):
    """However a wait ends, no job keeps a listener of it."""
    jobs = [PushJob() for _ in range(4)]
    jobs[0].finished = True
    completions = as_completed(jobs, 10)
    if end == "ends":
        for job in jobs:
            clock.call_at(5, job.finish)
        list(completions)
    elif end == "raises":
        clock.call_at(5, lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            list(completions)
    elif end == "expires":
        with pytest.raises(JobTimeoutError, match="^3 "):
            list(completions)
    else:
        for _ in completions:
            break
        if end == "closes":
            completions.close()
        else:
            del completions

    assert [job.waiting for job in jobs] == [[]] * 4


def test_listeners_of_those_that_are_not_enough(clock):
    """A wait for the first removes its listeners from the others."""
    jobs = [PushJob() for _ in range(3)]
    clock.call_at(5, jobs[1].finish)
    pair = wait(jobs, None, "FIRST_COMPLETED")

    assert pair.done == [jobs[1]]
    assert [job.waiting for job in jobs] == [[]] * 3
    assert len(jobs[1].added) == 1
