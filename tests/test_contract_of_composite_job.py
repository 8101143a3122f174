"""`CompositeJob` keeps the contract, over jobs that have batches and jobs that have none."""

from jobv1.composite import CompositeJob
from jobv1.testing import FakeBackend, Harness, Life, parametrize_with_checks
from jobv1.testing._needs import ABILITIES, NEEDS, lack
from tests.fake_composite import CompositeHarness
from tests.fake_harness import WORDS, AbleJob
from tests.remote_lab import TOKEN, LabHarness


class LonelyJob(AbleJob):
    """A job that is asked for alone."""

    batch_status = None


class WholeHarness(CompositeHarness):
    """Gives jobs of jobs over fake jobs."""

    secrets = (TOKEN,)
    member_class = AbleJob

    def __init__(self):
        super().__init__(lambda backend, job_id, members: CompositeJob(members, job_id))

    def tidy(self):
        self.backend = FakeBackend(Life(error_message=WORDS), job_class=self.member_class)


class LonelyHarness(WholeHarness):
    """Gives jobs of jobs over fake jobs that are asked for one by one."""

    member_class = LonelyJob


class RemoteHarness(LabHarness):
    """Gives jobs of jobs behind an API."""

    def unsubmitted_job(self):
        return CompositeJob([super(RemoteHarness, self).unsubmitted_job() for _ in range(3)])

    def move(self, job, status):
        for member in getattr(job, "members", [job]):
            super().move(member, status)

    def move_to_unknown(self, job):
        super().move_to_unknown(job.members[-1])

    def move_to_cancelling(self, job):
        super().move_to_cancelling(job.members[-1])

    def members(self, job):
        return job.members

    # A job of jobs is of one program, which has its members.
    retrieve = Harness.retrieve


@parametrize_with_checks(WholeHarness)
def test_contract(check):
    """A job of jobs keeps every rule that concerns it."""
    check()


@parametrize_with_checks(LonelyHarness)
def test_contract_of_members_without_abilities(check):
    """A job of jobs that can do little keeps every rule that concerns it."""
    check()


@parametrize_with_checks(RemoteHarness)
def test_contract_of_remote_members(check):
    """A job of jobs behind an API keeps every rule that concerns it."""
    check()


def test_what_does_not_concern_it():
    """A job of jobs is no batch, tells nothing and knows no place in a queue; that is all."""
    harness = WholeHarness()

    assert {need for need in (*NEEDS, *ABILITIES) if lack(harness, need)} == {
        "add_done_callback",
        "batch_status",
        "move_to_cancelling",
        "move_to_unknown",
        "next_query_delay",
        "queue_position",
        "remove_done_callback",
        "retrieve",
        "status_async",
    }
