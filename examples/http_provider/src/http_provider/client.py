"""The client of the service: it makes one request a call, and knows nothing of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import httpx
from typing_extensions import override

from http_provider.answers import Answer, Screen, retry_after
from http_provider.errors import (
    BadAnswerError,
    NotFoundError,
    ServiceError,
    UnauthorizedError,
    UnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_REFUSALS: dict[int, type[ServiceError]] = {401: UnauthorizedError, 404: NotFoundError}
_TOO_MANY = 429
_SERVER_ERRORS = 500
# Nothing else of httpx.RequestError: a header that is illegal today is so tomorrow.
_MAY_PASS = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)


class Client:
    """Speaks with the service for one user; threads may share it.

    Every method raises an `UnavailableError` if the same request may be answered later, and
    another `ServiceError` if not.

    Args:
        url: The address of the service.
        token: What the service knows the user by; it is shown nowhere.
        seconds: How long to wait for an answer.

    Raises:
        ValueError: The address is none, or has more than an address has; or the token cannot be
            sent. Neither is shown.
    """

    def __init__(self, url: str, token: str, *, seconds: float = 10.0) -> None:
        _check_url(url)
        _check_token(token)
        self._screen = Screen(token)
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=seconds)

    def submit(self, program: dict[str, Any], key: str) -> str:
        """Have a job made, or found that was made with the same key, and return its id."""
        answer = self._ask("POST", "/jobs", json=program, headers={"Idempotency-Key": key})
        return answer.field("id", str)

    def job(self, job_id: str) -> Answer:
        """Return the record of a job."""
        record = self._ask("GET", f"/jobs/{quote(job_id, safe='')}")
        if record.field("id", str) != job_id:
            message = "was answered with another job."
            raise record.error(message)
        return record

    def jobs(self, job_ids: Sequence[str]) -> list[Answer]:
        """Return the records of those of some jobs that the service finds.

        One that says of no job of these what it is of is left out.
        """
        answer = self._ask("POST", "/jobs/status", json={"ids": list(job_ids)})
        asked = set(job_ids)
        return [
            Answer("POST /jobs/status", entry, self._screen)
            for entry in answer.field("jobs", list)
            if isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"] in asked
        ]

    def counts(self, job_id: str) -> dict[str, int]:
        """Return the counts of a job that is completed."""
        answer = self._ask("GET", f"/jobs/{quote(job_id, safe='')}/result")
        return answer.field("counts", dict)

    def cancel(self, job_id: str) -> bool:
        """Ask for a cancel, and return whether it is accepted."""
        answer = self._ask("POST", f"/jobs/{quote(job_id, safe='')}/cancel")
        return answer.field("accepted", bool)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} of {self._http.base_url}>"

    def _ask(self, method: str, path: str, **content: Any) -> Answer:
        request = f"{method} {path}"
        # Errors of httpx may quote what was sent or came, so they are screened, and not chained.
        try:
            response = self._http.request(method, path, **content)
        except _MAY_PASS as error:
            raise UnavailableError(self._not_answered(request, error)) from None
        except httpx.DecodingError as error:
            raise BadAnswerError(self._not_answered(request, error)) from None
        except httpx.RequestError as error:
            raise ServiceError(self._not_answered(request, error)) from None
        if not response.is_success:
            message = f"{request} was answered by {self._shown(response)}"
            raise _refusal(message, response)
        try:
            value: object = response.json()
        except (ValueError, RecursionError):
            message = f"{request} was answered by what is no JSON: {self._shown(response)}"
            raise BadAnswerError(message) from None
        return Answer(request, value, self._screen)

    def _shown(self, response: httpx.Response) -> str:
        code = self._screen.hide(f"{response.status_code} {response.reason_phrase}".rstrip())
        return f"{code}: {self._screen.beginning(response.text)!r}"

    def _not_answered(self, request: str, error: httpx.RequestError) -> str:
        words = self._screen.hide(f"{type(error).__name__}: {error}")
        return f"{request} was not answered: {words}"


def _refusal(message: str, response: httpx.Response) -> ServiceError:
    code, headers = response.status_code, response.headers
    if code == _TOO_MANY or code >= _SERVER_ERRORS:
        seconds = retry_after(headers.get("Retry-After"), headers.get("Date"))
        return UnavailableError(message, seconds)
    return _REFUSALS.get(code, ServiceError)(message)


def _check_url(url: str) -> None:
    message = (
        "The address must be like http://127.0.0.1:8000, with no user, password, query or "
        "fragment; what was given is not shown, since it may be a secret."
    )
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        raise ValueError(message) from None
    # With a user in the address httpx would send that in place of the token.
    if not is_right or "@" in parts.netloc or "?" in url or "#" in url:
        raise ValueError(message)


def _check_token(token: str) -> None:
    # An illegal header is shown by the error of the library that refuses it.
    if not (token and token.isascii() and token.isprintable() and " " not in token):
        message = (
            "The token must be printable ASCII without white space; it is not shown. "
            "If it was read from a file, a line break may be at its end."
        )
        raise ValueError(message)
