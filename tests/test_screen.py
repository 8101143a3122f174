import io
import os
import sys

import pytest

from jobv1._screen import Screen, one_line
from tests.terminals import Terminal, pseudo_terminal


class AsciiStream(io.StringIO):
    """A stream that takes nothing but ASCII."""

    encoding = "ascii"

    def write(self, text):
        return super().write(text.encode("ascii").decode())


class WatchedStream:
    """A stream with nothing but what is needed to write, which keeps what is written."""

    def __init__(self):
        self.written = []

    def write(self, text):
        self.written.append(text)

    def flush(self):
        """Keep nothing back."""


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """The screen has 20 columns, where the stream does not tell."""
    monkeypatch.setenv("COLUMNS", "20")


def test_lines_stay():
    """Each line that is put ends."""
    stream = io.StringIO()
    screen = Screen(stream)
    screen.put("one")
    screen.put("two")

    assert stream.getvalue() == "one\ntwo\n"


def test_draw_again():
    """A drawn line takes the place of the last, of which nothing is left."""
    stream = Terminal()
    screen = Screen(stream)
    screen.draw("a long line")
    screen.draw("short")
    screen.draw("longer")

    assert stream.getvalue() == "a long line\rshort      \rlonger"


def test_draw_the_same():
    """A line that stands there already is not written again."""
    stream = Terminal()
    screen = Screen(stream)
    screen.draw("line")
    screen.draw("line")

    assert stream.getvalue() == "line"


def test_draw_nothing():
    """Nothing is written for an empty line where none is drawn, at first and later."""
    stream = WatchedStream()
    screen = Screen(stream)
    screen.draw("")
    screen.put("one")
    screen.draw("")
    screen.draw("two")
    screen.end()
    screen.draw("")

    assert stream.written == ["one\n", "two", "\n"]


def test_put_over_drawn():
    """A line that stays takes the place of the drawn one; what is drawn next begins a new line."""
    stream = Terminal()
    screen = Screen(stream)
    screen.draw("drawn line")
    screen.put("stays")
    screen.draw("next")

    assert stream.getvalue() == "drawn line\rstays     \nnext"


def test_cut_to_width():
    """A drawn line is cut so that the last column stays free; one that stays is whole."""
    stream = Terminal()
    screen = Screen(stream)
    screen.draw("0123456789" * 3)
    screen.put("0123456789" * 3)

    assert stream.getvalue() == f"0123456789012345678\r{'0123456789' * 3}\n"


@pytest.mark.parametrize(("columns", "drawn"), [(10, 9), (0, 19)])
def test_width_of_the_terminal(columns, drawn):
    """The width is asked of the very terminal that is written to, if that knows it."""
    with pseudo_terminal(columns=columns) as (outer, inner):
        with open(inner, "w", closefd=False) as stream:
            Screen(stream).draw("x" * 30)

        assert os.read(outer, 100) == b"x" * drawn


def test_width_of_no_terminal(tmp_path):
    """Where the system knows no width, that of the environment counts."""
    path = tmp_path / "output"
    with path.open("w") as stream:
        Screen(stream).draw("x" * 30)

    assert path.read_text() == "x" * 19


def test_end():
    """The end of a drawn line is written once, and only if there is one."""
    stream = Terminal()
    screen = Screen(stream)
    screen.end()
    screen.draw("line")
    screen.end()
    screen.end()

    assert stream.getvalue() == "line\n"


def test_output_is_flushed():
    """Every write reaches the other side at once."""
    raw = io.BytesIO()
    screen = Screen(io.TextIOWrapper(raw, encoding="utf-8"))
    screen.put("seen")

    assert raw.getvalue() == b"seen\n"


def test_stdout_is_looked_up_at_each_write(monkeypatch):
    """Without an output the lines go where sys.stdout leads at that moment."""
    screen = Screen(None)
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", first)
    screen.put("one")
    monkeypatch.setattr(sys, "stdout", second)
    screen.put("two")

    assert (first.getvalue(), second.getvalue()) == ("one\n", "two\n")


def test_no_stdout(monkeypatch):
    """Where Python has no stdout, nothing is written and nothing fails."""
    monkeypatch.setattr(sys, "stdout", None)
    screen = Screen(None)
    screen.put("line")
    screen.draw("line")

    assert not screen.is_terminal()


def test_encoding_of_the_output():
    """What the output cannot encode is written as an escape, and does not fail."""
    stream = AsciiStream()
    Screen(stream).put("queued \u2192 \u00e9 \ud800")

    assert stream.getvalue() == "queued \\u2192 \\xe9 \\ud800\n"


def test_output_without_encoding():
    """An output that names no encoding, or knows of none, takes every letter."""
    stream = io.StringIO()
    Screen(stream).put("\u00e9")
    plain = WatchedStream()
    Screen(plain).put("\u00e9")

    assert stream.getvalue() == "\u00e9\n"
    assert plain.written == ["\u00e9\n"]


@pytest.mark.parametrize(("stream", "is_terminal"), [(io.StringIO(), False), (Terminal(), True)])
def test_is_terminal(stream, is_terminal):
    """A stream is a terminal if it says so."""
    assert Screen(stream).is_terminal() is is_terminal


def test_stream_without_isatty():
    """A stream that knows nothing of terminals is none."""

    class Plain:
        write = flush = print

    assert not Screen(Plain()).is_terminal()


@pytest.mark.parametrize("output", ["out.txt", 1, object()])
def test_wrong_output(output):
    """An output that cannot be written to is refused by name."""
    with pytest.raises(TypeError, match="output must be a text stream or None, not "):
        Screen(output)


def test_one_line():
    """Line ends and commands to the terminal become spaces; letters of all scripts stay."""
    assert one_line("a\nb\r\tc\x1b[2Jd \u00e9\u4e2d") == "a b  c [2Jd \u00e9\u4e2d"
