"""The state machine on right jobs and on broken ones."""

from functools import wraps

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from jobv1 import JobStatus
from jobv1.testing import ContractViolation, Harness
from jobv1.testing._actions import JobActions
from jobv1.testing.strategies import job_machine
from tests.acting import PedanticHarness, SpoiledJob
from tests.broken_jobs import FAULTS
from tests.executor_harness import ExecutorHarness
from tests.fake_harness import FakeHarness

ACTIONS = [name for name in vars(JobActions) if not name.startswith("_")]

# Always the same examples.
FIXED = settings(database=None, derandomize=True, max_examples=15, stateful_step_count=20)
# Without the explanation of a failure, which takes most of the time.
FINDING = settings(FIXED, max_examples=500, phases=[Phase.generate, Phase.shrink])
# Without the search for a shorter one, too.
FOUND = settings(FINDING, phases=[Phase.generate])

TestFakeJob = job_machine(FakeHarness).TestCase
TestFakeJob.settings = FIXED
TestPedanticHarness = job_machine(PedanticHarness).TestCase
TestPedanticHarness.settings = settings(FIXED, max_examples=30)
TestExecutorJob = job_machine(ExecutorHarness).TestCase
TestExecutorJob.settings = FIXED


class PoorHarness(FakeHarness):
    """Gives jobs that can do little."""

    statuses = frozenset({JobStatus.QUEUED, JobStatus.CANCELLED})
    can_cancel = False
    can_wait_in_virtual_time = False
    break_query = Harness.break_query


class BlockingHarness(FakeHarness):
    """Gives jobs that block when they wait."""

    can_wait_in_virtual_time = False


class KnownHarness(FakeHarness):
    """Gives jobs of which is known which rule they break."""

    known_failures = {"check_cancel_answers_a_bool_or_none": "it answers in words"}

    def __init__(self):
        super().__init__(SpoiledJob)


def actions_of(machine):
    """Give the names of the actions that a machine does."""
    return [name for name in ACTIONS if name in vars(machine)]


@pytest.fixture
def done(monkeypatch):
    """Note the names of the actions that are done."""
    names = set()

    def noting(method):
        @wraps(method)
        def act(self, **arguments):
            names.add(method.__name__)
            method(self, **arguments)

        return act

    for name in ACTIONS:
        monkeypatch.setattr(JobActions, name, noting(getattr(JobActions, name)))
    return names


def test_all_actions_are_done(done):
    """The machine does each of its actions, on the jobs of one harness or of many."""
    run_state_machine_as_test(job_machine(FakeHarness()), settings=settings(FIXED, max_examples=40))

    assert done == {
        "ask_predicates",
        "ask_result",
        "ask_status",
        "cancel",
        "end",
        "fail_query",
        "let_time_pass",
        "move",
        "start",
        "submit_jobs",
        "wait_for_ended",
        "wait_for_the_end",
        "wait_in_vain",
    }


def test_actions_of_a_harness_that_can_little():
    """What a harness cannot do is not done: no cancel, no failing query, no wait that blocks."""
    machine = job_machine(PoorHarness)

    assert sorted(actions_of(machine)) == [
        "ask_predicates",
        "ask_result",
        "ask_status",
        "let_time_pass",
        "move",
        "submit_jobs",
        "wait_for_ended",
    ]
    run_state_machine_as_test(machine, settings=settings(FIXED, max_examples=3))


def test_actions_of_a_harness_whose_jobs_block():
    """Jobs that block are waited for only when they have ended."""
    left_out = set(ACTIONS) - set(actions_of(job_machine(BlockingHarness)))

    assert left_out == {"wait_for_the_end", "wait_in_vain"}


def test_known_failures():
    """A machine passes the known failures over."""
    run_state_machine_as_test(job_machine(KnownHarness), settings=settings(FIXED, max_examples=15))


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("check_cancel_leaves_a_finished_job", "cancel(job=0)"),
        ("check_waiting_keeps_the_deadline", "wait_in_vain(job=0, timeout=1, wait=5)"),
    ],
)
def test_faults(name, last):
    """A fault is found with the rule that it breaks, and shown by few actions with small values."""
    harness = FakeHarness(FAULTS[name].kind)
    with pytest.raises(ContractViolation) as caught:
        run_state_machine_as_test(job_machine(harness), settings=FINDING)

    lines = "\n".join(caught.value.__notes__).splitlines()
    actions = [line.strip() for line in lines if line.startswith("state.")]
    assert caught.value.rule.check == name
    assert actions[0].startswith("state.submit_jobs(count=")
    assert actions[-2:] == [f"state.{last}", "state.teardown()"]
    assert len(actions) <= 6


def test_a_fault_that_takes_days():
    """A fault that shows a day after the end of a job is found."""
    harness = FakeHarness(FAULTS["check_status_stays_final"].kind)

    with pytest.raises(ContractViolation, match="check_status_stays_final"):
        run_state_machine_as_test(job_machine(harness), settings=FOUND)


@pytest.mark.parametrize("wrong", [None, object, "FakeHarness"])
def test_no_harness(wrong):
    """What is no harness is refused when the machine is made."""
    with pytest.raises(TypeError, match=r"^a harness is a subclass of jobv1\.testing\.Harness"):
        job_machine(wrong)
