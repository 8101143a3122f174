"""Jobs that break the rules of sharing."""

import threading

from jobv1 import JobStatus
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


class HomelyJob(AbleJob):
    """Keeps what it knows in a `threading.local`, because its client is no good for two threads."""

    def __init__(self, *args, **metadata):
        super().__init__(*args, **metadata)
        self.known = threading.local()
        self.known.is_here = True

    @property
    def is_home(self):
        return getattr(self.known, "is_here", False)


@breaks("check_sharing_status", "got:      QUEUED here, INITIALIZING in another thread")
class BeginsAnewInEachThreadJob(HomelyJob):
    """Asks at its second query, because the first thread knew the status from the submission."""

    def _query(self):
        if self.is_home:
            return super()._query()
        self.known.is_here = True
        return JobStatus.INITIALIZING


@breaks("check_sharing_waits", "was DONE after it had waited alone, the other when it was RUNNING")
class LetsOneThreadWaitJob(AbleJob):
    """Lets a second wait go, because the first will take note of the end."""

    is_waited_for = False

    def wait_for_final_state(self, *args, **options):
        if self.is_waited_for:
            return
        self.is_waited_for = True
        try:
            super().wait_for_final_state(*args, **options)
        finally:
            self.is_waited_for = False


@breaks("check_sharing_result", "got:      'h q[0];' here, None in another thread")
class KeepsItsResultForOneThreadJob(HomelyJob):
    """Keeps its result where no other thread finds it."""

    def _fetch(self, timeout, wait):
        result = super()._fetch(timeout, wait)
        return result if self.is_home else None
