"""Answers that no good service gives: they are told, never with the token, and spoil nothing else.

A server of the standard library gives them, so that each byte is as the test says.
"""

import gzip
import html
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from traceback import format_exception
from urllib.parse import quote

import pytest
from http_provider import (
    BadAnswerError,
    HttpBackend,
    HttpJob,
    NotFoundError,
    ServiceError,
    UnavailableError,
)

from jobv1 import JobStatus

TOKEN = "token-4c<1>/\"'\\secret"  # noqa: S105 - opens nothing
RECORD = {"id": "a", "state": "queued", "position": 0, "message": None, "program": {"shots": 1}}


class Answers(HTTPServer):
    """Gives each path the answer that it was told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.keys = []

    def give(self, path, body, code=200, **headers):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        data = text if isinstance(text, bytes) else text.encode()
        self.answers[path] = (
            code,
            {name.replace("_", "-"): it for name, it in headers.items()},
            data,
        )


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        code, headers, data = self.server.answers.get(self.path, (404, {}, b"{}"))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.keys.append(self.headers.get("Idempotency-Key"))
        self.send_response_only(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET  # noqa: N815 - as http.server has it

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with Answers() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def backend(server):
    with HttpBackend(f"http://127.0.0.1:{server.server_port}", TOKEN, seconds=10) as backend:
        yield backend


def told(backend):
    """Ask for job a, and give the error."""
    with pytest.raises(ServiceError) as caught:
        HttpJob(backend, "a").status()
    return caught.value


@pytest.mark.parametrize("token", ["abc\n", "a b", "", "a\tb", "a\x00b", "größe", "a\r\nX: y"])
def test_a_token_that_cannot_be_sent(token):
    """A token that no header can hold is refused at once, in words that do not show it."""
    with pytest.raises(ValueError, match="^The token must be printable ASCII") as caught:
        HttpBackend("http://127.0.0.1:9", token)
    assert not token or token not in "".join(format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:80",
        "ftp://127.0.0.1",
        "http://",
        "http://u:pass@127.0.0.1",
        "http://127.0.0.1/?key=pass",
        "http://127.0.0.1/#pass",
        "http://127.0.0.1:pass",
    ],
)
def test_an_address_that_is_none(url):
    """An address with more than an address is refused, in words that do not show it."""
    with pytest.raises(ValueError, match="^The address must be like") as caught:
        HttpBackend(url, TOKEN)
    assert "pass@" not in str(caught.value)
    assert "=pass" not in str(caught.value)


@pytest.mark.parametrize(
    "form", [TOKEN, json.dumps(TOKEN), quote(TOKEN, safe=""), html.escape(TOKEN)]
)
@pytest.mark.parametrize("code", [200, 400, 502])
def test_a_page_that_shows_the_token(backend, server, form, code):
    """A proxy that sends the headers back does not bring the token into a message, nor a part."""
    for place in (0, 40, 55):
        server.give("/jobs/a", "." * place + f"Bearer {form} was sent", code)
        text = "".join(format_exception(told(backend)))
        assert "secret" not in text
        assert "token-" not in text


@pytest.mark.parametrize("answer", [[TOKEN], {**RECORD, "id": [TOKEN]}, {**RECORD, "state": 7}])
def test_a_field_that_shows_the_token(backend, server, answer):
    """A field that is wrong is told without the token that may stand in it."""
    server.give("/jobs/a", answer)
    assert isinstance(told(backend), BadAnswerError)
    assert "secret" not in str(told(backend))


def test_an_illegal_header_of_an_answer(backend, server):
    """An answer that breaks HTTP may pass, and its token is hidden too."""
    server.give("/jobs/a", {}, **{f"bad header {TOKEN}": "x"})
    error = told(backend)
    assert isinstance(error, UnavailableError)
    assert "secret" not in "".join(format_exception(error))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (204, "GET /jobs/a was answered by what is no JSON: 204 No Content: ''"),
        (302, "GET /jobs/a was answered by 302 Found: ''"),
        (400, "GET /jobs/a was answered by 400 Bad Request: ''"),
    ],
)
def test_a_code_without_a_body(backend, server, code, text):
    """A code that has no answer in it is told, and is nothing that passes."""
    server.give("/jobs/a", "", code, Location="/elsewhere")
    error = told(backend)
    assert (str(error), isinstance(error, UnavailableError)) == (text, False)


def test_a_body_that_cannot_be_unpacked(backend, server):
    """A body that is not packed as its header says is no bad moment."""
    server.give("/jobs/a", b"no" + gzip.compress(b"{}"), Content_Encoding="gzip")
    error = told(backend)
    assert isinstance(error, BadAnswerError)
    assert "GET /jobs/a was not answered: DecodingError" in str(error)


@pytest.mark.parametrize("body", ["[" * 100_000, "{}", "[]", "null", '{"id": "a"}', "\ufeff{"])
def test_a_body_that_is_no_job(backend, server, body):
    """JSON that is no job, however deep, is the provider's error, and the job stays usable."""
    server.give("/jobs/a", body)
    assert isinstance(told(backend), BadAnswerError)
    with pytest.raises(BadAnswerError, match="^GET /jobs/a was answered"):
        backend.job("a")

    server.give("/jobs/a", RECORD)
    assert backend.job("a").status() is JobStatus.QUEUED


@pytest.mark.parametrize("program", [None, [], {"backend": 1}, {"job_id": "b"}, {"self": 1}])
def test_a_program_that_is_none(backend, server, program):
    """A record whose program makes no job is the provider's error."""
    server.give("/jobs/a", {**RECORD, "program": program})
    with pytest.raises(BadAnswerError, match="^GET /jobs/a was answered with"):
        backend.job("a")


def test_the_record_of_another_job(backend, server):
    """An answer that is of another job is refused."""
    server.give("/jobs/a", {**RECORD, "id": "b"})
    assert str(told(backend)) == "GET /jobs/a was answered with another job."


def test_one_bad_record_among_many(backend, server):
    """A bad record is the error of its own job, and the others get their statuses."""
    records = [
        {**RECORD, "id": "a"},
        {**RECORD, "id": "b", "state": None},
        {**RECORD, "id": "c", "position": "first"},
        {**RECORD, "id": "d", "state": "running"},
        {**RECORD, "id": "stranger"},
        {**RECORD, "id": ["a"]},
        None,
    ]
    server.give("/jobs/status", {"jobs": records})
    answers = HttpJob.batch_status([HttpJob(backend, job_id) for job_id in "abcde"])

    assert [answers[0], answers[3]] == [JobStatus.QUEUED, JobStatus.RUNNING]
    assert str(answers[1]) == "POST /jobs/status was answered with state = None, no str."
    assert str(answers[2]) == "POST /jobs/status was answered with position = 'first', no int."
    assert [type(answers[1]), type(answers[2])] == [BadAnswerError] * 2
    assert isinstance(answers[4], NotFoundError), "one that is left out is asked for alone"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("1e6", 1e6),
        ("0", 0.0),
        ("Fri, 06 Mar 2026 12:00:30 GMT", 30.0),
        ("Fri, 06 Mar 2026 12:00:30 -0000", 30.0),
        ("Fri, 06 Mar 2026 13:00:30 +0100", 30.0),
        ("Fri, 06 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after(backend, server, header, seconds):
    """Retry-After is read as seconds, whole or not, or as a date, by the clock of the service."""
    date = "Fri, 06 Mar 2026 12:00:00 GMT"
    server.give("/jobs/a", {}, 503, Retry_After=header, Date=date)
    assert told(backend).retry_after == seconds


def test_retry_after_without_a_date(backend, server):
    """Where the service does not tell its time, a date is compared with the clock here."""
    server.give("/jobs/a", {}, 503, Retry_After="Fri, 06 Mar 2020 12:00:00 GMT")
    assert told(backend).retry_after == 0.0


def test_a_submit_that_is_lost_for_good(backend, server, monkeypatch):
    """A job that was made first can be submitted again with the same key."""
    monkeypatch.setattr(HttpJob, "_tolerance", None)
    server.give("/jobs", {}, 503)
    job = backend.new_job(shots=1, seed=1)
    with pytest.raises(UnavailableError):
        job.submit()
    server.give("/jobs", {"id": "a"})
    job.submit()

    first, second = server.keys
    assert (job.job_id(), first) == ("a", second)
    assert first
