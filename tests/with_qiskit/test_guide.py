"""What the guide for moving from Qiskit shows, run."""

import re


def test_the_blocks_of_the_guide(root, registered):
    """The blocks of the guide that need Qiskit run, in their order and in one namespace."""
    text = (root / "docs" / "how-to" / "move-from-qiskit.md").read_text()
    blocks = re.findall(r"^```py\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    names = {}

    for block in blocks:
        exec(compile(block, "move-from-qiskit.md", "exec"), names)  # noqa: S102 - our own page

    assert len(blocks) == 5
    assert set(names["counts"]) <= {"00", "11"}


def test_what_is_caught_without_registering():
    """Unregistered, errors of ours are not Qiskit's, as the guide says."""
    from qiskit.exceptions import QiskitError

    from jobv1 import JobError, JobTimeoutError

    assert not issubclass(JobError, QiskitError)
    assert issubclass(JobTimeoutError, TimeoutError)
