from hypothesis import given, settings
from hypothesis import strategies as st

from jobv1 import JobStatus, JobTimeoutError
from tests.scripted_job import LoggedClock, ScriptedJob


def running_to_the_brink(clock, brink):
    """Give the steps of a job that runs for ever, and jumps to a time at its fifth query."""
    for query in range(1_000):
        if query == 4:
            clock.advance(max(brink - clock.now(), 0))
        yield JobStatus.RUNNING


@settings(max_examples=300, derandomize=True)
@given(start=st.floats(0, 1e9), timeout=st.floats(0, 1e4), wait=st.floats(0.01, 1e4))
def test_deadline_is_met_once(start, timeout, wait):
    """Whatever the numbers are, the last query is made at the deadline, and no other one is."""
    with LoggedClock() as clock:
        clock.advance(start)
        # A wait of many sleeps is cut short: it goes on with its last two.
        job = ScriptedJob(running_to_the_brink(clock, start + timeout - wait * 1.5))
        try:
            job.wait_for_final_state(timeout, wait)
        except JobTimeoutError:
            job.calls.append("timeout")

    assert job.calls[-1] == "timeout"
    assert job.queried_at[-1] >= start + timeout
    assert all(time < start + timeout for time in job.queried_at[:-1])
