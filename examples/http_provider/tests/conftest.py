"""The services that the tests use."""

import pytest
from running import Service


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """A service for all tests that do not kill it."""
    service = Service(tmp_path_factory.mktemp("service"))
    service.start()
    yield service
    service.end()


@pytest.fixture
def service(running):
    """The service without faults and without a log."""
    running.clear()
    yield running
    running.clear()


@pytest.fixture
def own_service(tmp_path):
    """A service that a test may kill."""
    service = Service(tmp_path)
    service.start()
    yield service
    service.end()
