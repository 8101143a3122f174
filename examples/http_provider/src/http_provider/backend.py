"""The backend: where jobs are made, and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import Self, override

from http_provider.client import Client
from http_provider.job import HttpJob

if TYPE_CHECKING:
    from types import TracebackType

# What the constructor of a job calls its own; all else is metadata.
_TAKEN = frozenset({"self", "backend", "job_id"})


class HttpBackend:
    """The service, for one user.

    ```python
    with HttpBackend("http://127.0.0.1:8000", token) as backend:
        print(backend.run(shots=100, seed=7).result(timeout=60))
    ```

    Args:
        url: The address of the service.
        token: What the service knows the user by.
        seconds: How long a request may wait for its answer.

    Raises:
        ValueError: The address or the token is none; neither is shown.
    """

    def __init__(self, url: str, token: str, *, seconds: float = 10.0) -> None:
        self.client = Client(url, token, seconds=seconds)

    def new_job(self, *, shots: int, seed: int, **options: Any) -> HttpJob:
        """Make a job that tosses a coin; its `submit` sends it.

        So whoever submits keeps the job, and with it the key: if the answer to `submit` is lost
        for longer than the tolerance lasts, `submit` may be tried again and makes no second job.
        """
        return HttpJob(self, shots=shots, seed=seed, **options)

    def run(self, *, shots: int, seed: int, **options: Any) -> HttpJob:
        """Submit a job that tosses a coin, and return it.

        If this raises, nobody has the key any more; see `new_job`.

        Raises:
            ServiceError: The service did not take it, or did not say so.
        """
        job = self.new_job(shots=shots, seed=seed, **options)
        job.submit()
        return job

    def job(self, job_id: str) -> HttpJob:
        """Return the job that has this id, which any program of the same user submitted.

        Raises:
            NotFoundError: The user has no such job.
            BadAnswerError: The service answered what is no job, or another one.
        """
        record = self.client.job(job_id)
        program = record.field("program", dict)
        if not _TAKEN.isdisjoint(program):
            message = f"was answered with a program that has one of {sorted(_TAKEN)}."
            raise record.error(message)
        return HttpJob(self, job_id, **program)

    def close(self) -> None:
        """Close the connections; jobs go on, and other backends may ask for them."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} over {self.client!r}>"
