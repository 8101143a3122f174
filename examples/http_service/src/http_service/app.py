"""What the service answers: JSON over HTTP, to those who have a token."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from http_service.faults import Faults
    from http_service.store import Store

_MOST_SHOTS = 100_000
_MOST_SECONDS = 86_400


class Api:
    """The answers, over a store of jobs.

    Args:
        store: The jobs.
        tokens: The names of the users, by their tokens.
        faults: The faults that are switched on; None for a service that takes no orders of tests.
        instance: What tells this service from every other one.
    """

    def __init__(
        self, store: Store, tokens: Mapping[str, str], faults: Faults | None, instance: str
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._faults = faults
        self._instance = instance

    def app(self) -> Starlette:
        """Make the application."""
        routes = [
            Route("/health", self.health),
            Route("/jobs", self.submit, methods=["POST"]),
            Route("/jobs", self.listed),
            Route("/jobs/status", self.batch, methods=["POST"]),
            Route("/jobs/{job_id}", self.job),
            Route("/jobs/{job_id}/result", self.result),
            Route("/jobs/{job_id}/cancel", self.cancel, methods=["POST"]),
        ]
        if self._faults is not None:
            routes += [
                Route("/faults", self.order, methods=["POST", "DELETE"]),
                Route("/faults", self.log),
                Route("/jobs/{job_id}/move", self.move, methods=["POST"]),
            ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _refusal})

    async def health(self, _request: Request) -> JSONResponse:
        """Answer that the service is there, and which one; needs no token."""
        return JSONResponse({"is_well": True, "instance": self._instance})

    async def submit(self, request: Request) -> JSONResponse:
        """Take a job; an `Idempotency-Key` that was seen before gives the job of that time."""
        owner, program = self._owner(request), _checked(await _json(request))
        key = request.headers.get("Idempotency-Key")
        job_id = await run_in_threadpool(self._store.add, owner, key, program)
        return JSONResponse({"id": job_id}, status_code=201)

    async def listed(self, request: Request) -> JSONResponse:
        """List the jobs of a user, and how often each was submitted."""
        jobs = await run_in_threadpool(self._store.all_jobs, self._owner(request))
        return JSONResponse({"jobs": jobs})

    async def job(self, request: Request) -> JSONResponse:
        """Answer the record of a job."""
        return JSONResponse(await self._found(request))

    async def batch(self, request: Request) -> JSONResponse:
        """Answer the records of many jobs; those that the user does not have are left out."""
        owner, asked = self._owner(request), (await _json(request)).get("ids")
        if not isinstance(asked, list) or not all(isinstance(each, str) for each in asked):
            raise HTTPException(422, "ids must be a list of texts.")
        return JSONResponse({"jobs": await run_in_threadpool(self._store.jobs, owner, asked)})

    async def result(self, request: Request) -> JSONResponse:
        """Answer the counts of a job; 409 if there are none."""
        record = await self._found(request)
        counts = await run_in_threadpool(self._store.counts, self._owner(request), record["id"])
        if counts is None:
            raise HTTPException(409, f"Job {record['id']} is {record['state']}: no result.")
        return JSONResponse({"counts": counts})

    async def cancel(self, request: Request) -> JSONResponse:
        """Cancel a job; answer whether that is accepted."""
        record = await self._found(request)
        accepted = await run_in_threadpool(self._store.cancel, self._owner(request), record["id"])
        return JSONResponse({"accepted": accepted})

    async def order(self, request: Request) -> JSONResponse:
        """Switch faults on (POST), or all off (DELETE)."""
        self._owner(request)
        faults = self._known_faults()
        if request.method == "DELETE":
            faults.clear()
        else:
            faults.add(await _json(request))
        return JSONResponse({})

    async def log(self, request: Request) -> JSONResponse:
        """Answer which requests came, when, and how each was answered."""
        self._owner(request)
        return JSONResponse({"log": self._known_faults().log})

    async def move(self, request: Request) -> JSONResponse:
        """Put a job that is held into a state."""
        record, order = await self._found(request), await _json(request)
        message, counts = order.get("message"), {"0": 497, "1": 503}
        await run_in_threadpool(self._store.move, record["id"], order["state"], message, counts)
        return JSONResponse({})

    def _known_faults(self) -> Faults:
        if self._faults is None:
            raise HTTPException(404, "The service takes no orders.")
        return self._faults

    def _owner(self, request: Request) -> str:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        for token, owner in self._tokens.items():
            if hmac.compare_digest(token.encode(), given):
                return owner
        raise HTTPException(401, "The token is not known.")

    async def _found(self, request: Request) -> dict[str, Any]:
        job_id = request.path_params["job_id"]
        records = await run_in_threadpool(self._store.jobs, self._owner(request), [job_id])
        if not records:
            # The same for a job of another user: nobody learns which ids there are.
            raise HTTPException(404, f"There is no job {job_id}.")
        record: dict[str, Any] = records[0]
        return record


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise HTTPException(422, "The body must be a JSON object.")
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # JSON can say half of a character, which nothing can keep.
        raise HTTPException(400, "A text in the body is no Unicode.") from None
    return body


def _checked(program: dict[str, Any]) -> dict[str, Any]:
    """Read a program: a coin is tossed `shots` times.

    Raises:
        HTTPException: Something in it is wrong.
    """
    allowed = {"shots": int, "seed": int, "seconds": (int, float), "fails": str, "held": bool}
    for name, value in program.items():
        if name not in allowed or not isinstance(value, allowed[name]):  # type: ignore[arg-type]
            raise HTTPException(422, f"A program has no {name} = {value!r}.")
    if not 0 < program.get("shots", 0) <= _MOST_SHOTS or "seed" not in program:
        raise HTTPException(422, f"A program needs a seed, and 1 to {_MOST_SHOTS} shots.")
    # Not so of NaN either.
    if not 0 <= program.get("seconds", 0) <= _MOST_SECONDS:
        raise HTTPException(422, f"A program takes 0 to {_MOST_SECONDS} seconds.")
    return program


async def _refusal(_request: Request, error: Exception) -> JSONResponse:
    code, detail = getattr(error, "status_code", 500), getattr(error, "detail", "")
    return JSONResponse({"error": detail}, status_code=code)
