import pytest

from jobv1 import JobError, JobStatus, JobStatusError, JobTimeoutError
from jobv1.composite import CompositeJob
from tests.member_jobs import HandJob, hands
from tests.remote_lab import Lab, LabJob

INITIALIZING, QUEUED, DONE = JobStatus.INITIALIZING, JobStatus.QUEUED, JobStatus.DONE


def test_submit():
    """Members are submitted in their order, once."""
    log = []
    members = hands(3, status=INITIALIZING)
    for member in members:
        member.submits = log
    job = CompositeJob(members, "batch-1")
    job.submit()

    assert log == ["a", "b", "c"]
    with pytest.raises(JobError, match="^Job 'batch-1' was submitted already; a job runs once.$"):
        job.submit()


def test_a_submit_that_fails_goes_on_later():
    """A submit that failed in the middle goes on with that member."""

    class NewJob(HandJob):
        def status(self):
            return INITIALIZING

    log = []
    members = hands(3, NewJob)
    for member in members:
        member.submits = log
    members[1].errors = [ConnectionError("reset")]
    job = CompositeJob(members)
    with pytest.raises(ConnectionError):
        job.submit()
    assert log == ["a"]
    job.submit()

    assert log == ["a", "b", "c"]


def test_a_submit_while_another_thread_submits():
    """Two threads that submit one whole submit each member once."""
    job = CompositeJob(hands(2, status=INITIALIZING))
    other = []

    class RacingList(list):
        def pop(self, place):
            other.append(super().pop(place))
            return super().pop(place)

    job._jobv1_composite = type("State", (), {"to_submit": RacingList([0]), "final": {}})()
    job.submit()

    assert other == [0]
    assert job.members[0].submits == []


def test_members_that_are_submitted_are_left():
    """Of old and new members the new ones are submitted, once, without a query of the others."""
    lab = Lab()
    old, new = LabJob(lab), LabJob(lab)
    old.submit()
    members = [old, new, HandJob("a", INITIALIZING), HandJob("b", QUEUED), HandJob(None, DONE)]
    job = CompositeJob(members, "batch-1")
    job.submit()

    assert lab.requests == ["post", "post"]
    assert [member.submits for member in members[2:]] == [["a"], [], [None]]
    with pytest.raises(JobError, match="^Job 'batch-1' was submitted already; a job runs once.$"):
        job.submit()


def test_a_remote_member_that_is_new_at_the_service():
    """A job behind an API that has an id is submitted, though it is INITIALIZING yet."""
    lab = Lab()
    old, new = LabJob(lab), LabJob(lab)
    old.submit()
    lab.records.clear()
    assert old.status() is INITIALIZING
    CompositeJob([old, new]).submit()

    assert new.job_id() == "lab-2"


def test_all_members_were_submitted():
    """A first call is an error too, if all members were submitted before."""
    members = [HandJob("a", QUEUED), HandJob("b", DONE)]
    with pytest.raises(JobError, match="^Job 'batch-1' was submitted already"):
        CompositeJob(members, "batch-1").submit()

    assert [member.submits for member in members] == [[], []]


def test_a_member_that_is_known_to_have_ended():
    """A member that is known to have ended is not asked whether it was submitted."""
    members = [HandJob("a", DONE), HandJob("b", INITIALIZING)]
    job = CompositeJob(members)
    job.status()
    queries = members[0].queries
    job.submit()

    assert (members[0].queries - queries, members[0].submits, members[1].submits) == (0, [], ["b"])


def test_no_members():
    """A whole without members has nothing to submit, and says nothing of it."""
    job = CompositeJob([])
    job.submit()
    job.submit()

    assert job.done()


def test_wholes_in_wholes():
    """A whole that is submitted in part is submitted by the one that it is a member of."""
    members = [HandJob("a", DONE), HandJob("b", INITIALIZING)]
    inner, submitted = CompositeJob(members), CompositeJob([HandJob("c", QUEUED)])
    outer = CompositeJob([inner, submitted, CompositeJob([])])
    outer.submit()

    assert [member.submits for member in members] == [[], ["b"]]
    with pytest.raises(JobError, match="was submitted already"):
        CompositeJob([inner, submitted]).submit()


def test_a_member_that_refuses_to_tell_its_status():
    """A member whose status is a JobError, as that of jobs that are new may be, is submitted."""
    member = HandJob("a")
    member.errors = [JobError("Submit the job first.")]
    CompositeJob([member]).submit()

    assert member.submits == ["a"]


@pytest.mark.parametrize("error", [ConnectionError, JobTimeoutError, JobStatusError])
def test_a_member_that_cannot_be_asked(error):
    """What says nothing of the submission travels up, and the member may be submitted later."""
    member = HandJob("a", INITIALIZING)
    member.errors = [error("reset")]
    job = CompositeJob([member])
    with pytest.raises(error):
        job.submit()
    assert member.submits == []
    job.submit()

    assert member.submits == ["a"]
