"""The commands that start and stop the service, and what they leave alone."""

import json
import subprocess
import sys

import pytest
from running import PATIENCE, environment


@pytest.fixture
def folder(tmp_path):
    """A folder for a service, which is stopped at the end."""
    yield tmp_path / "it"
    command("stop", tmp_path / "it")


@pytest.fixture
def bystander():
    """A process that is no service."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.communicate(b"\n", timeout=PATIENCE)


def command(word, folder, *more):
    return started(word, folder, *more).communicate(timeout=2 * PATIENCE)


def started(word, folder, *more):
    return subprocess.Popen(
        [sys.executable, "-m", "http_service", word, str(folder), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def notes(folder):
    return json.loads((folder / "service.json").read_text())


def test_start_and_stop(folder):
    """One command starts the service, one stops it, and no note of it is left."""
    told, errors = command("start", folder, "--workers", "1")
    assert told.startswith("The service answers at http://127.0.0.1:"), errors
    assert "is running already" in command("start", folder)[1]

    assert command("stop", folder) == ("The service has ended.\n", "")
    assert not (folder / "service.json").exists()
    assert command("stop", folder) == ("", "No service is running there.\n")
    assert (folder / "tokens.json").stat().st_mode & 0o077 == 0


def test_stale_notes(folder, bystander):
    """Whoever has the number of a dead service's process is not killed, and the notes are told."""
    folder.mkdir()
    stale = {"pid": bystander.pid, "address": "http://127.0.0.1:9", "instance": "one"}
    (folder / "service.json").write_text(json.dumps(stale))

    told, errors = command("stop", folder)
    assert (told, bystander.poll()) == ("", None)
    assert "is of a service that does not answer any more" in errors
    assert command("start", folder)[0].startswith("The service answers")


def test_notes_of_another_service(folder, bystander):
    """A service that answers at the noted address and is another one proves nothing."""
    command("start", folder)
    other = folder.with_name("other")
    other.mkdir()
    mixed = {**notes(folder), "pid": bystander.pid, "instance": "one"}
    (other / "service.json").write_text(json.dumps(mixed))

    assert "does not answer any more" in command("stop", other)[1]
    assert bystander.poll() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "1"}', "null", '{"pid": 1}'])
def test_broken_notes(folder, text):
    """Notes that cannot be read are told, and stop nothing."""
    folder.mkdir()
    (folder / "service.json").write_text(text)

    assert command("stop", folder) == (
        "",
        f"Nothing was stopped: {folder / 'service.json'} cannot be read.\n",
    )


def test_notes_that_are_no_file(folder):
    """Notes that the system does not give are told, and stop nothing."""
    (folder / "service.json").mkdir(parents=True)
    assert command("stop", folder)[1].endswith("cannot be read.\n")


def test_a_folder_that_is_not_there(tmp_path):
    """A stop where there is no folder makes none."""
    assert command("stop", tmp_path / "none") == ("", "No service is running there.\n")
    assert not (tmp_path / "none").exists()


def test_two_starts_at_once(folder):
    """Of two starts at the same time one wins, and the other says so."""
    both = [started("start", folder) for _ in range(2)]
    answers = sorted(process.communicate(timeout=2 * PATIENCE) for process in both)

    assert answers[0][0] == ""
    assert answers[0][1].startswith("A service is running already")
    assert answers[1][0].startswith(f"The service answers at {notes(folder)['address']};")
