"""A provider as many are: it is written for Qiskit's base class, and knows no jobv1."""

from qiskit.providers import JobError, JobStatus, JobTimeoutError, JobV1

STATUSES = {
    "queued": JobStatus.QUEUED,
    "running": JobStatus.RUNNING,
    "completed": JobStatus.DONE,
    "failed": JobStatus.ERROR,
    "cancelled": JobStatus.CANCELLED,
}


class LabError(JobError):
    """The laboratory refused something."""


class LabJob(JobV1):
    """A job of the laboratory, whose service is a list of words that it says in turn."""

    def __init__(self, backend, job_id, words, **metadata):
        super().__init__(backend, job_id, **metadata)
        self._words = list(words)

    def submit(self):
        message = f"Job {self.job_id()} was submitted by its backend."
        raise LabError(message)

    def status(self):
        word = self._words.pop(0) if len(self._words) > 1 else self._words[0]
        return STATUSES[word]

    def result(self, timeout=None, wait=5):
        try:
            self.wait_for_final_state(timeout, wait)
        except JobTimeoutError as error:
            raise LabError("The laboratory is slow.") from error
        if self.status() == JobStatus.ERROR:
            raise LabError("The laser went out.")
        return {"00": 51, "11": 49}

    def cancel(self):
        self._words = ["cancelled"]
        return True
