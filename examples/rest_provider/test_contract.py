"""The jobs of the REST provider keep the contract of JobV1."""

from examples.rest_provider.fake_client import WORDS, FakeClient
from examples.rest_provider.provider import RestBackend
from jobv1.testing import Harness, parametrize_with_checks


class RestHarness(Harness):
    error_text = "The laser went out."
    secrets = ("tok-31415",)

    def __init__(self):
        self.backend = RestBackend(FakeClient("tok-31415"))

    def submitted_job(self):
        return self.backend.run("h q[0];", shots=1000)

    def move(self, job, status):
        self.backend.client.set_state(job.job_id(), WORDS[status], self.error_text)

    def retrieve(self, job_id):
        return self.backend.retrieve_job(job_id)


@parametrize_with_checks(RestHarness)
def test_contract(check):
    check()
