"""Subject 1: what a job is, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from jobv1._answers import checked_status
from jobv1.exceptions import JobError
from jobv1.status import JOB_FINAL_STATES, JobStatus, as_status
from jobv1.testing._rules import rule
from jobv1.testing._trial import Trial, counted, named, shown

__all__ = [
    "check_identity_backend_stays",
    "check_identity_id_is_text",
    "check_identity_id_stays",
    "check_identity_ids_differ",
    "check_identity_is_a_job",
    "check_identity_metadata_is_a_mapping",
    "check_identity_repr_asks_nobody",
    "check_identity_repr_keeps_secrets",
    "check_identity_repr_names_the_job",
]


@rule("1.1")
def check_identity_is_a_job(trial: Trial) -> None:
    """A submitted job is a `JobV1` whose `JobStatus` is not final until the backend ends it."""
    job = trial.job()
    trial.doing("asked status() of a job just submitted", expected="a JobStatus that is not final")
    status = trial.attempt(checked_status, job, job.status())
    is_unfinished = isinstance(status, JobStatus) and status not in JOB_FINAL_STATES
    trial.require(is_unfinished, got=str(status) if isinstance(status, JobError) else shown(status))
    final, *_ = trial.statuses(JOB_FINAL_STATES)
    trial.move(job, final)
    trial.doing(
        f"asked status() once the harness had moved the job to {final.name}",
        expected="a final status",
    )
    answer = job.status()
    got = f"{shown(answer)}; does the harness's move() reach the backend of this job?"
    trial.require(as_status(answer) in JOB_FINAL_STATES, got=got)


@rule("1.2")
def check_identity_id_is_text(trial: Trial) -> None:
    """The id of a submitted job is a string, and not an empty one."""
    job = trial.job()
    trial.doing("asked job_id() of a submitted job", expected="a string that is not empty")
    job_id = job.job_id()
    trial.require(isinstance(job_id, str) and job_id, got=shown(job_id))


@rule("1.3")
def check_identity_id_stays(trial: Trial) -> None:
    """The id of a submitted job never changes, not even at its end."""
    for status in trial.statuses():
        job = trial.job()
        before = job.job_id()
        trial.move(job, status)
        trial.doing(f"asked job_id() again once the job was {status.name}", expected=shown(before))
        job.status()
        after = job.job_id()
        trial.require(after == before, got=shown(after))


@rule("1.4")
def check_identity_ids_differ(trial: Trial) -> None:
    """Two jobs have two ids."""
    first, second = trial.job().job_id(), trial.job().job_id()
    trial.doing("asked two submitted jobs for their ids", expected="two ids that differ")
    trial.require(first != second, got=f"{shown(first)} from both")


@rule("1.5")
def check_identity_backend_stays(trial: Trial) -> None:
    """`backend()` answers the same backend each time, or raises a JobError if there is none."""
    job = trial.job()
    trial.doing("asked backend() twice", expected="the same object twice, or a JobError")
    first, second = trial.attempt(job.backend), trial.attempt(job.backend)
    if not (isinstance(first, JobError) and isinstance(second, JobError)):
        is_backend = first is not None and not isinstance(first, Exception)
        trial.require(is_backend and first is second, got=f"{shown(first)}, then {shown(second)}")


@rule("1.6")
def check_identity_metadata_is_a_mapping(trial: Trial) -> None:
    """`metadata` is a mapping whose keys are strings."""
    job = trial.job()
    trial.doing("looked at metadata", expected="a mapping with strings as keys")
    trial.require(isinstance(job.metadata, Mapping), got=shown(job.metadata))
    trial.require(all(isinstance(key, str) for key in job.metadata), got=shown(job.metadata))


@rule("1.7")
def check_identity_repr_asks_nobody(trial: Trial) -> None:
    """`repr(job)` asks nobody: it makes no query and no request, and takes no time."""
    for status in trial.statuses():
        job = trial.job(status)
        trial.doing(f"called repr() of {named(status)}", expected="no query, no request, 0 s")
        queries, requests = trial.queries(job), trial.harness.count_requests()
        begin = trial.clock.now()
        repr(job)
        queries, requests = trial.queries(job) - queries, trial.harness.count_requests() - requests
        seconds = trial.clock.now() - begin
        got = f"{counted(queries, 'query')}, {counted(requests, 'request')}, {seconds:g} s"
        trial.require(queries == requests == seconds == 0, got=got)


@rule("1.8")
def check_identity_repr_names_the_job(trial: Trial) -> None:
    """`repr(job)` contains the id of the job."""
    job = trial.job()
    trial.doing("called repr()", expected=f"a text that contains {shown(job.job_id())}")
    trial.require(str(job.job_id()) in repr(job), got=shown(repr(job)))


@rule("1.9", "secrets")
def check_identity_repr_keeps_secrets(trial: Trial) -> None:
    """`repr(job)` and `repr(job.metadata)` contain no secret."""
    for status in trial.statuses((JobStatus.RUNNING, JobStatus.DONE, JobStatus.ERROR)):
        job = trial.job(status)
        job.status()
        for name, text in (("job", repr(job)), ("job.metadata", repr(job.metadata))):
            trial.doing(f"called repr({name}) once it was {status.name}", expected="no secret")
            told = sum(secret in text for secret in trial.harness.secrets)
            trial.require(not told, got=f"{told} of the secrets (not shown here)")
