"""The jobs of the service, in SQLite, so that a restart loses none."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    program TEXT NOT NULL,
    is_held INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued',
    message TEXT,
    counts TEXT,
    run INTEGER NOT NULL DEFAULT 0,
    submits INTEGER NOT NULL DEFAULT 1,
    worker TEXT,
    deaths INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner, key)
)
"""
# Which service the jobs belong to: each one that begins counts on.
_SERVICES = "CREATE TABLE IF NOT EXISTS services (number INTEGER PRIMARY KEY)"
# So that the first in the queue is found at once.
_INDEX = "CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, is_held, number)"

# A job may have bad luck with a worker or two; one that kills each of its workers has to end.
_MOST_DEATHS = 3


@dataclass(frozen=True)
class Claim:
    """A job that a worker has taken: no other worker has the same number of the run."""

    job_id: str
    run: int
    program: dict[str, Any]


class Store:
    """The jobs, in one file; several processes may use it at once.

    Args:
        path: The file; it is made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def set_up(self) -> int:
        """Make the tables, and take up what the last service left behind.

        A job that was running is queued again; one whose cancel was accepted is cancelled.

        Returns:
            The number of the new service; workers of earlier ones get no job from now on.
        """
        with closing(self._opened()) as database:
            # A process may be killed at any time; what was committed stays.
            database.execute("PRAGMA journal_mode = WAL")
        with self._change() as database:
            database.execute(_TABLE)
            database.execute(_INDEX)
            database.execute(_SERVICES)
            service = database.execute("INSERT INTO services DEFAULT VALUES").lastrowid
            database.execute("UPDATE jobs SET state = 'cancelled' WHERE state = 'cancelling'")
            database.execute(
                "UPDATE jobs SET state = 'queued', run = run + 1 "
                "WHERE state = 'running' AND NOT is_held"
            )
        return int(service or 0)

    def add(self, owner: str, key: str | None, program: dict[str, Any]) -> str:
        """Add a job, unless the owner added one with this key, and return its id."""
        with self._change() as database:
            (job_id,) = database.execute(
                "INSERT INTO jobs (id, owner, key, program, is_held) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (owner, key) DO UPDATE SET submits = submits + 1 RETURNING id",
                (
                    uuid4().hex[:12],
                    owner,
                    key or uuid4().hex,
                    json.dumps(program),
                    program.get("held", False),
                ),
            ).fetchone()
        return str(job_id)

    def jobs(self, owner: str, job_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return the records of those of some jobs that the owner has, in no order."""
        marks = ", ".join("?" * len(job_ids))
        with self._change() as database:
            rows = database.execute(
                f"SELECT *, (SELECT count(*) FROM jobs AS other WHERE other.state = 'queued' "  # noqa: S608 - marks
                f"AND other.number < jobs.number) AS position "
                f"FROM jobs WHERE owner = ? AND id IN ({marks})",
                (owner, *job_ids),
            ).fetchall()
        return [_record(row) for row in rows]

    def all_jobs(self, owner: str) -> list[dict[str, Any]]:
        """Return for each job of the owner its id, its state and how often it was submitted."""
        with self._change() as database:
            rows = database.execute(
                "SELECT id, state, submits FROM jobs WHERE owner = ? ORDER BY number", (owner,)
            ).fetchall()
        return [dict(row) for row in rows]

    def counts(self, owner: str, job_id: str) -> dict[str, int] | None:
        """Return the counts of a job, None if it has none."""
        with self._change() as database:
            row = database.execute(
                "SELECT counts FROM jobs WHERE owner = ? AND id = ?", (owner, job_id)
            ).fetchone()
        counts: dict[str, int] | None = json.loads(row["counts"] or "null") if row else None
        return counts

    def cancel(self, owner: str, job_id: str) -> bool:
        """Cancel a job that has not ended: at once, or by its worker if it has one."""
        with self._change() as database:
            changed = database.execute(
                "UPDATE jobs SET state = CASE WHEN state = 'running' AND NOT is_held "
                "THEN 'cancelling' ELSE 'cancelled' END "
                "WHERE owner = ? AND id = ? AND state IN ('queued', 'running')",
                (owner, job_id),
            ).rowcount
        return changed == 1

    def move(self, job_id: str, state: str, message: str | None, counts: dict[str, int]) -> None:
        """Put a job that is held into a state, for tests."""
        with self._change() as database:
            database.execute(
                "UPDATE jobs SET state = ?, message = ?, counts = ? WHERE id = ? AND is_held",
                (state, message, json.dumps(counts) if state == "completed" else None, job_id),
            )

    def claim(self, service: int, worker: str) -> Claim | None:
        """Take the first job of the queue, None if there is none; called by workers.

        A service that was killed leaves its workers for a moment, so theirs is looked at here,
        where no other service can begin in between.

        Args:
            service: The number of the service that the worker is of.
            worker: The name of the worker.
        """
        with self._change() as database:
            row = database.execute(
                "UPDATE jobs SET state = 'running', run = run + 1, worker = ? WHERE number = "
                "(SELECT number FROM jobs WHERE state = 'queued' AND NOT is_held "
                "ORDER BY number LIMIT 1) AND (SELECT max(number) FROM services) = ? "
                "RETURNING id, run, program",
                (worker, service),
            ).fetchone()
        return Claim(row["id"], row["run"], json.loads(row["program"])) if row else None

    def bury(self, worker: str) -> None:
        """Take the job of a worker that died: it is queued again, or fails if it kills each one."""
        with self._change() as database:
            database.execute(
                "UPDATE jobs SET run = run + 1, deaths = deaths + 1, worker = NULL, "
                "state = CASE WHEN state = 'cancelling' THEN 'cancelled' "
                "WHEN deaths + 1 < ? THEN 'queued' ELSE 'failed' END, "
                "message = CASE WHEN state = 'running' AND deaths + 1 >= ? "
                "THEN 'Its worker died, ' || ? || ' times.' END "
                "WHERE worker = ? AND state IN ('running', 'cancelling')",
                (_MOST_DEATHS, _MOST_DEATHS, _MOST_DEATHS, worker),
            )

    def may_go_on(self, claim: Claim) -> bool:
        """Tell whether a worker shall go on with its job; it may be cancelled meanwhile."""
        with self._change() as database:
            row = database.execute(
                "SELECT 1 FROM jobs WHERE id = ? AND run = ? AND state = 'running'",
                (claim.job_id, claim.run),
            ).fetchone()
        return row is not None

    def end(
        self, claim: Claim, *, counts: dict[str, int] | None = None, message: str | None = None
    ) -> None:
        """Note how a job has ended: with counts, with a message, or cancelled.

        What a worker of an earlier service says counts no more.
        """
        state = "failed" if counts is None else "completed"
        with self._change() as database:
            database.execute(
                "UPDATE jobs SET state = CASE state WHEN 'cancelling' THEN 'cancelled' ELSE ? END, "
                "message = ?, counts = ? WHERE id = ? AND run = ? "
                "AND state IN ('running', 'cancelling')",
                (state, message, counts and json.dumps(counts), claim.job_id, claim.run),
            )

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with closing(self._opened()) as database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30, isolation_level=None)


def _record(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "state": row["state"],
        "position": row["position"] if row["state"] == "queued" else None,
        "message": row["message"],
        "program": json.loads(row["program"]),
    }
