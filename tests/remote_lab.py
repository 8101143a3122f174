"""A service in memory, the client of it, its job class, and the harness of such jobs."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, ClassVar

from jobv1 import JobError, JobStatus, Tolerance
from jobv1.remote import RemoteJob, RemoteStatus
from jobv1.testing import Harness

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = "token-5f2a"
WORDS = "The laser went out."
COUNTS = {"00": 497, "11": 503}
STATUSES = {
    "waiting": JobStatus.QUEUED,
    "Checking": JobStatus.VALIDATING,
    "executing": JobStatus.RUNNING,
    "cancelling": JobStatus.RUNNING,
    "completed": JobStatus.DONE,
    "failed": JobStatus.ERROR,
    "canceled": JobStatus.CANCELLED,
}
SPELLINGS = {status: word for word, status in STATUSES.items() if word != "cancelling"}


class NotFoundError(JobError):
    """The service does not know the job."""


class BusyError(ConnectionError):
    """The service asks for a pause."""

    def __init__(self, retry_after):
        super().__init__("503 Service Unavailable")
        self.retry_after = retry_after


class Lab:
    """The service and its client: answers from records, and fails as it is told."""

    def __init__(self, token=TOKEN):
        self.token = token
        self.records = {}
        self.keys = {}
        self.requests = []
        self.faults = []
        self.lost_answers = []
        self._numbers = count(1)

    def __repr__(self):
        return f"Lab(token={self.token!r})"

    def post(self, program, key):
        """Make a job, unless one was made with this key."""
        self._begin("post")
        if key not in self.keys:
            job_id = self.keys[key] = f"lab-{next(self._numbers)}"
            self.records[job_id] = {"state": "waiting", "place": 3, "why": None, "program": program}
        self._end()
        return self.keys[key]

    def get(self, job_id):
        """Give the record of a job."""
        self._begin("get")
        return self._found(job_id)

    def get_many(self, job_ids):
        """Give the records of many jobs, in an order of the service's own."""
        self._begin("get_many")
        known = [job_id for job_id in reversed(job_ids) if job_id in self.records]
        return {job_id: dict(self.records[job_id]) for job_id in known}

    def get_result(self, job_id):
        """Give the counts of a job."""
        self._begin("get_result")
        if self._found(job_id)["state"] != "completed":
            raise JobError(f"GET /jobs/{job_id}/result was answered by 409 Conflict.")
        return dict(COUNTS)

    def cancel(self, job_id):
        """Cancel a job, unless it has ended."""
        self._begin("cancel")
        accepted = STATUSES[self._found(job_id)["state"]] in {JobStatus.QUEUED, JobStatus.RUNNING}
        if accepted:
            self.set_state(job_id, "canceled")
        return accepted

    def set_state(self, job_id, state, why=None):
        """Have the service say something else of a job from now on."""
        self.records[job_id] |= {"state": state, "place": None, "why": why}

    def _begin(self, request):
        self.requests.append(request)
        if self.faults:
            raise self.faults.pop(0)

    def _end(self):
        if self.lost_answers:
            raise self.lost_answers.pop(0)

    def _found(self, job_id):
        if job_id not in self.records:
            raise NotFoundError(f"GET /jobs/{job_id} was answered by 404 Not Found.")
        return dict(self.records[job_id])


class LabJob(RemoteJob):
    """A job of the laboratory, as its provider writes it."""

    _statuses: ClassVar[Mapping[str, JobStatus]] = STATUSES
    _tolerance = Tolerance(ConnectionError, seconds=300)
    _is_submit_repeatable = True
    _not_found = NotFoundError

    def _submit(self, key):
        return self.backend().post(self.metadata, key)

    def _fetch_status(self):
        return self._read(self.backend().get(self.job_id()))

    def _fetch_result(self):
        return self.backend().get_result(self.job_id())

    def _cancel(self):
        return self.backend().cancel(self.job_id())

    @classmethod
    def batch_status(cls, jobs):
        return cls._ask_batch(jobs, cls._fetch_batch)

    @classmethod
    def _fetch_batch(cls, jobs):
        records = jobs[0].backend().get_many([job.job_id() for job in jobs])
        return {job_id: cls._read(record) for job_id, record in records.items()}

    async def status_async(self):
        return await self._ask_async(self._fetch_awaited)

    async def _fetch_awaited(self):
        return self._fetch_status()

    @staticmethod
    def _read(record):
        return RemoteStatus(record["state"], record["place"], record["why"])


class LabHarness(Harness):
    """Gives jobs of the laboratory."""

    statuses = frozenset(JobStatus) - {JobStatus.INITIALIZING}
    error_text = WORDS
    secrets = (TOKEN,)

    def __init__(self):
        self.lab = Lab()

    def unsubmitted_job(self):
        return LabJob(self.lab, program="h q[0];")

    def submitted_job(self):
        job = self.unsubmitted_job()
        job.submit()
        return job

    def move(self, job, status):
        why = WORDS if status is JobStatus.ERROR else None
        self.lab.set_state(job.job_id(), SPELLINGS[status], why)

    def retrieve(self, job_id):
        return LabJob(self.lab, job_id)

    def break_query(self, job):
        self.lab.faults.append(ConnectionError("connection reset"))

    def move_to_cancelling(self, job):
        self.lab.set_state(job.job_id(), "cancelling")

    def move_to_unknown(self, job):
        self.lab.set_state(job.job_id(), "paused")

    def count_requests(self):
        return len(self.lab.requests)

    def tidy(self):
        self.lab.faults.clear()
