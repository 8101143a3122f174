from tests.scripted_job import BareJob


class FixedMetadataJob(BareJob):
    """A job whose metadata comes from its service."""

    @property
    def metadata(self):
        return {"from": "service"}


class ReadOnlyMetadataJob(BareJob):
    """A job that shows its metadata, and lets nobody set it."""

    @property
    def metadata(self):
        return vars(self)["metadata"]


class SettableMetadataJob(BareJob):
    """A job that keeps its metadata elsewhere."""

    @property
    def metadata(self):
        return self.kept

    @metadata.setter
    def metadata(self, value):
        self.kept = {"kept": value}


def test_keywords_are_metadata():
    """Every keyword becomes metadata, those included that have a meaning elsewhere."""
    keywords = {
        "timeout": 1,
        "wait": 2,
        "callback": 3,
        "tolerance": 4,
        "status": 5,
        "result": 6,
        "job": 7,
        "metadata": 8,
        "_async": 9,
        "_job_id": 10,
    }
    job = BareJob(None, "ab12", **keywords)

    assert job.metadata == keywords
    assert (job._async, job.job_id()) == (True, "ab12")


def test_metadata_is_its_own():
    """Each job has a dict of its own for its metadata, empty at first."""
    first, second = BareJob(None, "1"), BareJob(None, "2")
    first.metadata["shots"] = 100

    assert second.metadata == {}


def test_read_only_metadata():
    """A class whose metadata cannot be set takes keywords, and keeps its own metadata."""
    assert FixedMetadataJob(None, "ab12", shots=100).metadata == {"from": "service"}


def test_read_only_metadata_of_the_job():
    """A class whose metadata cannot be set finds the keywords in the dict of the job."""
    assert ReadOnlyMetadataJob(None, "ab12", shots=100).metadata == {"shots": 100}


def test_metadata_with_a_setter():
    """A class that keeps the metadata itself is given the keywords."""
    assert SettableMetadataJob(None, "ab12", shots=100).metadata == {"kept": {"shots": 100}}


def test_metadata_of_the_class():
    """Metadata that stands on the class is covered by that of the job."""
    described = type("Described", (BareJob,), {"metadata": {"from": "class"}})

    assert described(None, "ab12", shots=100).metadata == {"shots": 100}
