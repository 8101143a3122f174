"""Terminals for the tests of what a person is shown."""

import fcntl
import io
import os
import struct
import termios
from contextlib import contextmanager


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        return True

    @property
    def lines(self):
        """What was seen on each line, one after the other."""
        return [[seen.rstrip() for seen in line.split("\r")] for line in self._ended_lines]

    @property
    def _ended_lines(self):
        lines = self.getvalue().split("\n")
        return lines if lines[-1] else lines[:-1]


@contextmanager
def pseudo_terminal(*, columns):
    """Give both ends of a real terminal: the one to read from, the one to run on."""
    outer, inner = os.openpty()
    try:
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        yield outer, inner
    finally:
        os.close(inner)
        os.close(outer)


def read_all(outer):
    """Read what was written to a real terminal until now."""
    os.set_blocking(outer, False)
    output = b""
    try:
        while True:
            output += os.read(outer, 65536)
    except BlockingIOError:
        return output.decode()
