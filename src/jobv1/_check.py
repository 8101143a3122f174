"""Running the kit from the command line, without a test runner."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import nullcontext, redirect_stdout
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .testing import Check, Outcome, Report, Rule, checks_for
from .testing.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["check", "explain", "list_rules"]

# In the installed package, and in the tree of its sources.
_PAGES = (
    Path(__file__).parent / "testing" / "contract.md",
    Path(__file__).parents[2] / "docs" / "contract.md",
)


def list_rules(_stop: Callable[[], None], *, as_json: bool) -> int:
    """Print the rules of the contract.

    Returns:
        The exit status, 0.
    """
    rules = [function.rule for function in CHECKS]
    if as_json:
        _print_json([_data(rule) for rule in rules])
    else:
        for rule in rules:
            _print(f"{rule.number:<6}{rule.sentence} ({rule.check})")
    return 0


def explain(_stop: Callable[[], None], *, number: str) -> int:
    """Print a rule of the contract, and why it matters.

    Returns:
        The exit status: 0, or 2 if there is no such rule.
    """
    if number not in {function.rule.number for function in CHECKS}:
        print(f"jobv1: there is no rule {number}; see jobv1 check --list", file=sys.stderr)  # noqa: T201
        return 2
    page = next(page for page in _PAGES if page.is_file()).read_text(encoding="utf-8")
    _, _, rest = page.partition(f"\n### {number} ")
    section, *_ = re.split(r"^(?:\(rule|## )", rest, maxsplit=1, flags=re.MULTILINE)
    _print(f"Rule {number}: {section.strip()}")
    return 0


def check(stop: Callable[[], None], *, target: str, as_json: bool) -> int:
    """Run every check on a harness, and print what became of it.

    Args:
        stop: Called before each check; raises KeyboardInterrupt or SystemExit if it shall end.
        target: Where the harness is: a module, a colon, and a name in the module.
        as_json: Print one JSON document in place of text.

    Returns:
        The exit status: 0, 1 if a check failed, 2 if there is no such harness.
    """
    # What a harness or its jobs print must not stand in the document.
    with redirect_stdout(sys.stderr) if as_json else nullcontext():
        try:
            checks = _load(target)
        except _NotLoadedError as error:
            print(f"jobv1: {error}", file=sys.stderr)  # noqa: T201
            return 2
        report = _run(checks, stop, show=not as_json)
    if as_json:
        _print_json(_report_data(target, report))
    else:
        for failure in report.failures:
            _print(f"\n{failure.reason}")
        _print(f"\n{report.summary}")
    return 1 if report.failures else 0


def _run(checks: list[Check], stop: Callable[[], None], *, show: bool) -> Report:
    outcomes: list[Outcome] = []
    for its_check in checks:
        stop()
        outcomes.append(its_check.outcome())
        if show:
            _print(_line(outcomes[-1]))
    return Report(tuple(outcomes))


class _NotLoadedError(Exception):
    """There is no such harness; the text is one sentence."""


def _load(target: str) -> list[Check]:
    module_name, _, name = target.partition(":")
    if "/" in module_name or module_name.endswith(".py"):
        dotted = module_name.removesuffix(".py").strip("./").replace("/", ".")
        message = f"{target!r} names a file; write {dotted}:{name or 'MyHarness'}"
        raise _NotLoadedError(message)
    if not (module_name and name):
        message = f"{target!r} names no harness; write MODULE:HARNESS, such as my_tests:MyHarness"
        raise _NotLoadedError(message)
    # Where the user stands, as `python -m` has it.
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - sys.path takes strings
    try:
        return list(checks_for(_found(module_name, name)))
    except _NotLoadedError:
        raise
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        message = f"{target} cannot be loaded: {reason}"
        raise _NotLoadedError(" ".join(message.split())) from error


def _found(module_name: str, name: str) -> Any:
    module = import_module(module_name)
    if not hasattr(module, name):
        close = get_close_matches(name, dir(module), n=1)
        meant = f"; was {close[0]} meant?" if close else ""
        message = f"the module {module_name} has no {name}{meant}"
        raise _NotLoadedError(message)
    return getattr(module, name)


def _line(outcome: Outcome) -> str:
    rule = outcome.rule
    has_reason = outcome.state in {"skipped", "known failure"}
    reason = f" ({outcome.reason})" if has_reason else ""
    state = outcome.state.upper() if outcome.state == "failed" else outcome.state
    return f"{state:<15}{rule.number:<6}{rule.sentence}{reason}"


def _report_data(target: str, report: Report) -> dict[str, Any]:
    return {
        "jobv1": __version__,
        "harness": target,
        "counts": report.counts,
        "outcomes": [
            {**_data(outcome.rule), "state": outcome.state, "reason": outcome.reason}
            for outcome in report.outcomes
        ],
    }


def _data(rule: Rule) -> dict[str, Any]:
    return {"rule": rule.number, "check": rule.check, "sentence": rule.sentence}


def _print_json(data: object) -> None:
    print(json.dumps(data, indent=2))  # noqa: T201


def _print(line: str) -> None:
    # A provider's words may hold what the terminal cannot show.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding))  # noqa: T201
