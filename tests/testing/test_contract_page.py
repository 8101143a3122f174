"""The page of the contract, the checks and their numbers tell the same."""

import re

import pytest

from jobv1.testing.checks import CHECKS
from tests.broken_jobs import SUBJECTS


@pytest.fixture
def page(root):
    """The page, cut into the sections of its rules: number, sentence, text."""
    text = (root / "docs" / "contract.md").read_text()
    sections = re.split(r"^\(rule-(\d+-\d+)\)=\n### ", text, flags=re.MULTILINE)[1:]
    return [
        (anchor, *section.partition("\n")[::2])
        for anchor, section in zip(sections[::2], sections[1::2], strict=True)
    ]


def test_the_page_has_every_rule(page):
    """The page has the rules of the checks, in their order, in their words."""
    headings = [heading for _, heading, _ in page]

    assert headings == [f"{check.rule.number} {check.rule.sentence}" for check in CHECKS]


def test_each_rule_can_be_linked(page):
    """Each rule has an anchor made of its number."""
    anchors = [anchor for anchor, _, _ in page]

    assert anchors == [check.rule.number.replace(".", "-") for check in CHECKS]


def test_each_rule_names_its_check_and_its_needs(page):
    """Each rule on the page says why, names its check, and what it needs, if anything."""
    for (_, _, text), check in zip(page, CHECKS, strict=True):
        why, _, rest = text.strip().partition("\n\nCheck: ")
        needs = ", ".join(f"`{need}`" for need in check.rule.needs)
        assert why.strip(), check.__name__
        first, *others = rest.strip().splitlines()[: 1 + bool(needs)]
        assert first == f"`{check.__name__}`."
        assert others == ([f"Needs: {needs}."] if needs else [])


def test_numbers_are_in_order():
    """Rules are numbered by subject, from 1, in the order in which they are checked."""
    numbers = [tuple(map(int, check.rule.number.split("."))) for check in CHECKS]

    assert numbers == sorted(set(numbers))
    for subject in {subject for subject, _ in numbers}:
        own = [number for its, number in numbers if its == subject]
        assert own == list(range(1, len(own) + 1))


def test_names_tell_the_subject():
    """A check is named after the subject that its number has."""
    for check in CHECKS:
        subject = SUBJECTS[int(check.rule.number.partition(".")[0]) - 1]
        assert check.__name__.startswith(f"check_{subject}_")
        assert check.__module__ == f"jobv1.testing.checks.{subject}"


def test_there_are_many():
    """The contract has at least forty rules."""
    assert len(CHECKS) >= 40


def test_checks_are_short(root):
    """A check has at most thirty lines."""
    for path in root.glob("src/jobv1/testing/checks/*.py"):
        for block in re.split(r"^(?=@rule)", path.read_text(), flags=re.MULTILINE)[1:]:
            lines = re.split(r"\n\n\n", block)[0].splitlines()
            assert len(lines) <= 30, lines[1]


def test_sentences_are_short():
    """A rule is one sentence that fits on a line of a report."""
    for check in CHECKS:
        sentence = check.rule.sentence
        assert sentence.endswith("."), sentence
        assert len(sentence) <= 100, sentence
