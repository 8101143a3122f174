"""The client of the REST provider, before a service on this machine."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from examples.rest_provider.client import RequestRefusedError, RestClient


class Service(BaseHTTPRequestHandler):
    """Answers a job named by a number with that number as its code."""

    def do_GET(self):
        self._answer(int(self.path.split("/")[-1]), {"token": self.headers["Authorization"]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(200, {"id": f"{self.path} {body}", "accepted": True})

    def log_message(self, *args):
        pass

    def _answer(self, code, answer):
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())


@pytest.fixture(scope="module")
def address():
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def client(address):
    return RestClient(address, "tok-31415")


def test_the_client_says_who_asks(client):
    """Each request carries the token."""
    assert client.job("200") == {"token": "Bearer tok-31415"}


def test_the_client_sends_what_it_is_given(client):
    """A circuit and its options are posted to the jobs, a cancel to the job."""
    assert client.submit("h q[0];", {"shots": 1}) == (
        "/jobs {'circuit': 'h q[0];', 'options': {'shots': 1}}"
    )
    assert client.cancel("7") is True


@pytest.mark.parametrize("code", ["429", "500", "503"])
def test_a_bad_moment_of_the_service_is_a_connection_error(client, code):
    """Codes that may pass are errors that a wait survives."""
    with pytest.raises(ConnectionError, match=f"GET /jobs/{code} was answered by {code}"):
        client.job(code)


def test_a_refusal_is_no_connection_error(client):
    """A code that will not pass is another error, without the token."""
    with pytest.raises(RequestRefusedError, match="answered by 404") as caught:
        client.job("404")
    assert "tok-31415" not in repr(caught.value) + repr(client)


def test_a_service_that_is_not_there_is_a_connection_error():
    """A connection that is refused is an error that a wait survives."""
    with pytest.raises(ConnectionError, match="was not answered"):
        RestClient("http://127.0.0.1:1", "tok-31415").job("1")
