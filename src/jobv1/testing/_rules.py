"""The register of the rules: each is a check, written with `@rule`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Protocol

from ._contract import Rule
from ._trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._harness import Harness

__all__ = ["CheckFunction", "rule"]


class CheckFunction(Protocol):
    """A function that checks one rule."""

    rule: Rule
    __name__: str

    def __call__(self, harness: Harness) -> None:
        """Check the jobs of a harness.

        Raises:
            ContractViolation: The rule is broken.
            unittest.SkipTest: The harness or the job class lacks what the rule needs.
        """
        ...


def rule(number: str, *needs: str) -> Callable[[Callable[[Trial], None]], CheckFunction]:
    """Make a check of a function that tries a job; its docstring's first line is the rule.

    Args:
        number: The number of the rule.
        *needs: What the rule needs, by name, or it is skipped.
    """

    def decorate(body: Callable[[Trial], None]) -> CheckFunction:
        return _checking(body, number, needs)

    return decorate


def _checking(body: Callable[[Trial], None], number: str, needs: tuple[str, ...]) -> CheckFunction:
    sentence, *_ = (body.__doc__ or "").strip().splitlines()
    its_rule = Rule(number, sentence, body.__name__, needs)

    @wraps(body)
    def check(harness: Harness) -> None:
        __tracebackhide__ = True
        with Trial(harness, its_rule) as trial:
            trial.skip_without_needs()
            body(trial)

    vars(check)["rule"] = its_rule
    return check  # type: ignore[return-value]
