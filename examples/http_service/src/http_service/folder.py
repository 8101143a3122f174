"""The files of a service in its folder: its notes, its tokens, and the lock that says it runs."""

from __future__ import annotations

import fcntl
import json
import secrets
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Notes:
    """What a service writes down of itself while it runs.

    Attributes:
        pid: Its process.
        address: Where it answers.
        instance: What `/health` tells too; no other service has the same.
    """

    pid: int
    address: str
    instance: str

    def answers(self) -> bool:
        """Tell whether the service that wrote this is there; the number of its process may not be.

        A service that was killed leaves its notes, and another program may get its number.
        """
        try:
            # By no proxy: the address is one of this machine.
            with build_opener(ProxyHandler({})).open(f"{self.address}/health", timeout=5) as answer:
                told = json.load(answer)
        except (OSError, HTTPException, ValueError):
            return False
        return isinstance(told, dict) and told.get("instance") == self.instance


def notes_file(folder: Path) -> Path:
    """Give the file with the notes."""
    return folder / "service.json"


def tokens_file(folder: Path) -> Path:
    """Give the file with the tokens."""
    return folder / "tokens.json"


def read_notes(folder: Path) -> Notes | None:
    """Read the notes; None if there are none.

    Raises:
        ValueError: They cannot be read.
    """
    path = notes_file(folder)
    try:
        read: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    kinds = {"pid": int, "address": str, "instance": str}
    if not isinstance(read, dict) or any(
        not isinstance(read.get(name), kind) for name, kind in kinds.items()
    ):
        message = "not the notes of a service"
        raise ValueError(message)
    return Notes(**{name: read[name] for name in kinds})


def write_notes(folder: Path, notes: Notes) -> None:
    """Write the notes down."""
    _write(notes_file(folder), json.dumps(asdict(notes)))


def remove_notes(folder: Path) -> None:
    """Remove the notes, if they are there."""
    notes_file(folder).unlink(missing_ok=True)


def tokens(folder: Path) -> dict[str, str]:
    """Read which token is whose; make one for the first user."""
    path = tokens_file(folder)
    if not path.exists():
        _write(path, json.dumps({secrets.token_urlsafe(): "first user"}))
    read: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return read


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Hold the lock of the folder, and give False if another process holds it.

    The system frees it when the process ends, however that comes about.
    """
    with (folder / "service.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _write(path: Path, text: str) -> None:
    # At once or not at all, and for nobody else to read.
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
