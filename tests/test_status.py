import copy
import pickle
import sys
from enum import Enum

import pytest

from jobv1.status import (
    JOB_FINAL_STATES,
    JOB_STATUS_SUCCESSORS,
    JobStatus,
    as_status,
    probable_status,
)

NAMES = ["INITIALIZING", "QUEUED", "VALIDATING", "RUNNING", "CANCELLED", "DONE", "ERROR"]
VALUES = {name: f"job is {name}" for name in NAMES}

QiskitStatus = Enum("JobStatus", VALUES, module="qiskit.providers.jobstatus")
GrownQiskitStatus = Enum("JobStatus", {"PAUSED": "job is paused"}, module="qiskit.providers")
OtherQiskitEnum = Enum("JobState", VALUES, module="qiskit.providers.jobstatus")
ForeignStatus = Enum("JobStatus", VALUES, module="elsewhere.jobstatus")
QiskitLikeStatus = Enum("JobStatus", VALUES, module="qiskit_ibm.jobstatus")
NoEnum = type("JobStatus", (), {"name": "DONE", "__module__": "qiskit.providers.jobstatus"})

STRANGERS = {
    "enum from elsewhere": ForeignStatus.DONE,
    "enum of another package": QiskitLikeStatus.DONE,
    "other enum of Qiskit": OtherQiskitEnum.DONE,
    "unknown member": GrownQiskitStatus.PAUSED,
    "no enum": NoEnum(),
    "name": "DONE",
    "value": "job has successfully run",
    "None": None,
}

strangers = pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
ours_and_qiskits = pytest.mark.parametrize(
    ("ours", "qiskits"), [(JobStatus[name], QiskitStatus[name]) for name in NAMES], ids=NAMES
)


class EqualToAll:
    def __eq__(self, other):
        return True

    __hash__ = None


class ClaimsToBeAStatus:
    @property
    def __class__(self):
        return JobStatus


def known_to_the_letter(word):
    """Give what a word means that is known to the letter, else None."""
    meanings = {probable_status(Enum("State", {name: word})[name]) for name in ("QUEUD", "DOONE")}
    return meanings.pop() if len(meanings) == 1 else None


def test_members_and_values():
    """The members, their order and their values are those that Qiskit documents."""
    assert [(status.name, status.value) for status in JobStatus] == [
        ("INITIALIZING", "job is being initialized"),
        ("QUEUED", "job is queued"),
        ("VALIDATING", "job is being validated"),
        ("RUNNING", "job is actively running"),
        ("CANCELLED", "job has been cancelled"),
        ("DONE", "job has successfully run"),
        ("ERROR", "job incurred error"),
    ]


def test_final_states():
    """The final states are the tuple of DONE, CANCELLED and ERROR, in this order."""
    assert type(JOB_FINAL_STATES) is tuple
    assert [status.name for status in JOB_FINAL_STATES] == ["DONE", "CANCELLED", "ERROR"]


def test_members_differ():
    """A member equals itself and no other member."""
    for status in JobStatus:
        assert [other for other in JobStatus if other == status] == [status]
        assert [other for other in JobStatus if other != status] == [
            other for other in JobStatus if other is not status
        ]


@ours_and_qiskits
def test_equals_qiskits_member(ours, qiskits):
    """A member equals Qiskit's member of the same name, whichever stands first."""
    assert ours == qiskits
    assert qiskits == ours
    assert (ours != qiskits) is False
    assert (qiskits != ours) is False


@ours_and_qiskits
def test_differs_from_qiskits_other_members(ours, qiskits):
    """A member differs from Qiskit's members of other names, whichever stands first."""
    for other in QiskitStatus:
        if other is not qiskits:
            assert ours != other
            assert other != ours
            assert (ours == other) is False
            assert (other == ours) is False


@ours_and_qiskits
def test_hash_is_qiskits(ours, qiskits):
    """A member and Qiskit's of the same name find each other in sets and dicts."""
    assert hash(ours) == hash(qiskits)
    assert {ours: "found"}[qiskits] == "found"
    assert {qiskits: "found"}[ours] == "found"
    assert len({ours, qiskits}) == 1


def test_in_final_states():
    """A script may ask whether a status is in the final states, with either enum on either side."""
    qiskits = (QiskitStatus.DONE, QiskitStatus.CANCELLED, QiskitStatus.ERROR)

    assert QiskitStatus.DONE in JOB_FINAL_STATES
    assert QiskitStatus.RUNNING not in JOB_FINAL_STATES
    assert JobStatus.ERROR in qiskits
    assert JobStatus.QUEUED not in qiskits


def test_equality_does_not_import_qiskit(monkeypatch):
    """The comparison works where qiskit cannot be imported."""
    monkeypatch.setitem(sys.modules, "qiskit", None)

    assert JobStatus.DONE == QiskitStatus.DONE


@strangers
def test_equals_nothing_else(stranger):
    """A member equals neither strings nor enums that are not Qiskit's, whatever their names."""
    for status in JobStatus:
        assert status != stranger
        assert stranger != status
        assert (status == stranger) is False


def test_the_other_side_may_say_that_it_is_equal():
    """A comparison with an object unknown to us is left to that object."""
    status = JobStatus.DONE

    assert status == EqualToAll()


@pytest.mark.parametrize("status", JobStatus, ids=NAMES)
def test_copies_are_the_member(status):
    """A pickled or copied member comes back as the very member."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(status, protocol)) is status  # noqa: S301 - our own
    assert copy.copy(status) is status
    assert copy.deepcopy([status])[0] is status


@ours_and_qiskits
def test_as_status(ours, qiskits):
    """Our member is read as itself, and Qiskit's as ours of the same name."""
    assert as_status(ours) is ours
    assert as_status(qiskits) is ours


@strangers
def test_as_status_of_anything_else(stranger):
    """Nothing else is read as a status, strings and Qiskit's unknown members included."""
    assert as_status(stranger) is None


def test_as_status_of_a_pretender():
    """An object that only claims to be a JobStatus, as a mock or a proxy does, is none."""
    assert as_status(ClaimsToBeAStatus()) is None


@pytest.mark.parametrize(
    ("status", "successors"),
    [
        ("INITIALIZING", {"QUEUED", "VALIDATING", "RUNNING", "CANCELLED", "DONE", "ERROR"}),
        ("QUEUED", {"VALIDATING", "RUNNING", "CANCELLED", "DONE", "ERROR"}),
        ("VALIDATING", {"QUEUED", "RUNNING", "CANCELLED", "DONE", "ERROR"}),
        ("RUNNING", {"QUEUED", "CANCELLED", "DONE", "ERROR"}),
        ("CANCELLED", set()),
        ("DONE", set()),
        ("ERROR", set()),
    ],
)
def test_successors(status, successors):
    """Each status may be followed by exactly the written ones; a final one by none."""
    assert {follower.name for follower in JOB_STATUS_SUCCESSORS[JobStatus[status]]} == successors


def test_successors_of_every_status():
    """The table of successors has a row for each status, and cannot be changed."""
    assert {type(successors) for successors in JOB_STATUS_SUCCESSORS.values()} == {frozenset}
    assert list(JOB_STATUS_SUCCESSORS.keys() ^ set(JobStatus)) == []
    with pytest.raises(TypeError):
        JOB_STATUS_SUCCESSORS[JobStatus.DONE] = frozenset()


@pytest.mark.parametrize("status", JobStatus, ids=NAMES)
def test_probable_status_of_its_own_words(status):
    """The name, the value and the full name of a member mean that member, in any case."""
    full_name = f"JobStatus.{status.name}"
    words = [status.name, status.value, full_name, status.name.title(), status.value.upper()]

    assert [probable_status(word) for word in words] == [status] * 5


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("INITIALIZING", "created new submitting"),
        ("QUEUED", "pending waiting in_queue submitted scheduled ready"),
        ("VALIDATING", "validated checking compiling"),
        ("RUNNING", "in_progress started executing active processing"),
        ("CANCELLED", "canceled cancelled aborted terminated stopped killed"),
        ("DONE", "completed complete finished succeeded success ok ended"),
        ("ERROR", "failed failure errored fail exception timed_out"),
    ],
)
def test_probable_status_of_what_services_say(status, words):
    """The words that services use mean the member that they stand for."""
    for word in words.split():
        assert probable_status(word) is JobStatus[status], word
        assert known_to_the_letter(word) is JobStatus[status], word


@pytest.mark.parametrize(
    "word",
    [
        "IN_PROGRESS",
        "in-progress",
        "In Progress",
        " in progress\n",
        "In progress...",
        "State.IN_PROGRESS",
    ],
)
def test_probable_status_in_any_spelling(word):
    """Case, underscores, hyphens, spaces around, and the name of an enum before do not matter."""
    assert probable_status(word) is JobStatus.RUNNING
    assert known_to_the_letter(word) is JobStatus.RUNNING


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("QUEUD", JobStatus.QUEUED),
        ("InProgress", JobStatus.RUNNING),
        ("canceld", JobStatus.CANCELLED),
        ("job is actively runing", JobStatus.RUNNING),
        ("successful", JobStatus.DONE),
        ("failed (out of shots)", JobStatus.ERROR),
        ("In progress: 30 %", JobStatus.RUNNING),
    ],
)
def test_probable_status_of_near_misses(word, status):
    """A word that is nearly a known one means what that one means."""
    assert probable_status(word) is status


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"DONE": 5}, JobStatus.DONE),
        ({"S3": "failed"}, JobStatus.ERROR),
        ({"QUEUED": "running"}, JobStatus.QUEUED),
        ({"QUEUD": "running"}, JobStatus.RUNNING),
        ({"RUNING": "queud"}, JobStatus.RUNNING),
        ({"INACTIVE": "queud"}, JobStatus.QUEUED),
        ({"S3": 3}, None),
    ],
)
def test_probable_status_of_foreign_enums(members, status):
    """The member of another enum is known by its name, then its value; a near miss comes last."""
    (member,) = Enum("State", members)

    assert probable_status(member) is status


@pytest.mark.parametrize(
    "answer", ["banana", "doing", "", "JobStatus.", "DONE.X", None, 0, b"DONE", ["DONE"], object()]
)
def test_probable_status_of_nonsense(answer):
    """Where nothing comes close, and for anything but a string or an enum, there is no guess."""
    assert probable_status(answer) is None


@pytest.mark.parametrize(
    "word", ["incomplete", "unfinished", "inactive", "unknown", "not done", "not completed"]
)
def test_probable_status_of_a_denial(word):
    """A word that denies a state is not taken for it."""
    assert probable_status(word) is None
