"""Asking jobs on an event loop: those that can be awaited there, and the others in threads."""

from __future__ import annotations

import asyncio
import math
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from ._answers import checked_status
from ._asking import answers_of, without_this_frame
from ._clock import cut
from ._driver import ask
from ._loop_threads import MOST_THREADS, in_thread, lent_threads, outcome_of
from ._loop_wake import LoopWake
from ._outcomes import Failure
from ._slots import Kind, Slot
from ._wake import Sleeper
from ._workers import Workers, lost_query, pause_of, step
from .exceptions import JobError, JobStatusError, JobTimeoutError
from .protocols import ability

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from ._clock import Clock
    from ._driver import Callback
    from ._many import Many
    from ._polling import PollPlan
    from ._threads import Threads

__all__ = ["drive_awaited", "poll_awaited"]

_ALONE = Kind(batch_status=None, listens=False, hints=False, size=1)


class _LoopWorkers(Workers):
    """Ask slots of jobs, some at the same time, on the event loop of the task that waits.

    Args:
        number: As of `Workers`.
        clock: As of `Workers`.
        wake: As of `Workers`.
        threads: As of `Workers`.
        few_until: As of `Workers`.
    """

    def __init__(
        self,
        number: int,
        clock: Clock,
        wake: LoopWake,
        threads: Threads,
        *,
        few_until: float = -math.inf,
    ) -> None:
        super().__init__(number, clock, wake, threads, few_until=few_until)
        self._queries: dict[Slot, asyncio.Task[None]] = {}

    @override
    def begin(self, slot: Slot, asked_at: float) -> None:
        query = self._query(slot, asked_at)
        self._queries[slot] = asyncio.get_running_loop().create_task(query)

    @override
    def take_answered(self) -> Any:
        answered = super().take_answered()
        if answered is not None:
            del self._queries[answered.slot]
        return answered

    @override
    def give_up(self, deadline: float) -> list[Slot]:
        given_up = super().give_up(deadline)
        for slot in given_up:
            self._queries.pop(slot).cancel()
        return given_up

    @override
    def close(self) -> None:
        """End the queries that are under way; threads that are in one go on to its end."""
        for query in self._queries.values():
            query.cancel()

    async def sleep(self, seconds: float, wake: LoopWake) -> None:
        """Let seconds pass, or less if an answer comes."""
        if self.are_asking:
            await self._clock.let_queries_work(wake)
        await self._clock.sleep_async(seconds, wake)
        wake.clear()

    async def _query(self, slot: Slot, asked_at: float) -> None:
        answers: list[Any] | Exception = []
        fatal: BaseException | None = None
        try:
            answers = await self._answers_of(slot)
        except BaseException as error:  # noqa: BLE001 - raised in the task that waits
            fatal = error
        self.bring(slot, asked_at, answers, fatal)
        # Its traceback holds this frame.
        del fatal

    async def _answers_of(self, slot: Slot) -> list[Any] | Exception:
        query = None if slot.is_batch else ability(slot.jobs[0], "status_async")
        if query is not None:
            return [await _awaited_answer(slot.jobs[0], query)]
        call = partial(answers_of, slot, self._clock)
        answers: list[Any] | Exception = outcome_of(await in_thread(self._threads, call))
        return answers


async def _awaited_answer(job: Any, query: Callable[[], Any]) -> object:
    """Await the status of a job.

    Returns:
        It, or what stands in its place: a `Failure`, or the error that tells that it is none.
    """
    try:
        answer = await query()
    except asyncio.CancelledError as error:
        # Of something that the job awaits; if it is this query, nobody hears of its answer.
        message = f"{type(job).__qualname__}.status_async() was cancelled from within."
        failure = JobError(message)
        failure.__cause__ = error
        return Failure(failure)
    except Exception as error:  # noqa: BLE001 - the outcome of that job alone
        return Failure(without_this_frame(error))
    try:
        return checked_status(job, answer, method="status_async")
    except JobStatusError as error:
        return error


async def drive_awaited(
    many: Many, number: int | None, *, raises: bool = False, few: bool = False
) -> AsyncGenerator[Any, None]:
    """Ask on the event loop, and give the jobs that end, until all have or time is up.

    Args:
        many: The jobs.
        number: How many are asked at the same time; None for `MOST_THREADS`.
        raises: Whether it is an error if time is up.
        few: Whether to ask no more jobs than must be until time is up.

    Raises:
        JobTimeoutError: Time is up.
        Exception: What the callback raised.
    """
    wake = LoopWake()
    many.ears.wake = wake
    few_until = many.deadline if few else -math.inf
    with (
        closing(many),
        lent_threads(number) as threads,
        closing(
            _LoopWorkers(number or MOST_THREADS, many.clock, wake, threads, few_until=few_until)
        ) as workers,
    ):
        while not many.is_over():
            if many.outcomes.ended:
                workers.ask_more()
                yield many.pop()
            elif not step(many, workers):
                await workers.sleep(pause_of(many, workers), wake)
        if raises and many.outcomes.unfinished:
            raise many.timeout_error()


class _LoopSleeper(Sleeper):
    """Sleeps as `Sleeper` does, and lets the event loop run meanwhile."""

    def __init__(self, job: Any, clock: Clock) -> None:
        self._loop_wake = LoopWake()
        super().__init__([job], clock, self._loop_wake)

    async def sleep_async(self, seconds: float) -> None:
        """Let `seconds` pass, or less if the job becomes final."""
        self.listen()
        await self._clock.sleep_async(seconds, self._loop_wake)
        self._loop_wake.clear()


class _OneJob:
    """Asks one job, and gives up a query that does not come back."""

    def __init__(self, job: Any, plan: PollPlan, clock: Clock, threads: Threads) -> None:
        self._slot = Slot(_ALONE, [job], [None], plan)
        self._plan = plan
        self._clock = clock
        self._wake = LoopWake()
        self._workers = _LoopWorkers(1, clock, self._wake, threads)

    async def query(self) -> Callable[[], object]:
        """Ask the job, and give what returns or raises as its query did.

        Raises:
            JobTimeoutError: The query did not come back, and the deadline is over.
        """
        workers, deadline = self._workers, self._plan.deadline
        workers.ask(self._slot)
        while (answered := workers.take_answered()) is None:
            if workers.give_up(deadline):
                raise self._lost()
            pause = cut(math.inf, self._clock.now(), workers.give_up_time(deadline))
            await workers.sleep(pause, self._wake)
        if answered.fatal is not None:
            return partial(outcome_of, (None, answered.fatal))
        (answer,) = answered.answers
        if isinstance(answer, Failure):
            return partial(outcome_of, (None, answer.error))
        return partial(outcome_of, (answer, None))

    def close(self) -> None:
        """End the query that is under way."""
        self._workers.close()

    def _lost(self) -> JobTimeoutError:
        self._plan.lost(lost_query(), self._clock.now())
        return self._plan.timeout_error(self._slot.jobs[0].job_id())


async def poll_awaited(job: Any, plan: PollPlan, clock: Clock, callback: Callback | None) -> None:
    """Query a job until it is final, as `jobv1._driver.poll` does in the caller's thread.

    Raises:
        JobTimeoutError: The deadline was met, and the query made then was not final, or did not
            come back.
        Exception: As of `jobv1._driver.ask`.
    """
    with (
        lent_threads(None) as threads,
        closing(_OneJob(job, plan, clock, threads)) as asked,
        _LoopSleeper(job, clock) as sleeper,
    ):
        delay = ask(job, plan, clock, callback, await asked.query())
        while delay is not None:
            if delay:
                await sleeper.sleep_async(delay)
            delay = ask(job, plan, clock, callback, await asked.query())
    if plan.expired:
        raise plan.timeout_error(job.job_id())
