"""The two doors of the kit, and the one generator behind them."""

from unittest import SkipTest

import pytest

from jobv1 import JobStatus
from jobv1.testing import (
    ConformanceError,
    ContractViolation,
    FakeClock,
    Report,
    check_job,
    checks_for,
    parametrize_with_checks,
)
from jobv1.testing.checks import CHECKS, GATE
from tests.broken_jobs import FAULTS
from tests.fake_harness import FakeHarness

RENAMES = "check_identity_id_stays"


class RenamingHarness(FakeHarness):
    """Gives jobs that break one rule."""

    def __init__(self):
        super().__init__(FAULTS[RENAMES].kind)


class ResignedHarness(RenamingHarness):
    """Knows that its jobs break it."""

    known_failures = {RENAMES: "the service files ended jobs under another id"}


class DeafHarness(FakeHarness):
    """Its jobs do not pass the gate."""

    def __init__(self):
        super().__init__(FAULTS[GATE.__name__].kind)


def state_of(report, name):
    """Give the state of one check in a report."""
    (outcome,) = (outcome for outcome in report.outcomes if outcome.rule.check == name)
    return outcome.state, outcome.reason


def test_a_right_job_passes():
    """A right job passes each check, or the check is skipped for a reason."""
    report = check_job(FakeHarness())

    assert report.failures == ()
    assert report.counts["failed"] == report.counts["known failure"] == 0
    assert len(report.outcomes) == len(CHECKS)
    assert all(outcome.reason for outcome in report.outcomes if outcome.state == "skipped")


def test_what_a_right_job_is_spared():
    """Only the rules of jobs of jobs are skipped for a job with every other ability."""
    report = check_job(FakeHarness())
    spared = {outcome.rule for outcome in report.outcomes if outcome.state == "skipped"}

    assert all("members" in rule.needs for rule in spared)


def test_violations_are_raised_together():
    """A job that breaks rules is refused with the counts and each violation in full."""
    with pytest.raises(ConformanceError) as caught:
        check_job(RenamingHarness())

    report = caught.value.report
    assert [outcome.rule.check for outcome in report.failures] == [RENAMES]
    assert str(caught.value) == f"{report.failures[0].reason}\n\n{report.summary}"
    assert " 1 failed" in report.summary


def test_outcomes_are_told_as_they_come():
    """Each outcome is reported as soon as it is known, in the order of the rules."""
    told = []
    report = check_job(FakeHarness, report=told.append)

    assert tuple(told) == report.outcomes


def test_checks_can_be_called_one_by_one():
    """A check is a plain function of a harness."""
    check = CHECKS[1]

    assert check(FakeHarness()) is None
    with pytest.raises(ContractViolation, match="Rule 1.2 is broken"):
        check(FakeHarness(FAULTS[check.__name__].kind))


def test_a_failed_gate_skips_the_rest():
    """If the first check fails the others are skipped with that reason, and it fails alone."""
    with pytest.raises(ConformanceError) as caught:
        check_job(DeafHarness())

    outcomes = caught.value.report.outcomes
    assert [outcome.state for outcome in outcomes] == ["failed"] + ["skipped"] * (len(CHECKS) - 1)
    assert {outcome.reason for outcome in outcomes[1:]} == {
        "the gate check check_identity_is_a_job failed"
    }


def test_the_gate_is_asked_once():
    """However many checks run, the gate check is made once for them, and once for itself."""
    made = []

    class CountingHarness(DeafHarness):
        def submitted_job(self):
            made.append(1)
            return super().submitted_job()

    for check in list(checks_for(CountingHarness))[1:]:
        with pytest.raises(SkipTest):
            check()

    assert len(made) == 1


def test_a_known_failure():
    """A failure that the harness knows does not fail the run, and keeps its reason."""
    report = check_job(ResignedHarness())

    assert report.counts["known failure"] == 1
    assert state_of(report, RENAMES) == (
        "known failure",
        "the service files ended jobs under another id",
    )


def test_a_known_failure_that_passes():
    """A known failure that passes after all is an error that says what to do."""

    class CuredHarness(FakeHarness):
        known_failures = {RENAMES: "was so once"}

    with pytest.raises(ConformanceError) as caught:
        check_job(CuredHarness)

    assert state_of(caught.value.report, RENAMES) == (
        "failed",
        (
            "check_identity_id_stays passes, though it is listed as a known failure (was so once): "
            "take it out of known_failures"
        ),
    )


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (
            {"check_identity_id_stay": "why"},
            (
                "known_failures names 'check_identity_id_stay', but there is no such check; "
                "was check_identity_id_stays meant?"
            ),
        ),
        ({"1": "why"}, "known_failures names '1', but there is no such check"),
        ({RENAMES: " "}, "known_failures gives no reason for check_identity_id_stays: say why"),
        ({RENAMES: None}, "known_failures gives no reason for check_identity_id_stays: say why"),
    ],
    ids=["misspelt", "unknown", "blank", "none"],
)
def test_known_failures_that_are_wrong(known, sentence):
    """A known failure that names no check, or gives no reason, is refused before any check."""

    class WrongHarness(FakeHarness):
        known_failures = known

        def submitted_job(self):
            raise AssertionError("asked for a job")

    with pytest.raises(ValueError, match=sentence):
        check_job(WrongHarness)


@pytest.mark.parametrize("wrong", [None, dict, "tests:FakeHarness"])
def test_what_is_no_harness(wrong):
    """What is no harness is refused by a sentence that shows it."""
    with pytest.raises(TypeError, match="a harness is a subclass of jobv1.testing.Harness"):
        parametrize_with_checks(wrong)


def test_pytest_names_the_tests_after_the_checks():
    """The pytest door gives one parameter a check, named after it; a known failure is an xfail."""
    mark = parametrize_with_checks(ResignedHarness).mark
    names, parameters = mark.args

    assert names == "check"
    assert [parameter.id for parameter in parameters] == [check.__name__ for check in CHECKS]
    (known,) = (parameter for parameter in parameters if parameter.marks)
    assert known.id == RENAMES
    assert known.marks[0].name == "xfail"
    assert known.marks[0].kwargs == {
        "reason": "the service files ended jobs under another id",
        "raises": ContractViolation,
        "strict": True,
    }


@parametrize_with_checks(FakeHarness)
def test_contract_of_the_fake_job(check):
    """The fake job keeps the contract."""
    check()


def test_a_broken_job_under_pytest(pytester):
    """Under pytest a violation fails, a lack skips, a known failure is expected to fail."""
    pytester.makepyfile("""
        from jobv1.testing import parametrize_with_checks
        from tests.testing.test_runner import DeafHarness, RenamingHarness, ResignedHarness

        @parametrize_with_checks(RenamingHarness)
        def test_wrong(check):
            check()

        @parametrize_with_checks(ResignedHarness)
        def test_known(check):
            check()

        @parametrize_with_checks(DeafHarness)
        def test_deaf(check):
            check()
    """)
    options = ["-p", "no:cacheprovider", "--import-mode=importlib"]

    wrong = pytester.runpytest(*options, "-k", "test_wrong").parseoutcomes()
    known = pytester.runpytest(*options, "-k", "test_known").parseoutcomes()
    deaf = pytester.runpytest(*options, "-k", "test_deaf").parseoutcomes()

    assert wrong["failed"] == 1
    assert (known["xfailed"], known.get("failed", 0)) == (1, 0)
    assert (deaf["failed"], deaf["skipped"]) == (1, len(CHECKS) - 1)


def test_counts_of_a_report():
    """A report counts its outcomes, and its text leaves out what there is none of."""
    outcomes = check_job(FakeHarness()).outcomes[:2]

    assert Report(outcomes).summary == str(Report(outcomes)) == "2 rules: 2 passed."
    assert Report(()).counts == {"passed": 0, "failed": 0, "skipped": 0, "known failure": 0}


def test_the_kit_leaves_no_virtual_time_behind():
    """After the checks a clock of the test's own is in force again."""
    with FakeClock() as clock:
        check_job(FakeHarness)
        job = FakeHarness().submitted_job()
        job.move(JobStatus.RUNNING)

        assert clock.now() == 0
