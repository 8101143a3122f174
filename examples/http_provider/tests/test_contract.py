"""The jobs of the provider keep the contract of JobV1, over HTTP and a real service."""

import pytest
from http_provider import HttpJob
from running import TOKEN

from jobv1 import JobStatus
from jobv1.testing import Harness, parametrize_with_checks

WORDS = {
    JobStatus.QUEUED: "queued",
    JobStatus.RUNNING: "running",
    JobStatus.DONE: "completed",
    JobStatus.ERROR: "failed",
    JobStatus.CANCELLED: "cancelled",
}


class HttpHarness(Harness):
    service = None
    error_text = "The coin rolled away."
    secrets = (TOKEN,)

    def __init__(self):
        self.backend = self.service.backend()

    def unsubmitted_job(self):
        return HttpJob(self.backend, shots=100, seed=7, held=True)

    def submitted_job(self):
        return self.backend.run(shots=100, seed=7, held=True)

    def move(self, job, status):
        message = self.error_text if status is JobStatus.ERROR else None
        self.service.move(job.job_id(), WORDS[status], message)

    def move_to_cancelling(self, job):
        self.service.move(job.job_id(), "cancelling")

    def move_to_unknown(self, job):
        self.service.move(job.job_id(), "paused")

    def break_query(self, job):
        self.service.fault("hang_up")

    def retrieve(self, job_id):
        return self.backend.job(job_id)

    def count_requests(self):
        return len(self.service.log())

    def tidy(self):
        self.service.clear()
        self.backend.close()


@pytest.fixture(autouse=True)
def _service(service):
    HttpHarness.service = service


@parametrize_with_checks(HttpHarness)
def test_contract(check):
    check()
