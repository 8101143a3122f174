"""The page "Write a provider" works as it is written: its blocks are files, laid out and run."""

import os
import re
import subprocess
import sys
from collections import defaultdict

import pytest

PAGE = "docs/how-to/write-a-provider.md"
MORE = """
import json
import traceback

import pytest
from jobv1 import JobError, JobStatus
from lab_provider import LabBackend, LabError, LabUnavailableError
from lab_provider.job import LabBatchJob
from service import ADDRESS, TOKEN, Service

BODIES = ["[]", "null", "{}", "[" * 100_000, "<html>", '{"state": null, "id": 7, "jobs": []}', ""]


@pytest.fixture
def backend():
    return LabBackend(ADDRESS, TOKEN)


@pytest.fixture
def saying(monkeypatch):
    def say(body, code=200, line=None):
        def answer(self, _code, _answer):
            if line:
                self.wfile.write(line.encode())
                return
            self.send_response(code)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(body.encode())

        monkeypatch.setattr(Service, "_answer", answer)
        return monkeypatch

    return say


@pytest.mark.parametrize("body", BODIES)
def test_an_answer_without_what_is_needed(backend, saying, body):
    job, new_job = backend.run("h q[0];"), backend.new_job("h q[0];")
    patch = saying(body)
    for ask, what in [
        (job.status, f"GET /jobs/{job.job_id()}"),
        (job._fetch_result, f"GET /jobs/{job.job_id()}/result"),
        (job.cancel, f"POST /jobs/{job.job_id()}/cancel"),
        (new_job.submit, "POST /jobs"),
    ]:
        with pytest.raises(LabError, match=f"^{what} was answered ") as caught:
            ask()
        assert not isinstance(caught.value, LabUnavailableError)
    patch.undo()
    new_job.submit()
    assert [job.status(), new_job.status()] == [JobStatus.CANCELLED, JobStatus.QUEUED]


def test_one_bad_record_among_many(backend, saying):
    jobs = [LabBatchJob(backend, job_id) for job_id in ("a", "b", "c")]
    good = {"state": "waiting"}
    saying(json.dumps({"jobs": {"a": good, "b": None, "c": good}}))
    first, second, third = LabBatchJob.batch_status(jobs)
    assert [first, third] == [JobStatus.QUEUED] * 2
    assert isinstance(second, LabError)


@pytest.mark.parametrize("token", ["abc\\n", "a b", "", "größe"])
def test_a_token_that_cannot_be_sent(token):
    with pytest.raises(ValueError, match="^The token must be printable ASCII") as caught:
        LabBackend(ADDRESS, token)
    assert not token or token not in str(caught.value)


def test_a_redirect(backend, saying):
    saying("", 302)
    with pytest.raises(LabError, match="was answered by 302") as caught:
        backend.run("h q[0];")
    assert not isinstance(caught.value, LabUnavailableError)


def test_an_answer_that_shows_the_token(backend, saying):
    job = backend.run("h q[0];")
    saying("", line=f"Bearer {TOKEN}\\r\\n")
    with pytest.raises(LabUnavailableError) as caught:
        job.status()
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
"""


def files(text):
    """Give the files that a page is made of, by their paths."""
    made = defaultdict(str)
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        first = block.partition("\n")[0]
        named = re.fullmatch(r"# ([\w/]+\.py)(, continued)?", first)
        assert named, f"a block does not say which file it is: {first}"
        path, goes_on = named.groups()
        assert bool(goes_on) == (path in made), f"{path} is begun twice, or not begun"
        made[path] += f"{block}\n\n"
    (made["pyproject.toml"],) = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return made


@pytest.fixture
def page(root):
    """The text of the page."""
    return (root / PAGE).read_text(encoding="utf-8")


@pytest.fixture
def folder(page, tmp_path):
    """A folder with the files of the page, and with no other."""
    for path, text in files(page).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def outcome_of(folder):
    """Run the tests in a folder as the page says, and give what pytest prints."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"]
    env = {**os.environ, "PYTHONPATH": str(folder / "src"), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_tree_names_each_file(page):
    """The folder that the page draws has the files that its blocks are, in some order."""
    (tree,) = re.findall(r"^```text\nlab-provider/\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert {line.split()[0] for line in tree.splitlines()} == set(files(page))


def test_the_files_work(folder):
    """The tests of the page pass where only its files are, and the kit is among them."""
    told = outcome_of(folder)
    passed = int(re.search(r"(\d+) passed", told)[1])
    assert passed > 60, told


def test_bad_answers_are_told(folder):
    """The page's provider tells what it cannot read, never tells a token, and stays usable."""
    (folder / "tests" / "test_more.py").write_text(MORE, encoding="utf-8")
    for name in ("test_use.py", "test_contract.py"):
        (folder / "tests" / name).unlink()
    assert "14 passed" in outcome_of(folder)
