"""Faults that tests switch on: what real services and networks do on bad days."""

from __future__ import annotations

import asyncio
import json
import time
from random import Random
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, JSONResponse, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
_SPLIT = 2


class Faults:
    """An application around another one, which answers wrongly when it is told to.

    An order is a mapping: `kind`, and if need be `times` (1 if it is left out), `method` and `path`
    (the beginning of it), which choose the requests, `seconds` for a pause.
    The kind "random" has a `share` from 0 to 1, a `seed` and a list of `kinds`, and strikes until
    all faults are switched off.

    The kinds: "unavailable" (503, with Retry-After), "hang_up" (the connection is closed, nothing
    was done), "lost" (it was done, and the answer is lost), "truncated" (half of the body), "slow",
    "page" (an HTML page of a proxy, 502), "malformed" (no JSON, 200), "empty" (an object without
    fields), "list", "unauthorized" (401), "not_found" (404) and "unknown_state".

    Attributes:
        log: For each request its `time` in seconds, `method`, `path`, `fault` and `code`; orders
            are left out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.log: list[dict[str, Any]] = []
        self._orders: list[dict[str, Any]] = []
        self._random = Random(0)  # noqa: S311 - no secret

    def add(self, order: dict[str, Any]) -> None:
        """Switch a fault on."""
        if order["kind"] == "random":
            self._random = Random(order["seed"])  # noqa: S311 - no secret
        self._orders.append({"times": 1, "method": "", "path": "/", "seconds": 0, **order})

    def clear(self) -> None:
        """Switch all faults off, and forget the log."""
        self._orders.clear()
        self.log.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path == "/faults" or path.endswith("/move"):
            await self.app(scope, receive, send)
            return
        order = self._taken(scope["method"], path)
        kind = order["kind"] if order else None
        entry = {"time": time.monotonic(), "method": scope["method"], "path": path, "fault": kind}
        self.log.append(entry)

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["code"] = message["status"]
            await send(message)

        if order is None:
            await self.app(scope, receive, noting_send)
        elif kind == "hang_up":
            await _hang_up(send)
        elif kind in _ANSWERS:
            await _ANSWERS[kind](order)(scope, receive, noting_send)
        else:
            await self._spoil(order, scope, receive, noting_send, lambda: _hang_up(send))

    def _taken(self, method: str, path: str) -> dict[str, Any] | None:
        for order in self._orders:
            if not method.startswith(order["method"]) or not path.startswith(order["path"]):
                continue
            if order["kind"] == "random":
                if self._random.random() >= order["share"]:
                    continue
                return {**order, "kind": self._random.choice(order["kinds"])}
            order["times"] -= 1
            if not order["times"]:
                self._orders.remove(order)
            return order
        return None

    async def _spoil(
        self,
        order: dict[str, Any],
        scope: Scope,
        receive: Receive,
        send: Send,
        hang_up: Callable[[], Any],
    ) -> None:
        """Have the request done, and spoil the answer."""
        if order["kind"] == "slow":
            await asyncio.sleep(order["seconds"])
            await self.app(scope, receive, send)
            return
        start, body = await _answer(self.app, scope, receive)
        if order["kind"] == "lost":
            await hang_up()
        elif order["kind"] == "truncated":
            await send(start)
            half = body[: len(body) // _SPLIT]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await hang_up()
        else:
            record = {**json.loads(body), "state": "paused"}
            await JSONResponse(record, status_code=start["status"])(scope, receive, send)


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *parts = messages
    return start, b"".join(part.get("body", b"") for part in parts)


async def _hang_up(send: Send) -> None:
    # ASGI has no word for it, so this takes the connection from the server, which is uvicorn.
    send.__self__.transport.close()  # type: ignore[attr-defined]
    # Until the server knows.
    await asyncio.sleep(0.01)


_ANSWERS: dict[str, Callable[[dict[str, Any]], Response]] = {
    "unavailable": lambda order: JSONResponse(
        {"error": "Busy."}, status_code=503, headers={"Retry-After": f"{order['seconds']:g}"}
    ),
    "page": lambda _order: HTMLResponse(_PAGE, status_code=502),
    "malformed": lambda _order: Response('{"id": ', media_type="application/json"),
    "empty": lambda _order: JSONResponse({}),
    "list": lambda _order: JSONResponse([]),
    "unauthorized": lambda _order: JSONResponse({"error": "Who?"}, status_code=401),
    "not_found": lambda _order: JSONResponse({"error": "Not yet."}, status_code=404),
}
