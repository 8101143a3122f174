"""`ExecutorJob` keeps the contract, on real threads."""

from jobv1.testing import parametrize_with_checks
from jobv1.testing._needs import ABILITIES, NEEDS, lack
from tests.executor_harness import ExecutorHarness


@parametrize_with_checks(ExecutorHarness)
def test_contract(check):
    """A job on a thread keeps every rule that concerns it."""
    check()


def test_what_does_not_concern_it():
    """Futures meet no outages, end at a cancel, and are lost with their program; no more lacks."""
    harness = ExecutorHarness()

    lacking = {need for need in (*NEEDS, *ABILITIES) if lack(harness, need)}
    harness.tidy()

    assert lacking == {
        "batch_status",
        "break_query",
        "members",
        "move_to_cancelling",
        "move_to_unknown",
        "next_query_delay",
        "queue_position",
        "retrieve",
        "secrets",
        "status_async",
    }
