"""A job whose query hangs until it is let go, for tests on real threads."""

import threading

from tests.many_jobs import DONE
from tests.scripted_job import ScriptedJob

LIMIT = 10.0


class GatedJob(ScriptedJob):
    """A job whose query blocks until its gate is opened; `begun` is set when it is asked."""

    def __init__(self, answer=DONE):
        super().__init__(())
        self.answer = answer
        self.begun, self.gate = threading.Event(), threading.Event()
        self.threads = []

    def status(self):
        self.threads.append(threading.current_thread())
        self.begun.set()
        assert self.gate.wait(LIMIT), "nobody opened the gate"
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def has_ended(thread):
    """Tell whether a thread ends."""
    thread.join(LIMIT)
    return not thread.is_alive()
