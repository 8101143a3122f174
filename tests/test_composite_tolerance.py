"""A job of jobs keeps the tolerance of its members in every room that waits."""

import asyncio

import pytest

from jobv1 import JobStatus, Tolerance, aio, waiting
from jobv1.composite import CompositeJob
from jobv1.testing import FakeClock
from tests.member_jobs import HandJob, SteadyJob, hands

RUNNING, DONE = JobStatus.RUNNING, JobStatus.DONE


async def awaited_as_completed(jobs):
    """Give the jobs as they end, awaited."""
    return [job async for job in aio.as_completed(jobs)]


WAITS = {
    "as_completed": lambda jobs: list(waiting.as_completed(jobs)),
    "wait": lambda jobs: list(waiting.wait(jobs).done),
    "aio.as_completed": lambda jobs: asyncio.run(awaited_as_completed(jobs)),
    "aio.wait_for_final_state": lambda jobs: [
        asyncio.run(aio.wait_for_final_state(jobs[0])) or jobs[0]
    ],
}


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_what_a_member_survives(wait):
    """A whole is not given back while it runs, if an error comes that its members survive."""
    members = hands(2, SteadyJob, RUNNING)
    members[0].errors = [ConnectionError("503")]
    whole = CompositeJob([CompositeJob(members)])
    with FakeClock() as clock:
        clock.call_at(20, lambda: [setattr(member, "state", DONE) for member in members])
        (job,) = wait([whole])
        assert 20 <= clock.now() <= 25

    assert job is whole
    assert [member.errors for member in members] == [[], []]


def test_two_wholes_of_one_class():
    """Of two wholes each has the tolerance of its own members."""
    plain, steady = CompositeJob(hands(1, HandJob, RUNNING)), CompositeJob(hands(1, SteadyJob))
    for whole in (plain, steady):
        whole.members[0].errors = [ConnectionError("503")]
    with FakeClock() as clock:
        clock.call_at(20, lambda: setattr(steady.members[0], "state", DONE))
        completed = waiting.as_completed([steady, plain])
        assert (next(completed), clock.now()) == (plain, 0)
        assert (next(completed), clock.now() >= 20) == (steady, True)


def test_the_tolerance_of_the_class_of_the_whole():
    """A class of wholes with a tolerance of its own has that in every room."""

    class StrictWhole(CompositeJob):
        _tolerance = Tolerance(ConnectionError, failures=0)

    members = hands(1, SteadyJob, RUNNING)
    members[0].errors = [ConnectionError("503")]
    with FakeClock() as clock:
        assert list(waiting.as_completed([StrictWhole(members)]))
        assert clock.now() == 0


def test_a_member_with_a_wrong_tolerance():
    """A tolerance of a member that is none is told of before anybody is asked."""

    class WrongJob(HandJob):
        _tolerance = 3

    wholes = [CompositeJob(hands(1)), CompositeJob(hands(1, WrongJob)), CompositeJob(hands(1))]
    with pytest.raises(TypeError, match=r"WrongJob\._tolerance must be"):
        waiting.wait([HandJob("z"), *wholes])

    assert [whole.members[0].queries for whole in wholes] == [0, 0, 0]
