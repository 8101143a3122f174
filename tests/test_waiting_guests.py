from itertools import repeat

import pytest

from jobv1 import JobStatus, JobStatusError, JobTimeoutError, JobV1
from jobv1.waiting import FIRST_COMPLETED, FIRST_EXCEPTION, as_completed, wait
from tests.many_jobs import DONE, RUNNING, EndingJob, ForeignJob, ignore
from tests.scripted_job import LoggedClock, QiskitStatus, ScriptedJob


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class NamelessJob(ScriptedJob):
    """A job that cannot tell its id."""

    def job_id(self):
        raise RuntimeError("no name")


@pytest.mark.parametrize("return_when", [FIRST_COMPLETED, FIRST_EXCEPTION])
def test_foreign_jobs(return_when):
    """Jobs of any class are waited for: unhashable, equal to everything, without any attribute."""
    first, second = ForeignJob(), ForeignJob(RUNNING)
    pair = wait([first, second], 0, return_when)

    assert [job is first for job in pair.done] == [True]
    assert [job is second for job in pair.not_done] == [True]


def test_jobs_without_init():
    """A class that never calls the `__init__` of `JobV1` is waited for as any other."""

    class BareJob(JobV1):
        def __init__(self):
            self.answers = iter([RUNNING, DONE])

        def submit(self):
            """Do nothing."""

        def status(self):
            return next(self.answers)

        def result(self):
            """Have none."""

    ids = []
    jobs = [BareJob(), BareJob()]
    pair = wait(jobs, callback=lambda job_id, status, job: ids.append(job_id))

    assert pair.done == jobs
    assert ids == [None] * 4


def test_job_that_runs_inside_submit():
    """A job that runs inside its submit is asked once, and its wait is over."""
    eager = type("EagerJob", (ScriptedJob,), {"_async": False})([RUNNING])
    completions = as_completed([eager])

    assert list(completions) == [eager]
    assert (completions.status, completions.error) == (RUNNING, None)


@pytest.mark.parametrize("callback", [None, ignore])
def test_statuses_of_qiskit(callback):
    """A member of the enum of Qiskit counts as ours of the same name."""
    job = ScriptedJob([QiskitStatus.RUNNING, QiskitStatus.RUNNING, QiskitStatus.DONE])
    completions = as_completed([job], callback=callback)

    assert list(completions) == [job]
    assert completions.status is JobStatus.DONE


def test_callback_for_a_job_without_a_name():
    """A job that cannot tell its id to the callback is given up, and the others go on."""
    nameless, good = NamelessJob([RUNNING]), EndingJob(7)
    pair = wait([nameless, good], callback=ignore)

    assert [(job, str(error)) for job, error in pair.errors] == [(nameless, "no name")]
    assert pair.done == [nameless, good]


def test_wrong_answer_of_a_job_without_a_name():
    """A wrong answer is that job's outcome, though its error cannot name the job."""
    nameless, good = NamelessJob(["DONE"]), EndingJob(7)
    pair = wait([nameless, good])

    assert [job for job, _ in pair.errors] == [nameless]
    assert pair.done == [nameless, good]


def test_timeout_of_a_job_without_a_name():
    """The error of the limit has None as the id of a job that cannot tell it."""
    jobs = [NamelessJob(repeat(RUNNING)), EndingJob(99, job_id="b")]
    with pytest.raises(JobTimeoutError) as caught:
        next(as_completed(jobs, 7, seed=1))

    assert sorted(map(str, caught.value.job_id)) == ["None", "b"]


def test_coroutine_in_place_of_a_status():
    """A coroutine is that job's error, and is closed."""

    class AsyncJob(ScriptedJob):
        async def status(self):
            return DONE

    wrong, good = AsyncJob([]), EndingJob(7)
    pair = wait([wrong, good])

    assert pair.done == [wrong, good]
    assert [type(error) for _, error in pair.errors] == [JobStatusError]
