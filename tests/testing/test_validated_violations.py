"""A job that is watched while it is used, and breaks the contract."""

import asyncio
import math
import threading

import pytest

from jobv1 import JobFailedError, JobStatus, JobTimeoutError
from jobv1.protocols import ability
from jobv1.testing import ContractViolation, FakeBackend, FakeClock, Life, validated
from tests.fake_harness import AbleJob
from tests.scripted_job import ScriptedJob
from tests.testing.test_validated import watched


@pytest.fixture
def clock():
    """Virtual time."""
    with FakeClock() as clock:
        yield clock


def scripted(*script, **options):
    """Make a watched job that answers what a script says."""
    return validated(FakeBackend(Life(script)).run("bell"), **options)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (["DONE"], "Rule 1.1 is broken"),
        ([JobStatus.DONE, JobStatus.RUNNING], "Rule 3.2 is broken"),
        ([JobStatus.RUNNING, JobStatus.INITIALIZING], "Rule 3.8 is broken"),
    ],
    ids=["word", "undone", "again"],
)
def test_statuses_are_watched(script, sentence):
    """An answer that is no status, a final one that changes, and a return to the start are seen."""
    watch = scripted(*script)

    with pytest.raises(ContractViolation, match=sentence):
        for _ in script:
            watch.status()


def test_the_waits_are_watched(clock):
    """What a wait of the class asks is watched, too."""
    watch = scripted(JobStatus.RUNNING, JobStatus.INITIALIZING, JobStatus.DONE)

    with pytest.raises(ContractViolation, match="asked status.. of a job that was RUNNING"):
        watch.wait_for_final_state()


class AwaitedJob(ScriptedJob):
    """A job whose status is awaited."""

    async def status_async(self):
        return self._take_step()


def test_awaited_statuses_are_watched(clock):
    """What is asked on an event loop is watched as what is asked elsewhere."""
    script = [JobStatus.DONE, JobStatus.RUNNING]
    watch = validated(AwaitedJob(script))

    with pytest.raises(ContractViolation, match="asked status_async.. of a job that was DONE"):
        for _ in script:
            asyncio.run(watch.status_async())


def test_no_awaited_status():
    """A job that has no status to await is given none."""
    assert ability(validated(ScriptedJob([])), "status_async") is None


def test_only_the_first_is_reported():
    """A violation is given to `report`, the later ones to nobody, and the job goes on."""
    reports = []
    watch = scripted("QUEUED", JobStatus.DONE, JobStatus.RUNNING, report=reports.append)

    assert [watch.status() for _ in range(3)] == ["QUEUED", JobStatus.DONE, JobStatus.RUNNING]
    assert [violation.got for violation in reports] == ["'QUEUED'"]


class WrongJob(AbleJob):
    """Is wrong in everything that a test has it do."""

    def job_id(self):
        return "job" if self._course.status() is JobStatus.QUEUED else "another"

    def submit(self):
        if self._course.status() is JobStatus.INITIALIZING:
            super().submit()

    def done(self):
        return "no"

    def running(self):
        return [self.status() for _ in range(2)] == []

    def cancel(self):
        return True if self._course.status() is JobStatus.DONE else "cancelling"

    def wait_for_final_state(self, timeout=None, wait=5, callback=None):
        self.status()
        if timeout:
            raise JobTimeoutError("soon", job_id="job")

    def result(self):
        return None


@pytest.mark.parametrize(
    ("use", "number"),
    [
        (lambda job: [job.job_id(), job.move(JobStatus.RUNNING), job.job_id()], "1.3"),
        (lambda job: [job.submit(), job.submit()], "2.2"),
        (lambda job: job.done(), "4.6"),
        (lambda job: job.running(), "4.5"),
        (lambda job: job.wait_for_final_state(10), "5.6"),
        (lambda job: job.wait_for_final_state(), "5.4"),
        (lambda job: job.cancel(), "8.4"),
    ],
    ids=["id", "submit", "bool", "once", "early", "unfinished", "cancel"],
)
def test_calls_are_watched(clock, use, number):
    """Each method of the contract is watched for what its calls show."""
    _, watch = watched(WrongJob)

    with pytest.raises(ContractViolation) as caught:
        use(watch)
    assert caught.value.rule.number == number


@pytest.mark.parametrize(
    ("status", "number"), [(JobStatus.ERROR, "7.4"), (JobStatus.CANCELLED, "7.5")]
)
def test_results_of_jobs_that_have_none(status, number):
    """A result of a job that failed or was cancelled is a violation."""
    job, watch = watched(WrongJob)
    job.move(status)
    watch.status()

    with pytest.raises(ContractViolation) as caught:
        watch.result()
    assert caught.value.rule.number == number
    assert caught.value.got == "it answered None"


def test_a_result_after_a_failure(clock):
    """A result that comes after the job has told of its failure is a violation."""

    class FickleJob(AbleJob):
        def result(self):
            self.told = getattr(self, "told", 0) + 1
            if self.told == 1:
                return super().result()
            return None

    job, watch = watched(FickleJob)
    job.move(JobStatus.ERROR)
    with pytest.raises(JobFailedError):
        validated(job, report=None).result()
    job.told = 0
    watch._jobv1_watch.last = None
    with pytest.raises(JobFailedError):
        watch.result()
    watch._jobv1_watch.last = None

    with pytest.raises(ContractViolation, match="Rule 7.7 is broken"):
        watch.result()


def test_a_cancel_that_boasts():
    """A finished job that says it was cancelled is a violation."""
    job, watch = watched(WrongJob)
    job.move(JobStatus.DONE)
    watch.status()

    with pytest.raises(ContractViolation, match="Rule 8.7 is broken"):
        watch.cancel()


def test_a_timeout_without_a_limit(clock):
    """A JobTimeoutError of a wait that has no limit is a violation."""

    class HastyJob(AbleJob):
        def wait_for_final_state(self, timeout=None, *args, **kwargs):
            raise JobTimeoutError("so long", job_id=self.job_id())

    for timeout in (None, math.inf):
        _, watch = watched(HastyJob)
        with pytest.raises(ContractViolation, match="no JobTimeoutError before the deadline"):
            watch.wait_for_final_state(timeout)


def test_a_wait_that_times_out_otherwise(clock):
    """A timeout by another error than JobTimeoutError is a violation."""

    class OldJob(AbleJob):
        def wait_for_final_state(self, timeout=None):
            raise TimeoutError("so long")

    _, watch = watched(OldJob)
    with pytest.raises(ContractViolation, match="Rule 5.8 is broken"):
        watch.wait_for_final_state(0)


def test_a_failure_that_is_called_done():
    """A job that is done though it was seen to fail is a violation."""

    class ProudJob(AbleJob):
        def done(self):
            return self.in_final_state()

    job, watch = watched(ProudJob)
    job.move(JobStatus.ERROR)

    with pytest.raises(ContractViolation, match="Rule 4.3 is broken"):
        watch.done()


def test_a_wait_that_asks_nobody(clock):
    """A wait that comes back without a query is believed: the job may know by itself."""

    class KnowingJob(AbleJob):
        def wait_for_final_state(self, timeout=None):
            pass

    _, watch = watched(KnowingJob)

    assert watch.wait_for_final_state() is None


def test_what_another_thread_learned_does_not_count():
    """An answer is compared with what was known when its query began."""
    begun, ended = threading.Event(), threading.Event()

    class SlowJob(AbleJob):
        def status(self):
            answer = super().status()
            if threading.current_thread() is not threading.main_thread():
                begun.set()
                ended.wait(5)
            return answer

    job, watch = watched(SlowJob)
    reports = []
    watch = validated(job, report=reports.append)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(watch.status()))
    thread.start()
    begun.wait(5)
    job.move(JobStatus.DONE)
    answers.append(watch.status())
    ended.set()
    thread.join()

    assert answers == [JobStatus.DONE, JobStatus.QUEUED]
    assert reports == []
    assert watch.status() is JobStatus.DONE
    assert reports == []
