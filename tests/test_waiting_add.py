import threading
from contextvars import Context

import pytest

from jobv1 import JobStatus, JobTimeoutError
from jobv1.waiting import as_completed
from tests.many_jobs import EndingBatch, EndingJob, batches
from tests.scripted_job import LoggedClock, PushJob, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_add_in_the_loop(clock):
    """A job that is added in the loop is asked at once, and comes like the others."""
    first, second, third = EndingJob(3), EndingJob(0), EndingJob(20)
    completions = as_completed([first])
    came = []
    for job in completions:
        came.append((job, clock.now()))
        if job is first:
            now = clock.now()
            completions.add(second)
            completions.add(third)

    assert [job for job, _ in came] == [first, second, third]
    assert (second.queried_at, third.queried_at[0]) == ([now], now)


def test_add_before_the_first_next():
    """Jobs may be added before the first is asked for, and to a wait for none."""
    completions = as_completed([])
    jobs = [EndingJob(1), EndingJob(2)]
    for job in jobs:
        completions.add(job)

    assert set(completions) == set(jobs)


def test_add_while_it_sleeps(clock):
    """A job that is added while the wait sleeps ends the sleep."""
    added = EndingJob(0)
    completions = as_completed([EndingJob(1e6)], wait=1e9)
    clock.call_at(40, lambda: completions.add(added))

    assert next(completions) is added
    assert added.queried_at == [40]


def test_add_in_another_thread():
    """A job may be added by another thread while the wait really sleeps."""
    added = PushJob()
    added.finished = True
    sleeping = threading.Event()

    class SleepingJob(PushJob):
        def add_done_callback(self, fn, /):
            super().add_done_callback(fn)
            sleeping.set()

    completions = Context().run(as_completed, [SleepingJob()])

    def add():
        assert sleeping.wait(10)
        completions.add(added)

    thread = threading.Thread(target=add)
    thread.start()

    assert next(completions) is added
    thread.join(10)
    completions.close()


@pytest.mark.parametrize("kind", [EndingJob, batches(EndingBatch), PushJob])
def test_add_one_that_is_waited_for(kind):
    """A job that is waited for already is not waited for twice, whether it was asked or not."""
    asked, fresh = EndingJob(0), kind() if kind is PushJob else kind(0)
    completions = as_completed([asked, fresh])
    completions.add(fresh)
    completions.add(fresh)
    fresh.finished = True
    came = list(completions)

    assert len(came) == 2


def test_add_one_that_is_being_asked():
    """A job that is added while it is asked is not waited for twice."""

    class Adding(EndingJob):
        def status(self):
            if len(self.calls) < 2:
                completions.add(self)
            return super().status()

    completions = as_completed([Adding(4), EndingJob(3)], wait=1)

    assert len(list(completions)) == 2


def test_add_one_that_ended_and_has_not_come():
    """A job that has ended already, and is still to come, does not come twice."""
    kind = batches(EndingBatch)
    jobs = [kind(0), kind(0)]
    completions = as_completed(jobs)
    next(completions)
    completions.add(jobs[1])

    assert list(completions) == jobs[1:]


def test_add_one_that_came():
    """A job that came already may be waited for once more."""
    job, other = EndingJob(0), EndingJob(50)
    completions = as_completed([other, job])
    assert next(completions) is job
    completions.add(job)

    assert list(completions) == [job, other]


def test_add_after_the_end():
    """When no job was left the wait is over, and another is to be begun."""
    completions = as_completed([EndingJob(0)])
    list(completions)
    with pytest.raises(RuntimeError) as caught:
        completions.add(EndingJob(0))

    assert str(caught.value) == "the wait for these jobs is over; begin another for more"


def test_add_after_the_last_came():
    """While nobody has asked for another job than the last, one may still be added."""
    completions = as_completed([EndingJob(0)])
    next(completions)
    completions.add(EndingJob(9))

    assert len(list(completions)) == 1


@pytest.mark.parametrize("begun", [False, True])
def test_add_after_close(begun):
    """A wait that was closed takes no more jobs, and gives none."""
    completions = as_completed([EndingJob(0), EndingJob(9)])
    if begun:
        next(completions)
    completions.close()
    completions.close()
    with pytest.raises(RuntimeError, match="is over"):
        completions.add(EndingJob(0))

    assert list(completions) == []


def test_add_after_the_deadline():
    """A wait that has met its deadline and said so takes no more jobs."""
    completions = as_completed([EndingJob(99)], 5)
    with pytest.raises(JobTimeoutError):
        next(completions)
    with pytest.raises(RuntimeError, match="is over"):
        completions.add(EndingJob(0))


def test_added_job_has_the_same_deadline(clock):
    """The limit of a job that is added is that of the wait; it is asked once all the same."""
    late, later = EndingJob(99), EndingJob(99)
    completions = as_completed([EndingJob(0), late], 20)
    next(completions)
    clock.advance(30)
    completions.add(later)
    with pytest.raises(JobTimeoutError, match=r"^2 \(of 3\) jobs unfinished after 30 s"):
        next(completions)

    assert later.queried_at == [30]


@pytest.mark.parametrize("wrong", [None, "ab12", EndingJob])
def test_add_no_job(wrong):
    """What is no job is refused, and the wait goes on."""
    completions = as_completed([EndingJob(3)])
    with pytest.raises(TypeError, match=r"^a job has job_id\(\) and status\(\), and"):
        completions.add(wrong)

    assert len(list(completions)) == 1


def test_add_one_with_a_wrong_default():
    """A job whose class has a default tolerance that is none is refused."""
    completions = as_completed([EndingJob(3)])
    wrong = type("WrongJob", (ScriptedJob,), {"_tolerance": OSError})([])
    with pytest.raises(TypeError, match=r"^WrongJob\._tolerance must be"):
        completions.add(wrong)

    assert len(list(completions)) == 1


def test_add_very_many():
    """Jobs that are added one by one are gathered, and cost no more queries than others."""
    completions = as_completed([], wait=10)
    jobs = [EndingJob(95) for _ in range(2000)]
    for job in jobs:
        completions.add(job)

    assert len(set(completions)) == 2000
    assert {len(job.queried_at) for job in jobs} <= {10, 11, 12}


def test_leaving_the_loop():
    """Who leaves the loop leaves the jobs as they are."""
    jobs = [EndingJob(0), EndingJob(9)]
    for _ in as_completed(jobs):
        break

    assert {name for job in jobs for name in job.calls} == {"status"}


def test_add_a_new_one_twice():
    """A new job that is added twice is waited for once."""
    completions, new = as_completed([]), EndingJob(3)
    completions.add(new)
    completions.add(new)

    assert list(completions) == [new]


def test_add_one_that_was_added_and_came():
    """A job that was added and came may be waited for once more as well."""
    completions, new = as_completed([EndingJob(50)]), EndingJob(0)
    completions.add(new)
    assert next(completions) is new
    completions.add(new)

    assert next(completions) is new


def test_block():
    """A `with` block ends the wait, however it is left."""
    job = ScriptedJob([JobStatus.DONE])
    with pytest.raises(KeyboardInterrupt), as_completed([job]) as completions:
        assert next(completions) is job
        raise KeyboardInterrupt
    with pytest.raises(RuntimeError, match="is over"):
        completions.add(ScriptedJob([JobStatus.DONE]))
