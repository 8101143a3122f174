import asyncio
import enum
import inspect

import pytest

from jobv1 import JobError, JobStatus, JobStatusError, Tolerance
from tests.scripted_job import LoggedClock, QiskitStatus, ScriptedJob

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class CloudStatus(enum.Enum):
    """The states of some service."""

    COMPLETED = 4
    PAUSED = 5


ForeignStatus = enum.Enum("JobStatus", {"DONE": "job has successfully run"}, module="acme.status")


class OddlyNamedStatus(enum.Enum):
    """A foreign enum that says what it means by value only."""

    S3 = "job is queued"


def wait(job, **arguments):
    """Ask for the status as a wait does."""
    job.wait_for_final_state(**arguments)


WAYS_TO_ASK = [
    wait,
    ScriptedJob.done,
    ScriptedJob.running,
    ScriptedJob.cancelled,
    ScriptedJob.in_final_state,
]
WRONG_ANSWERS = [
    (None, "None (NoneType)", None),
    ("DONE", "'DONE' (str)", DONE),
    ("job is actively running", "'job is actively running' (str)", RUNNING),
    ("JobStatus.CANCELLED", "'JobStatus.CANCELLED' (str)", JobStatus.CANCELLED),
    ("completed", "'completed' (str)", DONE),
    ("in-progress", "'in-progress' (str)", RUNNING),
    ("zzz", "'zzz' (str)", None),
    (3, "3 (int)", None),
    (True, "True (bool)", None),
    (CloudStatus.COMPLETED, "<CloudStatus.COMPLETED: 4> (CloudStatus)", DONE),
    (CloudStatus.PAUSED, "<CloudStatus.PAUSED: 5> (CloudStatus)", None),
    (
        ForeignStatus.DONE,
        "<JobStatus.DONE: 'job has successfully run'> (acme.status.JobStatus)",
        DONE,
    ),
    (
        OddlyNamedStatus.S3,
        "<OddlyNamedStatus.S3: 'job is queued'> (OddlyNamedStatus)",
        JobStatus.QUEUED,
    ),
    (JobStatus, "<enum 'JobStatus'> (EnumMeta)", None),
    ((RUNNING, 0.5), "(<JobStatus.RUNNING: 'job is actively running'>, 0.5) (tuple)", None),
]


@pytest.mark.parametrize("ask", WAYS_TO_ASK)
@pytest.mark.parametrize(
    ("answer", "shown", "probable"), WRONG_ANSWERS, ids=[shown for _, shown, _ in WRONG_ANSWERS]
)
def test_wrong_answer(ask, answer, shown, probable):
    """An answer that is no status is an error that names the class, the value and the remedy."""
    job = ScriptedJob([answer])
    with pytest.raises(JobStatusError) as caught:
        ask(job)
    way_out = (
        f"Was JobStatus.{probable.name} meant?"
        if probable
        else "It must answer a member of jobv1.JobStatus."
    )
    shown = shown.replace("EnumMeta", type(JobStatus).__name__)

    assert str(caught.value) == (
        f"ScriptedJob.status() answered {shown}, which is no JobStatus. {way_out}"
    )
    assert caught.value.answer is answer
    assert (caught.value.probable, caught.value.job_id) == (probable, "ab12")
    assert job.calls == ["status"]


@pytest.mark.parametrize("kind", [JobError, TypeError])
def test_kinds(kind):
    """A wrong answer is a fault of the job class: a `JobError` and a `TypeError`."""
    with pytest.raises(kind):
        ScriptedJob([None]).done()


@pytest.mark.parametrize("answer", [None, "DONE", 3])
@pytest.mark.parametrize(
    "arguments",
    [
        {"wait": 0},
        {"timeout": 0},
        {"callback": print},
        {"tolerance": Tolerance(Exception, failures=9)},
        {"tolerance": Tolerance(TypeError, failures=9)},
    ],
    ids=["no pause", "no time", "callback", "tolerance", "tolerance of TypeError"],
)
def test_no_argument_helps(answer, arguments, clock):
    """A wrong answer ends a wait at once, whatever its arguments are."""
    job = ScriptedJob([answer])
    with pytest.raises(JobStatusError):
        job.wait_for_final_state(**arguments)

    assert (job.calls, clock.slept) == (["status"], [])


@pytest.mark.parametrize("answer", [None, "DONE", 3])
def test_wrong_answer_after_good_ones(answer):
    """The first wrong answer ends a wait, however many good ones came before."""
    job = ScriptedJob([RUNNING, RUNNING, RUNNING, answer])
    with pytest.raises(JobStatusError):
        job.wait_for_final_state(wait=0)

    assert job.calls == ["status"] * 4


@pytest.mark.parametrize("ask", WAYS_TO_ASK)
def test_coroutine(ask):
    """A coroutine is closed, and the error names the async rooms."""

    async def status():
        return DONE

    answer = status()
    with pytest.raises(JobStatusError) as caught:
        ask(ScriptedJob([answer]))

    assert str(caught.value).endswith(
        "(coroutine), which is no JobStatus. "
        "Define `async def status_async(self)` in ScriptedJob and wait with jobv1.aio."
    )
    assert inspect.getcoroutinestate(answer) == inspect.CORO_CLOSED
    assert caught.value.probable is None


def test_awaitable_that_cannot_be_closed():
    """An awaitable of another kind, such as a future of asyncio, is called what a coroutine is."""
    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(JobStatusError, match=r"wait with jobv1\.aio\.$"):
            ScriptedJob([loop.create_future()]).done()
    finally:
        loop.close()


def test_answer_that_answers_to_every_name():
    """An answer that has every attribute, as a proxy has, is no awaitable."""

    class Proxy:
        def __getattr__(self, name):
            return self

    with pytest.raises(JobStatusError, match=r"It must answer a member of jobv1\.JobStatus\.$"):
        ScriptedJob([Proxy()]).done()


def test_long_answers_are_shortened():
    """A long answer is shown to its 77th character, but kept whole."""
    answer = "x" * 200
    with pytest.raises(JobStatusError) as caught:
        ScriptedJob([answer]).done()

    assert f"answered '{'x' * 76}... (str)" in str(caught.value)
    assert caught.value.answer == answer


def test_answer_of_80_characters():
    """An answer that fits in 80 characters is shown whole."""
    with pytest.raises(JobStatusError, match=f"answered '{'x' * 78}' "):
        ScriptedJob(["x" * 78]).done()


@pytest.mark.parametrize("ask", WAYS_TO_ASK)
@pytest.mark.parametrize("name", ["DONE", "CANCELLED", "ERROR"])
def test_final_status_of_qiskit(ask, name):
    """A final member of Qiskit's enum counts as ours of the same name."""
    job = ScriptedJob([QiskitStatus[name]])
    answer = ask(job)

    expected = {"done": name == "DONE", "running": False, "cancelled": name == "CANCELLED"}
    assert answer is {**expected, "in_final_state": True}.get(ask.__name__)
    assert job.calls == ["status"]


@pytest.mark.parametrize("name", ["INITIALIZING", "QUEUED", "VALIDATING", "RUNNING"])
def test_other_status_of_qiskit(name):
    """A wait goes on at a member of Qiskit's enum that is not final, and comes to its end."""
    job = ScriptedJob([QiskitStatus[name], QiskitStatus[name], QiskitStatus.DONE])
    job.wait_for_final_state()

    assert job.queried_at == [0, 5, 10]


def test_status_of_qiskit_in_the_error():
    """The error of a wait that expired carries our member."""
    with pytest.raises(TimeoutError) as caught:
        ScriptedJob([QiskitStatus.RUNNING]).wait_for_final_state(timeout=0)

    assert type(caught.value.status) is JobStatus


def test_job_stays_usable():
    """After a wrong answer the job can be waited for."""
    job = ScriptedJob(["DONE", RUNNING, DONE])
    with pytest.raises(JobStatusError):
        job.wait_for_final_state()
    job.wait_for_final_state()

    assert job.calls == ["status"] * 3
