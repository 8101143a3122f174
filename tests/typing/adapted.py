"""What a script author writes around jobs that are not jobv1's: checked, never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any

from typing_extensions import assert_type

from jobv1 import JobStatus, JobV1
from jobv1.qiskit import AdaptedJob, adapt, from_qiskit_status


class LabJob(JobV1):
    """A job of ours."""


def hold(foreign: object, ours: LabJob) -> None:
    """Adapt a job of each kind, and use it."""
    job = adapt(foreign)
    assert_type(job, AdaptedJob)
    assert_type(job.status(), JobStatus)
    assert_type(job.result(3, decoder=int), Any)
    assert_type(job.usage(), Any)
    job.metadata = {"shots": 100}
    assert_type(adapt(foreign, statuses={"COMPLETED": JobStatus.DONE}), AdaptedJob)
    adapt(foreign, statuses={"COMPLETED": "DONE"})  # type: ignore[dict-item]

    assert_type(adapt(ours), LabJob)
    assert_type(from_qiskit_status("DONE"), JobStatus)
