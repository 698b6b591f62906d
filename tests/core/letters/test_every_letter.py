"""Every letter, read in full: with all facts, with none, and for a child with a Section 504 plan.

The pages lie in tests/golden/letters; to renew one, delete it and run the tests twice.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iep_mail.core.letters import front_matter
from iep_mail.core.letters.templates import LetterTemplate, render
from letter_facts import COMMON, rich_facts
from letters_world import letters, same_as_golden

GOLDEN = Path(__file__).parents[2] / "golden" / "letters"
SECTION_504 = {"plan_kind": "504", "plan_name": "Section 504 plan", "team_name": "Section 504 team"}
EVERY = [pytest.param(letter, id=name) for name, letter in letters().items()]
FOR_504 = [pytest.param(letter, id=name) for name, letter in letters().items() if "504" in letter.plans]
# What each law asks of a complaint: 34 CFR 300.153(b) and 300.508(b).
CONTENTS = {
    "state-complaint": {"child_full", "child_address", "school_name", "violation", "timeline", "problem",
                        "resolution", "parent_contact"},
    "due-process-draft": {"child_full", "child_address", "school_name", "decision", "problem", "timeline",
                          "resolution"},
}  # fmt: skip


def page(letter: LetterTemplate, facts: dict[str, object]) -> str:
    subject, body, blanks = render(letter, facts)
    left = "".join(f"Blank: {b.name}\n" for b in blanks)
    return f"Subject: {subject}\n{left}\n{body}"


@pytest.mark.parametrize("letter", EVERY)
def test_with_all_facts(letter: LetterTemplate) -> None:
    text = page(letter, rich_facts(letter))
    assert "[____" not in text
    same_as_golden(GOLDEN / f"{letter.name}.rich.txt", text)


@pytest.mark.parametrize("letter", EVERY)
def test_with_no_facts_but_the_family(letter: LetterTemplate) -> None:
    _, _, blanks = render(letter, COMMON)
    assert {b.name for b in blanks} <= set(letter.required)
    same_as_golden(GOLDEN / f"{letter.name}.poor.txt", page(letter, dict(COMMON)))


@pytest.mark.parametrize("letter", FOR_504)
def test_for_a_child_with_a_section_504_plan(letter: LetterTemplate) -> None:
    facts = rich_facts(letter, **SECTION_504)
    facts = {
        k: str(v).replace("The IEP", "The Section 504 plan") if "stated" in k or k == "chosen_fact" else v
        for k, v in facts.items()
    }
    text = page(letter, facts)
    assert "300." not in text
    assert "IEP" not in text
    same_as_golden(GOLDEN / f"{letter.name}.504.txt", text)


@pytest.mark.parametrize("letter", EVERY)
def test_a_letter_is_a_page_with_one_day_to_answer_by_and_thanks(letter: LetterTemplate) -> None:
    subject, body, _ = render(letter, rich_facts(letter))
    assert len(body.split()) <= 330
    assert len(subject) <= 78
    assert "Nils" not in subject
    formal = letter.name in CONTENTS
    assert letter.asks is False or formal or "Tuesday, March 17, 2026" in body
    assert "hank" in body or letter.name == "due-process-draft"
    assert "  " not in body.replace("\n", "  \n").replace("  \n", "")
    assert not re.search(r"\n{3}|[ \t]\n|\.\.|\. \.|,,| ,| \.|“”|None|Undefined|\{\{|\{%", body)


@pytest.mark.parametrize(("name", "facts"), CONTENTS.items())
def test_a_formal_letter_holds_everything_that_the_law_asks(name: str, facts: set[str]) -> None:
    letter = letters()[name]
    assert facts <= set(letter.required)
    _, body, _ = render(letter, rich_facts(letter))
    rule = letter.citation.split()[-1].rstrip(")")
    questions = " ".join(letter.required.values())
    assert f"({rule}(b)(1))" in questions
    assert "Signature:" in body
    assert re.search(r"Copy", body)
    assert "Parent Training and Information Center" in letter.advice
    assert "lawyer" in letter.advice


def test_every_letter_of_the_usual_set_is_there() -> None:
    assert set(letters()) >= {
        "new-concern", "service-not-delivered", "follow-up", "second-follow-up", "after-call-understanding",
        "after-meeting-summary", "thank-you", "meeting-request", "amendment-without-meeting", "parent-concerns",
        "meeting-arrangements", "drafts-before-meeting", "evaluation-request", "reevaluation-request",
        "independent-evaluation", "records-request", "record-correction", "service-logs",
        "progress-data-request", "prior-written-notice-request", "disagreement", "make-up-services",
        "facilitated-meeting", "mediation-request", "discipline-meeting", "possible-retaliation",
        "state-complaint", "due-process-draft", "private-placement-notice", "confirmation-after-resolution",
        "check-in", "note-to-advocate", "interpreter-or-format", "decline-proposal", "partial-answer",
        "undelivered-resend", "commitment-reminder", "accommodation-not-followed", "records-follow-up",
        "progress-data", "several-requests", "reason-for-refusal",
    }  # fmt: skip


def test_the_guide_to_letters_names_every_letter_and_every_key() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "letters.md").read_text(encoding="utf-8")
    assert [name for name in letters() if f"`{name}`" not in guide] == []
    assert [key for key in front_matter.KEYS if f"`{key}`" not in guide and f"`[{key}]`" not in guide] == []
