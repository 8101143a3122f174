"""What this package needs of `qiskit.providers`, and jobs of the kinds that its ecosystem has."""

from abc import ABC, abstractmethod
from concurrent.futures import Future
from enum import Enum

from jobv1 import JobStatus as OurStatus

JobStatus = Enum(
    "JobStatus", {status.name: status.value for status in OurStatus}, module="qiskit.providers"
)


class QiskitError(Exception):
    """An error that takes strings alone, keeps them, and shows them in quotes."""

    def __init__(self, *message):
        super().__init__(" ".join(message))
        self.message = " ".join(message)

    def __str__(self):
        return repr(self.message)


class JobError(QiskitError): ...


class JobTimeoutError(JobError): ...


class Job:
    """A class that is a base, and nothing else."""

    version = 0


class JobV1(Job, ABC):
    """A class that others may be registered with."""

    @abstractmethod
    def status(self):
        """Answer a status."""


class RuntimeJob:
    """A job whose status is a string, and whose id is a property."""

    def __init__(self, *answers, job_id="run-1"):
        self.answers = list(answers) or ["DONE"]
        self.job_id = job_id
        self.asked = 0

    def status(self):
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def result(self, *args, **kwargs):
        return args, kwargs

    def usage(self):
        return 3.5


class FullJob(RuntimeJob):
    """A job that has all that a job may have."""

    metadata = {"shots": 100}

    def __init__(self, *answers, backend="simulator", accepts=True):
        super().__init__(*answers)
        self.job_id = lambda: "full-1"
        self.backend = lambda: backend
        self.cancel = lambda: accepts

    def queue_position(self):
        return 7

    def error_message(self):
        return "The laser went out."


class LocalJob:
    """A job on a future, which it has once it is submitted, as Aer's."""

    def __init__(self):
        self._work = None

    def submit(self):
        if self._work is not None:
            raise JobError("submitted already")
        self._work = Future()
        self._work.set_running_or_notify_cancel()
        return "submitted"

    def job_id(self):
        return "local-1"

    def status(self):
        if self._work is None:
            return JobStatus.INITIALIZING
        return JobStatus.DONE if self._work.done() else JobStatus.RUNNING

    def result(self, timeout=None):
        return self._work.result(timeout)


class LateJob(LocalJob):
    """A job with a place for its future, as Aer's and the primitives of Qiskit have it."""

    __slots__ = ("_future",)

    def __init__(self):
        super().__init__()
        self._future = None

    def submit(self):
        self._work = None
        super().submit()
        self._future = self._work
        return "submitted"


def submitted_local_job():
    """Make a job that runs."""
    job = LocalJob()
    job.submit()
    return job
