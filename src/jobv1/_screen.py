"""Lines of text for a person, on a terminal or in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["Screen", "one_line"]


class Screen:
    """A text stream, of which the last line can be written anew if it is a terminal.

    Args:
        output: The stream; None for `sys.stdout` as it is at each write.

    Raises:
        TypeError: `output` cannot be written to.
    """

    def __init__(self, output: TextIO | None) -> None:
        if output is not None and not callable(getattr(output, "write", None)):
            message = f"output must be a text stream or None, not {output!r}"
            raise TypeError(message)
        self._output = output
        self._drawn = ""

    def is_terminal(self) -> bool:
        """Tell whether a line can be written anew."""
        isatty = getattr(self._stream(), "isatty", None)
        return isatty is not None and bool(isatty())

    def draw(self, line: str) -> None:
        """Write a line in the place of the last that was drawn, cut to the width of the screen."""
        # A line that fills the last column may already make the terminal begin the next.
        line = line[: self._width() - 1]
        if line != self._drawn:
            self._write(self._over(line))
            self._drawn = line

    def put(self, line: str) -> None:
        """Write a line that stays, whole, in the place of the last that was drawn."""
        self._write(self._over(line) + "\n")
        self._drawn = ""

    def end(self) -> None:
        """Let the last line that was drawn stay."""
        if self._drawn:
            self._drawn = ""
            self._write("\n")

    def _over(self, line: str) -> str:
        return f"\r{line:<{len(self._drawn)}}" if self._drawn else line

    def _write(self, text: str) -> None:
        stream = self._stream()
        # Python has no stdout without a console, and print is silent then, too.
        if stream is None:
            return
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()

    def _stream(self) -> TextIO | None:
        return sys.stdout if self._output is None else self._output

    def _width(self) -> int:
        import os
        import shutil

        stream = self._stream()
        try:
            columns = 0 if stream is None else os.get_terminal_size(stream.fileno()).columns
        except (AttributeError, OSError, ValueError):
            columns = 0
        return columns or shutil.get_terminal_size().columns


def one_line(text: str) -> str:
    """Replace what would break the line, or command the terminal, by spaces."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
