"""What the guide for moving from Qiskit shows, run."""

import re

import pytest


class SlowJob:
    """The job of the guide that says words of its own."""

    job_id = "slow-1"

    def status(self):
        return "COMPLETED"

    def result(self):
        """Have none."""


def test_the_blocks_of_the_guide(root, registered):
    """The blocks of the guide that need Qiskit run, in their order and in one namespace."""
    text = (root / "docs" / "how-to" / "move-from-qiskit.md").read_text()
    blocks = re.findall(r"^```py\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    names = {"SlowJob": SlowJob}

    for block in blocks:
        exec(compile(block, "move-from-qiskit.md", "exec"), names)  # noqa: S102 - our own page

    assert len(blocks) == 7
    assert set(names["counts"]) <= {"00", "11"}


def test_what_is_caught_without_registering():
    """Unregistered, errors and jobs of ours are not Qiskit's, as the guide says."""
    from qiskit.exceptions import QiskitError
    from qiskit.providers import Job

    from jobv1 import JobError, JobTimeoutError, JobV1

    assert not issubclass(JobError, QiskitError)
    assert not issubclass(JobV1, Job)
    assert issubclass(JobTimeoutError, TimeoutError)


def test_what_statuses_are_not(registered):
    """A member of ours is no member of Qiskit's enum, as the guide says."""
    from qiskit.providers import JobStatus

    from jobv1 import JobStatus as Ours

    assert not isinstance(Ours.DONE, JobStatus)
    with pytest.raises(ValueError, match="is not a valid JobStatus"):
        JobStatus(Ours.DONE)
    match Ours.DONE:
        case JobStatus.DONE:
            is_matched = True
        case _:
            is_matched = False
    assert is_matched
