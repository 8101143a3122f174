"""The checks of abilities: what they say of rarer faults, and that they are fair."""

import asyncio
from contextlib import suppress
from unittest import SkipTest

import pytest

from jobv1 import JOB_FINAL_STATES, JobStatus
from jobv1.testing import ContractViolation
from jobv1.testing.checks import abilities, composite, telling
from tests.fake_composite import CompositeHarness, FakeCompositeJob
from tests.fake_harness import AbleJob, FakeHarness

FEW = [
    check
    for check in (*vars(abilities).values(), *vars(telling).values())
    if hasattr(check, "rule") and "ERROR" not in check.rule.needs
]


class FewHarness(FakeHarness):
    """A backend that says only what it must."""

    statuses = frozenset({JobStatus.RUNNING, JobStatus.DONE})


class HangingJob(AbleJob):
    async def status_async(self):
        await asyncio.get_running_loop().create_future()


class StubbornJob(AbleJob):
    async def status_async(self):
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(10)


class ForgottenAsyncJob(AbleJob):
    def status_async(self):
        return self.status()


class ThreadedJob(AbleJob):
    async def status_async(self):
        return await asyncio.to_thread(self.status)


class FailingBatchJob(AbleJob):
    @classmethod
    def batch_status(cls, jobs):
        return [job.status() for job in jobs]


class CarefulBatchJob(AbleJob):
    @classmethod
    def batch_status(cls, jobs):
        answers = super().batch_status(jobs)
        return tuple(
            job.status() if isinstance(answer, Exception) else answer
            for job, answer in zip(jobs, answers, strict=True)
        )


class NamelessJob(AbleJob):
    def _tell(self):
        for fn in self._listeners:
            fn(None)


class LazyJob(AbleJob):
    def move(self, status):
        self._course.move(status)

    def status(self):
        status = super().status()
        if status in JOB_FINAL_STATES:
            self._tell()
        return status


class LonelyJob(FakeCompositeJob):
    def __init__(self, backend, job_id, members):
        super().__init__(backend, job_id, members[:1])


def text_of(check, kind, harness=FakeHarness):
    """Give what the check says of a job class that it refuses."""
    with pytest.raises(ContractViolation) as caught:
        check(harness(kind))
    return str(caught.value)


@pytest.mark.parametrize("kind", [HangingJob, StubbornJob])
def test_hanging_async_status(kind, monkeypatch):
    """A status that is awaited for ever ends the check, whether it can be cancelled or not."""
    monkeypatch.setattr(abilities, "_REAL_SECONDS", 0.05)

    text = text_of(abilities.check_abilities_async_agrees, kind)

    assert "done:     awaited status_async() of a job that became QUEUED" in text
    assert "got:      no end: it hung for 0.05 s of real time" in text


def test_async_status_that_cannot_be_awaited():
    """A status_async without async is told that its answer cannot be awaited."""
    text = text_of(abilities.check_abilities_async_agrees, ForgottenAsyncJob)

    assert "got:      it raised TypeError: object JobStatus can't be used in 'await'" in text


def test_async_status_in_a_thread():
    """A status_async that asks in a thread is right."""
    abilities.check_abilities_async_agrees(FakeHarness(ThreadedJob))


def test_async_status_inside_a_loop():
    """Where an event loop runs already, the check is skipped with that reason."""

    async def check():
        abilities.check_abilities_async_agrees(FakeHarness())

    with pytest.raises(SkipTest, match="an event loop runs in this thread"):
        asyncio.run(check())


@pytest.mark.parametrize("kind", [FailingBatchJob, CarefulBatchJob])
def test_batches_that_fail_otherwise(kind):
    """A batch may raise as a whole, or ask once more."""
    abilities.check_abilities_batch_failure_apart(FakeHarness(kind))


def test_callback_of_a_stranger():
    """A callback that is not given the job is a violation that shows what it was given."""
    assert "got:      a call with (None,)" in text_of(telling.check_telling_once, NamelessJob)


def test_callback_that_comes_when_somebody_asks(monkeypatch):
    """A job that tells only inside a query is told that it does not tell."""
    monkeypatch.setattr(telling, "_REAL_SECONDS", 0.05)

    text = text_of(telling.check_telling_once, LazyJob)

    assert "got:      no call in 0.05 s of real time" in text


def test_job_of_one_job():
    """A harness whose job has one member is told that there must be two."""
    text = text_of(composite.check_composite_is_done_with_all, LonelyJob, CompositeHarness)

    assert "expected: two or more" in text
    assert "got:      1" in text


@pytest.mark.parametrize("check", FEW)
def test_few_states(check):
    """A right job passes on a backend that says RUNNING and DONE only."""
    check(FewHarness())
