"""How long a wait for an adapted job of Aer takes, against `job.result()` of such a job.

Both submit the same small circuit and are measured from the submission to the return, in turn.
Qiskit's own wait for the same job is measured a few times, to be seen.
"""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

from rounds import interleaved
from rows import Row

from jobv1.qiskit import adapt

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 201
ROUNDS_OF_QISKITS_WAIT = 3
QUBITS = 3


def seconds_of(run: Callable[[], Any], end: Callable[[Any], object]) -> float:
    """Submit a circuit, wait for it in one of the ways, and give the seconds."""
    begin = time.perf_counter()
    end(run())
    return time.perf_counter() - begin


def rows() -> list[Row]:
    """Measure, and give the rows of the table."""
    from qiskit import QuantumCircuit
    from qiskit_aer import AerSimulator

    circuit = QuantumCircuit(QUBITS)
    circuit.h(0)
    for qubit in range(QUBITS - 1):
        circuit.cx(qubit, qubit + 1)
    circuit.measure_all()
    run = partial(AerSimulator().run, circuit)
    contenders = {
        "wait": partial(seconds_of, run, lambda job: adapt(job).wait_for_final_state()),
        "result": partial(seconds_of, run, lambda job: job.result()),
    }
    interleaved(contenders, 5)
    measured = interleaved(contenders, ROUNDS)
    wait, result = (1000 * median(measured[name]) for name in ("wait", "result"))
    qiskits = [
        1000 * seconds_of(run, lambda job: job.wait_for_final_state())
        for _ in range(ROUNDS_OF_QISKITS_WAIT)
    ]
    return [
        Row(
            figure="an adapted job of Aer, wait_for_final_state() against job.result(), median",
            measured=wait,
            floor=result,
            unit="ms",
            goal="at most 1.5 times, plus 5 ms",
            met=wait <= 1.5 * result + 5,
        ),
        Row(
            figure="the same job, Qiskit's own wait_for_final_state(), median",
            measured=median(qiskits),
            floor=result,
            unit="ms",
        ),
    ]
