"""What the service answered, read with care: whatever is missing or wrong is a BadAnswerError."""

from __future__ import annotations

import html
import json
import math
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote

from http_provider.errors import BadAnswerError

T = TypeVar("T")

_MOST_LETTERS = 60


class Screen:
    """Makes what came from elsewhere fit for a message: short, and without the token.

    A proxy may send the headers of a request back in its page.

    Args:
        token: What is to be hidden.
    """

    def __init__(self, token: str) -> None:
        quoted = {json.dumps(token)[1:-1], repr(token)[1:-1]}
        forms = {token, quote(token, safe=""), html.escape(token), *quoted}
        self._forms = sorted(forms, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """Return a text with stars in place of the token."""
        for form in self._forms:
            text = text.replace(form, "***")
        return text

    def beginning(self, text: str) -> str:
        """Return the first letters of a text; the token is hidden before it may be cut."""
        return self.hide(text)[:_MOST_LETTERS]


class Answer:
    """A value that the service answered.

    Args:
        request: Which request it answers, for messages.
        value: What came.
        screen: What messages are screened by.

    Raises:
        BadAnswerError: The value is no JSON object.
    """

    def __init__(self, request: str, value: object, screen: Screen) -> None:
        self._request = request
        self._screen = screen
        if not isinstance(value, dict):
            message = f"was answered by what is no JSON object: {self._shown(value)}"
            raise self.error(message)
        self._fields: dict[str, Any] = value

    def field(self, name: str, kind: type[T]) -> T:
        """Return a field.

        Raises:
            BadAnswerError: It is missing, or of another kind.
        """
        value = self._fields.get(name)
        if not isinstance(value, kind):
            message = f"was answered with {name} = {self._shown(value)}, no {kind.__name__}."
            raise self.error(message)
        return value

    def optional(self, name: str, kind: type[T]) -> T | None:
        """Return a field, None if it is missing or null.

        Raises:
            BadAnswerError: It is of another kind.
        """
        return None if self._fields.get(name) is None else self.field(name, kind)

    def error(self, message: str) -> BadAnswerError:
        """Make the error that says what is wrong with it."""
        return BadAnswerError(f"{self._request} {message}")

    def _shown(self, value: object) -> str:
        return self._screen.beginning(repr(value))


def retry_after(header: str | None, date: str | None = None) -> float | None:
    """Read for how long the service asks not to be asked, in seconds; None if it does not say.

    HTTP allows whole seconds and a date; some services send fractions.

    Args:
        header: `Retry-After`.
        date: `Date`, which a date is compared with: the clocks of two machines differ.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        then = _time(header)
        now = _time(date) or datetime.now(timezone.utc)
        return None if then is None else max((then - now).total_seconds(), 0.0)
    return seconds if 0 <= seconds < math.inf else None


def _time(text: str | None) -> datetime | None:
    try:
        time = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
