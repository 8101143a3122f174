from itertools import repeat

import pytest

from jobv1 import Adaptive, JobStatus, JobStatusError, JobTimeoutError
from jobv1.progress import monitor
from tests.scripted_job import BareJob, LoggedClock, ScriptedJob, Slow, running_until

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


class EagerJob(ScriptedJob):
    """A job that runs inside its submit."""

    _async = False


class ForeignJob:
    """A job of another house, with no more than an id and a status."""

    def job_id(self):
        return "foreign"

    def status(self):
        return DONE


@pytest.mark.parametrize("jobs", [None, 7, "ab12", BareJob, [BareJob(None, "a"), "b"], [None]])
def test_no_job(jobs):
    """What is no job is refused by name."""
    with pytest.raises(TypeError, match=r"^a job has job_id\(\) and status\(\), and .* has not$"):
        monitor(jobs)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"timeout": float("nan")}, ValueError),
        ({"timeout": "60"}, TypeError),
        ({"wait": -1}, ValueError),
        ({"wait": None}, TypeError),
        ({"tolerance": OSError}, TypeError),
        ({"output": "out.txt"}, TypeError),
    ],
)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_wrong_arguments(number, arguments, error):
    """Wrong arguments are refused before any job is queried, and if there is none."""
    jobs = [ScriptedJob([]) for _ in range(number)]
    with pytest.raises(error):
        monitor(jobs, **{"quiet": True, **arguments})

    assert [job.calls for job in jobs] == [[]] * number


def test_no_jobs(clock, capsys):
    """Of no jobs all are final: there is nothing to wait for and nothing to show."""
    monitor([])

    assert clock.slept == []
    assert capsys.readouterr().out == ""


def test_duplicates():
    """A job that is given twice is queried once each time; jobs with the same id are two."""
    first, second = ScriptedJob([RUNNING, DONE]), ScriptedJob([RUNNING, DONE])
    monitor([first, second, first], quiet=True)

    assert len(first.queried_at) == len(second.queried_at) == 2


def test_job_of_jobs(capsys):
    """A job that can also be iterated over is one job."""

    class JobOfJobs(ScriptedJob):
        def __iter__(self):
            yield from [None]

    monitor(JobOfJobs([DONE]))

    assert capsys.readouterr().out == "    0.0 s  ab12  DONE\n"


def test_any_iterable():
    """The jobs may come from an iterator, and be of different houses."""
    job = ScriptedJob([DONE])
    monitor(iter([job, ForeignJob()]), quiet=True)

    assert job.calls == ["status"]


def test_interval(clock):
    """Each job is queried at once, then after each interval until it is final, and never again."""
    short, long = ScriptedJob(running_until(4)), ScriptedJob(running_until(10))
    monitor([short, long], wait=3, quiet=True)

    assert short.queried_at == [0, 3, 6]
    assert long.queried_at == [0, 3, 6, 9, 12]
    assert clock.slept == [3, 3, 3, 3]


def test_schedule(clock):
    """The interval may be a schedule."""
    jobs = [ScriptedJob(running_until(2.5)), ScriptedJob(repeat(DONE))]
    monitor(jobs, wait=Adaptive(fraction=1, root=1, minimum=1, maximum=9), quiet=True)

    assert clock.slept == [1, 1, pytest.approx(1.4142, abs=1e-4)]


def test_no_pause(clock):
    """With an interval of 0 the next query follows at once."""
    monitor([ScriptedJob([QUEUED, RUNNING, DONE]), ScriptedJob([DONE])], wait=0, quiet=True)

    assert clock.slept == []


def test_deadline():
    """All jobs are queried once more at the deadline, and the error says how many are left."""
    jobs = [ScriptedJob(repeat(RUNNING), job_id=name) for name in ("a", "b")]
    jobs.append(ScriptedJob(running_until(6), job_id="c"))
    with pytest.raises(JobTimeoutError) as caught:
        monitor(jobs, 7, 5, quiet=True)

    assert [job.queried_at for job in jobs] == [[0, 5, 7]] * 3
    assert str(caught.value) == (
        "2 (of 3) jobs unfinished after 7 s (timeout 7 s); none was cancelled."
    )
    assert {name for job in jobs for name in job.calls} == {"status"}


def test_attributes_of_the_error():
    """The error carries the ids of the unfinished jobs, and the figures of the wait."""
    jobs = [ScriptedJob(repeat(RUNNING), job_id=name) for name in ("b", "a")]
    with pytest.raises(JobTimeoutError) as caught:
        monitor([*jobs, ScriptedJob([DONE])], 7, 5, quiet=True)

    error = caught.value
    assert error.job_id == ["b", "a"]
    assert (error.elapsed, error.timeout, error.queries) == (7, 7, 7)
    assert (error.status, error.last_error, error.__cause__) == (None, None, None)


def test_finished_at_the_deadline():
    """Jobs that end just before the deadline are not reported as timed out."""
    monitor([ScriptedJob(running_until(6.9)) for _ in range(3)], 7, 5, quiet=True)


@pytest.mark.parametrize("timeout", [0, -1])
def test_one_query_each(clock, timeout):
    """With a limit of 0 or less each job is queried once, and nothing sleeps."""
    jobs = [ScriptedJob([RUNNING]), ScriptedJob([DONE])]
    with pytest.raises(JobTimeoutError, match=r"^1 \(of 2\) jobs unfinished after 0 s"):
        monitor(jobs, timeout, quiet=True)

    assert [job.calls for job in jobs] == [["status"], ["status"]]
    assert clock.slept == []


def test_late_by_the_queries_only():
    """A query that lasts beyond the deadline is the last of its job; the others have theirs."""
    jobs = [ScriptedJob([Slow(9, RUNNING)]), ScriptedJob([RUNNING])]
    with pytest.raises(JobTimeoutError, match="after 9 s"):
        monitor(jobs, 7, quiet=True)

    assert jobs[1].queried_at == [9]


def test_timeout_of_a_query():
    """A timeout error that a query raises is not taken for the end of the wait."""
    error = JobTimeoutError("the service is slow")
    with pytest.raises(JobTimeoutError) as caught:
        monitor([ScriptedJob([error]), ScriptedJob([RUNNING])], 60, quiet=True)

    assert caught.value is error


def test_wrong_answer():
    """An answer that is no status ends the wait at once, and names the job's class."""
    with pytest.raises(JobStatusError, match=r"ScriptedJob\.status\(\) answered 'DONE'"):
        monitor([ScriptedJob([DONE]), ScriptedJob(["DONE"])], quiet=True)


def test_interrupt(clock):
    """An interrupt ends the wait at once and leaves the jobs alone."""
    jobs = [ScriptedJob([RUNNING, KeyboardInterrupt()]), ScriptedJob(repeat(RUNNING))]
    with pytest.raises(KeyboardInterrupt):
        monitor(jobs, quiet=True)

    assert clock.slept == [5]
    assert {name for job in jobs for name in job.calls} == {"status"}


def test_job_that_runs_inside_submit(clock):
    """A job that runs inside its submit is queried once and taken as finished."""
    monitor([EagerJob([RUNNING]), ScriptedJob([DONE])], quiet=True)

    assert clock.slept == []


def test_last_status_is_remembered():
    """The repr of each job shows the status that the wait saw last."""
    jobs = [ScriptedJob([DONE], job_id="a"), ScriptedJob([RUNNING], job_id="b")]
    with pytest.raises(JobTimeoutError):
        monitor(jobs, 0, quiet=True)

    assert repr(jobs) == "[<ScriptedJob 'a', last seen DONE>, <ScriptedJob 'b', last seen RUNNING>]"
