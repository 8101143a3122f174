"""The same subclass of Qiskit's class and of ours, in random waits under one clock."""

import math
import re
import time
from collections import Counter
from types import SimpleNamespace

import pytest
import qiskit.providers
import qiskit.providers.job

import jobv1
from jobv1.testing import FakeClock
from tests.with_qiskit.model import DIFFERENCES, Model
from tests.with_qiskit.scripts import FAILURE, NAMES, EmptyCallback, random_script

SCRIPTS = 10_000


def subclass_of(package, other):
    """Make the subclass, on the base class and the enum of a package."""

    class ScriptedJob(package.JobV1):
        def __init__(self, script, clock, trace):
            super().__init__(None, "ab12")
            self._async = script.is_async
            self.script, self.clock, self.trace = script, clock, trace

        def submit(self):
            """Do nothing."""

        def result(self):
            """Have none."""

        def status(self):
            self.trace.append(("query", self.clock.now()))
            answer = self.script.answer(self.clock.now())
            self.clock.advance(self.script.cost)
            if answer == FAILURE:
                raise ConnectionError
            enum = other.JobStatus if self.script.is_mixed else package.JobStatus
            return enum[answer] if answer in NAMES else answer

    return ScriptedJob


OurJob = subclass_of(jobv1, qiskit.providers)
QiskitsJob = subclass_of(qiskit.providers, jobv1)


def checked_sleep(clock):
    """Make a sleep in virtual time that refuses what time.sleep refuses."""

    def sleep(seconds):
        if not 0 <= seconds < math.inf:
            time.sleep(seconds)
        clock.advance(seconds)

    return sleep


def callback_of(script, clock, trace, job):
    """Make the callback of a script."""
    calls = []

    def call(job_id, status, given):
        name = getattr(status, "name", None) or repr(status)
        trace.append(("callback", clock.now(), job_id, name, given is job))
        calls.append(status)
        clock.advance(script.callback_cost)
        if len(calls) == script.callback_raises:
            raise RuntimeError

    made = {"none": None, "function": call, "empty": EmptyCallback(call)}
    return made.get(script.callback, script.callback)


def named(error):
    """Give the name of an error, and of a timeout what its text says of it in both packages."""
    name = type(error).__name__
    if name != "JobTimeoutError":
        return name
    return f"{name}: {error.message.partition('.')[0]}"


def traced(kind, script):
    """Run a script, and give its trace."""
    trace = []
    with FakeClock() as clock, pytest.MonkeyPatch.context() as patch:
        clocks = SimpleNamespace(time=lambda: script.wall(clock.now()), sleep=checked_sleep(clock))
        patch.setattr(qiskit.providers.job, "time", clocks)
        job = kind(script, clock, trace)
        try:
            job.wait_for_final_state(
                script.timeout, script.wait, callback_of(script, clock, trace, job)
            )
            end = "returned"
        except Exception as error:  # noqa: BLE001 - each kind is compared
            end = named(error)
        return [*trace, (end, clock.now())]


def test_every_difference_is_documented():
    """In random waits, Qiskit's and ours differ by nothing but the differences that are listed."""
    counts = Counter()
    for number in range(SCRIPTS):
        script = random_script(number)
        theirs, ours = traced(QiskitsJob, script), traced(OurJob, script)

        assert theirs == Model(script, set()).run(), script
        assert ours == Model(script, DIFFERENCES.keys()).run(), script

        counts["different" if ours != theirs else "the same"] += 1
        for difference in DIFFERENCES:
            without = Model(script, DIFFERENCES.keys() - {difference}).run()
            counts[difference] += without != ours

    print(*counts.items(), sep="\n")  # noqa: T201 - for who reads the run with -s
    assert {name for name in DIFFERENCES if counts[name] < SCRIPTS / 500} == set()
    assert counts["the same"] > SCRIPTS / 20


def test_differences_are_in_the_design(root):
    """Each difference is a row of the table in docs/design.md, with what decides it."""
    text = (root / "docs" / "design.md").read_text()
    _, _, table = text.partition("## What is different from qiskit.providers.JobV1")
    rows = re.findall(r"^\| (.+?) \| .* \| (.+?) \|$", table.partition("\n## ")[0], re.MULTILINE)

    assert {name: dict(rows).get(name) for name in DIFFERENCES} == DIFFERENCES
