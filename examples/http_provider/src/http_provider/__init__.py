"""A provider of jobs that run behind an HTTP service."""

from http_provider.backend import HttpBackend
from http_provider.errors import (
    BadAnswerError,
    NotFoundError,
    ServiceError,
    UnauthorizedError,
    UnavailableError,
)
from http_provider.job import HttpJob

__all__ = [
    "BadAnswerError",
    "HttpBackend",
    "HttpJob",
    "NotFoundError",
    "ServiceError",
    "UnauthorizedError",
    "UnavailableError",
]
