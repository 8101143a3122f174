import pytest

from jobv1 import JobTimeoutError, Tolerance
from jobv1._many import Many, checked_jobs, is_job
from jobv1._options import Options
from jobv1.waiting import as_completed
from tests.many_jobs import DONE, RUNNING, EndingJob, ForeignJob
from tests.scripted_job import BareJob, LoggedClock, PushJob, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_adding_an_unfinished_job():
    """A job that met the deadline already is unfinished once, though it is added again."""
    first = EndingJob(1e6, job_id="first")

    class AddingJob(ScriptedJob):
        def status(self):
            completions.add(first)
            return RUNNING

    completions = as_completed([first, AddingJob([], job_id="second")], 0)
    with pytest.raises(JobTimeoutError) as caught:
        next(completions)

    assert caught.value.job_id == ["first", "second"]
    assert first.queried_at == [0]


def make_many(jobs, timeout=None, *, rate=None, tolerance=None, **options):
    """Make a wait for jobs that a test drives itself."""
    return Many(jobs, timeout, Options(5, None, tolerance, rate, None, None, 1), **options)


def test_told_while_it_is_asked(clock):
    """A job that tells while it is asked is asked again as soon as its answer was taken."""
    job = PushJob()
    many = make_many([job])
    many.settle(many.take(), [RUNNING], 0)
    clock.advance(60)
    slot = many.take()
    job.finish()
    assert [many.take(), many.take()] == [None, None]

    many.settle(slot, [RUNNING], 60)
    again = many.take()
    assert again.jobs == [job]
    many.settle(again, [DONE], 60)
    assert (many.pop(), many.is_over()) == (job, True)


@pytest.mark.parametrize("wakes", [True, False])
def test_waking(wakes):
    """A job that is added wakes a sleep, where one can be woken."""
    many = make_many([], wakes=wakes)
    many.add(EndingJob(1))

    assert (many.ears.wake is not None) is wakes
    assert not wakes or many.ears.wake.is_set()
    assert len(many.take().jobs) == 1


def test_wake_is_cleared(clock):
    """A sleep that was ended leaves its wake as it was before."""
    many = make_many([EndingJob(1)], wakes=True)
    many.ears.wake.set()
    many.sleep(5)
    many.sleep(5)

    assert (clock.now(), clock.slept) == (5, [5, 5])


def test_over():
    """A wait is over when no job is left and none is to be given back, and then for good."""
    many = make_many([EndingJob(1)])
    assert not many.is_over()
    many.settle(many.take(), [DONE], 0)
    assert not many.is_over()
    many.pop()
    many.add(EndingJob(1))
    assert not many.is_over()
    many.settle(many.take(), [DONE], 0)
    many.pop()

    assert many.is_over()
    with pytest.raises(RuntimeError, match="is over"):
        many.add(EndingJob(1))


def test_pause(clock):
    """There is a pause until the next job is due; none if a job may be taken, or none is left."""
    job = EndingJob(1)
    many = make_many([job], one_by_one=True)
    assert many.pause() == 0
    many.settle(many.take(), [RUNNING], 0)
    clock.advance(2)
    assert many.pause() == 3
    clock.advance(3)
    many.settle(many.take(), [DONE], 5)

    assert many.pause() == 0


@pytest.mark.parametrize("asks_at_once", [True, False])
def test_jobs_that_are_asked_singly(asks_at_once):
    """Where several slots are asked at once, each has one job, also after a batch was lost."""
    jobs = [EndingJob(1) for _ in range(100)]
    many = make_many(jobs, asks_at_once=asks_at_once)

    assert len(many.take().jobs) == (1 if asks_at_once else 4)


def test_giving_up_what_is_asked():
    """Slots that do not answer are unfinished, and so are all others if all are given up."""
    jobs = [EndingJob(1, job_id=number) for number in range(4)]
    many = make_many(jobs, 10)
    slot = many.take()
    many.abandon([slot])
    many.take()
    many.abandon_all()

    assert many.is_over()
    assert many.timeout_error().unfinished == [jobs[0], jobs[1], jobs[3], jobs[2]]


def test_error_has_the_cause_of_one_that_failed():
    """If the last query of one failed, its error is the cause, whoever else is unfinished."""
    error = OSError("no route")
    jobs = [ScriptedJob([RUNNING]), ScriptedJob([error]), ScriptedJob([RUNNING])]
    with pytest.raises(JobTimeoutError) as caught:
        next(as_completed(jobs, 0, tolerance=Tolerance(OSError, failures=1)))

    assert caught.value.__cause__ is caught.value.last_error is error


def test_ids_of_a_class_and_an_instance():
    """A job is an instance that has an id and a status to call."""
    given = [BareJob(None, "a"), ForeignJob(), ForeignJob, object(), None, "job"]

    assert [is_job(value) for value in given] == [True, True, False, False, False, False]


def test_checked_jobs():
    """The jobs are taken in the order given, each once, by identity."""
    jobs = [ForeignJob(), BareJob(None, "a"), ForeignJob()]
    checked = checked_jobs(iter([*jobs, *jobs]))

    assert [id(job) for job in checked] == [id(job) for job in jobs]


def test_iterable_that_raises():
    """What the iterable of the jobs raises travels up as it is."""

    def jobs():
        yield EndingJob(1)
        raise TypeError("no more of them")

    with pytest.raises(TypeError, match=r"^no more of them$"):
        checked_jobs(jobs())


def test_adding_one_that_a_thread_asks():
    """A job that is added while another thread asks it is not waited for twice."""
    job = EndingJob(1)
    many = make_many([job], asks_at_once=True)
    slot = many.take()
    many.add(job)

    assert slot.jobs == [job]
    assert (many.take(), many.queue.jobs) == (None, 1)
