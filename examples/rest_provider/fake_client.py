"""A client that answers from a dictionary of records, as the service would."""

from itertools import count

from examples.rest_provider.client import RequestRefusedError, RestClient
from jobv1 import JobStatus

WORDS = {
    JobStatus.QUEUED: "queued",
    JobStatus.RUNNING: "running",
    JobStatus.DONE: "completed",
    JobStatus.ERROR: "failed",
    JobStatus.CANCELLED: "cancelled",
}


class FakeClient(RestClient):
    """Keeps the records in memory; can lose a request, and counts them."""

    def __init__(self, token=""):
        super().__init__("https://lab.example", token)
        self.records = {}
        self.requests = 0
        self.loses_next = False
        self._numbers = count(1)

    def set_state(self, job_id, state, reason=None):
        """Have the service move a job, whose text is `reason` if it failed."""
        ends = {"completed": {"counts": {"00": 497, "11": 503}}, "failed": {"reason": reason}}
        self.records[job_id] |= {"state": state, "position": None} | ends.get(state, {})

    def _ask(self, method, path, body=None):
        self.requests += 1
        if self.loses_next:
            self.loses_next = False
            raise ConnectionError(f"{method} {path} was not answered.")
        if path == "/jobs":
            return self._add(body)
        job_id = path.split("/")[2]
        if job_id not in self.records:
            raise RequestRefusedError(f"{method} {path} was answered by 404 Not Found.")
        return self._cancel(job_id) if method == "POST" else dict(self.records[job_id])

    def _add(self, body):
        job_id = f"lab-{next(self._numbers)}"
        self.records[job_id] = body | {"id": job_id, "state": "queued", "position": 3}
        return {"id": job_id}

    def _cancel(self, job_id):
        accepted = self.records[job_id]["state"] in {"queued", "running"}
        if accepted:
            self.set_state(job_id, "cancelled")
        return {"accepted": accepted}
