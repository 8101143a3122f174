"""The command line: `jobv1`, or `python -m jobv1`."""

from __future__ import annotations

import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from . import __version__

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence
    from types import FrameType, TracebackType

    from typing_extensions import Self

    Check = Callable[[], None]
    Command = Callable[[Check], int]

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: The words after the name of the program; None for those of `sys.argv`.

    Returns:
        The exit status: 0; 1 if a job failed, or the system refused something; 2 for wrong
        arguments; 130 after Ctrl-C; 141 if nobody reads the output any more; 143 after SIGTERM.
    """
    with _Stops() as stops:
        try:
            status = _run(argv, stops.check)
            if sys.stdout is not None:
                sys.stdout.flush()
            stops.check()
        except KeyboardInterrupt:
            print("jobv1: interrupted; the jobs were ended.", file=sys.stderr)  # noqa: T201
            status = 130
        except BrokenPipeError:
            _give_up_output()
            status = 141
        except OSError as error:
            _give_up_output()
            print(f"jobv1: {error}", file=sys.stderr)  # noqa: T201
            status = 1
        except SystemExit as end:
            status = int(end.code or 0)
    return status


def _run(argv: Sequence[str] | None, check: Check) -> int:
    try:
        options = _parser().parse_args(argv)
    except SystemExit as end:
        # The parser has said all that is to be said.
        return int(end.code or 0)
    command: Command = options.load(options)
    check()
    return command(check)


class _Stops:
    """Ctrl-C and SIGTERM: noted when they come, raised where it is safe.

    Python may swallow what a handler raises during an import, and may leave a lock of a future
    locked for ever by what it raises there.
    Only the first counts, since a second could break off the work that ends the processes.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._arrived: int | None = None
        self._is_raised = False

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            if before is not None and before is not signal.SIG_IGN:
                self._replace(number, before)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def check(self) -> None:
        """Raise what has arrived, once."""
        if self._arrived is not None and not self._is_raised:
            self._is_raised = True
            stop = self._arrived
            raise KeyboardInterrupt if stop == signal.SIGINT else SystemExit(128 + stop)

    def _replace(self, number: int, before: Any) -> None:
        try:
            signal.signal(number, self._take)
        except ValueError:
            # Signals are for the main thread, and this is another.
            return
        self._before[number] = before

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._arrived is None:
            self._arrived = number
        # A write may block for as long as nobody reads, and holds no lock of ours.
        if frame is not None and frame.f_globals.get("__name__") == "jobv1._screen":
            self.check()


def _parser() -> ArgumentParser:
    from argparse import ArgumentParser

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            self.exit(2, f"{self.prog}: {_sentence(message)}\n")

    parser = Parser(
        prog="jobv1",
        description="Run work as jobs, and wait for them.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"jobv1 {__version__}")
    parser.set_defaults(load=partial(_load_help, parser))
    commands = parser.add_subparsers(title="commands", metavar="command")
    _add_demo(commands)
    _add_check(commands)
    return parser


def _load_help(parser: ArgumentParser, _options: Namespace) -> Command:
    def show(_check: Check) -> int:
        parser.print_help()
        return 0

    return show


def _add_demo(commands: Any) -> None:
    parser = commands.add_parser(
        "demo",
        help="run real work as jobs and show what happens",
        description="Estimate pi by many jobs in a pool of processes, and show what happens.",
        allow_abbrev=False,
    )
    add = partial(parser.add_argument, type=_count, metavar="N")
    add("--jobs", default=24, help="how many jobs to run (default: 24)")
    add("--workers", help="how many processes run them (default: one for each core)")
    add("--samples", default=1_000_000, help="how many points a job draws (default: 1,000,000)")
    parser.add_argument(
        "--executor",
        type=_executor,
        metavar="WHERE",
        help="dask, or the address of a Dask scheduler (default: a pool of processes)",
    )
    parser.set_defaults(load=partial(_load_demo, parser))


def _load_demo(parser: ArgumentParser, options: Namespace) -> Command:
    if options.workers is not None and options.executor not in {None, "dask"}:
        parser.error("argument --workers: are those of the scheduler: leave it out")
    from ._demo import demo
    from ._demo_cluster import AddressError

    words = {name: getattr(options, name) for name in ("jobs", "workers", "samples", "executor")}

    def run(check: Check) -> int:
        try:
            return demo(check, **words)
        except AddressError as error:
            parser.error(f"argument --executor: {error}")

    return run


def _add_check(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="prove that a job class keeps the contract",
        description="Check the jobs of a harness against every rule of the contract of JobV1.",
        allow_abbrev=False,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "harness",
        nargs="?",
        metavar="MODULE:HARNESS",
        help="a subclass of jobv1.testing.Harness, and the module where it stands",
    )
    what.add_argument("--list", action="store_true", help="print the rules, and check nothing")
    what.add_argument("--explain", metavar="RULE", help="print a rule, such as 3.2, and its reason")
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    parser.set_defaults(load=_load_check)


def _load_check(options: Namespace) -> Command:
    from ._check import check, explain, list_rules

    if options.explain is not None:
        return partial(explain, number=options.explain)
    if options.list:
        return partial(list_rules, as_json=options.json)
    return partial(check, target=options.harness, as_json=options.json)


def _count(text: str) -> int:
    from argparse import ArgumentTypeError

    try:
        number = int(text)
    except ValueError:
        message = f"must be a whole number, not {text!r}"
        raise ArgumentTypeError(message) from None
    if number < 1:
        message = f"must be 1 or more, not {number}"
        raise ArgumentTypeError(message)
    return number


def _executor(text: str) -> str:
    import re
    from argparse import ArgumentTypeError
    from importlib import import_module

    if text != "dask" and not re.fullmatch(r"\w+://\S+:\d+", text):
        message = f"must be dask, or an address such as tcp://127.0.0.1:8786, not {text!r}"
        raise ArgumentTypeError(message)
    try:
        import_module("distributed")
    except ImportError:
        message = "needs Dask: pip install distributed"
        raise ArgumentTypeError(message) from None
    return text


def _sentence(message: str) -> str:
    """Turn what argparse complains of into a sentence."""
    unknown = "argument command: invalid choice: "
    if message.startswith(unknown):
        return message.replace(unknown, "there is no command ")
    subject, colon, problem = message.partition(": ")
    if colon and subject.startswith("argument "):
        return f"{subject.removeprefix('argument ')} {problem}"
    return message


def _give_up_output() -> None:
    import os

    # Or the interpreter complains when it flushes at its end, since it cannot.
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    raise SystemExit(main())
