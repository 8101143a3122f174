"""A real service on a free port of this machine, which tests start, kill and give orders."""

import json
import os
import signal
import subprocess
import sys
import time

import httpx
from http_provider import HttpBackend

TOKEN, OTHER_TOKEN = "token-5f2a-secret", "token-77aa-secret"
PATIENCE = 20.0


class Service:
    """The service, in a process of its own.

    Args:
        folder: Where it keeps its jobs.
    """

    def __init__(self, folder):
        self.folder = folder
        self.port = 0
        self.address = ""
        tokens = {TOKEN: "first user", OTHER_TOKEN: "second user"}
        (folder / "tokens.json").write_text(json.dumps(tokens))
        self._process = None
        self._http = None
        self._backends = []

    def start(self):
        """Start it; again on the port that it had before."""
        notes = self.folder / "service.json"
        notes.unlink(missing_ok=True)
        command = [sys.executable, "-m", "http_service", "serve", str(self.folder)]
        command += ["--with-faults", "--port", str(self.port)]
        with (self.folder / "service.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until(lambda: notes.exists() or self._process.poll() is not None)
        assert notes.exists(), (self.folder / "service.log").read_text()
        self.address = json.loads(notes.read_text())["address"]
        self.port = int(self.address.rpartition(":")[2])
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self._http = httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE)
        until(self._answers)

    def kill(self):
        """Kill it, without a chance to tidy up."""
        self._process.kill()
        self._process.wait()
        self._http.close()

    def end(self):
        """Stop it, if it runs."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE)
        self._http.close()
        while self._backends:
            self._backends.pop().close()

    def backend(self, token=TOKEN, seconds=PATIENCE):
        """Give a backend over it, which is closed at the end."""
        backend = HttpBackend(self.address, token, seconds=seconds)
        self._backends.append(backend)
        return backend

    def fault(self, kind, **order):
        """Switch a fault on."""
        self._http.post("/faults", json={"kind": kind, **order}).raise_for_status()

    def clear(self):
        """Switch all faults off, and forget the log."""
        self._http.delete("/faults").raise_for_status()

    def log(self, method="", path="/"):
        """Give the requests of some kind that came since the last `clear`."""
        entries = self._http.get("/faults").raise_for_status().json()["log"]
        return [it for it in entries if it["method"].startswith(method) and path in it["path"]]

    def move(self, job_id, state, message=None):
        """Put a job that is held into a state."""
        order = {"state": state, "message": message}
        self._http.post(f"/jobs/{job_id}/move", json=order).raise_for_status()

    def jobs(self):
        """Give id, state and number of submits of each job of the first user."""
        return self._http.get("/jobs").raise_for_status().json()["jobs"]

    def _answers(self):
        try:
            return self._http.get("/health").is_success
        except httpx.TransportError:
            return False


def until(condition):
    """Wait for real until something is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"it was not so after {PATIENCE:g} s"
        time.sleep(0.01)


def environment():
    """Give the environment for a program that a test starts."""
    return {**os.environ, "PYTHONWARNINGS": "error"}
