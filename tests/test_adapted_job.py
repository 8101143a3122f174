from io import StringIO
from threading import Thread

import pytest

from jobv1 import JobError, JobStatus, JobStatusError, JobTimeoutError, JobV1
from jobv1.composite import CompositeJob
from jobv1.progress import monitor
from jobv1.qiskit import AdaptedJob, adapt
from jobv1.testing import FakeBackend, FakeClock, Life
from jobv1.waiting import wait
from tests.fake_qiskit import FullJob, LocalJob, RuntimeJob, submitted_local_job
from tests.fake_qiskit import JobStatus as QiskitStatus


class BareThing:
    """Nothing that a job has."""


class HalfJob:
    """A job without a result."""

    job_id = "half-1"

    def status(self):
        return "DONE"


class UnnamedJob(RuntimeJob):
    """A job that has no id before it is submitted."""

    def __init__(self):
        super().__init__()
        del self.job_id
        self.name = None

    def __getattr__(self, name):
        if name == "job_id":
            return self.get_id
        raise AttributeError(name)

    def get_id(self):
        if self.name is None:
            raise RuntimeError("no id yet")
        return self.name


class SynchronousJob(RuntimeJob):
    """A job that runs when it is submitted."""

    _async = False


class PlacedJob(LocalJob):
    """A job with a place for its future, which has no status before, as Aer's."""

    _future = None

    def submit(self):
        super().submit()
        self._future = self._work

    def status(self):
        if self._future is None:
            raise RuntimeError("submit it first")
        return super().status()


@pytest.mark.parametrize(
    "answer",
    ["RUNNING", "running", "Running", QiskitStatus.RUNNING, JobStatus.RUNNING],
    ids=["name", "small", "capital", "theirs", "ours"],
)
def test_status(answer):
    """A status is ours, whether the original answers a string, Qiskit's member or ours."""
    job = adapt(RuntimeJob(answer))

    assert job.status() is JobStatus.RUNNING
    assert (job.running(), job.done()) == (True, False)


@pytest.mark.parametrize("status", JobStatus)
def test_every_name(status):
    """The name of each member is read in small letters, too."""
    assert adapt(RuntimeJob(status.name.lower())).status() is status


def test_unknown_status():
    """A string that names no member is an error with the class, the string and what was meant."""
    job = adapt(RuntimeJob("COMPLETED"))

    with pytest.raises(JobStatusError) as caught:
        job.wait_for_final_state()

    assert caught.value.answer == "COMPLETED"
    assert caught.value.probable is JobStatus.DONE
    assert str(caught.value) == (
        "AdaptedJob[RuntimeJob].status() answered 'COMPLETED' (str), which is no JobStatus. "
        "Tell what it means: adapt(job, statuses={'COMPLETED': JobStatus.DONE})."
    )


@pytest.mark.parametrize("answer", [None, 3, b"DONE"])
def test_no_status(answer):
    """An answer that is neither a string nor a status is an error."""
    with pytest.raises(JobStatusError):
        adapt(RuntimeJob(answer)).status()


def test_wait():
    """A wait asks the original every `wait` seconds and calls back with our members."""
    seen = []
    job = adapt(RuntimeJob("QUEUED", "RUNNING", "DONE"))
    with FakeClock() as clock:
        job.wait_for_final_state(60, 2, lambda *given: seen.append((clock.now(), *given)))

    assert seen == [
        (0, "run-1", JobStatus.QUEUED, job),
        (2, "run-1", JobStatus.RUNNING, job),
        (4, "run-1", JobStatus.DONE, job),
    ]


def test_timeout():
    """A wait that times out raises our error, with the id of the original."""
    with FakeClock(), pytest.raises(JobTimeoutError) as caught:
        adapt(RuntimeJob("QUEUED")).wait_for_final_state(7)

    assert (caught.value.job_id, caught.value.status) == ("run-1", JobStatus.QUEUED)


def test_synchronous_job():
    """A wait for a job that runs inside its submit asks nothing."""
    original = SynchronousJob("RUNNING")
    adapt(original).wait_for_final_state(0)

    assert original.asked == 0


def test_is_a_job():
    """An adapted job is a JobV1 of version 1."""
    job = adapt(RuntimeJob())

    assert isinstance(job, JobV1)
    assert isinstance(job, AdaptedJob)
    assert job.version == 1


def test_adapting_twice():
    """What is adapted is not adapted again."""
    job = adapt(RuntimeJob())

    assert adapt(job) is job


def test_our_own_job():
    """A job of ours is returned as it is."""
    job = FakeBackend().run()

    assert adapt(job) is job


@pytest.mark.parametrize(
    ("thing", "sentence"),
    [
        (BareThing(), "BareThing is no job: it has no job_id, no status(), no result()"),
        (HalfJob(), "HalfJob is no job: it has no result()"),
        (None, "NoneType is no job: it has no job_id, no status(), no result()"),
        (RuntimeJob, "adapt takes a job, not the class RuntimeJob"),
    ],
)
def test_no_job(thing, sentence):
    """What is no job is refused with what it lacks."""
    with pytest.raises(TypeError) as caught:
        adapt(thing)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(("original", "job_id"), [(RuntimeJob(), "run-1"), (FullJob(), "full-1")])
def test_id(original, job_id):
    """The id is the original's, be it a property or a method."""
    assert adapt(original).job_id() == job_id


def test_late_id():
    """An original that has no id yet can be adapted, and its id is found when it is there."""
    original = UnnamedJob()
    job = adapt(original)

    assert repr(job) == "<AdaptedJob[UnnamedJob] None, not queried yet>"
    with pytest.raises(RuntimeError, match=r"^no id yet$"):
        job.job_id()
    original.name = "late"
    assert job.job_id() == "late"
    assert repr(job) == "<AdaptedJob[UnnamedJob] 'late', not queried yet>"


def test_repr():
    """The repr names the class and the id of the original, and the last status, and asks nobody."""
    original = RuntimeJob("RUNNING")
    job = adapt(original)
    job.status()

    assert repr(job) == "<AdaptedJob[RuntimeJob] 'run-1', last seen RUNNING>"
    assert original.asked == 1


@pytest.mark.parametrize("backend", ["method", "property"])
def test_backend(backend):
    """The backend is the original's, be it a property or a method."""
    original = RuntimeJob()
    original.backend = (lambda: "simulator") if backend == "method" else "simulator"

    assert adapt(original).backend() == "simulator"


@pytest.mark.parametrize("original", [RuntimeJob(), FullJob(backend=None)], ids=["lacks", "None"])
def test_no_backend(original):
    """An original without a backend is a JobError with the id."""
    job = adapt(original)

    with pytest.raises(JobError, match=r"^Job '(run|full)-1' has no backend\.$"):
        job.backend()


def test_sharing():
    """Two threads may wait for one adapted job at once."""
    job = adapt(RuntimeJob("RUNNING", "RUNNING", "DONE"))
    threads = [Thread(target=job.wait_for_final_state, args=(10, 0)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert not any(thread.is_alive() for thread in threads)


def test_many_jobs():
    """Adapted jobs and ours are waited for together, and each is found in what was given."""
    jobs = [adapt(RuntimeJob("QUEUED", "RUNNING", "DONE")), adapt(FullJob("ERROR"))]
    jobs += [adapt(submitted_local_job()), FakeBackend(Life([JobStatus.DONE])).run()]
    with FakeClock():
        done, not_done = wait(jobs, timeout=60)

    assert set(done) == {jobs[0], jobs[1], jobs[3]}
    assert list(not_done) == [jobs[2]]


def test_members_that_are_not_submitted():
    """A job of adapted jobs submits those that have no future yet, and waits for all."""
    originals = [PlacedJob(), PlacedJob()]
    originals[0].submit()
    # As Aer says of one that waits for its thread.
    originals[0].status = lambda: "INITIALIZING"
    whole = CompositeJob([adapt(original) for original in originals])
    whole.submit()
    del originals[0].status
    for original in originals:
        original._future.set_result("counts")
    whole.wait_for_final_state()

    assert whole.result() == ["counts", "counts"]


def test_members_that_cannot_be_submitted():
    """What has no `submit` was submitted by what made it, whatever its status."""
    original = RuntimeJob("INITIALIZING", "DONE")

    with pytest.raises(JobError, match=r"was submitted already; a job runs once\.$"):
        CompositeJob([adapt(original)]).submit()
    assert original.asked == 0


def test_progress():
    """A person is shown the place in the queue that the original tells."""
    stream = StringIO()
    with FakeClock(), pytest.raises(JobTimeoutError):
        monitor(adapt(FullJob("QUEUED")), timeout=1, output=stream)

    assert stream.getvalue().splitlines()[0].endswith("full-1  QUEUED, position 7")
