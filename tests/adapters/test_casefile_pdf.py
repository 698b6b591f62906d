"""The page of a case file, laid out by typst: mail is data, whatever it says."""

import io
from dataclasses import replace
from datetime import date

import docx
import pypdfium2
import pytest

from core.evidence.test_casefile import case_file, page
from iep_mail.adapters.casefile_docx import docx_bytes
from iep_mail.adapters.casefile_pdf import pdf_bytes, printable
from iep_mail.adapters.templates import shipped_casefile
from iep_mail.core.evidence.layout import pdf_data
from world import PARENT, TEACHER, at, mail

DAY = date(2026, 2, 9)
HOSTILE = (
    '#panic("x") #read("/etc/passwd") $x^2$ *bold* _it_ `raw` <label> @ref \\ // no comment /* nor this */ '
    '#{ let a = 1 } ] [ "quote" #import "@preview/x:1.0.0" = Heading'
)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def pdf(*more: bytes) -> bytes:
    return pdf_bytes(pdf_data(case_file(page(*more))), shipped_casefile(), DAY)


def test_mail_in_the_layouts_own_language_is_shown_as_it_is() -> None:
    raw = mail(
        PARENT,
        TEACHER,
        "Re: Speech on Monday?",
        f"Could you tell me this? {HOSTILE}",
        at("2026-01-29 15:00"),
        number=10,
        answers=1,
    )
    file = replace(case_file(page(raw)), matters=(HOSTILE,), parents=(HOSTILE,), removals=(HOSTILE,))
    shown = text_of(pdf_bytes(pdf_data(file), shipped_casefile(), DAY)).replace(" ", "")
    for piece in (
        '#panic("x")',
        '#read("/etc/passwd")',
        "$x^2$",
        "*bold*",
        "<label>",
        "@ref",
        '#import"@preview/x:1.0.0"',
    ):
        assert piece in shown, piece
    assert "root:" not in shown


@pytest.mark.slow
def test_pictures_other_scripts_and_control_letters_neither_stop_nor_turn_the_page() -> None:
    body = "Could you tell me? 🙂 👩‍👧 שלום مرحبا 中文 \u202etxet\u202c \x07 a\u200bb \U0001f9ff"
    raw = mail(PARENT, TEACHER, "Speech", body, at("2026-01-29 15:00"), number=10, answers=1)
    assert "[slightly smiling face]" in text_of(pdf(raw))
    # Combining signs are told of by their number, a script of which only some letters are missing too.
    raw = mail(PARENT, TEACHER, "தமிழ்", "அம்மா 김철수 สมชาย", at("2026-01-29 15:00"), number=10, answers=1)
    assert pdf(raw).startswith(b"%PDF")
    assert printable("\u202eevil\u202c\x00 ok") == "evil ok"


def test_it_is_an_archival_pdf_and_the_same_every_time() -> None:
    one = pdf()
    assert one == pdf()
    assert b"pdfaid:part>2<" in one
    assert b"pdfaid:conformance>A<" in one
    shown = text_of(one)
    assert "Page 1 of" in shown
    assert "R1" in shown
    assert "Exhibit 5: January 27, 2026" in shown


def test_an_empty_case_file_can_be_laid_out() -> None:
    empty = pdf_data(case_file(page(), first=date(2030, 1, 1)))
    assert "No message is on record in this matter." in text_of(pdf_bytes(empty, shipped_casefile(), DAY))


def test_the_word_summary_holds_the_tables_and_is_the_same_every_time() -> None:
    data = pdf_data(replace(case_file(page()), matters=('Name, "quoted" 🙂 שלום',)))
    raw = docx_bytes(data, DAY)
    assert raw == docx_bytes(data, DAY)
    document = docx.Document(io.BytesIO(raw))
    assert any("[slightly smiling face] שלום" in p.text for p in document.paragraphs)
    assert document.tables[1].rows[1].cells[0].text == "R1"


@pytest.mark.parametrize("name", ["typst", "docx", "xlsxwriter"])
def test_without_the_package_it_is_said_how_to_get_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from iep_mail.adapters.spreadsheets import xlsx_bytes
    from iep_mail.errors import UsageError

    monkeypatch.setitem(__import__("sys").modules, name, None)
    data = pdf_data(case_file(page()))
    makers = {
        "typst": lambda: pdf_bytes(data, shipped_casefile(), DAY),
        "docx": lambda: docx_bytes(data, DAY),
        "xlsxwriter": lambda: xlsx_bytes([]),
    }
    with pytest.raises(UsageError) as said:
        makers[name]()
    assert "pip install 'iep-mail[evidence]'" in said.value.remedy
