"""A future that ends while a callback is added."""

from concurrent.futures import Future
from threading import Thread

from jobv1.qiskit import adapt
from tests.fake_qiskit import LateJob


class DelayedFuture(Future):
    """A future that is done just after it said that it was not."""

    thread = None

    def done(self):
        was_done = super().done()
        if self.thread is None:
            self.thread = Thread(target=self.set_result, args=[None])
            self.thread.start()
            # Or for a while, if it must wait for whoever asks.
            self.thread.join(0.2)
        return was_done


def test_done_while_a_callback_is_added():
    """A callback that is added in the moment in which the job ends is called all the same."""
    original, told = LateJob(), []
    original._future = DelayedFuture()
    job = adapt(original)
    for _ in range(2):
        job.add_done_callback(told.append)
    original._future.thread.join()

    assert told == [job, job]
