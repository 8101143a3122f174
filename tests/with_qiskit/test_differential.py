"""The same subclass of Qiskit's class and of ours, in random waits under one clock."""

import operator
import time
from collections import Counter
from types import SimpleNamespace

import pytest
import qiskit.providers
import qiskit.providers.job

import jobv1
from jobv1.testing import FakeClock
from tests.with_qiskit.model import DIFFERENCES, LIMIT, PREDICATES, Model
from tests.with_qiskit.scripts import FAILURE, NAMES, EmptyCallback, random_script

SCRIPTS = 10_000
# Of the scripts, those in which a difference must show.
ENOUGH = 20


def subclass_of(package, other):
    """Make the subclass, on the base class and the enum of a package."""

    class ScriptedJob(package.JobV1):
        enums = {package.JobStatus: "own", other.JobStatus: "other"}

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
            assert len(self.trace) < LIMIT, "the wait has no end"
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
        try:
            length = seconds if isinstance(seconds, float) else operator.index(seconds)
        except TypeError:
            length = -1
        if not 0 <= length < 1e9:
            time.sleep(seconds)
            pytest.fail(f"time.sleep takes {seconds!r}")
        clock.advance(length)

    return sleep


def callback_of(asked, clock, trace, job):
    """Make the callback of a wait."""
    calls = []

    def call(job_id, status, given):
        enum = job.enums.get(type(status))
        shown = f"{enum} {status.name}" if enum else repr(status)
        trace.append(("callback", clock.now(), job_id, shown, given is job))
        calls.append(status)
        clock.advance(asked.callback_cost)
        if len(calls) == asked.callback_raises:
            raise RuntimeError

    made = {"none": None, "function": call, "empty": EmptyCallback(call)}
    return made.get(asked.callback, asked.callback)


def ended(act):
    """Do something, and give what it returns, or the name of its error.

    Of a timeout, with what its text says in both packages.
    """
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - each kind is compared
        name = type(error).__name__
        if name != "JobTimeoutError":
            return name
        # All that its args have is its message.
        ((text,),) = {error.args, (error.message,)}
        return f"{name}: {text.partition('.')[0]}"


def traced(kind, script):
    """Run a script, and give its trace."""
    trace = []
    with FakeClock() as clock, pytest.MonkeyPatch.context() as patch:
        clocks = SimpleNamespace(time=lambda: script.wall(clock.now()), sleep=checked_sleep(clock))
        patch.setattr(qiskit.providers.job, "time", clocks)
        job = kind(script, clock, trace)
        for asked in script.waits:
            callback = callback_of(asked, clock, trace, job)
            arguments = (asked.timeout.value, asked.wait.value, callback)
            end = ended(lambda arguments=arguments: job.wait_for_final_state(*arguments))
            trace.append((end, clock.now()))
            for name in PREDICATES:
                told = ended(getattr(job, name))
                trace.append((name, told, clock.now()))
    return trace


def test_every_difference_is_documented():
    """In random waits, Qiskit's and ours differ by nothing but the differences that are listed."""
    counts = Counter()
    for number in range(SCRIPTS):
        script = random_script(number)
        theirs, ours = traced(QiskitsJob, script), traced(OurJob, script)

        assert theirs == Model(script, set()).run(), script
        assert ours == Model(script, DIFFERENCES).run(), script

        counts["the same" if theirs == ours else "different"] += 1
        for difference in DIFFERENCES:
            if counts[difference] < ENOUGH:
                without = Model(script, DIFFERENCES - {difference}).run()
                counts[difference] += without != ours

    print(*counts.items(), sep="\n")  # noqa: T201 - for who reads the run with -s
    assert {name for name in DIFFERENCES if counts[name] < ENOUGH} == set()
    assert counts["the same"] > SCRIPTS / 20
