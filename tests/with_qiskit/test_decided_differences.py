"""Each difference from Qiskit's class is decided by a law, and by Qiskit's own documentation."""

import re
from inspect import isfunction

import qiskit.exceptions
import qiskit.providers


def folded(text):
    """Give a text in one line."""
    return " ".join(text.split())


def docstrings():
    """Give the public documentation of Qiskit's job classes: all their docstrings."""
    providers = qiskit.providers
    kinds = [providers.Job, providers.JobV1, providers.JobStatus]
    kinds += [providers.JobError, providers.JobTimeoutError, qiskit.exceptions.QiskitError]
    methods = [thing for kind in kinds for thing in vars(kind).values() if isfunction(thing)]
    return [folded(thing.__doc__ or "") for thing in [providers, *kinds, *methods]]


def test_every_difference_is_decided(differences):
    """Each row names a law, and quotes the sentence of Qiskit's documentation or its silence."""
    documentation = "\n".join(docstrings())
    for name, (_, ours, law, sentence) in differences.items():
        assert ours, name
        assert law, name
        if sentence != "silent":
            (quoted,) = re.fullmatch(r'"(.+\.)"', sentence).groups()
            whole = rf"(^|[.:] ){re.escape(quoted)}"
            assert re.search(whole, documentation, re.MULTILINE), quoted
