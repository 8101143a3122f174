import pytest

from jobv1._clock import Wake
from jobv1._ears import Ears
from jobv1._polling import PollPlan
from jobv1._slots import Kinds, Slot
from jobv1.waiting import wait
from tests.many_jobs import ERROR, EndingJob
from tests.scripted_job import LoggedClock, PushJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


def test_unwilling_remove_done_callback(clock, caplog):
    """A `remove_done_callback` that raises is logged once a class, and changes no outcome."""

    class UnwillingJob(EndingJob):
        def add_done_callback(self, fn, /):
            """Forget it."""

        def remove_done_callback(self, fn, /):
            raise RuntimeError("the secret is 42")

    ended, failed, unfinished = UnwillingJob(7), UnwillingJob(7, ERROR), UnwillingJob(1e6)
    pair = wait([ended, failed, unfinished], 70)

    assert (pair.done, pair.errors) == ([ended, failed], [])
    (record,) = caplog.records
    assert record.getMessage().endswith(
        "UnwillingJob.remove_done_callback() failed with RuntimeError."
    )


def slot_of(*jobs):
    """Put jobs into a slot."""
    kinds = Kinds(batch_size=9, most_jobs=9, heeds_hints=False, tolerance=None)
    ((kind, _),) = kinds.gather(jobs)
    return Slot(kind, [*jobs], [None] * len(jobs), PollPlan(0.0))


def test_ears_without_anything_to_hear():
    """Where nobody tells, there is nothing that could be woken."""
    ears = Ears(None)
    ears.listen_to(slot_of(EndingJob(1)))
    ears.leave(EndingJob(1))

    assert (ears.wake, ears.told()) == (None, [])


def test_hearing():
    """A job that tells is named once, and sets the wake."""
    ears, job = Ears(None), PushJob()
    assert ears.listen_to(slot_of(job, PushJob())) == []
    job.added[0](job)
    job.added[0](job)

    assert ears.wake.is_set()
    assert ears.told() == [id(job)]
    assert ears.told() == []


def test_wake_that_is_there():
    """The wake that was given, or that was made before, is the one that is set."""
    wake = Wake()
    ears, job = Ears(wake), PushJob()
    ears.listen_to(slot_of(job))
    job.tell()

    assert wake.is_set()
    assert ears.open_wake() is wake
    assert Ears(None).open_wake() is not None


def test_listening_once():
    """A job is asked once to tell, whether it has told or not."""
    ears, job = Ears(None), PushJob()
    for _ in range(2):
        ears.listen_to(slot_of(job))
        job.added[0](job)
    ears.listen_to(slot_of(job))

    assert len(job.added) == 1


def test_job_that_cannot_be_listened_to():
    """What `add_done_callback` raises is given with the place of the job; the others tell."""

    class UnwillingJob(PushJob):
        def add_done_callback(self, fn, /):
            raise error

    error = RuntimeError("no callbacks")
    first, last = PushJob(), PushJob()
    failures = Ears(None).listen_to(slot_of(first, UnwillingJob(), last))

    assert failures == [(1, error)]
    assert (len(first.added), len(last.added)) == (1, 1)


def test_leaving():
    """A job that was left is listened to no longer, and what it told is forgotten."""
    ears, job, other = Ears(None), PushJob(), PushJob()
    ears.listen_to(slot_of(job, other))
    job.added[0](job)
    other.added[0](other)
    ears.leave(job)

    assert ears.told() == [id(other)]
    job.added[0](job)
    assert ears.told() == []
    assert job.calls == []


def test_leaving_one_that_has_not_told():
    """A job that has not told has its listener taken away."""
    ears, job = Ears(None), PushJob()
    ears.listen_to(slot_of(job))
    ears.leave(job)

    assert (job.calls, job.waiting) == (["remove_done_callback"], [])


def test_leaving_one_that_cannot_be_asked():
    """A class without `remove_done_callback` is not asked."""
    job_class = type("SilentJob", (EndingJob,), {"add_done_callback": lambda self, fn: None})
    ears, job = Ears(None), job_class(1)
    ears.listen_to(slot_of(job))
    ears.leave(job)

    assert ears.told() == []


def test_close():
    """At the end no job keeps a listener."""
    ears, jobs = Ears(None), [PushJob() for _ in range(3)]
    ears.listen_to(slot_of(*jobs))
    ears.close()
    ears.close()

    assert [job.waiting for job in jobs] == [[]] * 3


def test_hear_again():
    """A job that was being asked when it told can be put off to the next time."""
    ears, job = Ears(None), PushJob()
    ears.listen_to(slot_of(job))
    ears.hear_again(id(job))

    assert ears.told() == [id(job)]
