"""`jobv1 check`: the kit without a test runner."""

import io
import json
import signal
import sys

import pytest

from jobv1 import __version__
from jobv1.__main__ import main
from jobv1.testing.checks import CHECKS
from tests.test_command_line import run

HARNESSES = """
from tests.broken_jobs import FAULTS
from tests.fake_harness import FakeHarness

class BrokenHarness(FakeHarness):
    def __init__(self):
        super().__init__(FAULTS["check_identity_id_is_text"].kind)

class ResignedHarness(BrokenHarness):
    known_failures = {"check_identity_id_is_text": "ids are numbers here"}

class MisspeltHarness(FakeHarness):
    known_failures = {"check_identity": "why"}

class LoudHarness(FakeHarness):
    def submitted_job(self):
        print("submitting")
        return super().submitted_job()

class FrenchHarness(BrokenHarness):
    known_failures = {"check_identity_id_is_text": "num\\u00e9ro"}

right = FakeHarness()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder where the user stands, with modules that have harnesses."""
    (tmp_path / "lab_tests.py").write_text(HARNESSES)
    (tmp_path / "wrong_tests.py").write_text("import no_such_package\n")
    (tmp_path / "ending_tests.py").write_text("raise SystemExit\n")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    yield
    for name in ("lab_tests", "wrong_tests", "ending_tests"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["FakeHarness", "right"])
def test_a_right_job(capsys, name):
    """A class of a harness, or a harness, is checked; one line a rule, and the counts."""
    assert main(["check", f"lab_tests:{name}"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CHECKS) + 2
    assert (
        lines[1]
        == "passed         1.2   The id of a submitted job is a string, and not an empty one."
    )
    assert lines[-1].startswith(f"{len(CHECKS)} rules: ")


def test_a_violation(capsys):
    """A violation is marked in its line, told in full after the lines, and is exit status 1."""
    assert main(["check", "lab_tests:BrokenHarness"]) == 1

    out = capsys.readouterr().out
    assert "\nFAILED         1.2   The id of a submitted job is a string" in out
    assert "\n\nRule 1.2 is broken: The id of a submitted job is a string" in out
    assert "\n  got:      1\n" in out
    assert ", 1 failed" in out.splitlines()[-1]


def test_known_failures_and_skips_tell_why(capsys):
    """A known failure and a skipped rule have their reason in their line, and are no failure."""
    assert main(["check", "lab_tests:ResignedHarness"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("known failure  1.2   ")
    assert lines[1].endswith(" (ids are numbers here)")
    skipped = [line for line in lines if line.startswith("skipped")]
    assert all(line.endswith(")") for line in skipped)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (
            "lab_tests",
            "'lab_tests' names no harness; write MODULE:HARNESS, such as my_tests:MyHarness",
        ),
        (":right", "':right' names no harness; write MODULE:HARNESS, such as my_tests:MyHarness"),
        ("./lab_tests.py:right", "'./lab_tests.py:right' names a file; write lab_tests:right"),
        ("tests/lab", "'tests/lab' names a file; write tests.lab:MyHarness"),
        ("lab_tests:Right", "the module lab_tests has no Right; was right meant?"),
        ("lab_tests:xyz", "the module lab_tests has no xyz"),
        (
            "lab_test:right",
            "lab_test:right cannot be loaded: ModuleNotFoundError: No module named 'lab_test'",
        ),
        (
            "wrong_tests:x",
            "wrong_tests:x cannot be loaded: ModuleNotFoundError: No module named 'no_such_pack",
        ),
        ("ending_tests:x", "ending_tests:x cannot be loaded: SystemExit\n"),
        (
            "lab_tests:FAULTS",
            (
                "lab_tests:FAULTS cannot be loaded: TypeError: a harness is a subclass of "
                "jobv1.testing.Harness, or an instance, not {"
            ),
        ),
        (
            "lab_tests:MisspeltHarness",
            (
                "lab_tests:MisspeltHarness cannot be loaded: ValueError: known_failures names "
                "'check_identity', but there is no such check"
            ),
        ),
    ],
    ids=[
        "word",
        "no module",
        "file",
        "folder",
        "near",
        "far",
        "missing",
        "broken",
        "ending",
        "no harness",
        "misspelt",
    ],
)
def test_what_cannot_be_loaded(capsys, target, sentence):
    """A harness that cannot be loaded is one sentence, and exit status 2."""
    assert main(["check", target]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"jobv1: {sentence}")
    assert printed.err.count("\n") == 1


def test_json(capsys):
    """With --json there is one document; what the harness prints goes to the other stream."""
    assert main(["check", "lab_tests:LoudHarness", "--json"]) == 0

    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document["jobv1"] == __version__
    assert document["harness"] == "lab_tests:LoudHarness"
    assert document["counts"]["failed"] == 0
    assert document["outcomes"][1] == {
        "rule": "1.2",
        "check": "check_identity_id_is_text",
        "sentence": "The id of a submitted job is a string, and not an empty one.",
        "state": "passed",
        "reason": "",
    }
    assert printed.err.startswith("submitting\n")


def test_json_of_a_violation(capsys):
    """In the document the violation is the reason, and the exit status is 1 all the same."""
    assert main(["check", "--json", "lab_tests:BrokenHarness"]) == 1

    outcome = json.loads(capsys.readouterr().out)["outcomes"][1]
    assert outcome["state"] == "failed"
    assert outcome["reason"].startswith("Rule 1.2 is broken: ")


def test_list(capsys):
    """With --list the rules are printed, and nothing is checked."""
    assert main(["check", "--list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CHECKS)
    assert lines[1] == (
        "1.2   The id of a submitted job is a string, and not an empty one. "
        "(check_identity_id_is_text)"
    )


def test_list_as_json(capsys):
    """The rules come as a document, too."""
    assert main(["check", "--list", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)[1] == {
        "rule": "1.2",
        "check": "check_identity_id_is_text",
        "sentence": "The id of a submitted job is a string, and not an empty one.",
    }


def test_explain(capsys):
    """With --explain the section of one rule is printed: the rule, why it matters, its check."""
    assert main(["check", "--explain", "1.2"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("Rule 1.2: The id of a submitted job is a string, and not an empty ")
    assert out.endswith("\nCheck: `check_identity_id_is_text`.\n")


def test_explain_the_last_rule_of_a_subject(capsys):
    """A section ends before the next subject."""
    assert main(["check", "--explain", "1.9"]) == 0

    assert "## 2" not in capsys.readouterr().out


def test_explain_what_is_no_rule(capsys):
    """A number that no rule has is one sentence, and exit status 2."""
    assert main(["check", "--explain", "1.99"]) == 2

    assert capsys.readouterr().err == "jobv1: there is no rule 1.99; see jobv1 check --list\n"


@pytest.mark.parametrize("words", [[], ["lab_tests:right", "--list"]])
def test_wrong_arguments(capsys, words):
    """Neither a harness nor --list, or both, is one sentence, and exit status 2."""
    assert main(["check", *words]) == 2

    printed = capsys.readouterr()
    assert printed.err.startswith("jobv1 check: ")
    assert printed.err.count("\n") == 1


def test_words_that_the_terminal_cannot_show(monkeypatch):
    """What the encoding of the output lacks is written as an escape."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", output)

    assert main(["check", "lab_tests:FrenchHarness"]) == 0
    assert rb"(num\xe9ro)" in output.buffer.getvalue()


def test_ctrl_c(capsys, monkeypatch, ordinary_signals):
    """Ctrl-C ends the run before the next check."""
    from jobv1.testing._runner import Check

    def interrupted(self):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Check, "__call__", interrupted)

    assert main(["check", "lab_tests:right"]) == 130
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_as_a_program(tmp_path):
    """As a program of its own it finds a module where the user stands."""
    (tmp_path / "plain_tests.py").write_text("harness = None\n")

    ended = run("check", "plain_tests:harness", capture_output=True, cwd=tmp_path)

    assert ended.returncode == 2
    assert ended.stderr.startswith("jobv1: plain_tests:harness cannot be loaded: TypeError: ")
