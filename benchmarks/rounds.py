"""Measuring contenders in turn, so that a busy moment of the machine strikes all of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def interleaved(
    contenders: Mapping[str, Callable[[], float]], rounds: int
) -> dict[str, list[float]]:
    """Call each contender once a round, and give what each answered, by name.

    Each round begins with another contender, so that none has the same neighbour always.
    """
    names = list(contenders)
    answers: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            answers[name].append(contenders[name]())
    return answers


def cpu_of(action: Callable[[], object]) -> float:
    """Give the CPU time in seconds that this process takes for an action."""
    begin = time.process_time()
    action()
    return time.process_time() - begin
