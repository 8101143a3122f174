"""The client of the service: it makes one request a call, and knows nothing of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import httpx
from typing_extensions import override

from http_provider.errors import (
    BadAnswerError,
    NotFoundError,
    ServiceError,
    UnauthorizedError,
    UnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_REFUSALS: dict[int, type[ServiceError]] = {401: UnauthorizedError, 404: NotFoundError}
_TOO_MANY = 429
_SERVER_ERRORS = 500


class Client:
    """Speaks with the service for one user; threads may share it.

    Every method raises an `UnavailableError` if the same request may be answered later, and
    another `ServiceError` if not.

    Args:
        url: The address of the service.
        token: What the service knows the user by; it is shown nowhere.
        seconds: How long to wait for an answer.
    """

    def __init__(self, url: str, token: str, *, seconds: float = 10.0) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=seconds)

    def submit(self, program: dict[str, Any], key: str) -> str:
        """Have a job made, or found that was made with the same key, and return its id."""
        answer = self._ask("POST", "/jobs", json=program, headers={"Idempotency-Key": key})
        return _field(answer, "id", str)

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the record of a job."""
        return _job(self._ask("GET", f"/jobs/{quote(job_id, safe='')}"))

    def jobs(self, job_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the records of those of some jobs that the service finds, by their ids."""
        answer = self._ask("POST", "/jobs/status", json={"ids": list(job_ids)})
        entries: list[object] = _field(answer, "jobs", list)
        records = [_job(_record(answer["request"], entry)) for entry in entries]
        return {record["id"]: record for record in records}

    def counts(self, job_id: str) -> dict[str, int]:
        """Return the counts of a job that is completed."""
        answer = self._ask("GET", f"/jobs/{quote(job_id, safe='')}/result")
        return _field(answer, "counts", dict)

    def cancel(self, job_id: str) -> bool:
        """Ask for a cancel, and return whether it is accepted."""
        answer = self._ask("POST", f"/jobs/{quote(job_id, safe='')}/cancel")
        return _field(answer, "accepted", bool)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} of {self._http.base_url}>"

    def _ask(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        request = f"{method} {path}"
        try:
            response = self._http.request(method, path, **content)
        except httpx.RequestError as error:
            message = f"{request} was not answered: {type(error).__name__}: {error}"
            raise UnavailableError(message) from error
        if response.is_error:
            raise _refusal(request, response)
        try:
            answer: object = response.json()
        except ValueError as error:
            message = f"{request} was answered by what is no JSON: {_beginning(response)}"
            raise BadAnswerError(message) from error
        return _record(request, answer)


def _refusal(request: str, response: httpx.Response) -> ServiceError:
    code = response.status_code
    message = f"{request} was answered by {code} {response.reason_phrase}: {_beginning(response)}"
    if code == _TOO_MANY or code >= _SERVER_ERRORS:
        return UnavailableError(message, _seconds(response.headers.get("Retry-After")))
    return _REFUSALS.get(code, ServiceError)(message)


def _seconds(retry_after: str | None) -> float | None:
    # The service gives seconds; a date, which HTTP allows too, counts as no answer.
    return float(retry_after) if retry_after and retry_after.isdecimal() else None


def _record(request: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = f"{request} was answered by what is no JSON object: {repr(value)[:60]}"
        raise BadAnswerError(message)
    return {**value, "request": request}


def _job(record: dict[str, Any]) -> dict[str, Any]:
    _field(record, "id", str)
    _field(record, "state", str)
    return record


def _field(answer: dict[str, Any], name: str, kind: type[T]) -> T:
    value = answer.get(name)
    if not isinstance(value, kind):
        message = f"{answer['request']} was answered with {name} = {value!r}, no {kind.__name__}."
        raise BadAnswerError(message)
    return value


def _beginning(response: httpx.Response) -> str:
    return repr(response.text[:60])
