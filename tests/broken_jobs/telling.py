"""Jobs that break the rules of telling."""

from jobv1 import JOB_FINAL_STATES
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


@breaks("check_telling_once", "got:      2 calls")
class CallsBackTwiceJob(AbleJob):
    """Calls back at the word of the service, and again when a query sees the end."""

    def __init__(self, *args, **metadata):
        super().__init__(*args, **metadata)
        self._called = []

    def _tell(self):
        self._called += self._listeners
        super()._tell()

    def _query(self):
        status = super()._query()
        if status in JOB_FINAL_STATES:
            called, self._called = self._called, []
            for fn in called:
                fn(self)
        return status


@breaks("check_telling_late_callers", "got:      no call in ")
class ForgetsLateCallersJob(AbleJob):
    """Only notes the callback, which is called at an end that is over."""

    def add_done_callback(self, fn, /):
        self._listeners.append(fn)


@breaks("check_telling_finds_the_end", "got:      RUNNING")
class CallsBackTooEarlyJob(AbleJob):
    """Calls back before it takes note of the end."""

    def move(self, status):
        if status in JOB_FINAL_STATES:
            self._tell()
        super().move(status)


@breaks("check_telling_taken_back", "got:      1 calls of the first, 1 of the other")
class KeepsItsCallbacksJob(AbleJob):
    """Looks for the callback by `is`, which finds no bound method."""

    def remove_done_callback(self, fn, /):
        self._listeners = [listener for listener in self._listeners if listener is not fn]


@breaks("check_telling_taken_back_in_vain", "got:      it raised ValueError: list.remove(x)")
class StumblesOverStrangersJob(AbleJob):
    """Removes the callback from its list without a look whether it is there."""

    def remove_done_callback(self, fn, /):
        self._listeners.remove(fn)
