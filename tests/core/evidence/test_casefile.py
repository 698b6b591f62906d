"""The speech story of tests/world.py as a case file."""

from dataclasses import replace
from datetime import date

import pytest

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.evidence.casefile import build_casefile
from iep_mail.core.evidence.contents import CaseFile
from iep_mail.core.evidence.desk import Wanted
from iep_mail.core.evidence.layout import pdf_data
from iep_mail.core.evidence.redaction import Choice, Redactor
from iep_mail.core.evidence.tables import tables
from iep_mail.core.letters.entries import Page
from iep_mail.model import Iep, IepService, IepStatement
from world import CALENDAR, DIRECTOR, FAMILY, PARENT, TEACHER, at, mail, read_all, speech_story

DAY = date(2026, 2, 9)
IEP = Iep(
    child="Mateo Delgado",
    document="IEP of September 2, 2025",
    effective_from=date(2025, 9, 2),
    services=(IepService(name="Speech-language therapy", minutes=30, frequency="2 times per week", page=6),),
    accommodations=(IepStatement("Extended time on tests", page=8),),
)


def page(*more: bytes) -> Page:
    book = build_casebook(read_all([*speech_story(), *more]), [], [], CALENDAR, Rules(FAMILY, {}), DAY)
    return Page.of(book, FAMILY, CALENDAR)


def case_file(shown: Page, choice: Choice | None = None, **wanted: object) -> CaseFile:
    everything = Wanted(cases=tuple(c.id for c in shown.book.cases))
    return build_casefile(shown, replace(everything, **wanted), [IEP], None, Redactor(choice or Choice()))  # type: ignore[arg-type]


def test_messages_become_numbered_exhibits_that_refer_to_each_other() -> None:
    file = case_file(page())
    assert [(e.number, e.on.isoformat(), e.from_family) for e in file.exhibits] == [
        (1, "2026-01-13", True),
        (2, "2026-01-13", False),
        (3, "2026-01-14", True),
        (4, "2026-01-20", False),
        (5, "2026-01-27", True),
    ]
    assert file.exhibits[0].notes == ("Makes request R1.",)
    assert file.exhibits[3].notes == (
        "Puts off request R2 (exhibit 3).",
        "Says what the school will do.",
        "Replies to exhibit 3.",
    )
    assert file.exhibits[4].notes == ("Reminds of request R1.", "Replies to exhibit 1.")
    assert file.exhibits[1].channel == "automatic reply"
    assert file.exhibits[0].sender == "Rosa Delgado <rosa@delgado.example.net>"
    assert file.exhibits[0].to == ("Ms. Ellen Park (case manager) <epark@maplehill.example.org>",)


def test_requests_with_their_dates_attempts_and_days() -> None:
    speech, records = case_file(page()).requests
    assert (speech.label, speech.asked_on, speech.due_on, speech.status) == (
        "R1", date(2026, 1, 13), date(2026, 1, 21), "open"
    )  # fmt: skip
    assert (speech.attempts, speech.reminders, speech.days, speech.days_late) == (
        2, ((date(2026, 1, 27), 5),), 27, 19
    )  # fmt: skip
    assert (speech.rule, speech.citation) == ("5 school days, the family's own date", "")
    assert (records.status, records.due_on) == ("put off, not answered", date(2026, 3, 20))


def test_the_summary_counts_and_judges_nothing() -> None:
    assert case_file(page()).summary == (
        "The record holds 5 messages between January 13, 2026 and January 27, 2026: 3 from the family and 2 "
        "from the school. The family made 2 requests: 0 answered, 0 declined and 2 open. 1 of the open is past "
        "the due date on February 9, 2026; the longest, R1, by 19 days after 2 attempts. 1 reminder was sent. "
        "The school said in 1 place what it would do; 0 are on record as done."
    )


def test_only_the_chosen_days_and_messages() -> None:
    shown = page()
    assert [e.on.day for e in case_file(shown, first=date(2026, 1, 14), last=date(2026, 1, 20)).exhibits] == [
        14,
        20,
    ]
    first = case_file(shown).exhibits[0]
    without = case_file(shown, left_out=(first.sha256[:8],))
    assert len(without.exhibits) == 4
    assert "1 message was left out by the family's choice." in without.removals
    nothing = case_file(shown, first=date(2027, 1, 1))
    assert (nothing.exhibits, nothing.summary) == ((), "No message is on record in this matter.")


def test_a_complaint_says_what_it_must_contain_and_warns_of_mediation() -> None:
    talk = mail(PARENT, DIRECTOR, "Request for records", "As the mediator said yesterday, we wait.",
                at("2026-01-21 15:00"), number=9, answers=4)  # fmt: skip
    file = case_file(page(talk), purpose="state-complaint")
    assert len(file.complaint) == 7
    assert "since February 9, 2025" in file.complaint_notes[0]
    (advice,) = file.advice
    assert "These exhibits speak of mediation: 5." in advice
    # What is for the family to decide does not stand in what the state reads.
    assert "speak of mediation" not in str(pdf_data(file))
    assert "numbers" not in file.sections


def test_the_facts_of_the_plan_stand_with_their_pages() -> None:
    asked = mail(PARENT, TEACHER, "Speech", "Could you please provide speech therapy twice a week, as his IEP says?",
                 at("2026-01-29 15:00"), number=10)  # fmt: skip
    facts = case_file(page(asked)).facts
    assert ("IEP of September 2, 2025", 6, "Speech-language therapy, 30 minutes, 2 times per week") in [
        (f.document, f.page, f.text) for f in facts
    ]
    assert "Extended time on tests" not in [f.text for f in facts]


def test_what_is_hidden_is_gone_everywhere_and_its_original_is_kept_back() -> None:
    told = mail(PARENT, TEACHER, "Speech", "Could you tell me whether Ann Smith's group met? Call (555) 010-0199, "
                "or write to me at 12 Elm Street, Springfield, IL 62704.", at("2026-01-29 15:00"), number=10)  # fmt: skip
    file = case_file(page(told), Choice(names=("Ann Smith",), addresses=True))
    text = str(pdf_data(file)) + str(tables(file))
    for hidden in ("Ann Smith", "010-0199", "Elm Street", "62704", "@maplehill"):
        assert hidden not in text, hidden
    assert "[another child]" in text
    assert all(e.original.startswith("kept back") for e in file.exhibits)
    assert file.removals[-1].startswith("In exhibit 6, ")


def test_an_original_with_a_blind_copy_is_kept_back() -> None:
    blind = mail(PARENT, TEACHER, "Speech", "Could you tell me when speech is?", at("2026-01-29 15:00"),
                 number=10, headers=[("Bcc", "lawyer@firm.example.com")])  # fmt: skip
    file = case_file(page(blind))
    assert file.exhibits[-1].original == "kept back: it names people who received it as a blind copy"
    assert "lawyer" not in str(pdf_data(file))


@pytest.mark.parametrize("purpose", ["advocate", "meeting", "state-complaint", "records"])
def test_every_purpose_has_its_sections(purpose: str) -> None:
    data = pdf_data(case_file(page(), purpose=purpose))
    assert data["sections"][0] == ["summary", "Summary"]
    assert {"requests", "timeline", "exhibits", "method"} <= {name for name, _ in data["sections"]}
