"""What a wait does, in two ways: as Qiskit's, and with the differences that docs/design.md lists.

Each difference is one switch, so what differs without a switch is not documented.
"""

import math

from tests.with_qiskit.scripts import FAILURE, FINAL, NAMES

# As they stand in the table of docs/design.md: what, and what decides.
DIFFERENCES = {
    "the clock": "law 2",
    "the last sleep": "law 1",
    "the callback for the final status": "law 5",
    "the callback for the last query before a timeout": "law 5",
    "a callback that cannot be called": "rule of errors",
    "a callback that counts as false": "law 5",
    "`timeout` NaN": "law 3",
    "`timeout` not a number": "law 3",
    "`timeout=True`": "law 3",
    "`wait` negative or not a number": "law 3",
    "`wait` infinite": "law 3",
    "arguments of a job with `_async = False`": "law 3",
    "a status that is no member": "law 6",
}
LIMIT = 10_000


class EndError(Exception):
    """The end of a wait by an error: its name."""


class Model:
    """One wait of a script."""

    def __init__(self, script, differences):
        self.script = script
        self.differences = differences
        self.now = 0.0
        self.calls = 0
        self.trace = []

    def run(self):
        """Give the trace of the wait: each query and callback with its time, and the end."""
        try:
            self.wait()
            end = "returned"
        except EndError as error:
            end = error.args[0]
        return [*self.trace, (end, self.now)]

    def has(self, difference):
        assert difference in DIFFERENCES
        return difference in self.differences

    def wait(self):
        script = self.script
        if script.is_async or self.has("arguments of a job with `_async = False`"):
            self.check_arguments()
        if not script.is_async:
            return
        while True:
            answer = self.query()
            if answer in FINAL:
                if self.has("the callback for the final status"):
                    self.call_back(answer)
                return
            if self.is_late():
                if self.has("the callback for the last query before a timeout"):
                    self.call_back(answer)
                raise EndError("JobTimeoutError: Timeout while waiting for job ab12")
            self.call_back(answer)
            self.sleep()

    def check_arguments(self):
        script = self.script
        faults = [
            ("a callback that cannot be called", script.callback in {0, "text"}, "TypeError"),
            ("`timeout` not a number", isinstance(script.timeout, str), "TypeError"),
            ("`timeout=True`", script.timeout is True, "TypeError"),
            ("`timeout` NaN", is_nan(script.timeout), "ValueError"),
            ("`wait` negative or not a number", script.wait == "5", "TypeError"),
            ("`wait` negative or not a number", is_nan(script.wait), "ValueError"),
            ("`wait` negative or not a number", script.wait == -1, "ValueError"),
        ]
        for difference, is_there, error in faults:
            if is_there and self.has(difference):
                raise EndError(error)

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
            return self.now
        return self.script.wall(self.now) - self.script.wall(0)

    def is_late(self):
        timeout = self.script.timeout
        if isinstance(timeout, str):
            raise EndError("TypeError")
        return timeout is not None and self.elapsed() >= timeout

    def call_back(self, answer):
        script = self.script
        if script.callback in {"none", 0}:
            return
        if script.callback == "empty" and not self.has("a callback that counts as false"):
            return
        if script.callback == "text":
            raise EndError("TypeError")
        self.calls += 1
        name = answer if answer in NAMES else repr(answer)
        self.trace.append(("callback", self.now, "ab12", name, True))
        self.now += script.callback_cost
        if self.calls == script.callback_raises:
            raise EndError("RuntimeError")

    def sleep(self):
        wait, timeout = self.script.wait, self.script.timeout
        if wait == "5":
            raise EndError("TypeError")
        if is_nan(wait) or wait < 0:
            raise EndError("ValueError")
        if wait == math.inf and not self.has("`wait` infinite"):
            raise EndError("OverflowError")
        if self.has("the last sleep") and timeout is not None and not is_nan(timeout):
            wait = min(wait, max(timeout - self.elapsed(), 0))
        self.now += wait


def is_nan(value):
    """Whether a value is the number that is none."""
    return isinstance(value, float) and math.isnan(value)
