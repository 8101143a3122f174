import pytest

from jobv1 import JobError, JobStatus, JobStatusError
from jobv1.composite import CompositeJob
from jobv1.testing import FakeClock
from tests.member_jobs import BatchJob, HandJob, hands

INITIALIZING, QUEUED, VALIDATING = (
    JobStatus.INITIALIZING,
    JobStatus.QUEUED,
    JobStatus.VALIDATING,
)
RUNNING, DONE, ERROR, CANCELLED = (
    JobStatus.RUNNING,
    JobStatus.DONE,
    JobStatus.ERROR,
    JobStatus.CANCELLED,
)


@pytest.fixture(autouse=True)
def _no_batches():
    BatchJob.batches.clear()


def whole_of(*statuses, job_class=HandJob):
    """Give a job of jobs of some statuses, and its members."""
    members = hands(len(statuses), job_class)
    for member, status in zip(members, statuses, strict=True):
        member.state = status
    return CompositeJob(members), members


@pytest.mark.parametrize("job_class", [HandJob, BatchJob])
@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        ([], DONE),
        ([QUEUED], QUEUED),
        ([RUNNING], RUNNING),
        ([ERROR], ERROR),
        ([QUEUED, INITIALIZING, VALIDATING], INITIALIZING),
        ([VALIDATING, QUEUED], QUEUED),
        ([VALIDATING, VALIDATING], VALIDATING),
        ([QUEUED, QUEUED, RUNNING], RUNNING),
        ([RUNNING, INITIALIZING], RUNNING),
        ([DONE, QUEUED], RUNNING),
        ([QUEUED, ERROR], RUNNING),
        ([INITIALIZING, CANCELLED], RUNNING),
        ([DONE, DONE], DONE),
        ([DONE, CANCELLED, ERROR], ERROR),
        ([ERROR, CANCELLED], ERROR),
        ([DONE, CANCELLED], CANCELLED),
    ],
)
def test_the_rule(statuses, whole, job_class):
    """The status of the whole follows the one written rule, whatever the members are."""
    job, _ = whole_of(*statuses, job_class=job_class)

    assert job.status() is whole


def test_the_ended_are_not_asked_again():
    """A member that was seen final is not asked again."""
    job, members = whole_of(DONE, QUEUED, QUEUED)
    assert [job.status() for _ in range(3)] == [RUNNING] * 3

    assert [member.queries for member in members] == [1, 3, 0]


def test_an_end_is_kept():
    """When all have ended, nobody is asked any more, whatever they say by then."""
    job, members = whole_of(DONE, ERROR)
    assert job.status() is ERROR
    members[1].state = DONE

    assert job.status() is ERROR
    assert [member.queries for member in members] == [1, 1]


def test_only_who_decides_is_asked():
    """If one member runs, the whole is RUNNING whatever the others are: they are not asked."""
    job, members = whole_of(RUNNING, QUEUED, QUEUED)

    assert job.status() is RUNNING
    assert [member.queries for member in members] == [1, 0, 0]


def test_a_wait_asks_one_member_at_a_time():
    """A wait for many costs a query a pause, and one for each member."""
    members = hands(10, status=RUNNING)
    with FakeClock() as clock:
        for place, member in enumerate(members):
            clock.call_at(100 + place, lambda member=member: setattr(member, "state", DONE))
        CompositeJob(members).wait_for_final_state()
        assert clock.now() == 110

    assert sum(member.queries for member in members) <= 23 + 10


def test_members_of_one_backend_are_asked_together():
    """Jobs of one class and one backend are asked by one request, others by their own."""
    here, there = object(), object()
    members = [
        BatchJob("a", QUEUED, here),
        BatchJob("b", QUEUED, there),
        HandJob("c"),
        BatchJob("d", QUEUED, here),
        BatchJob("e", QUEUED, there),
    ]
    assert CompositeJob(members).status() is QUEUED

    assert BatchJob.batches == [["a", "d"], ["b", "e"]]
    assert [member.queries for member in members] == [0, 0, 1, 0, 0]


def test_members_of_two_classes_are_asked_apart():
    """Jobs of one backend and two classes are asked by two requests."""

    class OtherJob(BatchJob):
        pass

    members = [kind(job_id) for kind, job_id in zip([BatchJob, OtherJob] * 2, "abcd", strict=True)]
    CompositeJob(members).status()

    assert BatchJob.batches == [["a", "c"], ["b", "d"]]


def test_the_last_member_is_asked_alone():
    """A batch of one is a query."""
    job, members = whole_of(DONE, RUNNING, job_class=BatchJob)
    job.status()
    job.status()

    assert BatchJob.batches == [["a", "b"]]
    assert members[1].queries == 1


def test_an_error_in_a_batch():
    """An error in the place of a member is raised, and the ends of the others are kept."""

    class TornJob(BatchJob):
        answers = staticmethod(lambda jobs: [DONE, ConnectionError("reset"), RUNNING])

    job, members = whole_of(DONE, RUNNING, RUNNING, job_class=TornJob)
    with pytest.raises(ConnectionError):
        job.status()
    TornJob.answers = BatchJob.answers
    members[0].state = ERROR

    assert job.status() is RUNNING
    assert BatchJob.batches == [["a", "b", "c"], ["b", "c"]]


@pytest.mark.parametrize(
    "answers", [lambda jobs: [DONE], lambda jobs: [None, None]], ids=["shorter", "none"]
)
def test_a_batch_that_leaves_members_out(answers):
    """Members that a batch leaves out are asked for alone."""
    kind = type("ForgetfulJob", (BatchJob,), {"answers": staticmethod(answers)})
    job, members = whole_of(QUEUED, RUNNING, job_class=kind)

    assert job.status() is RUNNING
    assert [member.queries for member in members] == [1, 1]


@pytest.mark.parametrize("job_class", [HandJob, BatchJob])
def test_an_answer_that_is_no_status(job_class):
    """A member that answers no status is an error that names its class."""
    job, _ = whole_of(QUEUED, "DONE", job_class=job_class)

    with pytest.raises(JobStatusError, match=f"^{job_class.__name__}.status.. answered 'DONE'"):
        job.status()


def test_a_job_of_jobs_of_jobs():
    """A job of jobs may be a member."""
    inner, members = whole_of(RUNNING, DONE)
    job = CompositeJob([inner, HandJob("z", DONE)])
    assert job.status() is RUNNING
    members[0].state = DONE

    assert job.status() is DONE
    assert job.result() == [["result of a", "result of b"], "result of z"]


def test_who_it_is():
    """The whole has an id, metadata, members, and the backend that all of them share."""
    backend = object()
    members = [HandJob("a", backend=backend), HandJob("b", backend=backend)]
    job = CompositeJob(iter(members), "batch-1", shots=100)

    assert (job.job_id(), job.metadata) == ("batch-1", {"shots": 100})
    assert (job.members, job.backend()) == (tuple(members), backend)
    job.status()
    assert repr(job) == "<CompositeJob 'batch-1', last seen QUEUED>"


def test_an_id_that_is_made_up():
    """Without an id the whole gets one of its own."""
    first, second = CompositeJob([]).job_id(), CompositeJob([]).job_id()

    assert first.startswith("composite-")
    assert first != second


def test_backends_that_differ():
    """A whole over several backends, or none, has no backend."""
    for members in ([HandJob("a", backend=1), HandJob("b", backend=2)], []):
        with pytest.raises(JobError, match="has no backend"):
            CompositeJob(members).backend()


def test_members_that_are_none():
    """What is no job, and a job that is given twice, is refused."""
    job = HandJob("a")
    with pytest.raises(TypeError, match="^a job of jobs is made of JobV1, not of 'a' .str.$"):
        CompositeJob(["a"])
    with pytest.raises(ValueError, match="^job 'a' is given twice, at the places 0 and 2$"):
        CompositeJob([job, HandJob("b"), job])


def test_a_subclass_without_members():
    """A class that leaves out `__init__`, and does not say what its members are, is told so."""

    class ForgetfulWhole(CompositeJob):
        def __init__(self):
            pass

    job = ForgetfulWhole()
    for call in (job.status, job.result, job.submit, job.cancel, job.wait_for_final_state):
        with pytest.raises(JobError, match="ForgetfulWhole has no members: it must call super"):
            call()
    assert repr(job).endswith("ForgetfulWhole None, not queried yet>")


def test_a_subclass_with_members_of_its_own():
    """A class that leaves out `__init__` and says what its members are works."""

    class OwnJob(CompositeJob):
        def __init__(self):
            self.jobs = hands(2, status=DONE)

        @property
        def members(self):
            return tuple(self.jobs)

    assert OwnJob().result() == ["result of a", "result of b"]
