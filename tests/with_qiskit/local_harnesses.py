"""Harnesses of adapted jobs of Aer and of Qiskit's primitives, which run when they are told."""

from concurrent import futures
from itertools import count
from threading import Event

from qiskit import QuantumCircuit
from qiskit.primitives import StatevectorSampler
from qiskit_aer import AerSimulator
from qiskit_aer.jobs import AerJob

from jobv1 import JOB_FINAL_STATES, JobStatus
from jobv1.qiskit import adapt
from jobv1.testing import Harness
from tests.executor_harness import LIMIT, WORDS, Work

SIMULATOR = AerSimulator()
ITS_OWN_ERROR = "the error of the original is passed on as it is, and is none of ours"
ITS_OWN_WAIT = "the result of the original blocks on its future, in real time"
BLOCKING = dict.fromkeys(
    (
        "check_outcome_waits_for_the_end",
        "check_outcome_ends_with_the_job",
        "check_outcome_makes_the_status_final",
    ),
    ITS_OWN_WAIT,
)


def bell_pair():
    """Make a circuit that gives 00 or 11."""
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.measure_all()
    return circuit


class AerWork(Work):
    """A simulation that begins and ends when it is told."""

    def __call__(self, circuits, *arguments):
        super().__call__()
        return SIMULATOR.run(circuits).result()


class SamplerWork(StatevectorSampler):
    """A sampler whose work begins at once and ends when it is told."""

    def __init__(self):
        super().__init__()
        self.work = Work()
        self.work.begin = lambda: None

    def _run(self, pubs):
        self.work()
        return super()._run(pubs)


class LocalHarness(Harness):
    """What is the same for both."""

    error_text = WORDS

    def __init__(self):
        self.works = {}
        self.numbers = count(1)

    def break_query(self, job):
        original = job._jobv1_original

        def fail():
            del original.status
            raise ConnectionError("connection reset")

        original.status = fail

    def tidy(self):
        for work in self.works.values():
            work.end()
        self.works.clear()

    def move(self, job, status):
        work = self.works[job]
        is_over = Event()
        if status is JobStatus.RUNNING:
            work.begin()
        elif status is JobStatus.CANCELLED:
            assert job.cancel(), "the job was not queued"
        elif status is not JobStatus.QUEUED:
            work.fails = status is JobStatus.ERROR
            job.add_done_callback(lambda _: is_over.set())
            work.may_begin.set()
            work.may_end.set()
            assert is_over.wait(LIMIT), "the job did not end"


class AerHarness(LocalHarness):
    """Gives adapted jobs of Aer, each on an executor of its own."""

    # A job of Aer that waits for its thread is INITIALIZING, which is no state to move to.
    statuses = frozenset({JobStatus.RUNNING, *JOB_FINAL_STATES})
    known_failures = {
        **BLOCKING,
        "check_submit_only_once": ITS_OWN_ERROR,
        "check_submit_no_result_before": ITS_OWN_ERROR,
        "check_outcome_of_a_failed_job_raises": ITS_OWN_ERROR,
        "check_outcome_of_a_cancelled_job_raises": ITS_OWN_ERROR,
        "check_outcome_times_out_by_an_error": ITS_OWN_ERROR,
        "check_outcome_keeps_its_deadline": ITS_OWN_WAIT,
    }
    # Before Python 3.11 the timeout of a future is not even the builtin one.
    if futures.TimeoutError is not TimeoutError:
        known_failures["check_outcome_zero_timeout_does_not_wait"] = ITS_OWN_ERROR

    def unsubmitted_job(self):
        work = AerWork()
        job_id = f"aer-{next(self.numbers)}"
        circuits = [bell_pair()]
        job = adapt(AerJob(SIMULATOR, job_id, work, circuits=circuits, executor=work.pool))
        self.works[job] = work
        return job

    def submitted_job(self):
        job = self.unsubmitted_job()
        job.submit()
        return job


class PrimitiveHarness(LocalHarness):
    """Gives adapted jobs of a primitive of Qiskit's own, each on a thread that begins at once."""

    statuses = frozenset({JobStatus.RUNNING, JobStatus.DONE, JobStatus.ERROR})
    can_time_out_result = False
    known_failures = {**BLOCKING, "check_outcome_of_a_failed_job_raises": ITS_OWN_ERROR}

    def submitted_job(self):
        sampler = SamplerWork()
        job = adapt(sampler.run([bell_pair()]))
        assert sampler.work.has_begun.wait(LIMIT), "the work did not begin"
        self.works[job] = sampler.work
        return job
