"""The rules of the contract, and the error of a job that breaks one."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

__all__ = ["ContractViolation", "Rule"]


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
        return f"docs/contract.md, rule {self.number}"


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


def _violation(rule: Rule, did: str, expected: str, got: str) -> ContractViolation:
    return ContractViolation(rule, did=did, expected=expected, got=got)
