"""What `jobv1 demo` does: real work as jobs, shown while it runs."""

from __future__ import annotations

import math
import sys
from contextlib import ExitStack
from random import Random
from typing import TYPE_CHECKING

from ._demo_cluster import client_at, client_of_this_machine
from ._process_pool import usable_cores
from ._screen import Screen
from .exceptions import JobError
from .executor import ExecutorBackend
from .progress import Tally
from .waiting import wait

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .executor import ExecutorJob

__all__ = ["count_hits", "demo"]


def demo(
    check: Callable[[], None],
    *,
    jobs: int,
    workers: int | None,
    samples: int,
    executor: str | None = None,
) -> int:
    """Estimate pi by many jobs in a pool of processes; show their states and print the results.

    Args:
        check: Called often, where it may raise what is to end the demo.
        jobs: How many jobs to run, 1 or more, each on a seed of its own.
        workers: How many processes run them; None for one for each usable core.
        samples: How many random points each job draws, 1 or more.
        executor: "dask" for a Dask cluster of this machine, the address of a Dask scheduler, or
            None for a pool of processes.

    Returns:
        The exit status: 0, or 1 if a job failed.

    Raises:
        AddressError: Dask does not understand the address.
        OSError: There is no scheduler at the address.
    """
    where = "a process for each core" if workers is None else _number(workers, "process", "es")
    if executor is not None:
        where = f"{where} of Dask" if executor == "dask" else f"the workers of {executor}"
    Screen(None).put(
        f"Estimating pi by {_number(jobs, 'job')} of {_number(samples, 'random point')} each, "
        f"on {where}:\n"
    )
    with ExitStack() as stack, _backend(stack, executor, workers, check) as backend:
        try:
            runs: list[ExecutorJob[int]] = []
            for seed in range(1, jobs + 1):
                check()
                runs.append(backend.run(count_hits, seed, samples))
            unfinished = runs
            with Tally(jobs) as shown:
                while unfinished:
                    unfinished = wait(unfinished, timeout=0.1, callback=shown).not_done
                    # What stops the demo may have stopped its processes, too.
                    check()
        except Exception:
            # Nobody is left to look at the rest, so do not wait for it.
            backend.terminate()
            raise
    return _report(runs, samples)


def _backend(
    stack: ExitStack, executor: str | None, workers: int | None, check: Callable[[], None]
) -> ExecutorBackend:
    if executor is None:
        return ExecutorBackend(workers=workers)
    if executor == "dask":
        client = stack.enter_context(client_of_this_machine(workers or usable_cores()))
    else:
        client, threads = stack.enter_context(client_at(executor, check))
        if not threads:
            Screen(None).put("The scheduler has no worker: the jobs wait until one comes.\n")
    return ExecutorBackend(client.get_executor())


def count_hits(seed: int, samples: int) -> int:
    """Count how many of so many random points in the unit square lie in its quarter circle."""
    draw = Random(seed).random  # noqa: S311 - no secret
    hits = 0
    for _ in range(samples):
        x = draw()
        y = draw()
        if x * x + y * y <= 1.0:
            hits += 1
    return hits


def _report(runs: Sequence[ExecutorJob[int]], samples: int) -> int:
    show = Screen(None).put
    width = max(len(run.job_id()) for run in runs)
    show(f"\n{'job':<{width}}    seed   estimate   std error")
    counts: list[int] = []
    for seed, run in enumerate(runs, start=1):
        try:
            counts.append(run.result())
            row = "{:9.6f}   {:9.6f}".format(*_estimate(counts[-1], samples))
        except JobError:
            row = f"failed: {run.error_message()}"
        show(f"{run.job_id():<{width}}  {seed:6}  {row}")
    failures = len(runs) - len(counts)
    if counts:
        estimate, error = _estimate(sum(counts), samples * len(counts))
        whole = f"The {_number(len(counts), 'job')} that ended well" if failures else "Together"
        show(
            f"\n{whole}: pi is about {estimate:.6f}, with a standard error of {error:.6f}; "
            f"it is off by {abs(estimate - math.pi):.6f}."
        )
    if failures:
        print(  # noqa: T201 - for a person
            f"jobv1 demo: {_number(failures, 'job')} of {len(runs):,} failed.", file=sys.stderr
        )
    return 1 if failures else 0


def _estimate(hits: int, samples: int) -> tuple[float, float]:
    """Return the estimate of pi and its standard error."""
    share = hits / samples
    return 4 * share, 4 * math.sqrt(share * (1 - share) / samples)


def _number(number: int, thing: str, plural: str = "s") -> str:
    return f"{number:,} {thing}{'' if number == 1 else plural}"
