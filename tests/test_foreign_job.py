"""What is asked of a foreign job, and what is not."""

import pytest

from jobv1.qiskit import adapt
from tests.fake_qiskit import RuntimeJob


class LazyJob(RuntimeJob):
    """A job that fetches every name that it does not have."""

    fetched = ()

    def __getattr__(self, name):
        self.fetched = (*self.fetched, name)


def test_nothing_is_fetched():
    """To adapt a job and to wait for it takes no attribute that it does not have."""
    original = LazyJob("RUNNING", "DONE")
    adapt(original).wait_for_final_state(60, 0)

    assert original.asked == 2
    assert original.fetched == ()


class SlottedJob:
    """A job without a dict that fetches every name that it does not have."""

    __slots__ = ()

    def __getattr__(self, name):
        raise AssertionError(name)

    def job_id(self):
        return "slotted-1"

    def status(self):
        return "DONE"

    def result(self):
        """Have none."""


def test_nothing_is_fetched_of_a_job_without_a_dict():
    """The same of a job that has no dict."""
    adapt(SlottedJob()).wait_for_final_state()


class BlockingJob:
    """A job whose status is a property, which waits."""

    job_id = "blocking-1"
    status = property(lambda job: 1 / 0)

    def result(self):
        """Have none."""


class EarlyJob(RuntimeJob):
    """A job whose properties raise."""

    job_id = property(lambda job: 1 / 0, lambda job, value: None)
    _future = property(lambda job: 1 / 0)


class NamelessJob(RuntimeJob):
    """A job that gets its id when it is submitted."""

    def submit(self):
        self.job_id = "run-7"


def test_properties_are_not_asked():
    """A property in place of a method is told, and not asked."""
    with pytest.raises(TypeError, match=r"^BlockingJob is no job: it has no status\(\)$"):
        adapt(BlockingJob())


def test_property_that_raises():
    """An id that is not there yet, and a future that cannot be read, do not keep from adapting."""
    job = adapt(EarlyJob("RUNNING"))

    assert repr(job) == "<AdaptedJob[EarlyJob] None, not queried yet>"
    assert job.running()


def test_id_that_comes_with_the_submission():
    """The id that a submission brings is shown from then on."""
    job = adapt(NamelessJob(job_id=None))
    job.submit()

    assert repr(job) == "<AdaptedJob[NamelessJob] 'run-7', not queried yet>"
    assert job._job_id == "run-7"
