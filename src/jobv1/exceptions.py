"""Every error that jobv1 raises on purpose, for a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .status import JobStatus

__all__ = [
    "JobCancelledError",
    "JobError",
    "JobFailedError",
    "JobStatusError",
    "JobTimeoutError",
]


# What Python keeps of any exception.
_ARGS: Any = vars(BaseException)["args"]


class _Layer(Exception):  # noqa: N818 - nobody sees it
    """Nothing; but beside a class of this kind Python lets `JobError` get another base later.

    `jobv1.qiskit.register` does so.
    """


class JobError(_Layer):
    """The base of all errors of jobs, as `qiskit.providers.JobError` documents it.

    A provider may put it beside its own error class: `class MyJobError(JobError, MyError)`.
    The next class in line is given one positional argument, the message.

    Args:
        *message: None, one or more strings; they are joined by spaces.
        job_id: The id of the job, if one is concerned.

    Attributes:
        job_id: The id of the job, None if it was not given.
    """

    job_id: object = None

    def __init__(self, *message: object, job_id: object = None) -> None:
        # Past a class before this one in a diamond, whose `message` may be read only.
        self.__dict__["message"] = " ".join(map(str, message))
        self.job_id = job_id
        super().__init__(self.__dict__["message"])

    @property
    def message(self) -> str:
        """The text, the empty string if there is none."""
        return str(self.__dict__.get("message") or self._text())

    @message.setter
    def message(self, message: str) -> None:
        self.__dict__["message"] = message

    @override
    def __str__(self) -> str:
        return self.message

    @override
    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({self.message!r})"

    def _text(self) -> str:
        # A class before this one in a diamond may not call its constructor.
        return " ".join(map(str, self.args))


class JobTimeoutError(JobError, TimeoutError):
    """A wait met its deadline before the job was final; the job was left as it is and stays usable.

    It is also the builtin `TimeoutError`.
    A provider that raises it itself need not give the attributes: each is None then.

    Args:
        *message: The text, in strings that are joined by spaces; without, it is made of the
            attributes when somebody reads it.
        job_id: The id of the job.
        status: The last status that was seen; None if no query was answered.
        elapsed: How long the wait took, in seconds.
        timeout: The limit that was set, in seconds.
        queries: How many queries were made, the failed ones included.
        last_error: The last error of a query that a tolerance let pass; None if there was none.
        unfinished: Of a wait for many jobs, those that were not final.

    Attributes:
        job_id: As the argument; of a wait for many jobs, the list of the ids of `unfinished`.
        status: As the argument.
        elapsed: As the argument.
        timeout: As the argument.
        queries: As the argument.
        last_error: As the argument.
        unfinished: As the argument; empty for one job.
    """

    status: JobStatus | None = None
    elapsed: float | None = None
    timeout: float | None = None
    queries: int | None = None
    last_error: Exception | None = None
    unfinished: Sequence[Any] = ()

    def __init__(
        self,
        *message: object,
        job_id: object = None,
        status: JobStatus | None = None,
        elapsed: float | None = None,
        timeout: float | None = None,
        queries: int | None = None,
        last_error: Exception | None = None,
        unfinished: Sequence[Any] = (),
    ) -> None:
        super().__init__(*message, job_id=job_id)
        self.unfinished = unfinished
        self.status = status
        self.elapsed = elapsed
        self.timeout = timeout
        self.queries = queries
        self.last_error = last_error

    @property
    @override
    def args(self) -> tuple[Any, ...]:
        """The text alone, as of any error of a job; settable."""
        args: tuple[Any, ...] = _ARGS.__get__(self)
        # Not through `message`, which a class before this one in a diamond may read from here.
        return (str(self.__dict__.get("message") or self._text()),) if args == ("",) else args

    @args.setter
    def args(self, args: Iterable[Any]) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        _ARGS.__set__(self, args)

    @override
    def _text(self) -> str:
        # Written when it is read: it would make up most of the lateness of a timeout.
        if self.elapsed is None or self.timeout is None:
            # Not from `args`, which is read from here.
            return " ".join(map(str, _ARGS.__get__(self)))
        state = "of unknown status" if self.status is None else f"still {self.status.name}"
        queries = "1 query" if self.queries == 1 else f"{self.queries:,} queries"
        if self.last_error is not None and self.__cause__ is self.last_error:
            queries += f", the last failed with {type(self.last_error).__name__}"
            if self.status is not None:
                state = f"of unknown status (last seen {self.status.name})"
        return (
            f"Timeout while waiting for job {self.job_id}. "
            f"It is {state} after {seconds_text(self.elapsed)} "
            f"(timeout {seconds_text(self.timeout)}, {queries}); it was not cancelled."
        )


class JobFailedError(JobError):
    """The result was asked for, and there is none: the job ended in ERROR."""


class JobCancelledError(JobError):
    """The result was asked for, and there is none: the job was cancelled."""


class JobStatusError(JobError, TypeError):
    """A `status()` answered something that is no `JobStatus`: a fault of the job class.

    Args:
        *message: None, one or more strings; they are joined by spaces.
        job_id: The id of the job.
        answer: What `status()` answered.
        probable: The member that was probably meant; None if nothing comes close.

    Attributes:
        answer: As the argument.
        probable: As the argument.
    """

    answer: object = None
    probable: JobStatus | None = None

    def __init__(
        self,
        *message: object,
        job_id: object = None,
        answer: object = None,
        probable: JobStatus | None = None,
    ) -> None:
        super().__init__(*message, job_id=job_id)
        self.answer = answer
        self.probable = probable


def seconds_text(seconds: float) -> str:
    """Write a number of seconds for a person: to the millisecond, without trailing zeros."""
    return f"{seconds:,.3f}".rstrip("0").rstrip(".") + " s"
