import math

import pytest

from jobv1 import Fixed, Tolerance
from jobv1._polling import PollPlan
from jobv1._slots import Kinds, Slot
from tests.many_jobs import (
    DONE,
    RUNNING,
    EndingBatch,
    EndingJob,
    ForeignJob,
    HintingJob,
    batches,
)
from tests.scripted_job import PushJob, QiskitStatus, ScriptedJob

TOLERANCE = Tolerance(OSError, failures=1)


def make_kinds(**options):
    """Make the kinds of a wait."""
    options = {"batch_size": 100, "most_jobs": 256, "heeds_hints": True, **options}
    return Kinds(**{"tolerance": None, **options})


def kind_of(job, **options):
    """Give the kind of one job."""
    ((kind, _),) = make_kinds(**options).gather([job])
    return kind


def slot_of(*jobs, kind=None, plan=None):
    """Make a slot that has been asked before, and is put back."""
    slot = Slot(kind or kind_of(jobs[0]), [*jobs], [RUNNING] * len(jobs), plan or PollPlan(0.0))
    slot.is_new = False
    return slot


def test_plain_jobs_of_all_classes_are_of_one_kind():
    """Jobs that are asked alone share slots, whatever their classes; their order is kept."""
    jobs = [EndingJob(1), ForeignJob(), ScriptedJob([])]
    ((kind, gathered),) = make_kinds().gather(jobs)

    assert [job is given for job, given in zip(gathered, jobs, strict=True)] == [True] * 3
    assert (kind.batch_status, kind.listens, kind.hints, kind.size) == (None, False, False, 256)


def test_kinds():
    """Jobs that tell, that hint and that are asked in batches are of different kinds."""
    jobs = [EndingJob(1), PushJob(), HintingJob(1), EndingBatch(1)]
    kinds = make_kinds().gather([*jobs, *jobs])

    assert [gathered for _, gathered in kinds] == [[job, job] for job in jobs]
    assert [kind.listens for kind, _ in kinds] == [False, True, False, False]
    assert [kind.hints for kind, _ in kinds] == [False, False, True, False]
    assert [kind.size for kind, _ in kinds] == [256, 256, 1, 100]


def test_kind_of_a_job_that_comes_later():
    """A job that comes later is of the kind that is there."""
    kinds = make_kinds()

    assert kinds.gather([PushJob()])[0][0] is kinds.gather([PushJob()])[0][0]


def test_kinds_of_batches():
    """Each class and each backend has a kind of its own; no backend is one, too."""
    first, second = batches(), batches()
    one, other = object(), object()
    jobs = [first([], backend=one), first([], backend=other), second([], backend=one)]
    jobs += [first([]), first([]), first([], backend=one)]
    kinds = make_kinds().gather(jobs)

    assert [gathered for _, gathered in kinds] == [
        [jobs[0], jobs[5]],
        [jobs[1]],
        [jobs[2]],
        [jobs[3], jobs[4]],
    ]
    assert [kind.backend for kind, _ in kinds] == [one, other, one, None]


def test_backend_that_raises():
    """A job whose `backend()` raises is waited for with those that have none."""

    class BrokenBatch(EndingBatch):
        def backend(self):
            raise RuntimeError("no backend")

    assert kind_of(BrokenBatch(1)).backend is None


def test_hints_that_do_not_matter():
    """Where no hints are heeded, and in batches, a job that hints is as any other."""
    hinting_batch = type("HintingBatch", (EndingBatch, HintingJob), {})(1)

    assert kind_of(HintingJob(1), heeds_hints=False).size == 256
    assert not kind_of(hinting_batch).hints
    assert kind_of(hinting_batch).hint(hinting_batch) is None
    assert kind_of(HintingJob(1)).hint(HintingJob(1))() == 1


@pytest.mark.parametrize(("jobs", "requests"), [(0, 0), (1, 1), (100, 1), (101, 2)])
def test_requests(jobs, requests):
    """For a kind it takes as many requests as it has jobs, or batches that are begun."""
    batch, plain = kind_of(EndingBatch(1)), kind_of(EndingJob(1))
    batch.jobs = plain.jobs = jobs

    assert (batch.requests, plain.requests) == (requests, jobs)


def test_deaf_kind():
    """The kind of those that have told is the same but for the hearing, and one for all."""
    kind = kind_of(type("PushBatch", (EndingBatch, PushJob), {})(1))
    deaf = kind.deaf()

    assert deaf is kind.deaf()
    assert (kind.listens, deaf.listens) == (True, False)
    for name in ("batch_status", "backend", "hints", "size"):
        assert getattr(deaf, name) == getattr(kind, name)


def test_tolerances():
    """The tolerance of the wait counts, or else the default of the class."""
    tolerant = type("TolerantJob", (ScriptedJob,), {"_tolerance": TOLERANCE})([])
    other = Tolerance(KeyError, failures=1)

    assert make_kinds().tolerance(tolerant) is TOLERANCE
    assert make_kinds().tolerance(EndingJob(1)) is None
    assert make_kinds(tolerance=other).tolerance(tolerant) is other


def test_check():
    """A default that is no tolerance is told of before anybody is asked."""
    wrong = type("WrongJob", (ScriptedJob,), {"_tolerance": 3})([])
    with pytest.raises(TypeError, match=r"^WrongJob\._tolerance must be"):
        make_kinds().check([EndingJob(1), wrong])


def test_new_slot():
    """A slot begins with nothing asked."""
    slot = Slot(kind_of(EndingJob(1)), [], [], PollPlan(0.0))

    assert (slot.is_new, slot.is_failing, slot.is_alone, slot.lost_a_batch) == (True, *[False] * 3)
    assert (slot.due, slot.sleep, slot.asked_at) == (0, 0, -math.inf)
    assert not hasattr(slot, "__dict__")


def test_split():
    """What is split off goes on as the rest, and has not been asked."""
    jobs = [EndingJob(1) for _ in range(3)]
    slot = slot_of(*jobs)
    slot.seen = [RUNNING, DONE, None]
    slot.sleep, slot.is_alone, slot.lost_a_batch, slot.asked_at = 0.5, True, True, 9.0
    rest = slot.split(1)

    assert (slot.jobs, slot.seen) == (jobs[:1], [RUNNING])
    assert (rest.jobs, rest.seen) == (jobs[1:], [DONE, None])
    assert (rest.kind, rest.sleep, rest.is_new) == (slot.kind, 0.5, False)
    assert (rest.is_alone, rest.lost_a_batch, rest.asked_at) == (True, True, -math.inf)
    assert rest.plan is not slot.plan


@pytest.mark.parametrize("kind", [PushJob, type("PushBatch", (EndingBatch, PushJob), {})])
def test_single_out(kind):
    """A job that has told leaves its slot, is heard no longer, and is asked alone."""
    jobs = [kind(()) for _ in range(3)]
    slot = slot_of(*jobs)
    alone = slot.single_out(id(jobs[1]))

    assert (slot.jobs, len(slot.seen)) == ([jobs[0], jobs[2]], 2)
    assert (alone.jobs, alone.seen, alone.is_new) == ([jobs[1]], [RUNNING], False)
    assert alone.kind is slot.kind.deaf()
    assert alone.is_alone is (kind is not PushJob)
    assert not alone.is_batch


def test_fill():
    """A slot takes jobs of another over, from its begin, as many as there is room for."""
    kind = kind_of(EndingBatch(1), batch_size=4)
    first, second = slot_of(*"ab", kind=kind), slot_of(*"cdef", kind=kind)
    first.fill_from(second)

    assert (first.jobs, second.jobs) == ([*"abcd"], [*"ef"])
    assert (len(first.seen), len(second.seen)) == (4, 2)


@pytest.mark.parametrize("flag", ["is_new", "is_failing", "is_alone", "lost_a_batch"])
@pytest.mark.parametrize("place", [0, 1])
def test_unsteady_slots_are_left_alone(flag, place):
    """A slot that is new or troubled takes nothing and gives nothing."""
    kind = kind_of(EndingBatch(1))
    slots = [slot_of("a", kind=kind), slot_of("b", kind=kind)]
    setattr(slots[place], flag, True)
    slots[0].fill_from(slots[1])

    assert [slot.jobs for slot in slots] == [["a"], ["b"]]


def test_slots_that_do_not_go_together():
    """Jobs of another kind, jobs that tell, and those on another schedule are not taken over."""
    plain, push = kind_of(EndingJob(1)), kind_of(PushJob())
    pairs = [
        (slot_of("a", kind=plain), slot_of("b", kind=kind_of(EndingJob(1)))),
        (slot_of("a", kind=push), slot_of("b", kind=push)),
        (
            slot_of("a", kind=plain, plan=PollPlan(0.0, wait=Fixed(5))),
            slot_of("b", kind=plain, plan=PollPlan(1.0, wait=Fixed(5))),
        ),
    ]
    for first, second in pairs:
        first.fill_from(second)

    assert [(first.jobs, second.jobs) for first, second in pairs] == [(["a"], ["b"])] * 3


def test_fills_below():
    """A batch is filled up until it is full, a slot of single queries until it is half full."""
    assert kind_of(EndingBatch(1)).fills_below == 100
    assert kind_of(EndingJob(1)).fills_below == 128
    assert kind_of(HintingJob(1)).fills_below == 0


def test_status_of_another_house():
    """What was seen is kept as it came, until it is read."""
    slot = slot_of(EndingJob(1))
    slot.seen[0] = QiskitStatus.RUNNING

    assert slot.split(0).seen == [QiskitStatus.RUNNING]
