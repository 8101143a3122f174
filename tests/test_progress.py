import io
from itertools import repeat

import pytest

from jobv1 import JobStatus, JobStatusError, JobTimeoutError, Tolerance
from jobv1.progress import Monitor, monitor
from tests.scripted_job import BareJob, LoggedClock, ScriptedJob
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
    """A terminal of 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")
    return Terminal()


class QueuedJob(ScriptedJob):
    """A job that knows its place in the queue, and why it failed."""

    def __init__(self, script, positions=(), error=None):
        super().__init__(script)
        self.positions = iter(positions)
        self.error = error

    def queue_position(self):
        return self._answer(next(self.positions))

    def error_message(self):
        return self._answer(self.error)

    def _answer(self, answer):
        if isinstance(answer, Exception):
            raise answer
        return answer


class EagerJob(ScriptedJob):
    """A job that runs inside its submit."""

    _async = False


def lines(stream):
    """Give the lines of a stream, without the spaces that only line them up."""
    return [line.strip() for line in stream.getvalue().splitlines()]


def test_each_change_is_a_line(pipe):
    """In a pipe each change of status is a line, with the time since the start."""
    monitor(ScriptedJob([QUEUED, QUEUED, RUNNING, RUNNING, DONE]), wait=2.5, output=pipe)

    assert pipe.getvalue() == (
        "    0.0 s  ab12  QUEUED\n    5.0 s  ab12  RUNNING\n   10.0 s  ab12  DONE\n"
    )


def test_long_wait(pipe):
    """The lines stay in line while the wait takes hours."""
    monitor(ScriptedJob([RUNNING, CANCELLED]), wait=5000, output=pipe)

    assert pipe.getvalue() == "    0.0 s  ab12  RUNNING\n5,000.0 s  ab12  CANCELLED\n"


def test_queue_position(pipe):
    """A changed place in the queue is a change; a place that is not known is not shown."""
    script = [QUEUED, QUEUED, QUEUED, QUEUED, RUNNING, DONE]
    monitor(QueuedJob(script, positions=[None, 7, 7, 3], error="none"), wait=1, output=pipe)

    assert lines(pipe) == [
        "0.0 s  ab12  QUEUED",
        "1.0 s  ab12  QUEUED, position 7",
        "3.0 s  ab12  QUEUED, position 3",
        "4.0 s  ab12  RUNNING",
        "5.0 s  ab12  DONE",
    ]


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (None, "0.0 s  ab12  ERROR"),
        ("no such\n gate\x1b[2J", "0.0 s  ab12  ERROR: no such  gate [2J"),
        (
            OSError("gone"),
            "0.0 s  ab12  ERROR: unknown (error_message() raised OSError: gone)",
        ),
    ],
)
def test_error_message(pipe, error, shown):
    """The backend's words on a failure stand on the line, or why there are none."""
    monitor(QueuedJob([ERROR], error=error), output=pipe)

    assert lines(pipe) == [shown]


def test_failing_queue_position(pipe):
    """A queue position that cannot be had is said, and does not end the wait."""
    monitor(QueuedJob([QUEUED, DONE], positions=[OSError("gone")]), wait=1, output=pipe)

    assert lines(pipe) == [
        "0.0 s  ab12  QUEUED, position unknown (queue_position() raised OSError: gone)",
        "1.0 s  ab12  DONE",
    ]


def test_terminal(terminal):
    """On a terminal one line is written anew after each query; the last status ends it."""
    monitor(ScriptedJob([RUNNING, RUNNING, DONE], job_id="x"), wait=1, output=terminal)

    assert terminal.getvalue() == (
        "    0.0 s  x  RUNNING\r    1.0 s  x  RUNNING\r    2.0 s  x  DONE   \n"
    )


def test_terminal_width(terminal):
    """What will be written anew is cut, so that it never wraps; what stays is whole."""
    job = QueuedJob([RUNNING, ERROR], error="e" * 50)
    job._job_id = "x" * 50
    monitor(job, output=terminal)

    first, second = terminal.getvalue().split("\r")
    assert first == f"    0.0 s  {'x' * 28}"
    assert second == f"    5.0 s  {'x' * 50}  ERROR: {'e' * 50}\n"


def test_interrupted_line_ends(terminal):
    """A wait that is left early leaves a line that is ended."""
    with pytest.raises(KeyboardInterrupt):
        monitor(ScriptedJob([RUNNING, KeyboardInterrupt()]), output=terminal)

    assert terminal.getvalue() == "    0.0 s  ab12  RUNNING\n"


def test_quiet(pipe):
    """A quiet wait writes nothing and asks the job for nothing but its status."""
    job = QueuedJob([QUEUED, DONE])
    monitor(job, quiet=True, output=pipe)

    assert pipe.getvalue() == ""
    assert job.calls == ["status", "status"]


def test_standard_output(capsys):
    """Without an output the lines go to the standard output."""
    monitor(ScriptedJob([DONE]))

    assert capsys.readouterr().out == "    0.0 s  ab12  DONE\n"


def test_broken_output_ends_the_wait():
    """What the output raises travels up at once, after one query."""

    class ClosedPipe(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    job = ScriptedJob([RUNNING])
    with pytest.raises(BrokenPipeError):
        monitor(job, output=ClosedPipe())

    assert job.calls == ["status"]


def test_arguments_of_the_wait(pipe, clock):
    """The limit and the interval are those of the wait, and its error travels up."""
    with pytest.raises(JobTimeoutError, match=r"^Timeout while waiting for job ab12\."):
        monitor(ScriptedJob(repeat(RUNNING)), 7, 3, output=pipe)

    assert clock.slept == [3, 3, 1]


def test_tolerance(pipe):
    """Failures of the query are survived as the tolerance says."""
    job = ScriptedJob([OSError(), DONE])
    monitor(job, tolerance=Tolerance(OSError, failures=1), output=pipe)

    assert job.calls == ["status", "status"]


def test_override_without_tolerance(pipe):
    """A job class that waits in its own documented way is waited for in that way."""

    class OwnWaitJob(BareJob):
        def wait_for_final_state(self, timeout=None, wait=5, callback=None):
            callback(self.job_id(), DONE, self)

    monitor(OwnWaitJob(None, "own"), 60, output=pipe)

    assert lines(pipe) == ["0.0 s  own  DONE"]


def test_job_that_runs_inside_submit(pipe):
    """A job that runs inside its submit is queried once, shown, and taken as finished."""
    monitor(EagerJob([RUNNING]), output=pipe)

    assert lines(pipe) == ["0.0 s  ab12  RUNNING"]


def test_wrong_answer_of_a_job_that_runs_inside_submit():
    """An answer that is no status is an error, also of a job that is queried only once."""
    with pytest.raises(JobStatusError):
        monitor(EagerJob(["DONE"]))


def test_monitor_as_a_callback(pipe, clock):
    """Any wait takes a Monitor as its callback; its time starts with the first query."""
    shown = Monitor(output=pipe)
    clock.advance(100)
    ScriptedJob([RUNNING, DONE]).wait_for_final_state(callback=shown)

    assert lines(pipe) == ["0.0 s  ab12  RUNNING", "5.0 s  ab12  DONE"]


def test_monitor_as_a_block(terminal, clock):
    """The time of a Monitor starts with its block, and the block ends a line left open."""
    with Monitor(output=terminal) as shown:
        clock.advance(1)
        with pytest.raises(JobTimeoutError):
            ScriptedJob([RUNNING]).wait_for_final_state(0, callback=shown)

    assert terminal.getvalue() == "    1.0 s  ab12  RUNNING\n"


def test_monitor_again(pipe):
    """A second wait for a job that is final shows its end again."""
    job, shown = ScriptedJob(repeat(DONE)), Monitor(output=pipe)
    job.wait_for_final_state(callback=shown)
    job.wait_for_final_state(callback=shown)

    assert lines(pipe) == ["0.0 s  ab12  DONE", "0.0 s  ab12  DONE"]
