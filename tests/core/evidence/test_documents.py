"""Documents among attachments: what they are, whose, of which year, and what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.evidence.documents import SET_KIND, Document, documents, missing, recognise
from iep_mail.data import load
from iep_mail.model import Attachment, Casebook, Child, Decision, Iep
from world import CALENDAR, FAMILY, PARENT, TEACHER, at, mail, read_all

PDF = "application/pdf"
CHILDREN = (Child("Mateo Delgado", ("Teo",)), Child("Ana Delgado"))


@pytest.mark.parametrize(
    ("name", "text", "subject", "kind"),
    [
        (
            "scan0001.pdf",
            "Maple Hill District\nINDIVIDUALIZED EDUCATION PROGRAM (IEP)\nprogress reports: quarterly",
            "",
            "iep",
        ),
        ("doc.pdf", "IEP Progress Report, second quarter", "", "progress_report"),
        ("PWN_2026-01-12.pdf", "", "", "prior_written_notice"),
        ("x.pdf", "PRIOR WRITTEN NOTICE of the IEP team", "", "prior_written_notice"),
        ("x.pdf", "Amendment to the IEP of September 2", "", "amendment"),
        ("Psychoeducational_Evaluation.pdf", "", "", "evaluation"),
        ("speech log 25-26.xlsx", "", "", "service_log"),
        ("Report-Card-Q2.pdf", "", "", "report_card"),
        ("504 plan.docx", "", "", "plan_504"),
        ("scan.pdf", "", "Your invitation to an IEP meeting", "meeting_notice"),
        ("IEP_amendment_MV.docx", "", "", "amendment"),
        ("DRAFT_IEP_2025.pdf", "", "", "draft_plan"),
        ("x.pdf", "DRAFT Individualized Education Program", "", "draft_plan"),
        ("flyer.pdf", "Book fair on Friday", "Book fair", "other"),
    ],
)
def test_what_a_document_is(name: str, text: str, subject: str, kind: str) -> None:
    assert recognise(name, text, subject)[0] == kind


def book(*attached: Attachment, sender: str = TEACHER, to: str = PARENT) -> Casebook:
    raw = mail(sender, to, "Papers", "Attached.", at("2026-01-13 15:00"), number=1)
    (message,) = read_all([raw])
    return build_casebook(
        [replace(message, attachments=attached)], [], [], CALENDAR, Rules(FAMILY, {}), date(2026, 2, 9)
    )


def attachment(name: str, number: int, kind: str = PDF) -> Attachment:
    return Attachment(name, kind, 10, f"{number:064}")


def test_whose_it_is_and_of_which_year_the_document_itself_says() -> None:
    shown = book(
        attachment("IEP.pdf", 1),
        attachment("IEP Ana 2024-25.pdf", 2),
        attachment("photo.jpg", 3, "image/jpeg"),
    )
    words = {f"{1:064}": "IEP of Mateo Delgado, school year 2023-2024"}
    found = documents(shown, words, CHILDREN)
    assert [(d.child, d.year, d.name) for d in found] == [
        ("Ana Delgado", 2024, "IEP Ana 2024-25.pdf"), ("Mateo Delgado", 2023, "IEP.pdf")
    ]  # fmt: skip
    assert (found[0].arrived_on, found[0].sender, found[0].from_school) == (
        date(2026, 1, 13),
        "Ellen Park",
        True,
    )


def test_the_parents_word_wins_and_can_name_what_was_not_recognised() -> None:
    shown = book(attachment("scan.pdf", 1))
    assert documents(shown, {}, CHILDREN) == ()
    said = [Decision(1, datetime(2026, 2, 1, tzinfo=UTC), SET_KIND, f"{1:064}", "evaluation")]
    assert [d.kind for d in documents(shown, {}, CHILDREN, said)] == ["evaluation"]


def test_what_is_missing_is_told_for_each_year_with_the_letter_that_asks_for_it() -> None:
    iep = Iep(child="Mateo Delgado", effective_from=date(2024, 9, 2), effective_to=date(2026, 9, 1))
    shown = book(attachment("IEP 2025-26.pdf", 1), attachment("evaluation 2024-25.pdf", 2))
    found = documents(shown, {}, CHILDREN[:1])
    lacking = list(missing(found, [iep], ["Mateo Delgado"], date(2024, 9, 10), date(2026, 2, 9)))
    told = {(m.year, m.kind) for m in lacking}
    assert (2025, "iep") not in told
    assert (2024, "iep") in told
    assert not any(kind == "evaluation" for _, kind in told)  # one in three years is enough
    assert (2025, "progress_report") in told
    assert all(m.letter and m.why for m in lacking)


def test_what_the_parent_sent_is_not_held_from_the_school() -> None:
    iep = Iep(child="Mateo Delgado", effective_from=date(2025, 9, 2))
    found = documents(book(attachment("progress report.pdf", 1), sender=PARENT, to=TEACHER), {}, CHILDREN[:1])
    lacking = missing(found, [iep], ["Mateo Delgado"], date(2025, 9, 10), date(2026, 2, 9))
    assert "progress_report" in {m.kind for m in lacking}


def test_a_child_without_a_plan_or_a_document_lacks_nothing() -> None:
    nothing: tuple[Document, ...] = ()
    assert list(missing(nothing, [], ["Ana Delgado"], date(2025, 9, 1), date(2026, 2, 9))) == []


def test_every_letter_that_is_named_exists() -> None:
    from iep_mail.adapters.templates import shipped_letters

    assert {e["letter"] for e in load("documents")["expected"]} <= set(shipped_letters())


def test_initials_in_a_name_say_whose_it_is() -> None:
    found = documents(book(attachment("PWN_MD_2026.pdf", 1), attachment("PWN_AD.pdf", 2)), {}, CHILDREN)
    assert {d.name: d.child for d in found} == {
        "PWN_MD_2026.pdf": "Mateo Delgado",
        "PWN_AD.pdf": "Ana Delgado",
    }


def test_a_section_504_plan_brings_no_reports_that_only_an_iep_brings() -> None:
    plan = Iep(child="Ana Delgado", plan="504", effective_from=date(2025, 9, 1))
    lacking = list(missing([], [plan], ["Ana Delgado"], date(2025, 10, 1), date(2026, 2, 1)))
    assert [(m.kind, m.letter) for m in lacking] == [("plan_504", "copy-of-plan")]
    assert "34 CFR 99.10" in lacking[0].why
