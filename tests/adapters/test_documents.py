"""Plan documents on disk: what can be read, and what is said of what cannot."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from iep_mail.adapters.documents import MOST_PAGES, read_document
from iep_mail.errors import UsageError


def pdf(
    path: Path, pages: int = 1, text: str = "Speech therapy 30 minutes 2x/week", **options: object
) -> Path:
    canvas = Canvas(str(path), pagesize=letter, **options)
    for number in range(pages):
        canvas.drawString(72, 700, f"{text} {number + 1}")
        canvas.showPage()
    canvas.save()
    return path


def scan(path: Path, words: tuple[str, ...]) -> Path:
    """A PDF of pages that are pictures; a page with words in `words` is text."""
    from PIL import Image

    picture = path.with_suffix(".png")
    Image.new("L", (200, 260), 230).save(picture)
    canvas = Canvas(str(path), pagesize=letter)
    for text in words:
        if text:
            canvas.drawString(72, 700, text)
        else:
            canvas.drawImage(str(picture), 0, 0, 612, 792)
        canvas.showPage()
    canvas.save()
    return path


def refused(path: Path, **options: int) -> str:
    with pytest.raises(UsageError) as caught:
        read_document(path, **options)
    assert caught.value.remedy
    return f"{caught.value.what} {caught.value.remedy}"


def test_words_of_a_pdf_have_their_places(tmp_path: Path) -> None:
    (page,) = read_document(pdf(tmp_path / "plan.pdf")).pages
    assert [w.text for w in page.words] == ["Speech", "therapy", "30", "minutes", "2x/week", "1"]
    first = page.words[0]
    assert 71 < first.left < 74
    assert 80 < first.top < 95  # points from the upper edge of a page 792 points high


def test_a_turned_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "turned.pdf"), pagesize=letter)
    canvas.setPageRotation(90)
    canvas.rotate(90)
    canvas.drawString(100, -80, "Service Frequency")
    canvas.drawString(100, -120, "Speech therapy")
    canvas.showPage()
    canvas.save()
    (page,) = read_document(tmp_path / "turned.pdf").pages
    words = {w.text: w for w in page.words}
    assert words["Frequency"].left > words["Service"].right
    assert words["Speech"].top > words["Service"].bottom


def test_what_was_typed_into_a_form_is_read(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "form.pdf"), pagesize=letter)
    canvas.drawString(72, 700, "Service:")
    canvas.acroForm.textfield(
        name="service", value="Occupational therapy", x=150, y=690, width=200, height=20
    )
    canvas.showPage()
    canvas.save()
    (page,) = read_document(tmp_path / "form.pdf").pages
    assert "Occupational" in [w.text for w in page.words]


def test_a_password_is_said(tmp_path: Path) -> None:
    assert "password" in refused(pdf(tmp_path / "locked.pdf", encrypt="secret"))


def test_a_damaged_pdf_is_said(tmp_path: Path) -> None:
    whole = pdf(tmp_path / "plan.pdf").read_bytes()
    (tmp_path / "half.pdf").write_bytes(whole[:40] + b"\x00" * 200)
    assert "damaged" in refused(tmp_path / "half.pdf")


def test_an_empty_file_and_a_pdf_without_words_are_said(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    assert "is empty" in refused(tmp_path / "empty.pdf")
    assert "no words" in refused(
        pdf(tmp_path / "blank.pdf", text="", pages=0) and _blank(tmp_path / "blank.pdf")
    )


def _blank(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=letter)
    canvas.showPage()
    canvas.save()
    return path


def test_five_hundred_pages_are_too_many_and_a_part_of_them_is_read(tmp_path: Path) -> None:
    long = pdf(tmp_path / "long.pdf", pages=500)
    said = refused(long)
    assert "500 pages" in said
    assert str(MOST_PAGES) in said
    assert "--pages" in said
    part = read_document(long, first=12, last=14)
    assert [page.number for page in part.pages] == [12, 13, 14]
    assert "no page 501" in refused(long, first=501)


def test_scanned_pages_are_said_to_be_pictures(tmp_path: Path) -> None:
    mixed = read_document(scan(tmp_path / "mixed.pdf", ("Services: speech 30 minutes weekly", "", "")))
    assert [page.image for page in mixed.pages] == [False, True, True]
    assert "Pages 2 and 3" in mixed.notes[0]
    assert "pictures" in mixed.notes[0]
    assert "is a scan" in refused(scan(tmp_path / "scan.pdf", ("", "")))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\xd0\xcf\x11\xe0rest", "old Word file"),
        (b"\xff\xd8\xff\xe0", "a photo"),
        (b"{\\rtf1 plan}", "RTF"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\x7fELF\x00\x00\x00\x01", "no text, PDF or Word"),
        (b" \n\n ", "no words"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, head: bytes, said: str) -> None:
    (tmp_path / "plan").write_bytes(head)
    assert said in refused(tmp_path / "plan")


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    assert "no file" in refused(tmp_path / "nothing.pdf")
    assert "cannot be read" in refused(tmp_path)


def test_a_zip_that_is_no_word_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "no Word document" in refused(tmp_path / "a.docx")


def test_word_tick_boxes_lists_tables_and_page_breaks(tmp_path: Path) -> None:
    import docx
    from docx.enum.text import WD_BREAK

    document = docx.Document()
    document.add_paragraph("☒ Extra time")
    document.add_paragraph("A seat in front", style="List Bullet")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    row = document.add_table(rows=1, cols=2).rows[0].cells
    row[0].text, row[1].text = "Speech", "30 min 2x/week"
    document.save(str(tmp_path / "plan.docx"))
    first, second = read_document(tmp_path / "plan.docx").pages
    assert [r for r in first.rows if r != ("",)] == [("☒ Extra time",), ("• A seat in front",)]
    assert ("Speech", "30 min 2x/week") in second.rows


def test_text_keeps_its_columns_and_its_pages(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes(
        "Service\tFrequency\nSpeech\t2x/week\n\x0cPage two caf\xe9".encode("cp1252")
    )
    first, second = read_document(tmp_path / "plan.txt").pages
    assert [w.left for w in first.words if w.text in ("Frequency", "2x/week")] == [48.0, 48.0]
    assert (second.number, second.words[-1].text) == (2, "café")
    (tmp_path / "whole.txt").write_text("Speech 30 minutes weekly")
    whole = read_document(tmp_path / "whole.txt")
    assert whole.pages[0].number is None
    assert "page numbers" in whole.notes[0]
