"""The job handle: wait for work that runs somewhere else, and get its result.

A provider subclasses `JobV1` and supplies `submit`, `status` and `result`; the base class waits.
"""

from .exceptions import (
    JobCancelledError,
    JobError,
    JobFailedError,
    JobStatusError,
    JobTimeoutError,
)
from .job import Job, JobV1
from .schedules import Adaptive, Exponential, Fixed, RandomPhase
from .status import JOB_FINAL_STATES, JobStatus
from .tolerance import Tolerance

__version__ = "0.1.0"

__all__ = [
    "JOB_FINAL_STATES",
    "Adaptive",
    "Exponential",
    "Fixed",
    "Job",
    "JobCancelledError",
    "JobError",
    "JobFailedError",
    "JobStatus",
    "JobStatusError",
    "JobTimeoutError",
    "JobV1",
    "RandomPhase",
    "Tolerance",
    "__version__",
]
