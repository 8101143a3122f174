"""Fake jobs that tell when they are final, and a clock that watches the sleeps."""

from jobv1._clock import Clock


class SilentJob:
    """Cannot tell when it is final."""


class TellingJob:
    """Tells once when it is final, but cannot be asked to tell no longer."""

    def __init__(self):
        self.listeners = []
        self.subscriptions = 0

    def add_done_callback(self, fn):
        self.listeners.append(fn)
        self.subscriptions += 1

    def tell(self):
        listeners, self.listeners = self.listeners, []
        for fn in listeners:
            fn(self)


class TactfulJob(TellingJob):
    def remove_done_callback(self, fn):
        self.listeners.remove(fn)


class RepeatingJob(TellingJob):
    """Tells as often as it is made to."""

    def tell(self):
        for fn in self.listeners:
            fn(self)


class RecordingClock(Clock):
    """Notes each sleep: its seconds, and whether its wake was set before and after."""

    def __init__(self, during=lambda: None):
        self.during = during
        self.sleeps = []

    def now(self):
        return 0.0

    def sleep(self, seconds, wake=None):
        before = wake and wake.is_set()
        self.during()
        self.sleeps.append((seconds, before, wake and wake.is_set()))
