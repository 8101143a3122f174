"""Bad days of the service and the network: what a job survives, and what it tells."""

import logging
from itertools import pairwise
from traceback import format_exception

import pytest
from http_provider import (
    BadAnswerError,
    HttpJob,
    NotFoundError,
    ServiceError,
    UnauthorizedError,
    UnavailableError,
)
from running import PATIENCE, TOKEN, until

from jobv1 import Fixed, JobError, JobStatus, JobStatusError, Tolerance
from jobv1.composite import CompositeJob

COUNTS = {"0": 6, "1": 4}
# The service did the work, and the answer was lost.
DONE_UNHEARD = ["lost", "truncated"]
NOT_DONE = ["unavailable", "hang_up", "page"]
PAUSE = 1.0


@pytest.fixture
def backend(service, monkeypatch):
    """A backend whose jobs do not back off for long."""
    tolerance = Tolerance(UnavailableError, seconds=PATIENCE, backoff=Fixed(0.05))
    monkeypatch.setattr(HttpJob, "_tolerance", tolerance)
    return service.backend()


def run(backend, **options):
    """Submit a job of ten tosses."""
    return backend.run(shots=10, seed=3, **options)


def submits(service, job):
    """Tell how often a job was submitted, as the service saw it."""
    return {it["id"]: it["submits"] for it in service.jobs()}[job.job_id()]


@pytest.mark.parametrize("kind", DONE_UNHEARD + NOT_DONE)
def test_a_submit_survives(backend, service, kind):
    """A submit that fails in a way that may pass is repeated, and makes one job."""
    before = len(service.jobs())
    service.fault(kind, method="POST", times=2)
    job = run(backend)

    assert len(service.jobs()) == before + 1
    assert len(service.log("POST")) == 3
    assert submits(service, job) == (3 if kind in DONE_UNHEARD else 1)
    assert job.result(PATIENCE, 0.02) == COUNTS


@pytest.mark.parametrize("path", ["", "/result"], ids=["query", "result"])
@pytest.mark.parametrize("kind", DONE_UNHEARD + NOT_DONE)
def test_a_result_survives(backend, service, kind, path):
    """A query, or the fetch of the result, that fails in a way that may pass is repeated."""
    job = run(backend)
    service.fault(kind, method="GET", path=f"/jobs/{job.job_id()}{path}", times=2)

    assert job.result(PATIENCE, 0.02) == COUNTS
    assert len([it for it in service.log("GET") if it["fault"] == kind]) == 2


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/jobs"), ("GET", "/jobs/"), ("GET", "/jobs/{}/result")]
)
def test_a_pause_that_the_service_asks_for(backend, service, method, path):
    """After a 503 with Retry-After no request comes sooner than that, whatever `wait` is."""
    job = None
    if method == "GET":
        job = run(backend)
        path = path.format(job.job_id())
    service.clear()
    service.fault("unavailable", method=method, path=path, seconds=PAUSE, times=2)

    assert (job or run(backend)).result(PATIENCE, 0.02) == COUNTS
    pauses = [
        after["time"] - before["time"]
        for before, after in pairwise(service.log())
        if before["fault"]
    ]
    assert len(pauses) == 2
    assert min(pauses) >= PAUSE


def test_a_pause_ends_at_the_deadline(backend, service):
    """The query at the deadline is made all the same, and is the one that may come too soon."""
    job = run(backend)
    until(job.done)
    other = HttpJob(backend, job.job_id())
    service.clear()
    service.fault("unavailable", method="GET", seconds=60)

    other.wait_for_final_state(timeout=0.3, wait=0.02)
    before, after = service.log("GET")
    assert before["fault"] == "unavailable"
    assert 0.25 <= after["time"] - before["time"] < PAUSE


def test_a_pause_holds_for_a_whole_of_jobs(backend, service):
    """A pause that the service asks for in the answer for many jobs holds for all of them."""
    whole = CompositeJob([run(backend) for _ in range(3)])
    service.clear()
    service.fault("unavailable", path="/jobs/status", seconds=PAUSE)

    assert whole.result(PATIENCE, 0.02) == [COUNTS] * 3
    before, after, *_ = service.log()
    assert before["fault"] == "unavailable"
    assert after["time"] - before["time"] >= PAUSE


def test_a_slow_answer(service, backend):
    """An answer that does not come in time counts as none, and is asked for again."""
    hasty = service.backend(seconds=0.2)
    job = HttpJob(hasty, run(backend).job_id())
    service.fault("slow", method="GET", seconds=0.6)

    assert job.result(PATIENCE, 0.02) == COUNTS
    assert [it["fault"] for it in service.log("GET")][:2] == ["slow", None]


def test_a_service_that_is_gone(backend):
    """A service that is not there is told as what may pass, with the address of the request."""
    gone = HttpJob(type(backend)("http://127.0.0.1:9", TOKEN), "ab12")
    with pytest.raises(UnavailableError, match="^GET /jobs/ab12 was not answered: ConnectError"):
        gone.status()
    gone.backend().close()


def test_not_found_just_after_the_submission(backend, service):
    """A job that the service does not find yet is INITIALIZING, and no wait ends."""
    job = run(backend)
    service.fault("not_found", method="GET", times=3)
    assert job.status() is JobStatus.INITIALIZING
    assert job.result(PATIENCE, 0.02) == COUNTS

    service.fault("not_found", method="GET")
    with pytest.raises(NotFoundError, match="was answered by 404"):
        HttpJob(backend, job.job_id()).status()


FINAL_FAULTS = [
    ("malformed", BadAnswerError, "was answered by what is no JSON: 200 OK: '{\"id\": '"),
    ("empty", BadAnswerError, "was answered with id = None, no str."),
    ("list", BadAnswerError, "was answered by what is no JSON object: []"),
    ("page", UnavailableError, "was answered by 502 Bad Gateway: '<html><body>"),
    ("truncated", UnavailableError, "was not answered: RemoteProtocolError"),
    ("unauthorized", UnauthorizedError, "was answered by 401 Unauthorized: "),
    ("unknown_state", JobStatusError, "the service says 'paused', which HttpJob._statuses does"),
]


@pytest.mark.parametrize("fault", FINAL_FAULTS, ids=[kind for kind, *_ in FINAL_FAULTS])
def test_what_is_told(backend, service, monkeypatch, caplog, fault):
    """What no wait survives is a JobError of what came from where, and the job stays usable."""
    kind, error, text = fault
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(HttpJob, "_tolerance", None)
    job = run(backend, seconds=0.1)
    service.fault(kind, method="GET")
    with pytest.raises(JobError) as caught:
        job.result(PATIENCE, 0.02)

    assert isinstance(caught.value, error)
    assert text in str(caught.value)
    assert job.job_id() in str(caught.value)
    assert job.result(PATIENCE, 0.02) == COUNTS
    told = "".join(format_exception(caught.value)) + caplog.text
    assert TOKEN not in told
    assert "Bearer" not in told


def test_a_wait_goes_on_after_a_refusal_in_the_middle(backend, service):
    """A 401 in the middle ends the wait, since asking again would not help; another goes on."""
    job = run(backend, held=True)
    service.fault("unauthorized", method="GET", path=f"/jobs/{job.job_id()}")
    with pytest.raises(UnauthorizedError):
        job.wait_for_final_state(PATIENCE, 0.02)
    service.move(job.job_id(), "completed")

    assert job.result(PATIENCE) == {"0": 497, "1": 503}


def test_a_result_that_is_not_there(backend):
    """A result that is asked for too soon is an error that says so, and the job stays usable."""
    job = run(backend, seconds=0.2)
    until(lambda: job.status() is JobStatus.RUNNING)
    with pytest.raises(ServiceError, match="/result was answered by 409 Conflict: .*is running"):
        job._fetch_result()

    assert job.result(PATIENCE, 0.02) == COUNTS


def test_a_batch_that_fails(backend, service):
    """A batch that fails in a way that may pass is told as a whole, and works the next time."""
    jobs = [run(backend, held=True) for _ in range(3)]
    service.fault("hang_up", path="/jobs/status")
    with pytest.raises(UnavailableError, match="POST /jobs/status was not answered"):
        HttpJob.batch_status(jobs)

    assert HttpJob.batch_status(jobs) == [JobStatus.QUEUED] * 3


def test_no_repr_tells_the_token(backend):
    """Job, backend and client can be printed, also in the middle of their work."""
    job = run(backend)
    job.result(PATIENCE, 0.02)

    for it in (job, backend, backend.client, job.metadata, vars(job), vars(backend)):
        assert TOKEN not in repr(it)
