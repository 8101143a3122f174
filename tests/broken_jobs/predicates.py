"""Jobs that break the rules of predicates."""

from jobv1 import JOB_FINAL_STATES, JobStatus
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


@breaks("check_predicates_are_true_in_their_states", "got:      False")
class DeniesItIsDoneJob(AbleJob):
    """Counts as done only when its result has been fetched."""

    is_fetched = False

    def done(self):
        return super().done() and self.is_fetched

    def _fetch(self, timeout, wait):
        result = super()._fetch(timeout, wait)
        self.is_fetched = True
        return result


@breaks("check_predicates_one_at_a_time", "got:      done() and running() are true")
class RunsWhenDoneJob(AbleJob):
    """Counts the transfer of its result as running."""

    def running(self):
        return self.status() in (JobStatus.RUNNING, JobStatus.DONE)


@breaks("check_predicates_failure_is_no_success", "got:      True")
class TakesFailureForSuccessJob(AbleJob):
    """Answers what `Future.done()` answers, which means that it is over, well or not."""

    def done(self):
        return self.status() in (JobStatus.DONE, JobStatus.ERROR)


@breaks("check_predicates_final_only_at_the_end", "got:      True")
class FinalTooEarlyJob(AbleJob):
    """Is over when it neither waits nor runs, and forgets that there is validation."""

    def in_final_state(self):
        return self.status() not in (JobStatus.INITIALIZING, JobStatus.QUEUED, JobStatus.RUNNING)


@breaks("check_predicates_ask_once", "got:      3 queries")
class AsksTwiceJob(AbleJob):
    """Is put together from its other predicates, each of which asks."""

    def in_final_state(self):
        return self.done() or self.cancelled() or self.status() is JobStatus.ERROR


@breaks("check_predicates_answer_bools", "got:      None")
class LeavesOutFalseJob(AbleJob):
    """Says what it answers if it is so, and nothing for the rest."""

    def in_final_state(self):
        return True if self.status() in JOB_FINAL_STATES else None


@breaks("check_predicates_waiting_is_not_running", "got:      True")
class RunsInTheQueueJob(AbleJob):
    """Runs, as it sees it, from its submission to its end."""

    def running(self):
        return self.status() not in JOB_FINAL_STATES
