"""What became of the checks of one harness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from typing_extensions import override

if TYPE_CHECKING:
    from ._contract import Rule

__all__ = ["ConformanceError", "Outcome", "Report", "State"]

State = Literal["passed", "failed", "skipped", "known failure"]

_STATES: tuple[State, ...] = ("passed", "failed", "skipped", "known failure")


class Outcome(NamedTuple):
    """What became of one check.

    Attributes:
        rule: The rule that was checked.
        state: "passed", "failed", "skipped" or "known failure".
        reason: Why it failed or was skipped, in full; the empty string if it passed.
    """

    rule: Rule
    state: State
    reason: str = ""


@dataclass(frozen=True)
class Report:
    """What became of all checks.

    Attributes:
        outcomes: One for each check, in the order of the rules.
    """

    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """What the job, its harness or the list of known failures has wrong; it fails the run."""
        return tuple(outcome for outcome in self.outcomes if outcome.state == "failed")

    @property
    def counts(self) -> dict[State, int]:
        """How many outcomes there are of each state."""
        states = [outcome.state for outcome in self.outcomes]
        return {state: states.count(state) for state in _STATES}

    @property
    def summary(self) -> str:
        """The counts, as a sentence."""
        text = ", ".join(f"{count} {state}" for state, count in self.counts.items() if count)
        return f"{len(self.outcomes)} rules: {text}."

    @override
    def __str__(self) -> str:
        numbers: dict[tuple[State, str], list[str]] = {}
        for rule, state, reason in self.outcomes:
            if state in {"skipped", "known failure"}:
                numbers.setdefault((state, reason), []).append(rule.number)
        reasons = [
            f"  {state}: {reason} ({', '.join(which)})"
            for (state, reason), which in numbers.items()
        ]
        return "\n".join([self.summary, *reasons])


class ConformanceError(AssertionError):
    """A job class breaks rules of the contract; the text tells each violation in full.

    Args:
        report: What became of all checks.

    Attributes:
        report: As the argument.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    @override
    def __str__(self) -> str:
        reasons = [outcome.reason for outcome in self.report.failures]
        return "\n\n".join([*reasons, self.report.summary])
