"""A harness whose own failures are told apart from those of its jobs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from jobv1.status import JobStatus

from ._contract import ContractViolation, HarnessError
from ._limits import Hang

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._harness import Harness

__all__ = ["AskedHarness"]

# `retrieve` is not among them: it is the provider's own way that is tried there.
_ASKED = {
    "break_query",
    "count_requests",
    "members",
    "move",
    "move_to_cancelling",
    "move_to_unknown",
    "same_result",
    "submitted_job",
    "tidy",
    "unsubmitted_job",
}


class AskedHarness:
    """Passes everything on to a harness; what its methods raise becomes a `HarnessError`."""

    def __init__(self, harness: Harness) -> None:
        self._harness = harness

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._harness, name)
        return partial(_ask, name, value) if name in _ASKED else value


def _ask(name: str, method: Callable[..., Any], *args: object) -> Any:
    __tracebackhide__ = True
    try:
        return method(*args)
    except (ContractViolation, HarnessError, SkipTest):
        raise
    except (Exception, Hang) as error:
        texts = [arg.name if isinstance(arg, JobStatus) else "..." for arg in args]
        asked = f"{name}({', '.join(texts)})"
        if isinstance(error, Hang):
            failure = HarnessError(asked, f"did not come back: {error}")
        else:
            failure = HarnessError(asked, error)
        raise failure from error
