"""Showing many jobs to a person: what is counted, and what a wait for many says at its end."""

import io
from itertools import repeat

import pytest

from jobv1 import JobStatus, JobStatusError, JobTimeoutError, Tolerance
from jobv1.progress import Tally, monitor
from jobv1.waiting import as_completed, wait
from tests.scripted_job import BareJob, LoggedClock, ScriptedJob, running_until
from tests.terminals import Terminal

QUEUED, RUNNING, DONE = JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.DONE
CANCELLED, ERROR = JobStatus.CANCELLED, JobStatus.ERROR


@pytest.fixture(autouse=True)
def clock():
    """Every wait of this file takes virtual time."""
    with LoggedClock() as clock:
        yield clock


@pytest.fixture
def pipe():
    """A stream that is no terminal."""
    return io.StringIO()


@pytest.fixture
def terminal(monkeypatch):
    """A terminal of 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")
    return Terminal()


class ExplainingJob(ScriptedJob):
    """A job that says why it failed."""

    def error_message(self):
        return "no such gate"


def lines(stream):
    """Give the lines of a stream, without the spaces that only line them up."""
    return [line.strip() for line in stream.getvalue().splitlines()]


def test_each_change_of_each_job_is_a_line(pipe):
    """In a pipe each change of each of many jobs is a line."""
    monitor([ScriptedJob([RUNNING, RUNNING, DONE], job_id="s"), ScriptedJob([DONE])], output=pipe)

    texts = [line.partition(" s  ")[2] for line in lines(pipe)]
    assert texts == ["s  RUNNING", "ab12  DONE", "s  DONE"]


def test_one_line_counts(terminal):
    """On a terminal one line counts the jobs that ended, and those in each state."""
    jobs = [ScriptedJob([QUEUED, DONE]), ScriptedJob([RUNNING, RUNNING, CANCELLED])]
    monitor(jobs, wait=0, output=terminal)

    assert terminal.lines == [
        [
            "    0.0 s  0 of 2 ended: 1 queued",
            "    0.0 s  0 of 2 ended: 1 queued, 1 running",
            "    0.0 s  1 of 2 ended: 1 running, 1 done",
            "    0.0 s  2 of 2 ended: 1 cancelled, 1 done",
        ]
    ]


def test_line_of_a_failure(terminal):
    """On a terminal each of many jobs that fails has a line of its own, above the counts."""
    monitor([ExplainingJob([ERROR]), ScriptedJob([DONE])], output=terminal)

    assert terminal.lines == [
        ["    0.0 s  ab12  ERROR: no such gate"],
        ["    0.0 s  1 of 2 ended: 1 error", "    0.0 s  2 of 2 ended: 1 done, 1 error"],
    ]


def test_rate(terminal, clock):
    """The line tells how many jobs have ended in a second, once there is something to tell."""
    shown = Tally(1234, output=terminal)
    shown("a", RUNNING, 1)
    clock.advance(2)
    shown("a", DONE, 1)
    for job in (2, 3, 4):
        shown("b", DONE, job)

    assert terminal.lines[0][-1] == "    2.0 s  4 of 1,234 ended: 4 done; 2.0 a second"


def test_total_that_nobody_knows(terminal):
    """Where nobody says how many jobs there are, the line does not tell it."""
    Tally(output=terminal)("a", RUNNING, 1)

    assert terminal.lines == [["    0.0 s  0 ended: 1 running"]]


def test_counts_without_output(clock):
    """A quiet tally writes nothing and counts all the same."""
    jobs = [ScriptedJob([QUEUED, DONE]), ScriptedJob([ERROR]), ScriptedJob([RUNNING] * 9)]
    with Tally(3, quiet=True) as tally:
        wait(jobs, timeout=4, wait=4, callback=tally, seed=1)

    assert tally.counts == {RUNNING: 1, DONE: 1, ERROR: 1}
    assert list(tally.counts) == [RUNNING, DONE, ERROR]
    assert (tally.ended, tally.rate, clock.now()) == (2, 0.5, 4)


@pytest.mark.parametrize(
    ("seconds", "text"), [(9, "0.1 a second"), (11, "5.5 a minute"), (660, "5.5 an hour")]
)
def test_slow_rate(terminal, clock, seconds, text):
    """Where few jobs end in a second, those of a minute or an hour are told."""
    shown = Tally(output=terminal)
    shown("a", RUNNING, 1)
    clock.advance(seconds)
    shown("a", DONE, 1)

    assert terminal.lines[0][-1].endswith(f"  1 ended: 1 done; {text}")


def test_job_with_the_id_of_another_that_ended():
    """What is remembered of a job ends with it, since its id() may come again."""
    tally, job = Tally(quiet=True), object()
    for status in (RUNNING, DONE, QUEUED, RUNNING):
        tally("a", status, job)

    assert tally.counts == {RUNNING: 1, DONE: 1}


def test_given_up_without_output():
    """A quiet tally writes nothing of a job that is given up, and counts it as ended."""
    tally, job = Tally(quiet=True), object()
    tally("a", RUNNING, job)
    tally.give_up("a", job, OSError())

    assert (tally.ended, tally.counts) == (1, {})


@pytest.mark.parametrize(
    ("total", "error", "text"),
    [
        (0, ValueError, "total must be 1 or more, not 0"),
        (2.0, TypeError, "total must be a whole number or None, not 2.0"),
    ],
)
def test_wrong_total(total, error, text):
    """A total that is no number of jobs is refused."""
    with pytest.raises(error, match=text):
        Tally(total)


def test_interrupted_line_ends(terminal):
    """A wait for many that is left early leaves a line that is ended."""
    with pytest.raises(KeyboardInterrupt):
        monitor([ScriptedJob([KeyboardInterrupt()]), ScriptedJob([QUEUED])], output=terminal)
    with pytest.raises(JobTimeoutError), Tally(output=terminal) as shown:
        list(as_completed([ScriptedJob([QUEUED])], 0, callback=shown))

    assert terminal.getvalue() == "    0.0 s  0 ended: 1 queued\n"


def test_no_jobs(clock, capsys):
    """Of no jobs all are final: there is nothing to wait for and nothing to show."""
    monitor([])

    assert clock.slept == []
    assert capsys.readouterr().out == ""


def test_duplicates():
    """A job that is given twice is one job."""
    job = ScriptedJob([RUNNING, DONE])
    monitor([job, job], quiet=True)

    assert job.queried_at == [0, 5]


def test_job_of_jobs(capsys):
    """A job that can also be iterated over is one job."""

    class JobOfJobs(ScriptedJob):
        def __iter__(self):
            yield from [None]

    monitor(JobOfJobs([DONE]))

    assert capsys.readouterr().out == "    0.0 s  ab12  DONE\n"


@pytest.mark.parametrize("jobs", [None, 7, BareJob])
def test_neither_job_nor_jobs(jobs):
    """What is neither a job nor an iterable of jobs is refused by name."""
    with pytest.raises(TypeError, match=r"^jobs must be an iterable of jobs, not .*\(\w+\)$"):
        monitor(jobs)


@pytest.mark.parametrize("jobs", ["ab12", [BareJob(None, "a"), "b"], [None]])
def test_no_job_among_them(jobs):
    """What is no job among many is refused by name."""
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


def test_deadline():
    """All jobs are queried once more at the deadline, and the error says how many are left."""
    jobs = [ScriptedJob(repeat(RUNNING), job_id=name) for name in ("b", "a")]
    jobs.append(ScriptedJob(running_until(7), job_id="c"))
    with pytest.raises(JobTimeoutError) as caught:
        monitor(jobs, 7, 60, quiet=True)

    assert [job.queried_at[-1] for job in jobs] == [7, 7, 7]
    assert str(caught.value).startswith("2 (of 3) jobs unfinished after 7 s (timeout 7 s, ")
    assert sorted(caught.value.job_id) == ["a", "b"]


def test_query_that_fails_for_good(pipe):
    """The failed query of one job is shown, the others go on, and then its error is raised."""
    last = ScriptedJob([RUNNING, DONE], job_id="last")
    with pytest.raises(OSError, match="secret"):
        monitor([ScriptedJob([OSError("secret")]), last], output=pipe)

    assert last.calls == ["status", "status"]
    texts = [line.partition(" s  ")[2] for line in lines(pipe)]
    assert texts == ["ab12  given up: OSError", "last  RUNNING", "last  DONE"]


def test_queries_that_fail_for_good(terminal):
    """Jobs that were given up count as ended; a note on the first error says how many."""
    first, second = OSError("1"), OSError("2")
    jobs = [ScriptedJob([RUNNING, first]), ScriptedJob([RUNNING, second]), ScriptedJob([DONE])]
    with pytest.raises(OSError, match="1") as caught:
        monitor(jobs, wait=0, output=terminal)

    assert caught.value.__notes__ == [
        "The queries of 2 (of 3) jobs failed for good; this was the first."
    ]
    assert [block[-1] for block in terminal.lines] == [
        "    0.0 s  ab12  given up: OSError",
        "    0.0 s  ab12  given up: OSError",
        "    0.0 s  3 of 3 ended: 1 done, 2 given up",
    ]


def test_wrong_answer():
    """An answer that is no status is raised when the other jobs have ended."""
    other = ScriptedJob([RUNNING, DONE])
    with pytest.raises(JobStatusError, match=r"ScriptedJob\.status\(\) answered 'DONE'"):
        monitor([ScriptedJob(["DONE"]), other], quiet=True)

    assert other.calls == ["status", "status"]


def test_deadline_after_a_failed_query():
    """A timeout tells of the queries that failed for good before it, and is caused by the first."""
    error = OSError("gone")
    with pytest.raises(JobTimeoutError) as caught:
        monitor([ScriptedJob([error]), ScriptedJob(repeat(RUNNING))], 3, quiet=True)

    assert caught.value.__cause__ is error
    assert caught.value.__notes__ == ["The queries of 1 more failed for good."]


def test_tolerance():
    """Failures of a query are survived as the tolerance says."""
    jobs = [ScriptedJob([OSError(), DONE]), ScriptedJob([DONE])]
    monitor(jobs, tolerance=Tolerance(OSError, failures=1), quiet=True)

    assert jobs[0].calls == ["status", "status"]
