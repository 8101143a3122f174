"""The differences that concern no random wait, each as it is in Qiskit's class and in ours."""

import asyncio
import operator
import re
from enum import Enum
from types import SimpleNamespace

import pytest
import qiskit.exceptions
import qiskit.providers.job

import jobv1
from jobv1.testing import FakeClock
from tests.with_qiskit.model import DIFFERENCES

SHOWN = set()


def shows(row):
    """Name the row of the table in docs/design.md that a test shows."""
    SHOWN.add(row)
    return lambda test: test


def subclass_of(package):
    """Make a job class on the base class of a package: it gives answers, the last for ever."""

    class ListedJob(package.JobV1):
        def __init__(self, *answers, backend=None):
            super().__init__(backend, "ab12")
            self.answers = list(answers)

        def submit(self):
            """Do nothing."""

        def result(self):
            return "a result"

        def status(self):
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return package.JobStatus[answer]

    return ListedJob


OurJob, QiskitsJob = subclass_of(jobv1), subclass_of(qiskit.providers)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Virtual time, for the waits of either class."""
    with FakeClock() as clock:
        fake = SimpleNamespace(time=clock.now, sleep=clock.advance)
        monkeypatch.setattr(qiskit.providers.job, "time", fake)
        yield clock


def seconds(clock, act):
    """Give how long something takes, and the error that ends it, None for none."""
    before = clock.now()
    try:
        act()
    except (jobv1.JobTimeoutError, qiskit.providers.JobTimeoutError) as error:
        return clock.now() - before, error
    return clock.now() - before, None


def without_init(kind):
    """Make a job whose constructor never ran."""
    return kind.__new__(kind)


@shows("a job that ends after the deadline, within that last sleep")
def test_end_within_the_last_sleep(clock):
    """A job that ends in the sleep across the deadline is in time for Qiskit's; ours is strict."""
    answers = ["QUEUED", "QUEUED", "DONE"]

    assert seconds(clock, lambda: QiskitsJob(*answers).wait_for_final_state(7)) == (10, None)

    job = OurJob(*answers[:2], "QUEUED", "DONE")
    length, error = seconds(clock, lambda: job.wait_for_final_state(7))
    assert (length, error.status, job.done()) == (7, jobv1.JobStatus.QUEUED, True)


@shows("when the time is looked at")
def test_when_the_time_is_looked_at(clock):
    """Both look after a query; at the deadline ours queries once more, and Qiskit's is asleep."""
    answers = ["QUEUED", "DONE"]

    assert seconds(clock, lambda: QiskitsJob(*answers).wait_for_final_state(2)) == (5, None)
    assert seconds(clock, lambda: OurJob(*answers).wait_for_final_state(2)) == (2, None)
    assert seconds(clock, lambda: QiskitsJob(*answers).wait_for_final_state(0))[1] is not None
    assert seconds(clock, lambda: OurJob(*answers).wait_for_final_state(0))[1] is not None


@shows("`wait`")
def test_wait(clock):
    """A schedule is no number for Qiskit's sleep; ours follows it."""
    schedule = jobv1.Exponential(first=1, factor=2, maximum=60)
    answers = ["QUEUED", "QUEUED", "DONE"]

    with pytest.raises(TypeError):
        QiskitsJob(*answers).wait_for_final_state(wait=schedule)
    assert seconds(clock, lambda: OurJob(*answers).wait_for_final_state(wait=schedule)) == (3, None)


@shows("an exception from `status()`")
@pytest.mark.parametrize("kind", [QiskitsJob, OurJob], ids=["theirs", "ours"])
def test_exception(kind):
    """An exception from a query ends either wait, as the very object."""
    lost = ConnectionError("lost")

    with pytest.raises(ConnectionError) as caught:
        kind("QUEUED", lost, "DONE").wait_for_final_state()
    assert caught.value is lost


@shows("`tolerance`")
def test_tolerance():
    """Only ours has a tolerance: of a wait, or of a class."""
    tolerance = jobv1.Tolerance(ConnectionError, failures=1)
    answers = [ConnectionError("lost"), "DONE"]
    OurJob(*answers).wait_for_final_state(tolerance=tolerance)
    type("TolerantJob", (OurJob,), {"_tolerance": tolerance})(*answers).wait_for_final_state()

    with pytest.raises(TypeError, match="unexpected keyword argument 'tolerance'"):
        QiskitsJob(*answers).wait_for_final_state(tolerance=tolerance)
    with pytest.raises(ConnectionError):
        type("TolerantJob", (QiskitsJob,), {"_tolerance": tolerance})(
            *answers
        ).wait_for_final_state()


@shows("a job that can tell when it ends")
def test_job_that_tells(clock):
    """A job that tells its end after a second is noticed then, by Qiskit's at the next query."""

    def telling(kind):
        class TellingJob(kind):
            def add_done_callback(self, fn):
                clock.call_at(clock.now() + 1, lambda: fn(self))

        return TellingJob("QUEUED", "DONE")

    assert seconds(clock, telling(QiskitsJob).wait_for_final_state) == (5, None)
    assert seconds(clock, telling(OurJob).wait_for_final_state) == (1, None)


@shows("`await job`")
def test_await():
    """Qiskit's job cannot be awaited; ours gives its result."""

    async def awaited(job):
        return await job

    with pytest.raises(TypeError):
        asyncio.run(awaited(QiskitsJob("DONE")))
    assert asyncio.run(awaited(OurJob("DONE"))) == "a result"


@shows("`JobTimeoutError`")
def test_timeout(clock):
    """The text of Qiskit's timeout is the beginning of ours, which has values besides."""
    _, theirs = seconds(clock, lambda: QiskitsJob("QUEUED").wait_for_final_state(5))
    _, ours = seconds(clock, lambda: OurJob("QUEUED").wait_for_final_state(5))

    assert theirs.args == (theirs.message,) == ("Timeout while waiting for job ab12.",)
    assert ours.args == (ours.message,)
    assert ours.message.startswith(f"{theirs.message} ")
    values = operator.attrgetter("job_id", "elapsed", "timeout", "queries")(ours)
    assert values == ("ab12", 5, 5, 2)
    assert not hasattr(theirs, "job_id")


@shows("its bases")
def test_bases():
    """Either timeout is its package's JobError; ours is the builtin TimeoutError too."""
    assert qiskit.providers.JobTimeoutError.__bases__ == (qiskit.providers.JobError,)
    assert jobv1.JobTimeoutError.__bases__ == (jobv1.JobError, TimeoutError)


@shows("`str(error)`")
def test_text_of_an_error():
    """The text of Qiskit's error is in quotes; both have it without in `message` and `args`."""
    theirs, ours = qiskit.providers.JobError("no", "luck"), jobv1.JobError("no", "luck")

    assert (str(theirs), str(ours)) == ("'no luck'", "no luck")
    assert (theirs.message, theirs.args) == (ours.message, ours.args) == ("no luck", ("no luck",))
    assert repr(theirs) == repr(ours) == "JobError('no luck')"


@shows("parts of an error's text that are no strings")
def test_parts_of_a_text():
    """Qiskit's error takes strings alone."""
    with pytest.raises(TypeError):
        qiskit.providers.JobError("code", 5)
    assert jobv1.JobError("code", 5).message == "code 5"


@shows("`repr(job)`")
def test_repr():
    """The repr of ours tells what is known, that of Qiskit's where the object lies."""
    theirs, ours = QiskitsJob("DONE"), OurJob("DONE")
    theirs.done()
    ours.done()

    assert re.fullmatch(r"<.*ListedJob object at 0x[0-9a-fA-F]+>", repr(theirs))
    assert repr(ours).endswith("ListedJob 'ab12', last seen DONE>")
    assert vars(ours).keys() - vars(theirs).keys() == {"_jobv1_seen"}


@shows("`job_id()` before there is an id")
def test_no_id():
    """Without an id Qiskit's fails, and ours answers None."""
    with pytest.raises(AttributeError):
        without_init(QiskitsJob).job_id()
    assert without_init(OurJob).job_id() is None


@shows("a `metadata` property that cannot be set")
def test_metadata():
    """A class with a metadata property of its own cannot be made on Qiskit's constructor."""
    body = {"metadata": property(lambda self: {"shots": 100})}

    with pytest.raises(AttributeError):
        type("DescribedJob", (QiskitsJob,), body)("DONE")
    assert type("DescribedJob", (OurJob,), body)("DONE").metadata == {"shots": 100}


@shows("`backend()` without one")
def test_backend():
    """Without a backend ours is an error of jobs that has the id, even without `__init__`."""
    with pytest.raises(qiskit.exceptions.QiskitError) as caught:
        QiskitsJob("DONE").backend()
    assert not isinstance(caught.value, qiskit.providers.JobError)
    with pytest.raises(AttributeError):
        without_init(QiskitsJob).backend()

    for job, job_id in [(OurJob("DONE"), "ab12"), (without_init(OurJob), None)]:
        with pytest.raises(jobv1.JobError) as caught:
            job.backend()
        assert caught.value.job_id == job_id


@shows("`cancel()` by default")
def test_cancel():
    """By default neither can cancel; ours says whose jobs."""
    with pytest.raises(NotImplementedError, match="^$"):
        QiskitsJob("DONE").cancel()
    with pytest.raises(NotImplementedError, match=r"ListedJob cannot cancel its jobs\.$"):
        OurJob("DONE").cancel()


@shows("members of `JobStatus`")
def test_members():
    """Qiskit's members by themselves equal no other's; ours equal Qiskit's, from either side."""
    theirs, ours = qiskit.providers.JobStatus, jobv1.JobStatus
    other = Enum("JobStatus", {member.name: member.value for member in theirs})

    for member in theirs:
        assert member != other[member.name]
        assert type(member).__eq__(member, ours[member.name]) is NotImplemented
        assert member == ours[member.name]
        assert ours[member.name] == member
    assert theirs.DONE != ours.ERROR


def test_every_difference_is_shown(differences):
    """Each row of the table is a switch of the random waits, or has a test here; none has both."""
    assert differences.keys() == DIFFERENCES | SHOWN
    assert DIFFERENCES.isdisjoint(SHOWN)
