"""The class of an adapted job: how it is made, copied and inherited from."""

import copy
import pickle

import pytest

from jobv1 import JobStatus
from jobv1.protocols import ability
from jobv1.qiskit import AdaptedJob, adapt
from tests.fake_qiskit import FullJob, RuntimeJob


class CarefulJob(RuntimeJob):
    """A job that says itself how it is copied."""

    def __deepcopy__(self, memo):
        return CarefulJob("ERROR")


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda job: pickle.loads(pickle.dumps(job))],  # noqa: S301 - our own
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies(duplicate):
    """A copy adapts the original or its copy, and works."""
    job = duplicate(adapt(RuntimeJob("QUEUED", "DONE")))

    assert type(job).__qualname__ == "AdaptedJob[RuntimeJob]"
    assert [job.status(), job.status()] == [JobStatus.QUEUED, JobStatus.DONE]


def test_copy_of_an_original_that_copies_itself():
    """The copy of an adapted job adapts what its original makes as copy of itself."""
    job = copy.deepcopy(adapt(CarefulJob("RUNNING")))

    assert isinstance(job, AdaptedJob)
    assert job.status() is JobStatus.ERROR


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_copy_of_the_words(duplicate):
    """A copy knows the words, too."""
    job = adapt(RuntimeJob("OVER"), statuses={"OVER": JobStatus.DONE})

    assert duplicate(job).done()


class NotedJob(AdaptedJob):
    """A class of an adapter's own."""

    def __init__(self, job, note, statuses=None):
        super().__init__(job, statuses)
        self._note = note

    def status(self):
        return JobStatus.RUNNING

    def note(self):
        return self._note


@pytest.mark.parametrize("duplicate", [lambda job: job, copy.copy, copy.deepcopy])
def test_subclass(duplicate):
    """A subclass keeps its methods, has the abilities of the original, and copies as itself."""
    job = duplicate(NotedJob(RuntimeJob("OVER"), "mine", {"OVER": JobStatus.DONE}))

    assert isinstance(job, NotedJob)
    assert (job.note(), job.status()) == ("mine", JobStatus.RUNNING)
    assert AdaptedJob.status(job) is JobStatus.DONE
    assert repr(job) == "<NotedJob[RuntimeJob] 'run-1', last seen DONE>"
    assert ability(NotedJob(FullJob(), "mine"), "queue_position") is not None


def test_class_of_a_job():
    """Adapted jobs of one class and the same abilities have one class, which adapts others, too."""
    kind = type(adapt(FullJob()))

    assert type(adapt(FullJob())) is kind
    assert repr(kind(RuntimeJob())) == "<AdaptedJob[RuntimeJob] 'run-1', not queried yet>"


def test_subclass_of_such_a_class():
    """A subclass of the class of a job is as good as one of `AdaptedJob`, and is made once."""
    made = []

    class CountedJob(type(adapt(RuntimeJob()))):
        def __init__(self, job):
            made.append(job)
            super().__init__(job)

    job = CountedJob(RuntimeJob())

    assert isinstance(job, CountedJob)
    assert type(job)(RuntimeJob()).done()
    assert len(made) == 2


def test_only_a_job():
    """The class refuses what is no job, as `adapt` does."""
    with pytest.raises(TypeError, match=r"^int is no job: it has no job_id, no status\(\), no"):
        AdaptedJob(3)


def test_half_made():
    """An adapter without an original, as a copier may make it, has no attributes, and no hang."""
    job = object.__new__(AdaptedJob)

    for name in ("_jobv1_original", "usage", "__deepcopy__"):
        assert not hasattr(job, name)
