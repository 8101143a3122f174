"""What a provider tells the kit, and what it is told when that is wrong."""

import pickle

import pytest

from jobv1 import JobStatus
from jobv1.testing import ContractViolation, Harness, Rule
from jobv1.testing._needs import ABILITIES, NEEDS, lack
from jobv1.testing.checks import CHECKS
from tests.fake_harness import AbleJob, FakeHarness

RULE = Rule("3.2", "A final status stays.", "check_status_stays_final")


class PlainHarness(Harness):
    """Says no more than it must."""

    def submitted_job(self):
        return FakeHarness().submitted_job()

    def move(self, job, status):
        job.move(status)


def test_defaults():
    """A harness that says nothing claims what most classes can, and five states."""
    harness = PlainHarness()

    assert [status.name for status in JobStatus if status in harness.statuses] == [
        "QUEUED",
        "RUNNING",
        "CANCELLED",
        "DONE",
        "ERROR",
    ]
    assert harness.can_cancel
    assert harness.can_time_out_result
    assert harness.can_give_results
    assert harness.can_be_shared
    assert harness.can_wait_in_virtual_time
    assert (harness.error_text, harness.secrets, harness.known_failures) == (None, (), {})
    assert harness.count_requests() == 0
    assert harness.tidy() is None


def test_a_misspelt_capability():
    """A capability that there is not is refused when the class is made."""
    with pytest.raises(
        TypeError,
        match="Hasty.can_cancle is nothing that a harness has; was can_cancel meant?",
    ):
        type("Hasty", (PlainHarness,), {"can_cancle": False, "__qualname__": "Hasty"})
    with pytest.raises(TypeError, match="can_fly is nothing that a harness has$"):
        type("Hasty", (PlainHarness,), {"can_fly": True})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("error_txt", "error_text"),
        ("brake_query", "break_query"),
        ("retreive", "retrieve"),
        ("known_failure", "known_failures"),
    ],
)
def test_a_misspelt_name(name, meant):
    """A name like one that the harness does not define is refused when the class is made."""
    with pytest.raises(TypeError, match=f"{name} is nothing that a harness has; was {meant} meant"):
        type("Hasty", (PlainHarness,), {name: None})


def test_names_of_the_authors_own():
    """A name that is like one that stands beside it, or like none, is the author's own."""
    own = {"moved": 1, "submitted_jobs": [], "retrieve": id, "retrieved": (), "laser": None}

    assert type("Busy", (PlainHarness,), own).moved == 1


@pytest.mark.parametrize(
    ("statuses", "error", "sentence"),
    [
        ({"QUEUED", "DONE"}, TypeError, "statuses must have members of JobStatus alone, not '"),
        ({JobStatus.DONE}, ValueError, "statuses must have a final status and one that is not"),
        ({JobStatus.RUNNING}, ValueError, "statuses must have a final status and one that is not"),
        (set(), ValueError, "statuses must have a final status and one that is not"),
    ],
    ids=["words", "final", "unfinished", "none"],
)
def test_statuses_that_make_no_sense(statuses, error, sentence):
    """Statuses must be members, with one that is final and one that is not."""
    with pytest.raises(error, match=sentence):
        type("Hasty", (PlainHarness,), {"statuses": statuses})


def test_one_secret_in_place_of_several():
    """A text as `secrets` would be taken letter by letter, and is refused."""
    with pytest.raises(TypeError, match="secrets must be a sequence of texts, not one text"):
        type("Hasty", (PlainHarness,), {"secrets": "tok"})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("secrets", ("token", ""), "secrets must be texts that are not empty"),
        ("secrets", (b"token",), "secrets must be texts that are not empty"),
        ("known_failures", ["check_identity_ids_differ"], "must be a mapping of checks to reasons"),
    ],
)
def test_values_that_make_no_sense(name, value, sentence):
    """A secret that is in every text, or no text, and failures without reasons are refused."""
    with pytest.raises(TypeError, match=sentence):
        type("Hasty", (PlainHarness,), {name: value})


@pytest.mark.parametrize(
    ("first", "second", "same"), [([1], [1], True), ([1], [2], False), (1, 1.0, True)]
)
def test_results_are_compared_by_equality(first, second, same):
    """Two results are the same if they are equal, unless the harness says otherwise."""
    assert PlainHarness().same_result(first, second) is same


def test_results_that_equality_cannot_compare():
    """Where == answers neither yes nor no, as for arrays, the error names what to define."""

    class Array(list):
        __hash__ = None

        def __eq__(self, other):
            return Array([False, True])

        def __bool__(self):
            raise ValueError("ambiguous")

    with pytest.raises(
        TypeError, match=r"\(Array\) answers a Array, neither yes nor no; define same_result"
    ):
        PlainHarness().same_result(Array([1]), Array([1]))


def test_a_result_is_the_same_as_itself():
    """A result that equals nothing is the same as itself."""
    nan = float("nan")

    assert PlainHarness().same_result(nan, nan)


@pytest.mark.parametrize(
    "optional",
    [
        lambda harness: harness.unsubmitted_job(),
        lambda harness: harness.break_query(None),
        lambda harness: harness.move_to_cancelling(None),
        lambda harness: harness.move_to_unknown(None),
        lambda harness: harness.retrieve("ab12"),
        lambda harness: harness.members(None),
    ],
    ids=["unsubmitted_job", "break_query", "cancelling", "unknown", "retrieve", "members"],
)
def test_optional_methods(optional):
    """What a harness may leave undefined is not implemented by default."""
    with pytest.raises(NotImplementedError):
        optional(PlainHarness())


def test_lacks_are_told_in_words():
    """What is lacking is named with its meaning: a state, a capability, a method, an ability."""

    class PoorHarness(PlainHarness):
        can_cancel = False

        def submitted_job(self):
            return PoorJob(None, "ab12")

    class PoorJob(AbleJob):
        batch_status = None

        def __init__(self, backend, job_id):
            pass

    harness = PoorHarness()
    assert lack(harness, "VALIDATING") == "the backend never says VALIDATING (statuses)"
    assert lack(harness, "can_cancel") == "can_cancel = False: the class cannot cancel"
    assert (
        lack(harness, "error_text") == "error_text = None: the backend has no words for a failure"
    )
    assert (
        lack(harness, "retrieve") == "the harness has no retrieve(): it would get a job by its id"
    )
    assert lack(harness, "batch_status").endswith("PoorJob has no batch_status()")
    assert [lack(harness, need) for need in ("DONE", "can_be_shared", "status_async")] == [None] * 3


def test_every_need_is_known():
    """Whatever a rule needs is a state, an ability, or something that a harness says."""
    needs = {need for check in CHECKS for need in check.rule.needs}

    assert needs - {*NEEDS, *ABILITIES, *JobStatus.__members__} == set()
    assert all(hasattr(Harness, need) for need in NEEDS)


def test_every_need_is_used():
    """Nothing is asked of a harness that no rule needs."""
    needs = {need for check in CHECKS for need in check.rule.needs}

    assert {*NEEDS} - needs == set()


def test_the_text_of_a_violation():
    """A violation is told in five lines: rule, action, expectation, answer, page."""
    violation = ContractViolation(RULE, did="asked twice", expected="DONE", got="RUNNING")

    assert str(violation) == (
        "Rule 3.2 is broken: A final status stays.\n"
        "  done:     asked twice\n"
        "  expected: DONE\n"
        "  got:      RUNNING\n"
        "  read:     jobv1 check --explain 3.2, or docs/contract.md, rule 3.2 "
        "(check_status_stays_final)"
    )


def test_a_violation_crosses_processes():
    """A violation can be pickled, as test runners with several processes do."""
    violation = ContractViolation(RULE, did="asked twice", expected="DONE", got="RUNNING")
    copy = pickle.loads(pickle.dumps(violation))  # noqa: S301 - our own

    assert str(copy) == str(violation)
    assert copy.rule == RULE


def test_a_violation_is_a_failed_assertion():
    """Any test runner counts a violation as a failure, not as an error of the test."""
    assert issubclass(ContractViolation, AssertionError)
