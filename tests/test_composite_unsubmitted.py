import pytest

from jobv1 import JobError, JobFailedError, JobStatus, JobTimeoutError
from jobv1.composite import CompositeJob
from jobv1.testing import FakeClock
from tests.member_jobs import HandJob, WaitedJob
from tests.remote_lab import COUNTS, Lab, LabJob

INITIALIZING, RUNNING, DONE = JobStatus.INITIALIZING, JobStatus.RUNNING, JobStatus.DONE
ERROR = JobStatus.ERROR


class NewJob(WaitedJob):
    """A job that has an id and was never submitted, and keeps the contract."""

    refusal = JobError("it was never submitted")

    def result(self, timeout=None, wait=5):
        if self.state is INITIALIZING:
            self.results += 1
            raise self.refusal
        return super().result(timeout, wait)


def test_members_that_were_never_submitted():
    """A whole whose members were never submitted has no result, and says so at once."""
    lab = Lab()
    job = CompositeJob([LabJob(lab), LabJob(lab)], "batch-1")

    with FakeClock() as clock:
        with pytest.raises(JobError) as caught:
            job.result()
        assert clock.now() == 0
    assert str(caught.value) == (
        "Job 'batch-1' has no result: it was never submitted as a whole; "
        "2 of 2 jobs were not: LabJob None at place 0, LabJob None at place 1."
    )
    assert (caught.value.job_id, lab.requests) == ("batch-1", [])


@pytest.mark.parametrize("status", [RUNNING, DONE, ERROR])
def test_some_members_were_never_submitted(status):
    """One member that was never submitted is enough, whatever the others do."""
    job = CompositeJob([HandJob("a", status), LabJob(Lab())], "batch-1")
    with FakeClock() as clock:
        with pytest.raises(JobError, match="never submitted as a whole; 1 of 2 .* LabJob None at"):
            job.result()
        assert clock.now() == 0


def test_a_member_with_an_id_that_was_never_submitted():
    """A member that cannot tell is refused when it is looked at: it says so by its result."""
    job = CompositeJob([HandJob("a", DONE), NewJob("b", INITIALIZING)], "batch-1")
    with FakeClock() as clock:
        with pytest.raises(JobError) as caught:
            job.result()
        assert clock.now() == 0

    assert str(caught.value).endswith("1 of 2 jobs were not: NewJob 'b' at place 1.")
    assert caught.value.__cause__ is NewJob.refusal


def test_a_whole_in_a_whole():
    """A member of a member that was never submitted is found, by the same ways."""
    for new in (LabJob(Lab()), NewJob("b", INITIALIZING)):
        inner = CompositeJob([HandJob("a", DONE), new], "inner")
        with FakeClock(), pytest.raises(JobError, match="^Job 'inner' has no result: it was never"):
            CompositeJob([HandJob("c", DONE), inner]).result()


def test_many_members_were_never_submitted():
    """Of many, five are named and the others counted."""
    job = CompositeJob([LabJob(Lab()) for _ in range(7)])
    with pytest.raises(
        JobError, match=r"7 of 7 jobs were not: .* LabJob None at place 4, 2 more.$"
    ):
        job.result()


@pytest.mark.parametrize(
    "error",
    [ConnectionError("reset"), KeyError("result"), type("NotThere", (JobError,), {})("404")],
)
def test_an_error_that_is_no_refusal(error):
    """What a member that is INITIALIZING raises besides does not end the wait."""
    job_class = type("FlakyJob", (NewJob,), {"refusal": error})
    member = job_class("a", INITIALIZING)
    with FakeClock() as clock:
        clock.call_at(20, lambda: setattr(member, "state", DONE))
        assert CompositeJob([member]).result() == ["result of a"]
        assert clock.now() == 20

    assert member.results == 2


def test_a_result_of_unknown_signature():
    """A member whose `result` takes no `timeout` by name is not called before it is final."""

    class OddJob(HandJob):
        def result(self, seconds=None, **kwargs):
            assert self.state is DONE
            return super().result()

    member = OddJob("a", INITIALIZING)
    with FakeClock() as clock:
        clock.call_at(20, lambda: setattr(member, "state", DONE))
        assert CompositeJob([member]).result() == ["result of a"]


def test_members_that_the_whole_submitted():
    """A member that the whole has submitted itself is not asked whether it was."""
    lab = Lab()
    members = [NewJob("a", INITIALIZING), LabJob(lab)]
    job = CompositeJob(members)
    job.submit()
    with FakeClock() as clock:
        clock.call_at(20, lambda: setattr(members[0], "state", DONE))
        clock.call_at(20, lambda: lab.set_state("lab-1", "completed"))
        assert job.result() == ["result of a", COUNTS]

    assert members[0].results == 1


def test_members_that_are_initializing():
    """Members that were submitted and are INITIALIZING are waited for, and asked once if they were.

    One whose `result` takes no timeout is not asked, for it might wait.
    """
    members = [WaitedJob("a", INITIALIZING), HandJob("b", INITIALIZING)]
    with FakeClock() as clock:
        clock.call_at(20, lambda: [setattr(member, "state", DONE) for member in members])
        assert CompositeJob(members).result() == ["result of a", "result of b"]
        assert clock.now() == 20

    assert members[0].queries == 5 + 1 + 1
    assert members[1].results == 1


def test_a_member_that_has_just_failed_ends_no_wait():
    """A member that fails in the moment in which it is asked is no reason not to wait."""

    class FailingJob(WaitedJob):
        def result(self, timeout=None, wait=5):
            self.state = ERROR
            return super().result(timeout, wait)

    failing, other = FailingJob("a", INITIALIZING), HandJob("b")
    with FakeClock() as clock:
        clock.call_at(20, lambda: setattr(other, "state", DONE))
        with pytest.raises(JobFailedError, match="job 'a': a went out."):
            CompositeJob([failing, other]).result()
        assert clock.now() == 20


def test_a_queued_member_is_not_asked_whether_it_was_submitted():
    """Only members that are INITIALIZING may not have been submitted."""
    queued, new = WaitedJob("a"), WaitedJob("b", INITIALIZING)
    with FakeClock(), pytest.raises(JobTimeoutError):
        CompositeJob([queued, new]).result(0)

    assert (queued.queries, new.queries) == (1, 2)
