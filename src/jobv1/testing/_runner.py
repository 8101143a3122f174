"""One generator of checks, and its two doors: `check_job` and `parametrize_with_checks`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from jobv1.job import JobV1

from ._contract import ContractViolation, HarnessError
from ._harness import Harness
from ._report import ConformanceError, Outcome, Report
from ._trial import shown
from .checks import CHECKS, GATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ._contract import Rule
    from ._rules import CheckFunction

__all__ = ["Check", "check_job", "checks_for", "parametrize_with_checks"]


class _Run:
    """What the checks of one harness share.

    Args:
        given: The harness, or the class of which each check gets one.
    """

    def __init__(self, given: Harness | type[Harness]) -> None:
        self._given = given
        self._gate: str | None = None
        self._told: set[str] = set()

    def harness(self) -> Harness:
        if not isinstance(self._given, type):
            return self._given
        try:
            return self._given()
        except Exception as error:
            asked = f"{self._given.__qualname__}()"
            raise HarnessError(asked, error) from error

    def check(self, function: CheckFunction) -> None:
        __tracebackhide__ = True
        reason = "" if function is GATE else self._closed_by_gate()
        if reason:
            raise SkipTest(reason)
        try:
            function(self.harness())
        except HarnessError as error:
            if str(error) in self._told:
                message = f"the harness failed as before, in {error.asked}"
                raise SkipTest(message) from error
            self._told.add(str(error))
            raise

    def _closed_by_gate(self) -> str:
        if self._gate is None:
            self._gate = ""
            try:
                GATE(self.harness())
            except (ContractViolation, HarnessError):
                self._gate = f"the gate check {GATE.__name__} failed"
        return self._gate


@dataclass(frozen=True)
class Check:
    """One rule and one harness; call it to check the one by the other.

    Attributes:
        function: The check.
        known_failure: Why the check is known to fail; None if it is not.
    """

    function: CheckFunction
    known_failure: str | None
    _run: _Run
    _skip: Callable[[str], object] | None = None

    @property
    def name(self) -> str:
        """The name of the check."""
        return self.function.__name__

    @property
    def rule(self) -> Rule:
        """The rule that it checks."""
        return self.function.rule

    @property
    def harness(self) -> Harness:
        """The harness; a new one at each look if its class was given."""
        return self._run.harness()

    def __call__(self) -> None:
        """Check the rule.

        Raises:
            ContractViolation: The rule is broken, known or not.
            HarnessError: The harness failed; if it did so before, with the same words, the check is
                skipped.
            unittest.SkipTest: The harness or the class lacks what the rule needs, or the gate check
                failed.
        """
        __tracebackhide__ = True
        try:
            self._run.check(self.function)
        except SkipTest as skip:
            if self._skip is None:
                raise
            self._skip(str(skip))

    def outcome(self) -> Outcome:
        """Check the rule, and tell what became of it."""
        try:
            self()
        except SkipTest as skip:
            return Outcome(self.rule, "skipped", str(skip))
        except HarnessError as error:
            return Outcome(self.rule, "failed", str(error))
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
        harness: The class of a harness, of which each check gets a new one; or one for all.

    Raises:
        TypeError: It is no harness.
        ValueError: `known_failures` names a check that there is not, or gives no reason.
    """
    _check_harness(harness)
    known = harness.known_failures
    _check_known_failures(known)
    run = _Run(harness)
    for function in CHECKS:
        yield Check(function, known.get(function.__name__), run)


def check_job(
    harness: Harness | type[Harness],
    *,
    report: Callable[[Outcome], object] | None = None,
) -> Report:
    """Run every check of the contract; no test runner is needed.

    Args:
        harness: The class of a harness, of which each check gets a new one; or one for all.
        report: Called with each outcome as soon as it is known; None for nobody.

    Returns:
        The outcomes, if no check failed that is not a known failure.

    Raises:
        ConformanceError: A rule is broken, a known failure passes, or the harness failed.
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
        # Not every pytest takes a SkipTest for a skip.
        return pytest.param(replace(check, _skip=pytest.skip), id=check.name, marks=marks)

    return pytest.mark.parametrize("check", [parameter(check) for check in checks_for(harness)])


def _check_harness(harness: object) -> None:
    kind = harness if isinstance(harness, type) else type(harness)
    if issubclass(kind, Harness):
        return
    message = (
        f"a harness is a subclass of jobv1.testing.Harness, or an instance, not {shown(harness)}"
    )
    if issubclass(kind, JobV1):
        message = f"{kind.__qualname__} is the job class; give the harness of its jobs"
    raise TypeError(message)


def _check_known_failures(known: Mapping[str, str]) -> None:
    names = [function.__name__ for function in CHECKS]
    for name, reason in known.items():
        if name not in names:
            close = get_close_matches(name, names, n=1)
            meant = f"; was {close[0]} meant?" if close else ""
            message = f"known_failures names {name!r}, but there is no such check{meant}"
            raise ValueError(message)
        if not str(reason or "").strip():
            message = f"known_failures gives no reason for {name}: say why it fails"
            raise ValueError(message)
