import math

from jobv1._polling import PollPlan
from jobv1._query_queue import QueryQueue
from jobv1._slots import Kinds
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
