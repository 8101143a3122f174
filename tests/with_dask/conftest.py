"""Tests on a real Dask cluster; `nox -s distributed` installs it, without it they are left out."""

from importlib.util import find_spec

import pytest

from tests.with_dask.real_cluster import Cluster

collect_ignore_glob = [] if find_spec("distributed") else ["*"]


@pytest.fixture
def start_cluster():
    """A function that starts a cluster with settings of Dask's; it ends with the test."""
    clusters = []

    def start(workers=2, **settings):
        clusters.append(Cluster(workers, **settings))
        return clusters[-1]

    yield start
    for cluster in clusters:
        cluster.end()


@pytest.fixture
def cluster(start_cluster):
    """A cluster."""
    return start_cluster()


@pytest.fixture
def client(cluster):
    """A client of the cluster."""
    with cluster.client() as client:
        yield client


@pytest.fixture
def backend(client):
    """A backend on the cluster."""
    from jobv1.executor import ExecutorBackend

    return ExecutorBackend(client.get_executor())
