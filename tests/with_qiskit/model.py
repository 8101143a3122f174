"""What waits do, in two ways: as Qiskit's, and with the differences that docs/design.md lists.

Each difference is one switch, so what differs without a switch is not documented.
"""

import math

from tests.with_qiskit.arguments import ODD_TIMEOUTS, ODD_WAITS
from tests.with_qiskit.scripts import FAILURE, FINAL, NAMES

# As they stand in the table of docs/design.md.
DIFFERENCES = {
    "the clock",
    "the last sleep",
    "the callback for the final status",
    "the callback for the last query before a timeout",
    "a callback that cannot be called",
    "a callback that counts as false",
    "the status that a callback is given",
    "arguments of a job with `_async = False`",
    "a status that is no member",
    *(argument.row for argument in [*ODD_TIMEOUTS, *ODD_WAITS]),
}
PREDICATES = {
    "done": ("DONE",),
    "running": ("RUNNING",),
    "cancelled": ("CANCELLED",),
    "in_final_state": FINAL,
}
LIMIT = 10_000


class EndError(Exception):
    """The end of a wait, or of a predicate, by an error: its name."""


class Model:
    """The waits of a script.

    Args:
        script: The script.
        differences: By what it differs from Qiskit's.
    """

    def __init__(self, script, differences):
        self.script = script
        self.differences = differences
        self.now = 0.0
        self.trace = []

    def run(self):
        """Give the trace: each query and callback, the end of each wait, what the job is then."""
        for asked in self.script.waits:
            self.asked, self.start, self.calls = asked, self.now, 0
            self.trace.append((self.ended(self.wait), self.now))
            for name, statuses in PREDICATES.items():
                told = self.ended(lambda statuses=statuses: self.query() in statuses)
                self.trace.append((name, told, self.now))
        return self.trace

    def ended(self, act):
        try:
            return act()
        except EndError as error:
            return error.args[0]

    def has(self, difference):
        assert difference in DIFFERENCES
        return difference in self.differences

    def seconds(self, argument):
        is_ours = argument.row is not None and self.has(argument.row)
        seconds = argument.ours if is_ours else argument.theirs
        if isinstance(seconds, str):
            raise EndError(seconds)
        return seconds

    def wait(self):
        if self.script.is_async or self.has("arguments of a job with `_async = False`"):
            self.check_arguments()
        if not self.script.is_async:
            return
        while (answer := self.query()) not in FINAL:
            if self.elapsed() >= self.seconds(self.asked.timeout):
                if self.has("the callback for the last query before a timeout"):
                    self.call_back(answer)
                raise EndError("JobTimeoutError: Timeout while waiting for job ab12")
            self.call_back(answer)
            self.sleep()
        if self.has("the callback for the final status"):
            self.call_back(answer)

    def check_arguments(self):
        is_no_callback = self.asked.callback in {0, "text"}
        if is_no_callback and self.has("a callback that cannot be called"):
            raise EndError("TypeError")
        for argument in (self.asked.timeout, self.asked.wait):
            if argument.row is not None and self.has(argument.row):
                self.seconds(argument)

    def query(self):
        self.trace.append(("query", self.now))
        assert len(self.trace) < LIMIT
        answer = self.script.answer(self.now)
        self.now += self.script.cost
        if answer == FAILURE:
            raise EndError("ConnectionError")
        if answer not in NAMES and self.has("a status that is no member"):
            raise EndError("JobStatusError")
        return answer

    def elapsed(self):
        if self.has("the clock"):
            return self.now - self.start
        return self.script.wall(self.now) - self.script.wall(self.start)

    def call_back(self, answer):
        asked = self.asked
        if asked.callback in {"none", 0}:
            return
        if asked.callback == "empty" and not self.has("a callback that counts as false"):
            return
        if asked.callback == "text":
            raise EndError("TypeError")
        self.calls += 1
        self.trace.append(("callback", self.now, "ab12", self.given(answer), True))
        self.now += asked.callback_cost
        if self.calls == asked.callback_raises:
            raise EndError("RuntimeError")

    def given(self, answer):
        if answer not in NAMES:
            return repr(answer)
        is_other = self.script.is_mixed and not self.has("the status that a callback is given")
        return f"{'other' if is_other else 'own'} {answer}"

    def sleep(self):
        seconds = self.seconds(self.asked.wait)
        left = self.seconds(self.asked.timeout) - self.elapsed()
        self.now += min(seconds, max(left, 0)) if self.has("the last sleep") else seconds
        assert not math.isnan(self.now)
