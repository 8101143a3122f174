"""Adapted jobs that run on this machine keep the contract."""

from jobv1.testing import parametrize_with_checks
from tests.with_qiskit.local_harnesses import AerHarness, PrimitiveHarness


@parametrize_with_checks(AerHarness)
def test_aer(check):
    """An adapted job of Aer keeps every rule that concerns it."""
    check()


@parametrize_with_checks(PrimitiveHarness)
def test_primitive(check):
    """An adapted job of a primitive keeps every rule that concerns it."""
    check()
