"""All rules that can be seen in the REST provider: lost requests, their number, slow cancels."""

from examples.rest_provider.test_contract import RestHarness
from jobv1.testing import parametrize_with_checks


class ThoroughHarness(RestHarness):
    def break_query(self, job):
        self.backend.client.loses_next = True

    def move_to_cancelling(self, job):
        self.backend.client.set_state(job.job_id(), "cancelling")

    def move_to_unknown(self, job):
        self.backend.client.set_state(job.job_id(), "paused")

    def count_requests(self):
        return self.backend.client.requests

    def tidy(self):
        self.backend.client.loses_next = False


@parametrize_with_checks(ThoroughHarness)
def test_contract_in_full(check):
    check()
