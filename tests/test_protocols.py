import inspect

import pytest

from jobv1 import protocols
from jobv1.protocols import ability

METHODS = {
    "AsyncStatus": "status_async",
    "BatchStatus": "batch_status",
    "DoneCallback": "add_done_callback",
    "ErrorMessage": "error_message",
    "QueryHint": "next_query_delay",
    "QueuePosition": "queue_position",
}


class PositionedJob:
    """Has the ability by name alone: it inherits from no protocol."""

    def queue_position(self):
        return 3


class InheritingJob(PositionedJob):
    pass


class OptedOutJob(PositionedJob):
    queue_position = None


class AnswersToEveryNameJob:
    def __getattr__(self, name):
        return lambda: name


class ForwardingJob:
    """Passes every name on, and has an ability of its own."""

    def __getattr__(self, name):
        return lambda: name

    def queue_position(self):
        return 4


class PositionIsANumberJob:
    queue_position = 3


class PositionIsAPropertyJob:
    @property
    def queue_position(self):
        return 3


class PositionIsAPropertyOfAFunctionJob:
    @property
    def queue_position(self):
        return lambda: 5


class BatchJob:
    @classmethod
    def batch_status(cls, jobs):
        return [cls, *jobs]


class SlottedJob:
    __slots__ = ()

    @staticmethod
    def queue_position():
        return 6


@pytest.mark.parametrize(("protocol", "method"), METHODS.items())
def test_each_protocol_is_one_method(protocol, method):
    """Each ability is one method, named as the ecosystem names it."""
    assert [name for name in vars(getattr(protocols, protocol)) if name[0] != "_"] == [method]


def test_batch_status_belongs_to_the_class():
    """One request for many jobs is asked of the class, so `batch_status` is a classmethod."""
    assert isinstance(inspect.getattr_static(protocols.BatchStatus, "batch_status"), classmethod)


def test_status_async_is_awaited():
    """`status_async` is a coroutine function."""
    assert inspect.iscoroutinefunction(protocols.AsyncStatus.status_async)


@pytest.mark.parametrize(
    ("job", "position"),
    [
        (PositionedJob(), 3),
        (InheritingJob(), 3),
        (ForwardingJob(), 4),
        (SlottedJob(), 6),
        (PositionIsAPropertyOfAFunctionJob(), 5),
    ],
    ids=lambda value: type(value).__name__,
)
def test_ability_of_the_class(job, position):
    """A class that defines or inherits the method has the ability, and needs no protocol for it."""
    assert ability(job, "queue_position")() == position


def test_ability_is_bound():
    """What is returned is bound: to the job, or to its class for a classmethod."""
    job = PositionedJob()

    assert ability(job, "queue_position").__self__ is job
    assert ability(BatchJob(), "batch_status")([1, 2]) == [BatchJob, 1, 2]


def test_no_ability():
    """A class that does not define the method does not have the ability."""
    assert ability(PositionedJob(), "add_done_callback") is None
    assert ability(object(), "queue_position") is None


def test_ability_of_the_instance_alone():
    """A method that only the instance has is not taken for an ability."""
    job = InheritingJob()
    job.error_message = lambda: "no luck"

    assert ability(job, "error_message") is None


@pytest.mark.parametrize("name", METHODS.values())
def test_answering_to_every_name_is_no_ability(name):
    """A job that answers to every name through `__getattr__` does not have every ability."""
    assert ability(AnswersToEveryNameJob(), name) is None


def test_opting_out():
    """A class that inherits an ability and sets the name to None does not have it."""
    assert ability(OptedOutJob(), "queue_position") is None


@pytest.mark.parametrize("job", [PositionIsANumberJob(), PositionIsAPropertyJob()], ids=["3", "@"])
def test_not_callable(job):
    """An attribute of that name that cannot be called is no ability."""
    assert ability(job, "queue_position") is None
