"""Jobs that break the rules of composite."""

from jobv1 import JobStatus
from jobv1._clock import CLOCK
from tests.broken_jobs import breaks
from tests.fake_composite import CompositeHarness, FakeCompositeJob


@breaks("check_composite_waits_for_all", "got:      ERROR", harness=CompositeHarness)
class EndsWithItsFirstFailureJob(FakeCompositeJob):
    """Reports the first failure as the end, while the other members go on."""

    def _whole(self, statuses):
        return JobStatus.ERROR if JobStatus.ERROR in statuses else super()._whole(statuses)


@breaks("check_composite_runs_when_some_ended", "got:      QUEUED", harness=CompositeHarness)
class SleepsUntilAllRunJob(FakeCompositeJob):
    """Asks whether any is queued before it asks whether any runs."""

    def _whole(self, statuses):
        return JobStatus.QUEUED if JobStatus.QUEUED in statuses else super()._whole(statuses)


@breaks("check_composite_fails_with_a_member", "got:      CANCELLED", harness=CompositeHarness)
class OverlooksAFailedMemberJob(FakeCompositeJob):
    """Asks whether any was cancelled before it asks whether any failed."""

    def _end(self, statuses):
        if JobStatus.CANCELLED in statuses:
            return JobStatus.CANCELLED
        return super()._end(statuses)


@breaks("check_composite_is_cancelled_with_a_member", "got:      DONE", harness=CompositeHarness)
class CountsCancelledAsDoneJob(FakeCompositeJob):
    """Is done when any member is, as one that gives what results there are."""

    def _end(self, statuses):
        if JobStatus.ERROR not in statuses and JobStatus.DONE in statuses:
            return JobStatus.DONE
        return super()._end(statuses)


@breaks("check_composite_is_done_with_all", "got:      RUNNING", harness=CompositeHarness)
class MissesItsEarlyMembersJob(FakeCompositeJob):
    """Counts the members that ended on the last day, as the service lists no others."""

    def submit(self):
        super().submit()
        self._ends = []
        for member in self.members:
            member.add_done_callback(lambda _: self._ends.append(CLOCK.get().now()))

    def _end(self, statuses):
        whole = super()._end(statuses)
        is_listed = self._ends[-1] - self._ends[0] < 86400
        return JobStatus.RUNNING if whole is JobStatus.DONE and not is_listed else whole


@breaks(
    "check_composite_cancel_reaches_all",
    "got:      [CANCELLED, QUEUED, QUEUED] after the answer True",
    harness=CompositeHarness,
)
class CancelsItsFirstMemberJob(FakeCompositeJob):
    """Calls itself cancelled when the first member is, and leaves the others to the backend."""

    _is_cancelled = False

    def _to_cancel(self):
        return self.members[:1]

    def cancel(self):
        self._is_cancelled |= super().cancel()
        return self._is_cancelled

    def _whole(self, statuses):
        return JobStatus.CANCELLED if self._is_cancelled else super()._whole(statuses)


@breaks(
    "check_composite_results_in_order",
    "got:      ['rx(2) q[0];', 'rx(1) q[0];', 'rx(0) q[0];']",
    harness=CompositeHarness,
)
class ResultsAsTheyComeJob(FakeCompositeJob):
    """Keeps the results as its members end."""

    def submit(self):
        super().submit()
        self._ended = []
        for member in self.members:
            member.add_done_callback(self._ended.append)

    def _in_result(self):
        return self._ended
