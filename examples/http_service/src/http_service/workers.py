"""The processes that run the jobs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

from http_service.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from http_service.store import Claim

# How often an idle worker looks for a job, and a busy one whether its job is cancelled, in seconds.
_LOOK = 0.02


def start(path: Path, number: int) -> Sequence[BaseProcess]:
    """Start worker processes on the jobs of a store."""
    # A fresh interpreter, so that no worker holds the socket of the service.
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_work, args=(path, os.getpid()), daemon=True) for _ in range(number)
    ]
    for worker in workers:
        worker.start()
    return workers


def _work(path: Path, service: int) -> None:
    # Ctrl-C on a terminal reaches the service, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = Store(path)
    # A service that was killed leaves its workers to another parent.
    while os.getppid() == service:
        claim = store.claim()
        if claim is None:
            time.sleep(_LOOK)
        else:
            _run(store, claim, service)


def _run(store: Store, claim: Claim, service: int) -> None:
    end = time.monotonic() + claim.program.get("seconds", 0)
    while time.monotonic() < end:
        if os.getppid() != service:
            # The next service begins the job again.
            return
        if not store.may_go_on(claim):
            break
        time.sleep(min(_LOOK, max(end - time.monotonic(), 0)))
    message = claim.program.get("fails")
    if message is None:
        store.end(claim, counts=_toss(claim.program))
    else:
        store.end(claim, message=message)


def _toss(program: dict[str, Any]) -> dict[str, int]:
    """Toss a coin as often as there are shots; the same seed gives the same counts."""
    tosses = Random(program["seed"]).choices("01", k=program["shots"])  # noqa: S311 - a simulation
    return dict(Counter(tosses))
