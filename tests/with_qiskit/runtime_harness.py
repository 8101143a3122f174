"""A harness of adapted jobs of a runtime.

They are as `qiskit_ibm_runtime` has them: on Qiskit's base class of primitive jobs, with a string
for a status, and questions that each ask the service.
"""

import time
from itertools import count

from qiskit.primitives import BasePrimitiveJob

from jobv1 import JobStatus
from jobv1.qiskit import adapt
from jobv1.testing import Harness
from tests.with_qiskit.local_harnesses import ITS_OWN_ERROR

WORDS = "The laser went out."
TOKEN = "token-4711"
FINAL = ("DONE", "CANCELLED", "ERROR")


class RuntimeService:
    """What is behind the jobs: their words by their ids."""

    def __init__(self):
        self.token = TOKEN
        self.words = {}
        self.faults = []
        self.requests = 0

    def ask(self, job_id):
        self.requests += 1
        if self.faults:
            raise self.faults.pop()
        return self.words[job_id]


class RuntimeJob(BasePrimitiveJob):
    """A job that knows its service and its id."""

    def __init__(self, service, job_id):
        super().__init__(job_id)
        self.service = service

    def status(self):
        return self.service.ask(self.job_id())

    def in_final_state(self):
        return self.status() in FINAL

    def done(self):
        return self.status() == "DONE"

    def cancelled(self):
        return self.status() == "CANCELLED"

    def running(self):
        return self.status() == "RUNNING"

    def result(self, timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        while (word := self.status()) not in FINAL:
            if end is not None and time.monotonic() >= end:
                raise TimeoutError
            time.sleep(1)
        if word != "DONE":
            raise RuntimeError(WORDS)
        return {"00": 51, "11": 49}

    def cancel(self):
        if self.status() not in FINAL:
            self.service.words[self.job_id()] = "CANCELLED"

    def error_message(self):
        return WORDS if self.status() == "ERROR" else None


class RuntimeHarness(Harness):
    """Gives adapted jobs of the runtime."""

    statuses = frozenset(JobStatus) - {JobStatus.VALIDATING}
    error_text = WORDS
    secrets = (TOKEN,)
    known_failures = {
        "check_outcome_of_a_failed_job_raises": ITS_OWN_ERROR,
        "check_outcome_of_a_cancelled_job_raises": ITS_OWN_ERROR,
        "check_outcome_times_out_by_an_error": ITS_OWN_ERROR,
        "check_outcome_keeps_its_deadline": "the result of the original sleeps whole seconds",
    }

    def __init__(self):
        self.service = RuntimeService()
        self.numbers = count(1)

    def submitted_job(self):
        job_id = f"run-{next(self.numbers)}"
        self.service.words[job_id] = "QUEUED"
        return self.retrieve(job_id)

    def retrieve(self, job_id):
        return adapt(RuntimeJob(self.service, job_id))

    def move(self, job, status):
        self.service.words[job.job_id()] = status.name

    def move_to_unknown(self, job):
        self.service.words[job.job_id()] = "ON HOLD"

    def break_query(self, job):
        self.service.faults.append(ConnectionError("connection reset"))

    def count_requests(self):
        return self.service.requests
