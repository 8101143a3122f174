import warnings

import pytest

from jobv1 import JobStatus, JobStatusError
from jobv1._status_table import StatusTable

WORDS = {"Waiting": JobStatus.QUEUED, "DONE": JobStatus.DONE, "straße": JobStatus.RUNNING}


def table(words=WORDS, unknown=None):
    """Give the table of a class called LabJob."""
    return StatusTable(words, unknown, "LabJob")


@pytest.mark.parametrize("word", ["waiting", "Waiting", "WAITING"])
def test_case_does_not_matter(word):
    """A word means the same in upper and lower case, whichever the table has."""
    assert table().status_of(word, "ab12") is JobStatus.QUEUED


def test_case_of_other_alphabets():
    """Case is folded as Unicode does it."""
    assert table().status_of("STRAẞE", "ab12") is JobStatus.RUNNING


def test_a_space_matters():
    """Only case is folded: a word with a space is another word."""
    with pytest.raises(JobStatusError):
        table().status_of("waiting ", "ab12")


def test_unknown_word():
    """A word that the table does not have is an error that says who said it, and the way out."""
    with pytest.raises(JobStatusError) as caught:
        table().status_of("paused", "ab12")

    assert str(caught.value) == (
        "Job 'ab12': the service says 'paused', which LabJob._statuses does not have. "
        "Add it there, or say by LabJob._unknown_status what such words count as."
    )
    assert (caught.value.job_id, caught.value.answer) == ("ab12", "paused")
    assert caught.value.probable is None


def test_unknown_word_that_is_like_a_state():
    """The state that a new word is probably meant for is named, and not taken."""
    with pytest.raises(JobStatusError, match="Was JobStatus.DONE meant?") as caught:
        table().status_of("completed", "ab12")

    assert caught.value.probable is JobStatus.DONE


def test_long_answers_are_shortened():
    """An error page in the place of a word does not fill the screen."""
    with pytest.raises(JobStatusError) as caught:
        table().status_of("<html>" * 1000, "ab12")

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("answer", "said"), [(None, "None (NoneType)"), (3, "3 (int)"), (["done"], "['done'] (list)")]
)
def test_no_word(answer, said):
    """What is no string is an error even where unknown words count as something."""
    with pytest.raises(JobStatusError) as caught:
        table(unknown=JobStatus.RUNNING).status_of(answer, "ab12")

    assert str(caught.value) == (
        f"Job 'ab12': LabJob was answered {said} for a status, which is no word of the service."
    )
    assert (caught.value.job_id, caught.value.answer) == ("ab12", answer)


def test_unknown_word_that_counts_as_something():
    """Where the class says what unknown words count as, each is warned of once, in any case."""
    lab = table(unknown=JobStatus.RUNNING)

    with pytest.warns(UserWarning, match="the service says") as caught:
        statuses = [lab.status_of(word, "ab12") for word in ("paused", "PAUSED", "parked", "done")]

    assert statuses == [JobStatus.RUNNING] * 3 + [JobStatus.DONE]
    first, second = (str(warning.message) for warning in caught)
    assert first == (
        "Job 'ab12': the service says 'paused', which LabJob._statuses does not have; "
        "it counts as RUNNING."
    )
    assert "says 'parked'" in second


def test_a_known_word_is_not_warned_of():
    """Words of the table are no reason for a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert table(unknown=JobStatus.RUNNING).status_of("done", "ab12") is JobStatus.DONE


def test_two_spellings():
    """A word in two spellings may stand in the table twice if it means one state."""
    lab = table({"done": JobStatus.DONE, "DONE": JobStatus.DONE})
    assert lab.status_of("Done", "ab12") is JobStatus.DONE

    text = (
        "^LabJob._statuses has 'DONE' in two spellings that mean two states; "
        "upper and lower case are the same.$"
    )
    with pytest.raises(ValueError, match=text):
        table({"done": JobStatus.DONE, "DONE": JobStatus.ERROR})


@pytest.mark.parametrize("final", [JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELLED])
def test_an_unknown_word_ends_no_job(final):
    """Unknown words may not count as a final state."""
    text = f"^LabJob._unknown_status is {final.name}, which is final: a word that nobody knows may"
    with pytest.raises(ValueError, match=text):
        table(unknown=final)


@pytest.mark.parametrize(
    ("words", "unknown", "text"),
    [
        (["done"], None, r"LabJob._statuses must be a mapping of words to JobStatus, not \['done'"),
        ({"done": "DONE"}, None, "must have words and JobStatus, not 'done': 'DONE'"),
        ({1: JobStatus.DONE}, None, "must have words and JobStatus, not 1: "),
        (WORDS, "RUNNING", "_unknown_status must be a JobStatus or None, not 'RUNNING'"),
    ],
)
def test_what_is_no_table(words, unknown, text):
    """A table of the wrong types is refused."""
    with pytest.raises(TypeError, match=text):
        table(words, unknown)
