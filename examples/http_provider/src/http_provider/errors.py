"""What can go wrong between a job and its service: each is a JobError."""

from __future__ import annotations

from jobv1 import JobError


class ServiceError(JobError):
    """The service refused a request; the text says which, and what it answered."""


class UnavailableError(ServiceError):
    """A request was not answered as it should be, for a reason that may pass.

    Args:
        message: Which request, and what came.
        retry_after: How long to wait before the next one, in seconds, if the service says so; None
            if it does not.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotFoundError(ServiceError):
    """The service does not know the job, or it is another user's."""


class UnauthorizedError(ServiceError):
    """The service does not accept the token."""


class BadAnswerError(ServiceError):
    """The service answered something that this package cannot read."""
