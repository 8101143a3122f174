"""A job that is watched while it is used."""

import copy
import pickle

import pytest

from jobv1 import Adaptive, JobFailedError, JobStatus, JobTimeoutError, JobV1, Tolerance
from jobv1.testing import FakeBackend, FakeClock, FakeJob, Life, validated
from tests.fake_harness import AbleJob, FakeHarness


@pytest.fixture
def clock():
    """Virtual time."""
    with FakeClock() as clock:
        yield clock


def watched(kind=AbleJob, **options):
    """Make a job of a class that is moved by hand, and the wrapper that watches it."""
    job = FakeHarness(kind).submitted_job()
    return job, validated(job, **options)


class SlottedJob(AbleJob):
    """Keeps something in a slot, and has methods of its own."""

    __slots__ = ("shots",)

    def double(self):
        self.shots = 2 * self.shots
        return self.shots

    @property
    def cost(self):
        return 3


class ListedJob(AbleJob):
    """Is announced when a class is made of it, as plug-ins are."""

    listed = []

    def __init_subclass__(cls, *, label, **kwargs):
        ListedJob.listed.append(label)


def test_it_is_a_job_of_the_class():
    """The wrapper is an instance of the job's class, by type and by what it says."""
    job, watch = watched()

    assert isinstance(watch, AbleJob)
    assert isinstance(watch, FakeJob)
    assert watch.__class__ is AbleJob
    assert type(watch).__name__ == "AbleJob"
    assert repr(watch) == repr(job)
    assert watch.__doc__ == job.__doc__


def test_attributes_are_shared():
    """What is set on the one is seen on the other, in slots too, until it is deleted."""
    job, watch = watched(SlottedJob)
    watch.note = "first"
    job.shots = 100

    assert job.note == "first"
    assert watch.shots == 100
    assert watch.double() == 200
    assert job.shots == 200
    assert watch.cost == 3
    del watch.shots
    assert not hasattr(job, "shots")


def test_it_equals_the_job():
    """The wrapper equals the job and another wrapper of it, and hashes alike."""
    job, watch = watched()
    other, _ = watched()

    assert watch == job
    assert job == watch
    assert watch == validated(job)
    assert watch != other
    assert hash(watch) == hash(job)
    assert {job: 1}[watch] == 1


def test_copies_are_copies_of_the_job():
    """A copy, and a pickle, is one of the job, and is not watched."""
    job = PlainJob(None, "ab12", shots=3)
    watch = validated(job)

    assert type(copy.copy(watch)) is PlainJob
    assert type(pickle.loads(pickle.dumps(watch))) is PlainJob  # noqa: S301 - our own
    assert copy.deepcopy(watch).metadata == {"shots": 3}


class PlainJob(JobV1):
    """Has a status that a test sets."""

    said = JobStatus.RUNNING

    def submit(self):
        return self.job_id()

    def status(self):
        return self.said

    def result(self):
        return 1


def test_no_class_of_the_provider_is_told():
    """No base class hears of the wrapper's class, as it would of a class of the provider's."""
    job, watch = watched(ListedJob)

    assert isinstance(watch, ListedJob)
    assert ListedJob.listed == []
    assert job.job_id() == watch.job_id()


def test_a_right_job_is_not_disturbed(clock):
    """The whole life of a right job passes through the wrapper, and nothing else is asked."""
    timeline = {0: JobStatus.QUEUED, 5: JobStatus.RUNNING, 20: JobStatus.DONE}
    job = FakeBackend(Life(timeline=timeline)).job("bell")
    watch = validated(job)
    seen = []

    watch.submit()
    assert watch.cancelled() is False
    with pytest.raises(JobTimeoutError):
        watch.wait_for_final_state(4, wait=3)
    watch.wait_for_final_state(callback=lambda *given: seen.append(given), wait=Adaptive())
    assert watch.result() == "bell"
    assert (watch.done(), watch.running(), watch.in_final_state()) == (True, False, True)
    assert watch.cancel() is False
    assert clock.now() >= 20
    assert all(given[2] is watch for given in seen)


def test_arguments_reach_the_job(clock):
    """Whatever a method of the job takes, it is given."""
    _, watch = watched()

    with pytest.raises(JobTimeoutError):
        watch.result(timeout=3, wait=1)
    with pytest.raises(JobTimeoutError):
        watch.wait_for_final_state(timeout=2, tolerance=Tolerance(OSError, failures=1))
    assert clock.now() == 5


def test_a_failure_is_raised_as_it_is(clock):
    """A failed job raises as it does, as often as it is asked."""
    job, watch = watched()
    job.move(JobStatus.ERROR)

    for _ in range(2):
        with pytest.raises(JobFailedError, match="The laser went out."):
            watch.result()


def test_a_wrapper_of_a_wrapper():
    """What is watched already is watched anew, for whoever asks last."""
    reports = []
    job = FakeBackend(Life(["QUEUED"])).run("bell")
    watch = validated(validated(job), report=reports.append)

    assert watch.status() == "QUEUED"
    assert len(reports) == 1
    assert type(watch).__mro__[2] is FakeJob


def test_what_is_no_job():
    """What is no JobV1 is refused by a sentence that shows it."""
    with pytest.raises(TypeError, match="validated.. watches an instance of JobV1, not 'job'"):
        validated("job")
