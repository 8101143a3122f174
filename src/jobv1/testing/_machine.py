"""A state machine that drives the jobs of any harness, and compares them with a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobv1.status import JobStatus

from ._actions import JobActions
from ._needs import lack
from ._runner import checks_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from hypothesis.stateful import RuleBasedStateMachine
    from hypothesis.strategies import SearchStrategy

    from ._harness import Harness
    from ._model import JobModel, TrackedJob

    Strategies: TypeAlias = Mapping[str, SearchStrategy[Any]]
    Drawing: TypeAlias = tuple[Callable[[JobModel], bool], Strategies]

__all__ = ["job_machine"]

_MOST_JOBS = 3
# Few and round times, in seconds: an example shrinks towards the first.
_PAUSES = (1, 60, 3600, 86400)
_TIMEOUTS = (1, 7, 60, 300, 0, -1)
_WAITS = (1, 5, 60)
_MOMENTS = (1, 7, 60, 300)
_ENDS = (JobStatus.DONE, JobStatus.ERROR)
_OTHERS = (*_ENDS, JobStatus.CANCELLED, JobStatus.QUEUED, JobStatus.VALIDATING)


def job_machine(harness: Harness | type[Harness]) -> type[RuleBasedStateMachine]:
    """Make a state machine that does to jobs what users do, in any order, in virtual time.

    It submits jobs, has the backend move them, asks for status, predicates and results, waits,
    cancels, and lets queries fail, as far as the harness can, and compares all answers with a
    model of what jobs do.
    So it finds faults that need several steps, such as an answer that is out of date after a
    cancel, and shows a short sequence of steps.

    ```python
    TestMyJob = job_machine(MyHarness).TestCase
    ```

    How much it does is said by the settings of Hypothesis: `TestMyJob.settings = settings(...)`.
    A violation of a rule that the harness lists in `known_failures` is passed over, and its job is
    not looked at again.

    Args:
        harness: How to get jobs of the class that is tested, or the class of such a harness: then
            each sequence has a harness of its own.
            An instance is used for all; its `tidy` is called after each.

    Raises:
        TypeError: `harness` is no harness.
        ValueError: As of `checks_for`.
    """
    from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

    class JobMachine(JobActions, RuleBasedStateMachine):
        """Drives the jobs of one harness."""

        def __init__(self) -> None:
            JobActions.__init__(self, _made(harness))
            RuleBasedStateMachine.__init__(self)

        def teardown(self) -> None:
            self.tidy()

    decorate: Callable[..., Any] = rule
    for name, (condition, drawn) in _rules(_made(harness)).items():
        action = decorate(**drawn)(getattr(JobActions, name))
        setattr(JobMachine, name, precondition(condition)(action))
    return JobMachine


def _made(harness: Harness | type[Harness]) -> Harness:
    return next(checks_for(harness)).harness


def _rules(harness: Harness) -> dict[str, Drawing]:
    """Give the actions that the harness allows: when each may be done, and with what."""
    from hypothesis import strategies as st

    wait = st.sampled_from(_WAITS)
    others = [status for status in _OTHERS if status in harness.statuses]
    rules = {
        "submit_jobs": (_has_room, {"count": st.integers(1, 2)}),
        "let_time_pass": (_has_time, {"seconds": st.sampled_from(_PAUSES)}),
        "move": _of(lambda job: job.is_fresh, status=st.sampled_from(others)),
        "ask_status": _of(_is_any),
        "ask_predicates": _of(_is_any),
        "ask_result": _of(lambda job: job.is_final),
        "wait_for_ended": _of(lambda job: job.is_final, wait=wait),
    }
    if JobStatus.RUNNING in harness.statuses:
        rules["start"] = _of(lambda job: job.is_fresh)
    if harness.can_cancel:
        rules["cancel"] = _of(_is_any)
    if lack(harness, "break_query") is None:
        rules["fail_query"] = _of(lambda job: not job.is_ending)
    if harness.can_wait_in_virtual_time:
        timeout = st.sampled_from(_TIMEOUTS)
        rules["wait_for_ended"] = _of(lambda job: job.is_ending, wait=wait)
        rules["wait_in_vain"] = _of(lambda job: not job.is_ending, timeout=timeout, wait=wait)
    return {**rules, **_rules_of_the_end(harness)}


def _rules_of_the_end(harness: Harness) -> dict[str, Drawing]:
    from hypothesis import strategies as st

    statuses = [status for status in _ENDS if status in harness.statuses]
    if not statuses:
        return {}
    status = st.sampled_from(statuses)
    rules = {"end": _of(lambda job: job.is_running, status=status)}
    if harness.can_wait_in_virtual_time:
        after, wait = st.sampled_from(_MOMENTS), st.sampled_from(_WAITS)
        rules["wait_for_the_end"] = _of(
            lambda job: job.is_fresh or job.is_running, status=status, after=after, wait=wait
        )
    return rules


def _of(condition: Callable[[TrackedJob], bool], **drawn: SearchStrategy[Any]) -> Drawing:
    """Give what is drawn for an action on a job that meets a condition; there must be one."""
    from hypothesis import strategies as st

    # No lambdas below: Hypothesis would look for their source at each draw.
    def numbers(machine: JobModel) -> list[int]:
        return [job.number for job in machine.tracked if not job.is_lost and condition(job)]

    def is_there(machine: JobModel) -> bool:
        return bool(numbers(machine))

    def picked(machine: JobModel) -> SearchStrategy[int]:
        fit = numbers(machine)

        def pick(index: int) -> int:
            return fit[index % len(fit)]

        # One draw, however many there are: so an example without some of them means the same.
        return st.integers(0, _MOST_JOBS - 1).map(pick)

    return is_there, {"job": st.runner().flatmap(picked), **drawn}


def _is_any(_: TrackedJob) -> bool:
    return True


def _has_room(machine: JobModel) -> bool:
    return len(machine.tracked) < _MOST_JOBS


def _has_time(machine: JobModel) -> bool:
    return machine.has_time and bool(machine.tracked)
