import pytest

from jobv1 import (
    JobCancelledError,
    JobError,
    JobFailedError,
    JobStatus,
    JobTimeoutError,
)
from jobv1.composite import CompositeJob
from jobv1.testing import FakeClock
from tests.member_jobs import HandJob, TimedJob, WaitedJob, hands, told_job
from tests.remote_lab import Lab, LabJob

DONE, ERROR, CANCELLED = JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED


class SilentJob(HandJob):
    """A job whose failure shows in its status alone."""

    def result(self):
        return None


class OddJob(HandJob):
    """A job whose failure is no error of jobs."""

    def result(self):
        raise KeyError("token-5f2a")


def test_results_in_order():
    """The results stand in the order of the members, whatever arguments their `result` takes."""
    job = CompositeJob(
        [HandJob("a", DONE), TimedJob("b", DONE), WaitedJob("c", DONE), HandJob("d", DONE)]
    )

    assert job.result() == ["result of a", "result of b", "result of c", "result of d"]


def test_jobs_of_two_providers():
    """A job behind an API and one on this machine are one job, and give their results in order."""
    lab = Lab()
    remote = LabJob(lab)
    remote.submit()
    local, future = told_job("local")
    future.set_result(42)
    with FakeClock() as clock:
        clock.call_at(20, lambda: lab.set_state("lab-1", "completed"))
        assert CompositeJob([local, remote]).result(timeout=60) == [42, {"00": 497, "11": 503}]
        assert clock.now() == 20


def test_results_are_fetched_once():
    """Each member is asked for its result once; the list is the caller's own."""
    members = hands(2, status=DONE)
    job = CompositeJob(members)
    job.result().clear()

    assert job.result() == ["result of a", "result of b"]
    assert [member.results for member in members] == [1, 1]


def test_what_is_left_of_the_time():
    """Members whose `result` takes a timeout are given what is left of the one deadline."""

    class SlowJob(HandJob):
        def result(self):
            clock.advance(7)
            return super().result()

    members = [TimedJob("a", JobStatus.RUNNING), SlowJob("b", DONE), WaitedJob("c", DONE)]
    with FakeClock() as clock:
        clock.call_at(5, lambda: setattr(members[0], "state", DONE))
        CompositeJob(members).result(timeout=60)
        assert (members[0].timeout, members[2].timeout) == (55, 48)


def test_no_limit():
    """Without a limit members keep the limit of their own."""

    class ImpatientJob(TimedJob):
        def result(self, timeout=30):
            return super().result(timeout)

    (member,) = hands(1, ImpatientJob, DONE)
    CompositeJob([member]).result()

    assert member.timeout == 30


def test_no_time_is_left():
    """A member that is asked after the deadline gets no time, and not less than none."""

    class SlowJob(HandJob):
        def result(self):
            clock.advance(100)
            return super().result()

    last = TimedJob("b", DONE)
    with FakeClock() as clock:
        CompositeJob([SlowJob("a", DONE), last]).result(timeout=60)

    assert last.timeout == 0


@pytest.mark.parametrize(
    ("result", "given"), [(lambda timeout=1, /: timeout, 1), (dict, {})], ids=["position", "dict"]
)
def test_results_that_cannot_be_given_a_timeout(result, given):
    """A `result` that takes no keyword `timeout`, or tells nobody what it takes, gets none."""
    member = HandJob("a", DONE)
    member.result = result

    assert CompositeJob([member]).result(timeout=60) == [given]


def test_a_failed_member():
    """A failed member fails the whole, with its id and its words, first and second time."""
    job = CompositeJob(
        [HandJob("a", DONE), HandJob("b", ERROR), HandJob("c", ERROR), HandJob("d", CANCELLED)],
        "batch-1",
    )
    for _ in range(2):
        with pytest.raises(JobFailedError) as caught:
            job.result()
        assert str(caught.value) == (
            "Job 'batch-1' failed: 2 of 4 jobs failed; job 'b': b went out."
        )
        assert caught.value.job_id == "batch-1"
        assert str(caught.value.__cause__) == "b went out."


def test_the_words_of_a_member():
    """The words of a member that has some are the words of the whole."""
    lab = Lab()
    members = [LabJob(lab), LabJob(lab)]
    job = CompositeJob(members, "batch-1")
    job.submit()
    lab.set_state("lab-1", "completed")
    lab.set_state("lab-2", "failed", "The laser went out.")
    assert job.error_message() is None

    with pytest.raises(JobFailedError) as caught:
        job.result()
    assert str(caught.value) == (
        "Job 'batch-1' failed: 1 of 2 jobs failed; job 'lab-2': The laser went out."
    )
    assert isinstance(caught.value.__cause__, JobFailedError)
    assert job.error_message() == "job 'lab-2': The laser went out."


@pytest.mark.parametrize(
    ("job_class", "said"), [(SilentJob, "it does not say why"), (OddJob, "KeyError")]
)
def test_a_member_without_words(job_class, said):
    """A failed member that says nothing, or what may be a secret, is named all the same."""
    job = CompositeJob([job_class("a", ERROR)], "batch-1")

    with pytest.raises(JobFailedError) as caught:
        job.result()
    assert str(caught.value) == f"Job 'batch-1' failed: 1 of 1 jobs failed; job 'a': {said}"
    assert job.error_message() is None


def test_no_error_message_of_the_healthy():
    """A whole that is done has no error message."""
    job = CompositeJob(hands(2, status=DONE))
    job.result()

    assert job.error_message() is None


def test_a_whole_that_does_not_wait():
    """A whole whose class does not wait, and that is not final, says so."""

    class HereWhole(CompositeJob):
        _async = False

    with pytest.raises(JobError, match="^Job 'batch-1' has no result: it is still RUNNING.$"):
        HereWhole([HandJob("a", DONE), HandJob("b")], "batch-1").result()


def test_a_cancelled_member():
    """A cancelled member leaves the whole without results, if none failed."""
    job = CompositeJob([HandJob("a", DONE), HandJob("b", CANCELLED)], "batch-1")

    with pytest.raises(JobCancelledError) as caught:
        job.result()
    assert str(caught.value) == ("Job 'batch-1' has no result: 1 of 2 jobs were cancelled: 'b'.")
    assert str(caught.value.__cause__) == "b was stopped."


def test_many_cancelled_members():
    """Of many, five are named and the others counted."""
    for number, told in ((5, "'a', 'b', 'c', 'd', 'e'."), (7, "'d', 'e' and 2 more.")):
        with pytest.raises(JobCancelledError) as caught:
            CompositeJob(hands(number, status=CANCELLED)).result()
        assert str(caught.value).endswith(told)


def test_a_timeout_leaves_the_members():
    """A whole that times out cancels nobody, and has its results later."""
    members = hands(2, status=JobStatus.RUNNING)
    job = CompositeJob(members)
    with FakeClock() as clock:
        with pytest.raises(JobTimeoutError):
            job.result(timeout=60)
        assert clock.now() == 60
        for member in members:
            member.state = DONE

        assert job.result(0) == ["result of a", "result of b"]


def test_a_result_that_fails():
    """What the `result()` of a member raises travels up, and the results can be asked for again."""

    class FlakyJob(HandJob):
        def result(self):
            if not self.results:
                self.results += 1
                raise ConnectionError("reset")
            return super().result()

    job = CompositeJob([HandJob("a", DONE), FlakyJob("b", DONE)])
    with pytest.raises(ConnectionError):
        job.result()

    assert job.result() == ["result of a", "result of b"]
