"""What one fake job lives through, as data."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from enum import Enum

from typing_extensions import override

from jobv1._clock import checked_number
from jobv1.schedules import Frozen
from jobv1.status import JobStatus, as_status, probable_status

__all__ = ["Default", "Life", "Slow", "check_fault", "checked_member", "last_of"]

_FINITE = sys.float_info.max


class Default(Enum):
    """What an argument means that was not given."""

    PAYLOAD = "the payload of the job"
    TRUE_ANSWER = "what the job would have answered"


class Slow(Frozen):
    """A step or a fault that takes its time: the query lasts `seconds`, then does what `then` says.

    The seconds are those of the clock in force, so they cost nothing under a `FakeClock`.

    Args:
        seconds: How long the query takes, 0 or more.
        then: What comes after: any step, another `Slow` included.
            Without it the query then gives its true answer, that of the end of these seconds;
            in a script it must be given.

    Raises:
        TypeError: `seconds` is not a number, or `then` is an exception class.
        ValueError: `seconds` is negative, NaN or infinite.
    """

    seconds: float
    then: object

    def __init__(self, seconds: float, then: object = Default.TRUE_ANSWER) -> None:
        seconds = checked_number(seconds, "seconds", minimum=0, maximum=_FINITE)
        check_fault(then, "then")
        vars(self).update(seconds=seconds, then=then)

    @override
    def __repr__(self) -> str:
        then = "" if self.then is Default.TRUE_ANSWER else f", {_shown(self.then)}"
        return f"Slow({self.seconds!r}{then})"


class Life(Frozen):
    """What one fake job lives through: how its status goes on, how it ends, what goes wrong.

    With a `script` the status goes on with each query, with a `timeline` it goes on with time.
    With neither the job is QUEUED after its submission, until the test moves it
    (`FakeJob.move`).
    A life never changes, and any number of jobs may live it.

    Args:
        script: The steps, one a query.
            A step is a `JobStatus` to answer, an exception to raise, `Slow(seconds, step)`,
            or anything else, which is answered as it is: an answer of the wrong type.
            After the last step the job stays as it is if it is final; if it is not, a further
            query is a `FakeExhaustedError`.
        timeline: The status from each time on, in seconds since the submission; one must be 0.
        result: What `result()` of a done job returns, the same object each time; without it,
            the payload of the job.
        error_message: The words of a job that ended in ERROR; None for none.
        cancel_delay: The seconds until an accepted cancel takes effect.
            0: at once, so that the next query tells it; inf: never.
            None: the cancel is refused.
        faults: What chosen queries meet in place of the true answer, by the number of the query
            since the submission, from 1: an exception to raise, a `Slow`, or a wrong answer.
            They change nothing in the job itself.
            Not with a script, whose steps are the queries.

    Attributes:
        script: The steps as a tuple, None without a script.
        timeline: As the argument, in order of time, None without a timeline.
        result: As the argument.
        error_message: As the argument.
        cancel_delay: As the argument.
        faults: As the argument, empty for none.

    Raises:
        TypeError: An argument, or something in it, is of the wrong type.
        ValueError: Script and timeline, or script and faults, are given together; a script or
            timeline is empty; a timeline does not begin at 0; a `Slow` in a script has no `then`;
            a number is out of its range.
    """

    script: tuple[object, ...] | None
    timeline: Mapping[float, JobStatus] | None
    result: object
    error_message: str | None
    cancel_delay: float | None
    faults: Mapping[int, object]

    def __init__(
        self,
        script: Sequence[object] | None = None,
        *,
        timeline: Mapping[float, JobStatus] | None = None,
        result: object = Default.PAYLOAD,
        error_message: str | None = "the fake job failed",
        cancel_delay: float | None = 0.0,
        faults: Mapping[int, object] | None = None,
    ) -> None:
        if script is not None:
            _check_alone(timeline, faults)
        if error_message is not None:
            _check_kind(error_message, str, "error_message must be a str, or None for no words")
        if cancel_delay is not None:
            cancel_delay = checked_number(cancel_delay, "cancel_delay", minimum=0)
        vars(self).update(
            script=None if script is None else _checked_script(script),
            timeline=None if timeline is None else _checked_timeline(timeline),
            result=result,
            error_message=error_message,
            cancel_delay=cancel_delay,
            faults=_checked_faults({} if faults is None else faults),
        )

    @override
    def __repr__(self) -> str:
        values = {**vars(self), "script": self.script and list(self.script)}
        texts = {name: _shown(value) for name, value in values.items()}
        given = [f"{name}={text}" for name, text in texts.items() if text != _DEFAULTS.get(name)]
        return f"Life({', '.join(given).removeprefix('script=')})"


def last_of(step: object) -> object:
    """Return what a step or fault says when its time is over."""
    while isinstance(step, Slow):
        step = step.then
    return step


def check_fault(fault: object, name: str) -> None:
    """Refuse an exception class, which nobody means to be answered.

    Raises:
        TypeError: `fault` is an exception class.
    """
    if isinstance(fault, type) and issubclass(fault, BaseException):
        message = (
            f"{name} must not be the class {fault.__qualname__}; "
            f"to have it raised give an instance, such as {fault.__qualname__}()"
        )
        raise TypeError(message)


def checked_member(value: object, name: str) -> JobStatus:
    """Read an argument that must be a `JobStatus`.

    Raises:
        TypeError: It is none.
    """
    status = as_status(value)
    if status is not None:
        return status
    probable = probable_status(value)
    way_out = "" if probable is None else f"; was JobStatus.{probable.name} meant?"
    message = f"{name} must be a JobStatus, not {value!r} ({type(value).__name__}){way_out}"
    raise TypeError(message)


def _check_alone(timeline: object, faults: object) -> None:
    if timeline is not None:
        message = "give script or timeline, not both: a job follows its queries or the time"
        raise ValueError(message)
    if faults is not None:
        message = (
            "faults must not be given with script: write each fault into the script, "
            "as the step of its query"
        )
        raise ValueError(message)


def _checked_script(script: Sequence[object]) -> tuple[object, ...]:
    expected = "script must be a sequence of steps, such as a list"
    _check_kind(script, Sequence, expected)
    if isinstance(script, str | bytes):
        message = f"{expected}, not {script!r}"
        raise TypeError(message)
    if not script:
        message = "script must have a step; leave it out to move the job by hand"
        raise ValueError(message)
    for number, step in enumerate(script, 1):
        check_fault(step, f"step {number} of script")
        if last_of(step) is Default.TRUE_ANSWER:
            message = (
                f"step {number} of script is {step!r}, which does not say what comes then; "
                "write Slow(seconds, step)"
            )
            raise ValueError(message)
    return tuple(script)


def _checked_timeline(timeline: Mapping[float, JobStatus]) -> dict[float, JobStatus]:
    _check_kind(timeline, Mapping, "timeline must be a mapping of seconds to JobStatus")
    statuses: dict[float, JobStatus] = {}
    for key, value in timeline.items():
        seconds = checked_number(key, "a time of timeline", minimum=0, maximum=_FINITE)
        statuses[seconds] = checked_member(value, f"the status of timeline at {key!r} s")
    if 0 not in statuses:
        begins = f"begins at {min(statuses)!r} s" if statuses else "is empty"
        message = f"timeline must say the status at 0 s, the submission; it {begins}"
        raise ValueError(message)
    return dict(sorted(statuses.items()))


def _checked_faults(faults: Mapping[int, object]) -> dict[int, object]:
    _check_kind(faults, Mapping, "faults must be a mapping of query numbers to faults")
    for number, fault in faults.items():
        _check_kind(number, int, "faults must name queries by their numbers, 1 for the first")
        if number < 1 or isinstance(number, bool):
            message = f"faults must name queries from 1 on, the first, not {number!r}"
            raise ValueError(message)
        check_fault(fault, f"the fault of query {number}")
    return dict(faults)


def _check_kind(value: object, kind: type, text: str) -> None:
    if not isinstance(value, kind):
        message = f"{text}, not {value!r}"
        raise TypeError(message)


def _shown(value: object) -> str:
    # As it is written in code.
    return re.sub(r"<(JobStatus\.[A-Z]+): '[^']*'>", r"\1", repr(value))


_DEFAULTS = {name: _shown(value) for name, value in vars(Life()).items()}
