"""`RemoteJob` keeps the contract, over a service in memory."""

from jobv1.testing import parametrize_with_checks
from jobv1.testing._needs import ABILITIES, NEEDS, lack
from tests.remote_lab import LabHarness


@parametrize_with_checks(LabHarness)
def test_contract(check):
    """A job behind an API keeps every rule that concerns it."""
    check()


def test_what_does_not_concern_it():
    """A job behind an API has no members, does not tell its end and gives no hints; that is all."""
    harness = LabHarness()

    assert {need for need in (*NEEDS, *ABILITIES) if lack(harness, need)} == {
        "add_done_callback",
        "members",
        "next_query_delay",
        "remove_done_callback",
    }
