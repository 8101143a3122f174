"""One generator of checks, and its two doors: `check_job` and `parametrize_with_checks`."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeGuard
from unittest import SkipTest

from ._contract import ContractViolation
from ._harness import Harness
from ._report import ConformanceError, Outcome, Report
from .checks import CHECKS, GATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._contract import Rule
    from ._rules import CheckFunction

__all__ = ["Check", "check_job", "checks_for", "parametrize_with_checks"]


class _Gate:
    """The gate check, run at most once for a harness."""

    def __init__(self, harness: Harness) -> None:
        self._harness = harness
        self._error: ContractViolation | None = None
        self._has_run = False

    def failure(self) -> ContractViolation | None:
        if not self._has_run:
            try:
                GATE(self._harness)
            except ContractViolation as error:
                self._error = error
            self._has_run = True
        return self._error


@dataclass(frozen=True)
class Check:
    """One rule and one harness; call it to check the one by the other.

    Attributes:
        function: The check.
        harness: The harness.
        known_failure: Why the check is known to fail; None if it is not.
    """

    function: CheckFunction
    harness: Harness
    known_failure: str | None
    _gate: _Gate

    @property
    def name(self) -> str:
        """The name of the check."""
        return self.function.__name__

    @property
    def rule(self) -> Rule:
        """The rule that it checks."""
        return self.function.rule

    def __call__(self) -> None:
        """Check the rule.

        Raises:
            ContractViolation: The rule is broken, known or not.
            unittest.SkipTest: The harness or the class lacks what the rule needs, or the gate check
                failed.
        """
        if self.function is not GATE and self._gate.failure() is not None:
            message = f"the gate check {GATE.__name__} failed"
            raise SkipTest(message)
        self.function(self.harness)

    def outcome(self) -> Outcome:
        """Check the rule, and tell what became of it."""
        try:
            self()
        except SkipTest as skip:
            return Outcome(self.rule, "skipped", str(skip))
        except ContractViolation as violation:
            if self.known_failure is None:
                return Outcome(self.rule, "failed", str(violation))
            return Outcome(self.rule, "known failure", self.known_failure)
        if self.known_failure is None:
            return Outcome(self.rule, "passed")
        reason = (
            f"{self.name} passes, though it is listed as a known failure "
            f"({self.known_failure}): take it out of known_failures"
        )
        return Outcome(self.rule, "failed", reason)


def checks_for(harness: Harness | type[Harness]) -> Iterator[Check]:
    """Give every check of the contract for a harness, the gate first; nothing is run yet.

    Args:
        harness: The harness, or its class.

    Raises:
        TypeError: It is no harness.
        ValueError: `known_failures` names a check that there is not, or gives no reason.
    """
    made = _as_harness(harness)
    _check_known_failures(made)
    gate = _Gate(made)
    for function in CHECKS:
        yield Check(function, made, made.known_failures.get(function.__name__), gate)


def check_job(
    harness: Harness | type[Harness],
    *,
    report: Callable[[Outcome], object] | None = None,
) -> Report:
    """Run every check of the contract; no test runner is needed.

    Args:
        harness: How to get jobs of the class that is checked, or the class of such a harness.
        report: Called with each outcome as soon as it is known; None for nobody.

    Returns:
        The outcomes, if no check failed that is not a known failure.

    Raises:
        ConformanceError: A rule is broken, or a known failure passes.
        TypeError: `harness` is no harness; raised before the first check, as is the next.
        ValueError: As of `checks_for`.
    """
    outcomes: list[Outcome] = []
    for check in checks_for(harness):
        outcomes.append(check.outcome())
        if report is not None:
            report(outcomes[-1])
    result = Report(tuple(outcomes))
    if result.failures:
        raise ConformanceError(result)
    return result


def parametrize_with_checks(harness: Harness | type[Harness]) -> Any:
    """Decorate a pytest test with one argument, `check`, so that it runs once for each rule.

    ```python
    @parametrize_with_checks(MyHarness)
    def test_contract(check):
        check()
    ```

    A test is named after its check, so `-k check_cancel` runs those of one subject.
    What a rule needs and the harness lacks is skipped with that reason; known failures are strict
    xfails.

    Raises:
        TypeError: As of `checks_for`.
        ValueError: As of `checks_for`.
    """
    import pytest

    def parameter(check: Check) -> Any:
        known = check.known_failure
        marks = (
            []
            if known is None
            else [pytest.mark.xfail(reason=known, raises=ContractViolation, strict=True)]
        )
        return pytest.param(check, id=check.name, marks=marks)

    return pytest.mark.parametrize("check", [parameter(check) for check in checks_for(harness)])


def _as_harness(harness: Harness | type[Harness]) -> Harness:
    made: object = harness() if _is_class(harness) else harness
    if not isinstance(made, Harness):
        message = f"a harness is a subclass of jobv1.testing.Harness, or an instance, not {made!r}"
        raise TypeError(message)
    return made


def _is_class(harness: object) -> TypeGuard[type[Harness]]:
    return isinstance(harness, type) and issubclass(harness, Harness)


def _check_known_failures(harness: Harness) -> None:
    names = [function.__name__ for function in CHECKS]
    for name, reason in harness.known_failures.items():
        if name not in names:
            close = get_close_matches(name, names, n=1)
            meant = f"; was {close[0]} meant?" if close else ""
            message = f"known_failures names {name!r}, but there is no such check{meant}"
            raise ValueError(message)
        if not str(reason or "").strip():
            message = f"known_failures gives no reason for {name}: say why it fails"
            raise ValueError(message)
