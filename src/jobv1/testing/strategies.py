"""Hypothesis strategies for whole lives of jobs, and a machine that drives any harness.

Hypothesis is needed only when one of them is called.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from jobv1._clock import checked_number
from jobv1.status import JOB_STATUS_SUCCESSORS, JobStatus, as_status

from ._life import Default, Life, Slow, checked_member, last_of
from ._machine import job_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hypothesis.strategies import SearchStrategy

__all__ = ["faults", "job_machine", "lives", "scripts", "timelines"]

T = TypeVar("T")

_DAY = 86400.0
_FINITE = sys.float_info.max
_LAST_FAULTY_QUERY = 20
# Letters that a report may stumble over; all of Unicode would take a second to load.
_LETTERS = "a \n'\"{%\\é語🐍"

# An example shrinks towards the first.
_FINAL = (JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED)
_UNFINISHED = (
    JobStatus.RUNNING,
    JobStatus.QUEUED,
    JobStatus.VALIDATING,
    JobStatus.INITIALIZING,
)


def scripts(
    *,
    statuses: Iterable[JobStatus] = JobStatus,
    ends: bool = True,
    faults: SearchStrategy[object] | None = None,
) -> SearchStrategy[list[object]]:
    """Draw what the queries of one job may be answered, one after another: a script of a `Life`.

    Each status is followed by itself or by one that may follow it (`JOB_STATUS_SUCCESSORS`).
    The simplest script is `[JobStatus.DONE]`.

    Args:
        statuses: What the service can say.
        ends: True: the last step is a final status, and no status before it is final.
            False: no step is final; a query after the last is then a `FakeExhaustedError`.
        faults: What goes wrong, such as `faults()`: exceptions, `Slow`, or wrong answers, each a
            step of its own, before the final status or between it and its repetition at the end.
            A `Slow` that does not say what comes then slows the next step down.
            None: nothing goes wrong.

    Raises:
        TypeError: One of `statuses` is no `JobStatus`.
        ValueError: `statuses` has no final status though the script ends, or no other though it
            does not.
    """
    from hypothesis import strategies as st

    unfinished, last = _choices(statuses, ends=ends)
    if faults is None:
        return _drawn(_script, steps=st.lists(unfinished), last=last)
    steps = st.lists(unfinished | faults)
    return _drawn(_script, steps=steps, last=last, late=st.booleans())


def timelines(
    *,
    statuses: Iterable[JobStatus] = JobStatus,
    ends: bool = True,
    seconds: float = _DAY,
) -> SearchStrategy[dict[float, JobStatus]]:
    """Draw how the status of one job goes on with time: a timeline of a `Life`.

    The times are in order, the first is 0, the submission; they are whole milliseconds.
    Each status may follow the one before it (`JOB_STATUS_SUCCESSORS`).
    The simplest timeline is `{0.0: JobStatus.DONE}`.

    Args:
        statuses: What the service can say.
        ends: True: the last status is final. False: none is, the job never ends.
        seconds: The latest time of a change, in seconds since the submission, 0 or more.

    Raises:
        TypeError: One of `statuses` is no `JobStatus`, or `seconds` is no number.
        ValueError: As of `scripts`; or `seconds` is negative, NaN or infinite.
    """
    from hypothesis import strategies as st

    unfinished, last = _choices(statuses, ends=ends)
    phases = st.lists(st.tuples(unfinished, _times(seconds)))
    return _drawn(_timeline, phases=phases, last=last)


def faults(
    *, errors: SearchStrategy[BaseException] | None = None, seconds: float = 60.0
) -> SearchStrategy[object]:
    """Draw what one query may meet: an error of the transport, or a `Slow` request.

    A slow request answers or fails in the end.
    The simplest fault is `ConnectionError("connection reset")`.

    Args:
        errors: What the transport raises, such as
            `st.builds(requests.ConnectionError, st.just("connection reset"))`.
            None: a new `ConnectionError` or `TimeoutError`.
        seconds: How long a query may take, 0 or more, in whole milliseconds; 0: none is slow.

    Raises:
        TypeError: `seconds` is no number.
        ValueError: `seconds` is negative, NaN or infinite.
    """
    from hypothesis import strategies as st

    times = _times(seconds)
    if errors is None:
        # A new one each time: an exception that is raised again keeps its old context and notes.
        errors = st.builds(ConnectionError, st.just("connection reset")) | st.builds(
            TimeoutError, st.just("no answer in time")
        )
    if seconds == 0:
        return errors
    return errors | st.builds(Slow, times) | st.builds(Slow, times, errors)


def lives(
    *,
    statuses: Iterable[JobStatus] = JobStatus,
    ends: bool = True,
    seconds: float = _DAY,
    faults: SearchStrategy[object] | None = None,
    results: SearchStrategy[object] | None = None,
) -> SearchStrategy[Life]:
    """Draw what one fake job lives through, from its submission on.

    Put it under code of yours that holds jobs: `FakeBackend(life).run()`, in a `FakeClock`.
    The status goes on by a script or by a timeline; a failed job has words, or none; a cancel
    works at once, takes its time, never takes effect, or is refused.
    The simplest life is `Life([JobStatus.DONE])`.

    Args:
        statuses: What the service can say.
        ends: True: the job ends, in any final state.
            False: it never does, unless it is cancelled; its status then goes on by a timeline,
            for no script could be long enough.
        seconds: The latest time of a change, and the longest delay of a cancel that takes effect,
            in seconds, 0 or more.
        faults: What queries meet, such as `faults()`. None: no query fails.
        results: What `result()` of a done job returns. None: the payload of the job.

    Raises:
        TypeError: As of `timelines`.
        ValueError: As of `timelines`.
    """
    from hypothesis import strategies as st

    given: dict[str, SearchStrategy[Any]] = {
        "error_message": st.just(Life().error_message) | st.none() | st.text(_LETTERS),
        "cancel_delay": st.just(0.0) | st.none() | _times(seconds) | st.just(float("inf")),
    }
    if results is not None:
        given["result"] = results
    statuses = list(statuses)
    numbers = st.integers(1, _LAST_FAULTY_QUERY)
    # A list shrinks better than what `dictionaries` gives.
    met = st.just([]) if faults is None else st.lists(st.tuples(numbers, faults), max_size=5)
    timeline = timelines(statuses=statuses, ends=ends, seconds=seconds)
    by_time = _drawn(Life, timeline=timeline, faults=met.map(_by_number), **given)
    if not ends:
        return by_time
    script = scripts(statuses=statuses, faults=faults)
    return _drawn(Life, script=script, **given) | by_time


def _by_number(met: Sequence[tuple[int, object]]) -> dict[int, object]:
    return dict(sorted(met, key=lambda pair: pair[0]))


def _choices(
    statuses: Iterable[JobStatus], *, ends: bool
) -> tuple[SearchStrategy[JobStatus], SearchStrategy[JobStatus]]:
    """Give the strategies of the statuses before the last, and of the last."""
    from hypothesis import strategies as st

    said = {checked_member(status, "each of statuses") for status in statuses}
    unfinished = [status for status in _UNFINISHED if status in said]
    last = [status for status in _FINAL if status in said] if ends else unfinished
    if not last:
        kind = "a final status, in which the job ends" if ends else "a status that is not final"
        message = f"statuses must have {kind}, not only {sorted(it.name for it in said)}"
        raise ValueError(message)
    # one_of of nothing is an empty strategy, which sampled_from would refuse.
    return st.one_of([st.just(status) for status in unfinished]), st.sampled_from(last)


def _drawn(make: Callable[..., T], **strategies: SearchStrategy[Any]) -> SearchStrategy[T]:
    """Do as `builds` does, but so that examples show what was made, not how."""
    from hypothesis import strategies as st

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        return make(**{name: draw(strategy) for name, strategy in strategies.items()})

    return drawn()


def _times(seconds: float) -> SearchStrategy[float]:
    from hypothesis import strategies as st

    most = checked_number(seconds, "seconds", minimum=0, maximum=_FINITE)
    return st.floats(0, most).map(lambda time: min(round(time, 3), most))


def _script(steps: Sequence[object], last: JobStatus, *, late: bool = False) -> list[object]:
    """Leave out each status that may not come next, so that any draw is a right script.

    If `late`, the last status comes also before the faults that precede it.
    """
    script: list[object] = []
    before: JobStatus | None = None
    answered = 0
    for step in steps:
        status = as_status(step)
        if status is None:
            script.append(step)
        elif status is before or _may_follow(before, status):
            script.append(step)
            before, answered = status, len(script)
    end = last if _may_follow(before, last) else before
    early = [end] if late and answered < len(script) else []
    return _slowed([*script[:answered], *early, *script[answered:], end])


def _slowed(steps: Sequence[object]) -> list[object]:
    """Put each step into the `Slow` before it that does not say what comes then."""
    slowed: list[object] = []
    for step in reversed(steps):
        is_open = last_of(step) is Default.TRUE_ANSWER
        slowed.append(_then(step, slowed.pop()) if is_open else step)
    return slowed[::-1]


def _then(slow: object, step: object) -> object:
    return Slow(slow.seconds, _then(slow.then, step)) if isinstance(slow, Slow) else step


def _timeline(phases: Sequence[tuple[JobStatus, float]], last: JobStatus) -> dict[float, JobStatus]:
    """Let each status last until its time; leave out each that may not come next."""
    timeline: dict[float, JobStatus] = {}
    begin = 0.0
    before: JobStatus | None = None
    ends = sorted(end for _, end in phases)
    for (status, _), end in zip(phases, ends, strict=True):
        if end > begin and _may_follow(before, status):
            timeline[begin] = before = status
            begin = end
    if _may_follow(before, last):
        timeline[begin] = last
    return timeline


def _may_follow(before: JobStatus | None, status: JobStatus) -> bool:
    return before is None or status in JOB_STATUS_SUCCESSORS[before]
