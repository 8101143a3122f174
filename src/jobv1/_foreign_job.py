"""What can be seen of a foreign job without asking its service."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

__all__ = ["attributes_of", "check_foreign_job", "own_attribute"]

_ABSENT = object()


def check_foreign_job(job: Any) -> None:
    """See that something has what a job must have.

    Raises:
        TypeError: It is a class, or lacks an id, a status or a result; the text says which.
    """
    if isinstance(job, type):
        message = f"adapt takes a job, not the class {job.__qualname__}"
        raise TypeError(message)
    kind = cast("type[object]", type(job))
    # On the class first, where it takes no request to look.
    has_id = hasattr(kind, "job_id") or hasattr(job, "job_id")
    lacking = ([] if has_id else ["job_id"]) + [
        f"{name}()" for name in ("status", "result") if not _has_method(job, name)
    ]
    if lacking:
        message = f"{kind.__qualname__} is no job: it has no {', no '.join(lacking)}"
        raise TypeError(message)


def _has_method(job: Any, name: str) -> bool:
    on_class = getattr(cast("type[object]", type(job)), name, None)
    # A property of that name may do a request, or wait for the job.
    return not isinstance(on_class, property) and callable(getattr(job, name, None))


def own_attribute(original: object, name: str, default: object) -> Any:
    """Read an attribute that is there, not one that a `__getattr__` answers or fetches."""
    attributes = attributes_of(original)
    if name in attributes:
        return attributes[name]
    if getattr(type(original), name, _ABSENT) is _ABSENT:
        return default
    # A property, or a slot that is empty, may raise anything.
    with suppress(Exception):
        return getattr(original, name)
    return default


def attributes_of(original: object) -> dict[str, object]:
    """Copy the attributes that a job itself has: another thread may set one meanwhile."""
    try:
        return dict(object.__getattribute__(original, "__dict__"))
    except AttributeError:
        return {}
