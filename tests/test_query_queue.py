import math

import pytest

from jobv1 import Exponential
from jobv1._polling import PollPlan
from jobv1._query_queue import QueryQueue
from jobv1._slots import Kinds, Slot
from tests.many_jobs import EndingJob
from tests.scripted_job import PushJob


def make_queue(jobs=(), *, size=256, deadline=math.inf, plan=None, **options):
    """Make a queue of jobs at time 0; by default there is no limit of any sort."""
    kinds = Kinds(batch_size=100, most_jobs=size, heeds_hints=True, tolerance=None)
    options = {"rate": math.inf, "most_per_second": math.inf, "phase": 0.25, **options}
    queue = QueryQueue(kinds, plan or PollPlan(0.0), deadline=deadline, **options)
    queue.add(jobs, 0.0)
    return queue


def test_rest_that_tells():
    """A job that was given up in the last round is not heard any longer."""
    told, asked = PushJob(), EndingJob(9)
    queue = make_queue([told, asked], size=1, deadline=10, rate=0.2)
    for now in (0, 5):
        queue.put_after(queue.take(now), 60, now)
    rest = queue.take_rest()

    assert sorted(job.calls for slot in rest for job in slot.jobs) == [[], []]
    assert not queue.hear(id(told))


def taken(queue, now):
    """Take all that may be taken at a time, and give the numbers of jobs."""
    sizes = []
    while (slot := queue.take(now)) is not None:
        sizes.append(len(slot.jobs))
    return sizes


def test_empty_queue():
    """Of no jobs there is nothing to take, ever."""
    queue = make_queue()

    assert (queue.take(0.0), queue.next_time(), queue.jobs) == (None, math.inf, 0)


def test_few_jobs_are_parted():
    """Jobs are parted into at least some thirty slots, in the order given."""
    jobs = [EndingJob(1) for _ in range(64)]
    queue = make_queue(jobs)
    slots = [queue.take(0.0) for _ in range(64)]

    assert [len(slot.jobs) for slot in slots[:5]] == [3, 2, 2, 2, 2]
    assert [job for slot in slots if slot for job in slot.jobs] == jobs


def test_most_jobs_of_a_slot():
    """A slot has at most so many jobs as its kind allows."""
    queue = make_queue([EndingJob(1) for _ in range(20_000)])

    assert max(taken(queue, 0.0)) == 256


def test_one_slot_after_another():
    """Without a phase one job is taken until it is forgotten, before the next."""
    jobs = [EndingJob(1) for _ in range(3)]
    queue = make_queue(jobs, phase=None)
    slot = queue.take(0.0)
    queue.put_after(slot, 5.0, 0.0)

    assert slot.jobs == jobs[:1]
    assert (queue.take(0.0), queue.next_time()) == (None, 5.0)
    assert queue.take(5.0) is slot

    queue.drop(slot.kind)
    assert queue.next_time() == 0.0
    assert queue.take(5.0).jobs == [jobs[1]]


def test_one_slot_after_another_at_the_deadline():
    """Without a phase the others are taken at the deadline, many at a time."""
    queue = make_queue([EndingJob(1) for _ in range(1000)], phase=None, deadline=10)
    queue.put_after(queue.take(0.0), 60.0, 0.0)

    assert queue.next_time() == 10
    assert taken(queue, 10.0)[0] == 32


def test_number_of_jobs():
    """The jobs count until they are dropped, whether they are asked now or not."""
    queue = make_queue([EndingJob(1) for _ in range(100)])
    slot = queue.take(0.0)
    assert queue.jobs == 100

    queue.drop(slot.kind, len(slot.jobs))
    assert queue.jobs == 96


def test_in_order_of_time():
    """What is due first is taken first; what is due at the same time, in the order put."""
    jobs = [EndingJob(1) for _ in range(3)]
    queue = make_queue(jobs, size=1)
    slots = [queue.take(0.0) for _ in jobs]
    for slot, due in zip(slots, (7.0, 3.0, 7.0), strict=True):
        queue.put(slot, due)

    assert queue.next_time() == 3.0
    assert [queue.take(7.0) for _ in range(4)] == [slots[1], slots[0], slots[2], None]


def test_fresh_jobs_first():
    """A job that was never asked goes before those that are due, but not before one that told."""
    told = PushJob()
    queue = make_queue([told])
    queue.put_after(queue.take(0.0), 5.0, 0.0)
    queue.hear(id(told))
    queue.add([EndingJob(1)], 0.0)

    assert queue.take(0.0).jobs == [told]
    assert type(queue.take(0.0).jobs[0]) is EndingJob


def test_jobs_that_come_later():
    """A job that is added may be taken from then on, and its schedule begins then."""
    queue = make_queue(plan=PollPlan(0.0, wait=Exponential(1.0, 2.0, 64.0)))
    queue.add([EndingJob(1)], 40.0)

    assert (queue.take(39.0), queue.next_time()) == (None, 40.0)
    assert queue.take(40.0).plan._start == 40.0


def test_first_parts():
    """The first sleep is a part of the whole, another for each slot; the next are whole."""
    queue = make_queue([EndingJob(1) for _ in range(3)], phase=0.25)
    parts = [queue.part_of_sleep(queue.take(0.0)) for _ in range(2)]
    slot = queue.take(0.0)
    queue.put_after(slot, 5.0, 0.0)

    assert parts == pytest.approx([0.131966, 0.513932], abs=1e-6)
    assert queue.part_of_sleep(slot) == 1.0


def test_no_first_part_of_the_witness():
    """Without a phase the first sleep is whole."""
    queue = make_queue([EndingJob(1)], phase=None)

    assert queue.part_of_sleep(queue.take(0.0)) == 1.0


def test_sleep_that_is_stretched():
    """No sleep is so short that more requests were made in a second than are allowed."""
    queue = make_queue([EndingJob(1) for _ in range(100)], most_per_second=20)
    queue.put_after(queue.take(0.0), 1.0, 0.0)
    queue.put_after(queue.take(0.0), 1.0, 0.0, part=0.5)
    queue.put_after(queue.take(0.0), 60.0, 0.0)

    assert sorted(due for due, _, _ in queue._heap) == [2.5, 5.0, 60.0]


def test_sleep_of_those_that_tell():
    """A job that tells is not asked before a minute is over, unless the deadline comes first."""
    queue = make_queue([PushJob()], deadline=100)
    for now in (0.0, 60.0):
        queue.put_after(queue.take(now), 5.0, now)

    assert queue.next_time() == 100


def test_taking_along():
    """What is due within a sixteenth of the sleep is taken along; what is due later is not."""
    jobs = [EndingJob(1) for _ in range(3)]
    queue = make_queue(jobs)
    for now in (0.0, 1.0, 1.1):
        queue.put_after(queue.take(now), 16.0, now)
    slot = queue.take(16.0)

    assert slot.jobs == jobs[:2]
    assert queue.next_time() == 17.1
    assert queue.take(17.1).jobs == jobs[2:]


def test_not_taking_along_what_is_due_at_the_deadline():
    """What is due at the deadline is not taken along before: it would be asked there again."""
    jobs = [EndingJob(1) for _ in range(3)]
    queue = make_queue(jobs, deadline=16.5)
    for now in (0.0, 1.0, 2.0):
        queue.put_after(queue.take(now), 16.0, now)

    assert queue.take(16.0).jobs == jobs[:1]
    assert queue.take(16.5).jobs == jobs[1:]


def test_hearing():
    """A job that tells is taken first and alone; one that is not here is not heard, nor twice."""
    jobs = [PushJob() for _ in range(100)]
    queue = make_queue(jobs)
    first = queue.take(0.0)
    assert not queue.hear(id(first.jobs[0]))
    queue.put_after(first, 5.0, 0.0)
    told = first.jobs[2]

    assert queue.hear(id(told))
    assert not queue.hear(id(told))
    assert not queue.hear(1)
    assert queue.next_time() == -math.inf
    assert queue.take(0.0).jobs == [told]
    assert told not in first.jobs
    assert queue.jobs == 100


def test_ids():
    """The jobs that are here are known by their `id()`: fresh, put back, and not those asked."""
    jobs = [EndingJob(1) for _ in range(3)]
    queue = make_queue(jobs)
    queue.put_after(queue.take(0.0), 5.0, 0.0)
    queue.take(0.0)

    assert queue.ids() == {id(jobs[0]), id(jobs[2])}


def test_take_all():
    """All that is here can be taken, fresh or not, in slots that have jobs."""
    jobs = [*(EndingJob(1) for _ in range(3)), PushJob()]
    queue = make_queue(jobs)
    for _ in range(2):
        queue.put_after(queue.take(0.0), 5.0, 0.0)
    queue.put_after(Slot(queue.take(0.0).kind, [], [], PollPlan(0.0)), 5.0, 0.0)
    slots = queue.take_all()

    assert [slot.jobs for slot in slots] == [[jobs[0]], [jobs[1]], [jobs[3]]]
    assert (queue.take(99.0), queue.next_time()) == (None, math.inf)


def test_pause_of_a_rate():
    """Under a rate each slot that is taken puts the next off."""
    queue = make_queue([EndingJob(1) for _ in range(3)], size=1, rate=4)

    assert queue.take(10.0) is not None
    assert (queue.take(10.2), queue.next_time()) == (None, 10.25)
    assert queue.take(10.25) is not None


def test_begin_of_the_last_round():
    """Under a rate what is due later is taken so early that all have their turn."""
    queue = make_queue([EndingJob(1) for _ in range(4)], size=1, rate=2, deadline=20)
    for now in (0.0, 0.5, 1.0, 1.5):
        queue.put_after(queue.take(now), 60.0, now)

    assert queue.next_time() == 18
    assert queue.take(17.9) is None
    assert queue.take(18.0) is not None


def test_order_of_those_that_have_not_had_their_turn():
    """When those that had their turn are given up, the others are taken in order of time."""
    jobs = [EndingJob(1) for _ in range(6)]
    queue = make_queue(jobs, size=1, rate=1, deadline=0)
    slots = [queue.take(float(now)) for now in range(6)]
    queue._round = math.inf
    for slot, due in zip(slots, (1.0, 5.0, 2.0, 6.0, 7.0, 3.0), strict=True):
        queue.put(slot, due)
    queue._round = 0.0
    for place in (1, 3, 4, 5):
        slots[place].asked_at = -math.inf

    assert queue.take_rest() == [slots[0], slots[2]]
    assert [queue.take(10.0 + now) for now in range(4)] == [slots[5], slots[1], slots[3], slots[4]]


def test_hearing_in_the_last_round():
    """In the last round, too, a job that tells is taken before those that wait for their turn."""
    told = PushJob()
    queue = make_queue([EndingJob(1), EndingJob(1), told], size=1, rate=1, deadline=10)
    for now in (0.0, 1.0, 2.0):
        queue.put_after(queue.take(now), 60.0, now)
    queue.put_after(queue.take(7.0), 60.0, 7.0)
    queue.hear(id(told))

    assert queue.take(8.0).jobs == [told]


def test_no_hearing_of_those_that_are_asked():
    """A job that is being asked again is not heard until it is put back."""
    job = PushJob()
    queue = make_queue([job])
    queue.put_after(queue.take(0.0), 5.0, 0.0)
    slot = queue.take(60.0)
    assert not queue.hear(id(job))

    queue.put_after(slot, 5.0, 60.0)
    assert queue.hear(id(job))
