"""Jobs that break the rules of abilities."""

from types import SimpleNamespace

from jobv1 import JobStatus
from jobv1._clock import CLOCK
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob, FakeHarness


@breaks(
    "check_abilities_batch_in_order",
    "got:      [QUEUED, QUEUED, VALIDATING, RUNNING, CANCELLED, DONE, ERROR] for "
    "[ERROR, DONE, CANCELLED, RUNNING, VALIDATING, QUEUED, QUEUED]",
)
class ShufflesItsBatchJob(AbleJob):
    """Hands on the answers in the order of the service, which sorts them by id."""

    @classmethod
    def batch_status(cls, jobs):
        return super().batch_status(sorted(jobs, key=AbleJob.job_id))


@breaks("check_abilities_batch_is_complete", "got:      0 entries")
class DropsOldJobsFromItsBatchJob(AbleJob):
    """Asks a service that lists only the jobs of the last day."""

    @classmethod
    def batch_status(cls, jobs):
        day = CLOCK.get().now() - 86400
        return super().batch_status([job for job in jobs if job._course._submitted_at > day])


@breaks("check_abilities_batch_failure_apart", "got:      [None, DONE, CANCELLED, ERROR, QUEUED]")
class ShrugsInItsBatchJob(AbleJob):
    """Writes None for what it could not learn."""

    @staticmethod
    def _answer_of(job):
        answer = AbleJob._answer_of(job)
        return None if isinstance(answer, ConnectionError) else answer


@breaks("check_abilities_async_agrees", "got:      QUEUED for VALIDATING")
class LagsWhenAwaitedJob(AbleJob):
    """Answers the awaited with what the last query learned."""

    async def status_async(self):
        return self._told


@breaks("check_abilities_queue_position", "got:      '0'")
class PlacesItselfInWordsJob(AbleJob):
    """Hands on its place as the service writes it."""

    def queue_position(self):
        place = super().queue_position()
        return None if place is None else str(place)


@breaks("check_abilities_queue_position_asks_nobody", "got:      1 query, 1 request")
class AsksForItsPlaceJob(AbleJob):
    """Looks whether it is queued still before it says where."""

    def queue_position(self):
        return super().queue_position() if self.status() is JobStatus.QUEUED else None


@breaks("check_abilities_error_message", "got:      'An error occurred.'")
class MumblesItsErrorJob(AbleJob):
    """Keeps the words of the service to itself."""

    def error_message(self):
        return None if super().error_message() is None else "An error occurred."


@breaks("check_abilities_error_message_of_the_healthy", "got:      'No error.'")
class BlamesTheHealthyJob(AbleJob):
    """Has an error message at all times."""

    def error_message(self):
        return super().error_message() or "No error."


@breaks("check_abilities_next_query_delay", "got:      -600.0")
class HintsAtThePastJob(AbleJob):
    """Reckons from an estimate of its end, which may be over."""

    def next_query_delay(self):
        left = self._course._submitted_at + 85800 - CLOCK.get().now()
        return min(left, 1)


@breaks("check_abilities_next_query_delay_asks_nobody", "got:      0 queries, 1 request")
class AsksForAHintJob(AbleJob):
    """Asks the service for an estimate each time."""

    def next_query_delay(self):
        self._note("estimate", None)
        return super().next_query_delay()


class StrangersHarness(FakeHarness):
    """Gets jobs as their class does."""

    def retrieve(self, job_id):
        return self.job_class.retrieve(self.backend, job_id)


@breaks("check_abilities_retrieval", "got:      'fake-1', QUEUED", harness=StrangersHarness)
class RetrievesAStrangerJob(AbleJob):
    """Takes the first of the jobs that the service lists for the one it asked for."""

    @classmethod
    def retrieve(cls, backend, job_id):
        return backend.jobs[0]


@breaks("check_abilities_retrieval_gives_the_result", "got:      None", harness=StrangersHarness)
class ComesBackEmptyJob(AbleJob):
    """Keeps its result in a place that only the job has that was submitted."""

    @classmethod
    def retrieve(cls, backend, job_id):
        job = FakeHarness.retrieve(SimpleNamespace(backend=backend), job_id)
        again = cls(backend, job_id, job.life)
        again._course = job._course
        return again
