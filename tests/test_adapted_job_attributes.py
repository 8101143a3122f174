"""What an adapted job passes on to its original."""

import pytest

from jobv1 import JobError, JobStatus
from jobv1.protocols import ability
from jobv1.qiskit import adapt
from tests.fake_qiskit import FullJob, LocalJob, RuntimeJob


class SlottedJob:
    """A job without a dict."""

    __slots__ = ()

    def job_id(self):
        return "slotted-1"

    def status(self):
        return "RUNNING"

    def result(self):
        """Have none."""


def test_metadata():
    """The metadata are the original's very own, empty if it has none."""
    assert adapt(FullJob()).metadata is FullJob.metadata
    assert adapt(RuntimeJob()).metadata == {}
    original = RuntimeJob()
    original.metadata = {}
    assert adapt(original).metadata is original.metadata


def test_result():
    """The result is the original's, which gets every argument."""
    assert adapt(RuntimeJob()).result(3, decoder=int) == ((3,), {"decoder": int})


@pytest.mark.parametrize("method", ["submit", "status", "backend", "cancel"])
def test_arguments(method):
    """A method that the original has with arguments gets them."""
    original = RuntimeJob()
    given = []
    setattr(original, method, lambda *args, **kwargs: given.append((args, kwargs)) or "DONE")
    job = adapt(original)
    getattr(job, method)(3, timeout=4)

    assert given == [((3,), {"timeout": 4})]


@pytest.mark.parametrize("answer", [True, False, None])
def test_cancel(answer):
    """A cancel answers what the original answers."""
    assert adapt(FullJob(accepts=answer)).cancel() is answer


def test_cannot_cancel():
    """A cancel of what cannot be cancelled is NotImplementedError with the class."""
    with pytest.raises(NotImplementedError, match=r"^AdaptedJob\[RuntimeJob\] cannot cancel its"):
        adapt(RuntimeJob()).cancel()


def test_submit():
    """A submit is the original's, with its answer."""
    assert adapt(LocalJob()).submit() == "submitted"


def test_cannot_submit():
    """A submit of what cannot be submitted is a JobError that says why."""
    with pytest.raises(JobError) as caught:
        adapt(RuntimeJob()).submit()

    assert str(caught.value) == (
        "RuntimeJob has no submit(): what made job 'run-1' has submitted it."
    )
    assert caught.value.job_id == "run-1"


def test_other_attributes():
    """Every other attribute is the original's, private ones too."""
    job = adapt(LocalJob())

    assert job._work is None
    assert adapt(RuntimeJob()).usage() == 3.5
    assert {"usage", "wait_for_final_state"} < {*dir(adapt(RuntimeJob()))}


def test_missing_attribute():
    """An attribute that neither has is an AttributeError of the original."""
    with pytest.raises(AttributeError, match="'RuntimeJob' object has no attribute 'sessions'"):
        adapt(RuntimeJob()).sessions  # noqa: B018 - it is asked for


def test_set_attribute():
    """An attribute that is set or deleted is so in the original."""
    original = FullJob()
    job = adapt(original)
    job.note = "mine"
    job.metadata = {"shots": 5}

    assert (original.note, original.metadata) == ("mine", {"shots": 5})
    del job.note
    assert not hasattr(original, "note")


def test_replaced_method():
    """A method that is replaced, as tests do, is so in the adapter, and may call what it replaces.

    The original keeps its own.
    """
    original = RuntimeJob("RUNNING")
    job = adapt(original)
    replaced = job.status
    job.status = lambda: seen.append(replaced()) or JobStatus.DONE
    seen = []

    assert job.done()
    assert seen == [JobStatus.RUNNING]
    assert original.status() == "RUNNING"
    del job.status
    assert job.running()
    job.wait_for_final_state = print
    assert not hasattr(original, "wait_for_final_state")


def test_set_private_attribute():
    """An attribute whose name begins with an underscore is set or deleted in the adapter alone."""
    original = RuntimeJob()
    job = adapt(original)
    job._note = "mine"

    assert not hasattr(original, "_note")
    del job._note
    assert not hasattr(job, "_note")


@pytest.mark.parametrize(
    ("original", "abilities"),
    [
        (RuntimeJob(), set()),
        (SlottedJob(), set()),
        (FullJob(), {"queue_position", "error_message"}),
        (LocalJob(), set()),
    ],
)
def test_abilities(original, abilities):
    """An adapted job has the abilities that its original's class has, and no other."""
    names = ["queue_position", "error_message", "add_done_callback", "batch_status", "status_async"]
    job = adapt(original)

    assert {name for name in names if ability(job, name) is not None} == abilities


def test_what_a_person_is_shown():
    """The place in the queue and the words on a failure are the original's."""
    job = adapt(FullJob())

    assert (job.queue_position(), job.error_message()) == (7, "The laser went out.")
    assert job.queue_position.__name__ == "queue_position"


def test_no_method():
    """An attribute of the class that cannot be called is no ability."""

    class WordyJob(RuntimeJob):
        error_message = "none so far"

    job = adapt(WordyJob())

    assert ability(job, "error_message") is None
    assert job.error_message == "none so far"


def test_unknown_to_the_instance_only():
    """An ability that only the instance has is passed on as an attribute, but not offered."""
    original = RuntimeJob()
    original.queue_position = lambda: 4
    job = adapt(original)

    assert job.queue_position() == 4
    assert ability(job, "queue_position") is None
