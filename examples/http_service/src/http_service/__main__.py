"""The commands of the service: start, stop, serve."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn

from http_service import workers
from http_service.app import Api
from http_service.faults import Faults
from http_service.store import Store

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_MOST_SECONDS = 30.0


def main() -> None:
    """Do what the command line says."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    {"start": start, "stop": stop, "serve": serve}[options.command](options)


def start(options: argparse.Namespace) -> None:
    """Start a service in the background, and come back when it answers."""
    if _is_alive(_notes(options.folder).get("pid")):
        sys.exit(f"A service is running already; see {_notes_file(options.folder)}.")
    _notes_file(options.folder).unlink(missing_ok=True)
    command = [sys.executable, "-m", "http_service", "serve", *sys.argv[2:]]
    with (options.folder / "service.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    end = time.monotonic() + _MOST_SECONDS
    while not _answers(address := _notes(options.folder).get("address")):
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"The service did not start; see {options.folder / 'service.log'}.")
        time.sleep(0.05)
    print(f"The service answers at {address}; tokens are in {_tokens_file(options.folder)}.")


def stop(options: argparse.Namespace) -> None:
    """Stop the service, and come back when it has ended; its jobs stay."""
    pid = _notes(options.folder).get("pid")
    if not isinstance(pid, int) or not _is_alive(pid):
        sys.exit("No service is running there.")
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + _MOST_SECONDS
    while _is_alive(pid) and _notes(options.folder).get("pid") == pid:
        if time.monotonic() > end:
            sys.exit(f"The service, process {pid}, did not end in {_MOST_SECONDS:g} s.")
        time.sleep(0.05)
    print("The service has ended.")


def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    # Named as TCP, so that asyncio sends small answers at once.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    # The port may be that of a service that was killed a moment ago.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", options.port))
    listening.listen()
    store = Store(options.folder / "jobs.sqlite")
    store.set_up()
    processes = workers.start(options.folder / "jobs.sqlite", options.workers)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    notes = {"pid": os.getpid(), "address": address}
    _write(_notes_file(options.folder), json.dumps(notes))
    config = uvicorn.Config(
        _app(store, options), log_level="warning", timeout_graceful_shutdown=2, lifespan="off"
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        _notes_file(options.folder).unlink(missing_ok=True)
        for process in processes:
            process.terminate()


def _app(store: Store, options: argparse.Namespace) -> ASGIApp:
    tokens = _tokens(options.folder)
    if not options.with_faults:
        return Api(store, tokens, None).app()
    faults = Faults(_refuse)
    faults.app = Api(store, tokens, faults).app()
    return faults


async def _refuse(*_connection: object) -> None:
    """Stand in the place of the application until it is made."""


def _tokens(folder: Path) -> dict[str, str]:
    """Read which token is whose; make one for the first user."""
    path = _tokens_file(folder)
    if not path.exists():
        _write(path, json.dumps({secrets.token_urlsafe(): "first user"}))
    tokens: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return tokens


def _write(path: Path, text: str) -> None:
    # At once or not at all, and for nobody else to read.
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _notes(folder: Path) -> dict[str, str | int]:
    path = _notes_file(folder)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _notes_file(folder: Path) -> Path:
    return folder / "service.json"


def _tokens_file(folder: Path) -> Path:
    return folder / "tokens.json"


def _is_alive(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _answers(address: object) -> bool:
    try:
        with urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except (URLError, OSError, ValueError):
        return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="http-service", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "serve"])
    parser.add_argument("folder", type=Path, help="where jobs, tokens and the log are kept")
    parser.add_argument("--port", type=int, default=0, help="0, the default, for a free one")
    parser.add_argument("--workers", type=int, default=2, help="how many processes run jobs")
    parser.add_argument("--with-faults", action="store_true", help="take orders of tests")
    return parser.parse_args()


if __name__ == "__main__":
    main()
