"""The commands of the service: start, stop, serve."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import uvicorn

from http_service import folder
from http_service.app import Api
from http_service.faults import Faults
from http_service.folder import Notes
from http_service.store import Store
from http_service.workers import Crew

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_MOST_SECONDS = 30.0
_IS_TAKEN = 3


def main() -> None:
    """Do what the command line says."""
    options = _options()
    {"start": start, "stop": stop, "serve": serve}[options.command](options)


def start(options: argparse.Namespace) -> None:
    """Start a service in the background, and come back when it answers."""
    options.folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "http_service", "serve", *sys.argv[2:]]
    with (options.folder / "service.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    end = time.monotonic() + _MOST_SECONDS
    # Another service, of before or started at the same time, may have notes there.
    while (notes := _notes(options.folder)) is None or not (
        notes.pid == process.pid and notes.answers()
    ):
        if process.poll() == _IS_TAKEN:
            sys.exit(f"A service is running already; see {folder.notes_file(options.folder)}.")
        if process.poll() is not None or time.monotonic() > end:
            process.terminate()
            sys.exit(f"The service did not start; see {options.folder / 'service.log'}.")
        time.sleep(0.05)
    tokens = folder.tokens_file(options.folder)
    print(f"The service answers at {notes.address}; tokens are in {tokens}.")


def stop(options: argparse.Namespace) -> None:
    """Stop the service, and come back when it has ended; its jobs stay."""
    path = folder.notes_file(options.folder)
    try:
        notes = folder.read_notes(options.folder)
    except (OSError, ValueError):
        sys.exit(f"Nothing was stopped: {path} cannot be read.")
    if notes is None:
        sys.exit("No service is running there.")
    if not notes.answers():
        sys.exit(
            f"Nothing was stopped: {path} is of a service that does not answer any more, "
            f"and process {notes.pid} may be another one by now."
        )
    try:
        os.kill(notes.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    except PermissionError:
        sys.exit(f"Nothing was stopped: process {notes.pid} is another user's.")
    end = time.monotonic() + _MOST_SECONDS
    while not _is_free(options.folder):
        if time.monotonic() > end:
            sys.exit(f"The service, process {notes.pid}, did not end in {_MOST_SECONDS:g} s.")
        time.sleep(0.05)
    print("The service has ended.")


def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    # uvicorn raises the signal again when it has shut down; by default that would end the process
    # at once, with its notes left behind.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    options.folder.mkdir(parents=True, exist_ok=True)
    with folder.locked(options.folder) as is_ours:
        if not is_ours:
            print("A service is running on this folder already.", file=sys.stderr)
            sys.exit(_IS_TAKEN)
        try:
            _serve(options)
        finally:
            folder.remove_notes(options.folder)


def _serve(options: argparse.Namespace) -> None:
    # Named as TCP, so that asyncio sends small answers at once.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        # The port may be that of a service that was killed a moment ago.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", options.port))
        listening.listen()
        store = Store(options.folder / "jobs.sqlite")
        service = store.set_up()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        notes = Notes(os.getpid(), address, secrets.token_urlsafe())
        app = _app(store, notes, options)
        crew = Crew(options.folder / "jobs.sqlite", service, options.workers)
        folder.write_notes(options.folder, notes)
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=2, lifespan="off"
        )
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            crew.end()


def _leave(_number: int, _frame: Any) -> NoReturn:
    sys.exit(0)


def _app(store: Store, notes: Notes, options: argparse.Namespace) -> ASGIApp:
    tokens = folder.tokens(options.folder)
    if not options.with_faults:
        return Api(store, tokens, None, notes.instance).app()
    faults = Faults(_refuse)
    faults.app = Api(store, tokens, faults, notes.instance).app()
    return faults


async def _refuse(*_connection: object) -> None:
    """Stand in the place of the application until it is made."""


def _notes(path: Path) -> Notes | None:
    try:
        return folder.read_notes(path)
    except (OSError, ValueError):
        # What another program left there; the service writes its own.
        return None


def _is_free(path: Path) -> bool:
    with folder.locked(path) as is_free:
        return is_free


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
