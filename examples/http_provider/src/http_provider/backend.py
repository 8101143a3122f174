"""The backend: where jobs are made, and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import Self, override

from http_provider.client import Client
from http_provider.job import HttpJob

if TYPE_CHECKING:
    from types import TracebackType


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
    """

    def __init__(self, url: str, token: str, *, seconds: float = 10.0) -> None:
        self.client = Client(url, token, seconds=seconds)

    def run(self, *, shots: int, seed: int, **options: Any) -> HttpJob:
        """Submit a job that tosses a coin, and return it.

        Raises:
            ServiceError: The service did not take it.
        """
        job = HttpJob(self, shots=shots, seed=seed, **options)
        job.submit()
        return job

    def job(self, job_id: str) -> HttpJob:
        """Return the job that has this id, which any program of the same user submitted.

        Raises:
            NotFoundError: The user has no such job.
        """
        return HttpJob(self, job_id, **self.client.job(job_id).get("program", {}))

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
