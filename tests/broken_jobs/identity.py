"""Jobs that break the rules of identity."""

from jobv1 import JOB_FINAL_STATES
from tests.broken_jobs import breaks
from tests.fake_harness import AbleJob


@breaks(
    "check_identity_is_a_job",
    "got:      AnswersStringsJob.status() answered 'QUEUED' (str), which is no JobStatus. "
    "Was JobStatus.QUEUED meant?\n",
)
class AnswersStringsJob(AbleJob):
    """Hands on the word of the service."""

    def status(self):
        return super().status().name


@breaks("check_identity_id_is_text", "got:      1")
class NumberForAnIdJob(AbleJob):
    """Hands on the id as the database of the service has it."""

    def job_id(self):
        return int(super().job_id().removeprefix("fake-"))


@breaks("check_identity_id_stays", "got:      'fake-4-archived'")
class RenamesItselfJob(AbleJob):
    """Follows a service that files what has ended under another id."""

    def job_id(self):
        ended = self._told in JOB_FINAL_STATES
        return f"{super().job_id()}-archived" if ended else super().job_id()


@breaks("check_identity_ids_differ", "got:      'job' from both")
class SharesItsIdJob(AbleJob):
    """Was given a constant where an id should be."""

    def __init__(self, backend, job_id, *args, **metadata):
        super().__init__(backend, "job", *args, **metadata)


@breaks("check_identity_backend_stays", "got:      None, then None")
class ForgetsItsBackendJob(AbleJob):
    """Answers None for what it does not keep."""

    def backend(self):
        return None


@breaks("check_identity_metadata_is_a_mapping", "got:      None")
class ForgetsItsMetadataJob(AbleJob):
    """Has no metadata, and says so by None."""

    @property
    def metadata(self):
        return None


@breaks("check_identity_repr_asks_nobody", "got:      1 query, 1 request, 0 s")
class AsksForItsReprJob(AbleJob):
    """Shows its status, and asks the service for it."""

    def __repr__(self):
        return f"<{type(self).__name__} {self.job_id()!r}: {self.status().name}>"


@breaks("check_identity_repr_names_the_job", "got:      '<AnonymousJob>'")
class AnonymousJob(AbleJob):
    """Has a repr that is the same for all."""

    def __repr__(self):
        return f"<{type(self).__name__}>"


@breaks("check_identity_repr_keeps_secrets", "got:      1 of the secrets (not shown here)")
class TellsItsTokenJob(AbleJob):
    """Shows all that it has, as a dataclass does."""

    def __repr__(self):
        return f"{type(self).__name__}({self.job_id()!r}, token={self._token!r})"
