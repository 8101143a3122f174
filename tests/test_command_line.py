import builtins
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

import jobv1
from jobv1 import _demo
from jobv1.__main__ import main

pytestmark = pytest.mark.usefixtures("ordinary_signals")

INTERRUPTED = "jobv1: interrupted; the jobs were ended.\n"


@pytest.fixture
def demo(monkeypatch):
    """A function that puts another in the place of the demo."""
    return lambda fake: monkeypatch.setattr(_demo, "demo", fake)


def run(*words, **options):
    """Run the command as a program of its own, with the buffers that Python gives it by default."""
    command = [sys.executable, "-m", "jobv1", *words]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, env=env, text=True, timeout=30, check=False, **options)


def test_version(capsys):
    """The version of the package is printed."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"jobv1 {jobv1.__version__}\n"


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_help(capsys, words):
    """The help names every command; it is also what no command at all gets."""
    assert main(words) == 0
    assert (
        "\n    demo      run real work as jobs and show what happens\n" in capsys.readouterr().out
    )


def test_help_of_the_demo(capsys):
    """The help of the demo names each option with its default."""
    assert main(["demo", "--help"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[-5:] == [
        "  --jobs N          how many jobs to run (default: 24)",
        "  --workers N       how many processes run them (default: one for each core)",
        "  --samples N       how many points a job draws (default: 1,000,000)",
        "  --executor WHERE  dask, or the address of a Dask scheduler (default: a pool",
        "                    of processes)",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["demo", "--jobs", "0"], "jobv1 demo: --jobs must be 1 or more, not 0"),
        (["demo", "--workers", "-2"], "jobv1 demo: --workers must be 1 or more, not -2"),
        (["demo", "--samples", "1.5"], "jobv1 demo: --samples must be a whole number, not '1.5'"),
        (["demo", "--samples", "9" * 5000], "jobv1 demo: --samples must be a whole number, not "),
        (["demo", "--jobs", ""], "jobv1 demo: --jobs must be a whole number, not ''"),
        (
            ["demo", "--executor", "cluster"],
            "jobv1 demo: --executor must be dask, or an address such as tcp://127.0.0.1:8786, not ",
        ),
        (["demo", "--jobs"], "jobv1 demo: --jobs expected one argument"),
        (["demo", "--job", "3"], "jobv1: unrecognized arguments: --job 3"),
        (["demo", "now"], "jobv1: unrecognized arguments: now"),
        (["--quick"], "jobv1: unrecognized arguments: --quick"),
        (["dance"], "jobv1: there is no command 'dance' (choose from 'demo', 'check')"),
    ],
)
def test_wrong_words(capsys, words, sentence):
    """Wrong options and commands get one line that says what is wrong, and nothing is run."""
    assert main(words) == 2

    output = capsys.readouterr()
    assert output.err.startswith(sentence)
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_options_of_the_demo(demo):
    """The options reach the demo, whose status is that of the command."""
    given = []

    def fake(_check, **options):
        given.append(options)
        return 1

    demo(fake)

    assert main(["demo"]) == 1
    assert main(["demo", "--jobs", "7", "--workers", "3", "--samples", "1_000"]) == 1
    assert given == [
        {"jobs": 24, "workers": None, "samples": 1_000_000, "executor": None},
        {"jobs": 7, "workers": 3, "samples": 1_000, "executor": None},
    ]


def test_interrupt(capsys, demo):
    """Ctrl-C ends a command where it checks, with a sentence and the status 130."""

    def fake(check, **_options):
        signal.raise_signal(signal.SIGINT)
        check()

    demo(fake)

    assert main(["demo"]) == 130
    assert capsys.readouterr().err == INTERRUPTED


def test_interrupt_during_the_imports(capsys, demo, monkeypatch):
    """Ctrl-C during the imports of a command ends it before it begins."""
    real_import = builtins.__import__

    def interrupted_import(name, *arguments):
        if name == "_demo":
            signal.raise_signal(signal.SIGINT)
        return real_import(name, *arguments)

    def fake(_check, **_options):
        pytest.fail("the command began")

    demo(fake)
    monkeypatch.setattr(builtins, "__import__", interrupted_import)

    assert main(["demo"]) == 130
    assert capsys.readouterr().err == INTERRUPTED


def test_interrupt_between_checks(demo):
    """Ctrl-C that comes after the last check is not lost."""

    def fake(_check, **_options):
        signal.raise_signal(signal.SIGINT)
        return 0

    demo(fake)

    assert main(["demo"]) == 130


def test_second_interrupt(demo):
    """A second Ctrl-C does not disturb the end that the first brought about."""
    ended = []

    def fake(check, **_options):
        try:
            signal.raise_signal(signal.SIGINT)
            check()
        finally:
            signal.raise_signal(signal.SIGINT)
            check()
            ended.append(True)

    demo(fake)

    assert main(["demo"]) == 130
    assert ended == [True]


def test_first_signal_counts(demo):
    """Of several signals the first gives the status."""

    def fake(check, **_options):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        check()

    demo(fake)

    assert main(["demo"]) == 130


def test_sigterm(capsys, demo):
    """SIGTERM ends a command where it checks, with the status 143."""

    def fake(check, **_options):
        signal.raise_signal(signal.SIGTERM)
        check()

    demo(fake)

    assert main(["demo"]) == 143
    assert capsys.readouterr().err == ""


def test_handlers_are_put_back():
    """After a command the signals do what they did before."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    main(["--version"])

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_ignored_interrupt(demo):
    """A program that was started with Ctrl-C ignored goes on ignoring it."""

    def fake(check, **_options):
        signal.raise_signal(signal.SIGINT)
        check()
        return 0

    demo(fake)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert main(["demo"]) == 0
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_thread(capsys):
    """A thread that gets no signals can run a command, too."""
    statuses = []
    thread = Thread(target=lambda: statuses.append(main(["--version"])))
    thread.start()
    thread.join()

    assert statuses == [0]


@pytest.mark.parametrize("words", [[], ["--help"], ["demo"]])
def test_full_disk(words):
    """An output that takes no more ends a command with one sentence and the status 1."""
    with Path("/dev/full").open("w") as full:
        ended = run(*words, stdout=full, stderr=subprocess.PIPE)

    assert ended.returncode == 1
    assert ended.stderr == "jobv1: [Errno 28] No space left on device\n"


def test_refusal_by_the_system(capsys, demo, monkeypatch):
    """What the system refuses is said in one sentence, even without a standard output."""

    def fake(_check, **_options):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    demo(fake)
    monkeypatch.setattr(sys, "stdout", None)

    assert main(["demo"]) == 1
    assert capsys.readouterr().err == "jobv1: [Errno 11] Resource temporarily unavailable\n"


@pytest.mark.parametrize("words", [[], ["--help"], ["demo"]])
def test_closed_pipe(words):
    """An output that nobody reads any more ends a command without a word."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = run(*words, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)

    assert (ended.returncode, ended.stderr) == (141, "")


def test_console_script():
    """The distribution brings the command jobv1."""
    from importlib.metadata import entry_points

    (script,) = (entry for entry in entry_points(group="console_scripts") if entry.name == "jobv1")
    assert script.load() is main


def test_module():
    """The package can be run as a module."""
    ended = run("--version", capture_output=True)

    assert (ended.returncode, ended.stdout) == (0, f"jobv1 {jobv1.__version__}\n")
