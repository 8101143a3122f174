"""For each check of the kit a job that breaks its rule and no other, named after its fault."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from tests.fake_harness import FakeHarness

SUBJECTS = (
    "identity",
    "submit",
    "status",
    "predicates",
    "waiting",
    "callback",
    "outcome",
    "cancel",
    "sharing",
    "abilities",
    "composite",
    "telling",
)


class Fault(NamedTuple):
    """A job that is wrong on purpose, and what its author would read."""

    kind: type
    text: str
    harness: Any


FAULTS: dict[str, Fault] = {}
"""The faults by the names of the checks that refuse them."""


def breaks(check, text, harness=FakeHarness):
    """Register a job class: the check that refuses it, and what the violation says."""

    def register(kind):
        assert check not in FAULTS, f"{check} has a broken job already"
        FAULTS[check] = Fault(kind, text, harness)
        return kind

    return register


for subject in SUBJECTS:
    import_module(f"tests.broken_jobs.{subject}")
