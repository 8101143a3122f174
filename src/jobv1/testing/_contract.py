"""The rules of the contract, and the error of a job that breaks one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb

from typing_extensions import override

__all__ = ["ContractViolation", "HarnessError", "Rule", "place"]


@dataclass(frozen=True)
class Rule:
    """One numbered rule of the contract (docs/contract.md).

    Attributes:
        number: The number of its subject, a point, and its own: "3.2". A number is never reused.
        sentence: The rule.
        check: The name of the function that checks it.
        needs: What the rule needs of a harness or of a job class, by name; without, it is skipped.
    """

    number: str
    sentence: str
    check: str
    needs: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Where the rule is explained."""
        return f"jobv1 check --explain {self.number}, or docs/contract.md, rule {self.number}"


class ContractViolation(AssertionError):  # noqa: N818 - what it is called everywhere
    """A job broke a rule of the contract.

    Args:
        rule: The rule.
        did: What was done with the job.
        expected: What the rule demands then.
        got: What came instead.

    Attributes:
        rule: As the argument.
        did: As the argument.
        expected: As the argument.
        got: As the argument.
    """

    def __init__(self, rule: Rule, *, did: str, expected: str, got: str) -> None:
        super().__init__(rule, did, expected, got)
        self.rule = rule
        self.did = did
        self.expected = expected
        self.got = got

    @override
    def __str__(self) -> str:
        return (
            f"Rule {self.rule.number} is broken: {self.rule.sentence}\n"
            f"  done:     {self.did}\n"
            f"  expected: {self.expected}\n"
            f"  got:      {self.got}\n"
            f"  read:     {self.rule.where} ({self.rule.check})"
        )

    @override
    def __reduce__(self) -> tuple[object, ...]:
        return _violation, (self.rule, self.did, self.expected, self.got)


class HarnessError(AssertionError):
    """A harness failed, so nothing can be said of its jobs.

    Args:
        asked: What it was asked for.
        error: What came instead: an error that it raised, or a sentence.
    """

    def __init__(self, asked: str, error: BaseException | str) -> None:
        super().__init__(asked, error)
        self.asked = asked
        self.error = error

    @override
    def __str__(self) -> str:
        if isinstance(self.error, str):
            return f"The harness failed: {self.asked} {self.error}"
        kind = type(self.error).__name__
        return f"The harness failed: {self.asked} raised {kind}: {self.error}{place(self.error)}"


def place(error: BaseException) -> str:
    """Say where an error arose, as " (file.py:12)"; the empty string if that is jobv1 itself."""
    home = str(Path(__file__).parents[1])
    frames = [frame for frame in extract_tb(error.__traceback__) if home not in frame.filename]
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def _violation(rule: Rule, did: str, expected: str, got: str) -> ContractViolation:
    return ContractViolation(rule, did=did, expected=expected, got=got)
