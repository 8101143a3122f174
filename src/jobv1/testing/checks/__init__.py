"""The checks, one for each rule of the contract, in the order of their numbers."""

from . import (
    abilities,
    callback,
    cancel,
    composite,
    identity,
    outcome,
    predicates,
    sharing,
    status,
    submit,
    telling,
    waiting,
)

__all__ = ["CHECKS", "GATE"]

GATE = identity.check_identity_is_a_job
"""Runs first: if it fails, the others would only say so again."""

_SUBJECTS = (
    identity,
    submit,
    status,
    predicates,
    waiting,
    callback,
    outcome,
    cancel,
    sharing,
    abilities,
    composite,
    telling,
)

CHECKS = tuple(
    check
    for subject in _SUBJECTS
    for check in vars(subject).values()
    if hasattr(check, "rule") and check.__module__ == subject.__name__
)
"""Every check, in the order of the contract; the gate is the first."""
