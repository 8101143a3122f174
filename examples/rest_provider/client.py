"""The client of the laboratory's service, which speaks JSON over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_TRY_AGAIN = 429
_SERVER_ERRORS = 500


class RequestRefusedError(Exception):
    """The service understood a request, and refuses it."""


class RestClient:
    """Submits jobs to the service, and asks for them.

    Every method raises a `ConnectionError` if asking again may help, and a
    `RequestRefusedError` if it may not.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def submit(self, circuit: str, options: dict[str, Any]) -> str:
        """Submit a job, and return its id."""
        job_id: str = self._ask("POST", "/jobs", {"circuit": circuit, "options": options})["id"]
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the record of a job."""
        return self._ask("GET", f"/jobs/{job_id}")

    def cancel(self, job_id: str) -> bool:
        """Ask for a cancel, and return whether it is accepted."""
        accepted: bool = self._ask("POST", f"/jobs/{job_id}/cancel", {})["accepted"]
        return accepted

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        request = Request(  # noqa: S310 - the address is the author's own
            self._url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urlopen(request, timeout=30) as response:  # noqa: S310 - as above
                answer: dict[str, Any] = json.load(response)
        except HTTPError as error:
            error.close()
            kind = ConnectionError if _may_pass(error.code) else RequestRefusedError
            message = f"{method} {path} was answered by {error.code} {error.reason}."
            raise kind(message) from error
        except OSError as error:
            message = f"{method} {path} was not answered: {error}"
            raise ConnectionError(message) from error
        return answer


def _may_pass(code: int) -> bool:
    return code == _TRY_AGAIN or code >= _SERVER_ERRORS
