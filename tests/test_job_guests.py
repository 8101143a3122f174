import gc
import weakref
from uuid import UUID

import pytest

from jobv1 import JobError, JobStatus, JobTimeoutError, JobV1
from tests.scripted_job import BareJob, LoggedClock

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class GuestJob(JobV1):
    """A job that runs at its first query and is done at its second; never calls `__init__`."""

    answers = (DONE, RUNNING)

    def __init__(self):
        self.left = list(self.answers)

    def submit(self):
        """Do nothing."""

    def status(self):
        return self.left.pop()

    def result(self):
        """Have none."""


class BusyJob(GuestJob):
    """A job that uses the private names that the published subclasses use."""

    def __init__(self):
        super().__init__()
        self._result = self._status = self._future = self._client = self._executor = "mine"
        self._error = self._cancelled = self._circuits = self._metadata = "mine"


class EqualJob(GuestJob):
    """A job that compares by value, and so cannot be hashed."""

    def __eq__(self, other):
        return isinstance(other, EqualJob)

    __hash__ = None


class WrapperJob(GuestJob):
    """A job that passes on what it does not have to another job."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)


class ObligingJob(GuestJob):
    """A job that answers to every name, as a proxy of a remote object does."""

    def __getattr__(self, name):
        def answer(*arguments):
            raise AssertionError(f"{name} was called with {arguments}")

        return answer


class Account:
    """A base class of a provider's own, with an `__init__` of its own."""

    def __init__(self, account):
        self.account = account


class SecondBaseJob(Account, BareJob):
    """A job of two bases, each made by hand."""

    def __init__(self):
        Account.__init__(self, "ann")
        BareJob.__init__(self, None, "ab12")


class ForwardingJob(GuestJob):
    """A job that stores its attributes in another object."""

    def __init__(self):
        object.__setattr__(self, "store", {})
        super().__init__()

    def __setattr__(self, name, value):
        self.store[name] = value

    def __getattr__(self, name):
        try:
            return self.store[name]
        except KeyError:
            raise AttributeError(name) from None


class SlottedJob(GuestJob):
    """A job that keeps its id and its script in slots."""

    __slots__ = ("_backend", "_job_id", "left")

    def __init__(self):
        super().__init__()
        self._job_id = "ab12"


def wait(job):
    """Wait for a job that is done at its second query, and give the answers of the callback."""
    seen = []
    job.wait_for_final_state(10, 5, lambda *arguments: seen.append(arguments))
    return seen


def test_without_init():
    """A job that never called `__init__` has no id and no backend, and can be waited for."""
    job = GuestJob()

    assert wait(job) == [(None, RUNNING, job), (None, DONE, job)]
    assert job.job_id() is None
    with pytest.raises(JobError, match=r"^Job None has no backend\.$"):
        job.backend()


def test_questions_without_init():
    """A job that never called `__init__` answers the questions."""
    job = GuestJob()

    assert (job.running(), job.in_final_state()) == (True, True)
    assert repr(job) == "<GuestJob None, last seen DONE>"


def test_cancel_without_init():
    """A job that never called `__init__` cannot be cancelled, as any other."""
    with pytest.raises(NotImplementedError):
        GuestJob().cancel()


def test_late_id():
    """An id that is set after the job was made is the id."""
    job = GuestJob()
    job._job_id = "late"

    assert wait(job) == [("late", RUNNING, job), ("late", DONE, job)]


def test_id_that_comes_during_a_wait():
    """An id that the first query brings is the one that the callback is called with."""
    job = GuestJob()

    def status():
        job._job_id = "late"
        return DONE

    job.status = status

    assert wait(job) == [("late", DONE, job)]


@pytest.mark.parametrize(
    ("job_id", "text"),
    [
        (None, "None"),
        ("", ""),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    ],
)
def test_odd_ids(job_id, text):
    """An id that is None, empty or no string at all is handed on as it is."""
    job = BareJob(None, job_id)

    with pytest.raises(JobTimeoutError) as caught:
        job.wait_for_final_state(timeout=0)

    assert job.job_id() is job_id
    assert caught.value.job_id is job_id
    assert str(caught.value).startswith(f"Timeout while waiting for job {text}. ")


def test_private_names_of_subclasses():
    """The private names that subclasses use keep the subclass's values through a wait."""
    job = BusyJob()
    wait(job)
    used = "_result _status _future _client _executor _error _cancelled _circuits _metadata"

    assert {getattr(job, name) for name in used.split()} == {"mine"}


def test_unhashable_job():
    """A job that cannot be hashed can be waited for."""
    assert [status for _, status, _ in wait(EqualJob())] == [RUNNING, DONE]


def test_wrapper():
    """A wrapper has the id and the backend of the job that it passes names on to."""
    job = WrapperJob(BareJob("simulator", "inner"))

    assert (job.job_id(), job.backend()) == ("inner", "simulator")
    assert [job_id for job_id, _, _ in wait(job)] == ["inner", "inner"]


def test_job_that_answers_to_every_name():
    """A job that answers to every name is not taken to have any ability."""
    job = ObligingJob()

    assert [status for _, status, _ in wait(job)] == [RUNNING, DONE]
    assert repr(job) == "<ObligingJob None, last seen DONE>"


def test_two_bases():
    """A job may inherit from a second class with an `__init__` of its own."""
    job = SecondBaseJob()

    assert (job.account, job.job_id(), job.running()) == ("ann", "ab12", True)


def test_own_attribute_setting():
    """A class that stores attributes elsewhere is left without one that it did not set."""
    job = ForwardingJob()
    wait(job)

    assert job.store == {"left": []}
    assert repr(job) == "<ForwardingJob None, last seen DONE>"


def test_slots():
    """A class that keeps its attributes in slots works."""
    job = SlottedJob()

    assert [job_id for job_id, _, _ in wait(job)] == ["ab12", "ab12"]
    with pytest.raises(JobError):
        job.backend()


@pytest.mark.parametrize(
    "result",
    [lambda self, timeout: 1 / 0, lambda self, timeout=None, wait=5: 1 / 0],
    ids=["timeout", "timeout and wait"],
)
def test_results_of_any_form(result):
    """A class may give `result` further arguments, for no wait calls it."""
    job = type("Resulting", (GuestJob,), {"result": result})()

    assert len(wait(job)) == 2


def test_waited_for_jobs_are_let_go():
    """No wait keeps a job alive: the last reference is the user's."""
    job = GuestJob()
    wait(job)
    gone = weakref.ref(job)
    gc.disable()
    try:
        del job
        assert gone() is None
    finally:
        gc.enable()
