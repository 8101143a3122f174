"""Every check of the kit is proven: a job breaks its rule and no other, and is told so."""

from functools import cache

import pytest

from jobv1.testing import ConformanceError, check_job
from jobv1.testing.checks import CHECKS, GATE, telling
from tests.broken_jobs import FAULTS

NAMES = [check.__name__ for check in CHECKS]


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """A job that never tells is not waited for as long as a provider's threads would be."""
    monkeypatch.setattr(telling, "_REAL_SECONDS", 0.01)


@cache
def failures(name):
    """Run every check on the broken job of one of them; give what it fails, by name."""
    fault = FAULTS[name]
    try:
        report = check_job(fault.harness(fault.kind))
    except ConformanceError as error:
        report = error.report
    return {outcome.rule.check: outcome.reason for outcome in report.failures}


def test_every_check_has_a_broken_job():
    """The checks and the broken jobs have the same names, in both directions."""
    assert sorted(FAULTS) == sorted(NAMES)


def test_every_broken_job_is_named_after_its_fault():
    """No two broken jobs share a name or a fault, and each says how it comes about."""
    kinds = [fault.kind for fault in FAULTS.values()]

    assert len({kind.__name__ for kind in kinds}) == len(kinds)
    assert all(kind.__name__.endswith("Job") and kind.__doc__ for kind in kinds)


@pytest.mark.parametrize("name", NAMES)
def test_only_its_check_refuses_a_broken_job(name):
    """A broken job fails its own check, with the sentence that its author reads, and no other."""
    refused = failures(name)

    assert list(refused) == [name], refused
    assert FAULTS[name].text in refused[name]


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_a_violation_tells_all(check):
    """Each violation names the rule, what was done, expected and got, and where to read."""
    rule = check.rule

    lines = failures(rule.check)[rule.check].splitlines()

    assert lines[0] == f"Rule {rule.number} is broken: {rule.sentence}"
    assert [line[:12] for line in lines[1:]] == [
        "  done:     ",
        "  expected: ",
        "  got:      ",
        "  read:     ",
    ]
    assert all(line[12:].strip() for line in lines[1:])
    assert lines[4].endswith(f"docs/contract.md, rule {rule.number} ({rule.check})")


def test_the_gate_is_first():
    """The gate check runs before all others."""
    assert CHECKS[0] is GATE
