"""The processes that run the jobs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from http_service.store import Store

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from http_service.store import Claim

# How often an idle worker looks for a job, and a busy one whether its job is cancelled, in seconds.
_LOOK = 0.02
# How often the service looks whether a worker died, in seconds; a worker needs longer to start.
_WATCH = 0.2


class Crew:
    """The worker processes of a service; one that dies is replaced.

    Args:
        path: The file of the store.
        service: The number of the service.
        size: How many workers there are.
    """

    def __init__(self, path: Path, service: int, size: int) -> None:
        # A fresh interpreter, so that no worker holds the socket of the service.
        self._context = multiprocessing.get_context("spawn")
        self._path = path
        self._service = service
        self._ending = Event()
        self._workers = dict(self._started() for _ in range(size))
        self._watch = Thread(target=self._replace_the_dead, daemon=True)
        self._watch.start()

    def end(self) -> None:
        """End the workers; the next service begins their jobs again."""
        self._ending.set()
        self._watch.join()
        for process in self._workers.values():
            process.terminate()

    def _started(self) -> tuple[str, BaseProcess]:
        worker = uuid4().hex
        given = (self._path, self._service, worker, os.getpid())
        process = self._context.Process(target=_work, args=given, daemon=True)
        process.start()
        return worker, process

    def _replace_the_dead(self) -> None:
        store = Store(self._path)
        while not self._ending.wait(_WATCH):
            for worker, process in list(self._workers.items()):
                if not process.is_alive():
                    store.bury(worker)
                    del self._workers[worker]
                    self._workers.update([self._started()])


def _work(path: Path, service: int, worker: str, parent: int) -> None:
    # Ctrl-C on a terminal reaches the service, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = Store(path)
    # A service that was killed leaves its workers to another parent.
    while os.getppid() == parent:
        claim = store.claim(service, worker)
        if claim is None:
            time.sleep(_LOOK)
        else:
            _run(store, claim, parent)


def _run(store: Store, claim: Claim, parent: int) -> None:
    end = time.monotonic() + claim.program.get("seconds", 0)
    while time.monotonic() < end:
        if os.getppid() != parent:
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
