"""Adapted jobs of a runtime keep the contract."""

from jobv1.testing import parametrize_with_checks
from tests.with_qiskit.runtime_harness import RuntimeHarness


@parametrize_with_checks(RuntimeHarness)
def test_runtime(check):
    """An adapted job of a runtime keeps every rule that concerns it."""
    check()
