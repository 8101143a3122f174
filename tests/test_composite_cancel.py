import pytest

from jobv1 import JobError, JobStatus
from jobv1.composite import CompositeJob
from tests.member_jobs import HandJob, hands

RUNNING, DONE, CANCELLED = JobStatus.RUNNING, JobStatus.DONE, JobStatus.CANCELLED


class StubbornJob(HandJob):
    """A job that refuses."""

    def cancel(self):
        return False


class SilentJob(HandJob):
    """A job that does not say whether it accepts."""

    def cancel(self):
        super().cancel()


class UnableJob(HandJob):
    """A job that cannot be cancelled."""

    def cancel(self):
        raise NotImplementedError("token-5f2a")


def test_all_accept():
    """A cancel reaches every member, and is accepted if each accepts or does not say."""
    members = [HandJob("a"), SilentJob("b"), HandJob("c")]
    job = CompositeJob(members)

    assert job.cancel() is True
    assert [member.state for member in members] == [CANCELLED] * 3
    assert job.cancelled()


def test_each_outcome():
    """Each outcome is reported in the place of its member, an error as itself."""
    error = ConnectionError("reset")
    members = [HandJob("a"), StubbornJob("b"), SilentJob("c"), HandJob("d"), HandJob("e", DONE)]
    members[3].errors = [error]

    assert CompositeJob(members).cancel_members() == [True, False, None, error, False]


def test_members_that_have_ended():
    """Members that ended before do not count: the others accept, so the whole does."""
    members = [HandJob("a", DONE), HandJob("b", RUNNING), HandJob("c", CANCELLED)]
    job = CompositeJob(members)

    assert job.cancel() is True
    assert [member.state for member in members] == [DONE, CANCELLED, CANCELLED]


def test_members_that_are_known_to_have_ended():
    """A member that is known to have ended is not asked to cancel."""
    members = [UnableJob("a", DONE), HandJob("b", RUNNING)]
    job = CompositeJob(members)
    job.status()

    assert job.cancel_members() == [False, True]
    assert members[0].queries == 1


def test_nobody_is_asked_about_an_end_that_is_known():
    """A cancel that comes too late for all is told without a query."""
    members = hands(2, status=DONE)
    job = CompositeJob(members)
    job.status()

    assert job.cancel() is False
    assert [member.queries for member in members] == [1, 1]


@pytest.mark.parametrize("status", [DONE, JobStatus.ERROR, CANCELLED])
def test_too_late(status):
    """A whole whose members have all ended is not cancelled."""
    assert CompositeJob(hands(2, status=status)).cancel() is False


def test_no_members():
    """A whole without members has nothing to cancel."""
    assert CompositeJob([]).cancel() is False


def test_all_refuse():
    """If each refuses, the whole does."""
    assert CompositeJob(hands(2, StubbornJob, RUNNING)).cancel() is False


def test_some_refuse():
    """If some accept and others refuse, the error says who was not cancelled."""
    job = CompositeJob([HandJob("a"), StubbornJob("b")], "batch-1")

    with pytest.raises(JobError) as caught:
        job.cancel()
    assert str(caught.value) == (
        "Job 'batch-1' was not cancelled as a whole: 1 of 2 jobs were not: job 'b' (refused)."
    )
    assert (caught.value.job_id, caught.value.__cause__) == ("batch-1", None)


def test_errors():
    """If a member raises, the others are cancelled all the same, and the error is the cause."""
    members = [UnableJob("a"), StubbornJob("b"), HandJob("c")]
    with pytest.raises(JobError) as caught:
        CompositeJob(members, "batch-1").cancel()

    assert str(caught.value) == (
        "Job 'batch-1' was not cancelled as a whole: 2 of 3 jobs were not: "
        "job 'a' (NotImplementedError), job 'b' (refused)."
    )
    assert isinstance(caught.value.__cause__, NotImplementedError)
    assert members[2].state is CANCELLED


def test_an_error_of_all():
    """If all raise, the whole does, as a job error."""
    with pytest.raises(JobError, match="1 of 1 jobs were not"):
        CompositeJob(hands(1, UnableJob)).cancel()


def test_an_error_of_a_member_that_has_ended():
    """What a member raises that has ended is no refusal."""
    assert CompositeJob([UnableJob("a", DONE), HandJob("b")]).cancel() is True


def test_a_member_that_cannot_be_asked():
    """A member that refuses, and cannot be asked whether it has ended, was not cancelled."""

    class LostJob(StubbornJob):
        def status(self):
            raise ConnectionError("reset")

    with pytest.raises(JobError, match=r"1 of 2 jobs were not: job 'b' \(refused\)"):
        CompositeJob([HandJob("a"), LostJob("b")]).cancel()


def test_many_that_refuse():
    """Of many that refuse, five are named and the others counted."""
    job = CompositeJob([HandJob("z"), *hands(7, StubbornJob)])

    with pytest.raises(JobError, match=r"job 'e' \(refused\), 2 more\.$"):
        job.cancel()
