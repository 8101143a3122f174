"""What a rule may need of a harness or of a job class, and why it is not there."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from jobv1.protocols import ability
from jobv1.status import JobStatus

from ._asked_harness import AskedHarness
from ._harness import Harness

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ABILITIES", "NEEDS", "lack"]

NEEDS: Mapping[str, str] = MappingProxyType(
    {
        "break_query": "it would make a query fail",
        "can_be_shared": "two threads may not use one job",
        "can_cancel": "the class cannot cancel",
        "can_give_results": "the result may be None",
        "can_time_out_result": "result() takes no timeout",
        "can_wait_in_virtual_time": "the class blocks on something of its own",
        "error_text": "the backend has no words for a failure",
        "members": "it would give the jobs of a job of jobs",
        "move_to_cancelling": "it would have the backend be in the middle of a cancel",
        "move_to_unknown": "it would have the backend say a word that the class does not know",
        "retrieve": "it would get a job by its id",
        "secrets": "the harness uses none",
        "unsubmitted_job": "it would give a job that is not submitted",
    },
)
"""What a harness may declare or define, and what it means that it does not."""

ABILITIES = (
    "add_done_callback",
    "batch_status",
    "error_message",
    "next_query_delay",
    "queue_position",
    "remove_done_callback",
    "status_async",
)
"""What a job class may define."""


def lack(harness: Harness, need: str) -> str | None:
    """Say why a need is not met; None if it is.

    Args:
        harness: The harness that is asked.
        need: A name in `NEEDS` or `ABILITIES`, or the name of a status.
    """
    if need in JobStatus.__members__:
        is_said = JobStatus[need] in harness.statuses
        return None if is_said else f"the backend never says {need} (statuses)"
    if need in ABILITIES:
        job = AskedHarness(harness).submitted_job()
        has_it = ability(job, need) is not None
        return None if has_it else f"{type(job).__qualname__} has no {need}()"
    if callable(getattr(Harness, need)):
        is_defined = getattr(type(harness), need) is not getattr(Harness, need)
        return None if is_defined else f"the harness has no {need}(): {NEEDS[need]}"
    value = getattr(harness, need)
    return None if value else f"{need} = {value!r}: {NEEDS[need]}"
