"""A plan document on disk, as pages: PDF, Word (.docx) or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from iep_mail.errors import UsageError
from iep_mail.model import DocumentPage, PlanDocument, Word

MOST_PAGES = 200
MOST_BYTES = 60 * 1024 * 1024
_LETTER, _LINE = 6.0, 12.0  # points, of a typewriter's letter and line
_PRINTED_PAGE = re.compile(r"^\s*(?:page\s+(\d{1,3})(?:\s+of\s+\d{1,3})?|-\s*(\d{1,3})\s*-)\s*$", re.I)

_OTHER_FORMATS = {
    b"\xd0\xcf\x11\xe0": "an old Word file (.doc)",
    b"{\\rtf": "an RTF file",
    b"\xff\xd8\xff": "a photo",
    b"\x89PNG": "a picture",
    b"II*\x00": "a scanned picture (TIFF)",
    b"MM\x00*": "a scanned picture (TIFF)",
}


def read_document(path: Path, first: int = 1, last: int | None = None) -> PlanDocument:
    """The pages `first` to `last` of a PDF, .docx or text file, told apart by their content.

    Raises UsageError, with what to do, where the file is missing, empty, protected, broken, of another
    format or longer than MOST_PAGES pages.
    """
    head = _head(path)
    if head.startswith(b"%PDF") or b"%PDF-" in head:
        from iep_mail.adapters.pdf_document import read_pdf

        return read_pdf(path, first, last)
    if head.startswith(b"PK"):
        from iep_mail.adapters.docx_document import read_docx

        return _chosen(read_docx(path), first, last)
    for magic, what in _OTHER_FORMATS.items():
        if head.startswith(magic):
            raise UsageError(
                f"{path.name} is {what}, which iep-mail cannot read.",
                "Open it and save it as PDF or .docx, or ask the school for the PDF. Nothing was changed.",
            )
    return _chosen(_read_text(path), first, last)


def _head(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except FileNotFoundError as problem:
        raise UsageError(
            f"There is no file {path}.", "Check the name, or drag the file into the window."
        ) from problem
    except OSError as problem:
        raise UsageError(
            f"{path} cannot be read: {problem.strerror}.", "Check that it is a file and that you may read it."
        ) from problem
    if not size:
        raise UsageError(f"{path.name} is empty.", "Download it again, or ask the school to send it again.")
    if size > MOST_BYTES:
        raise UsageError(
            f"{path.name} has {size // 1024 // 1024} megabytes, more than any plan in words.",
            "It is probably a scan. Ask the school for the document itself, as PDF.",
        )
    return head


def _read_text(path: Path) -> PlanDocument:
    """A text file; a form feed or a line “Page 3 of 12” ends a page."""
    raw = path.read_bytes()
    if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError(
            f"{path.name} is no text, PDF or Word file.", "Save the plan as PDF, .docx or plain text first."
        )
    text = _decoded(raw)
    if not text.strip():
        raise UsageError(f"{path.name} holds no words.", "Download it again, or ask the school for the PDF.")
    pages: list[list[str]] = [[]]
    marked = False
    for line in re.split(r"(\f)|\r\n|\n|\r", text):
        if line == "\f":
            marked = True
            pages.append([])
        elif line is not None:
            pages[-1].append(line)
            if _PRINTED_PAGE.match(line):
                marked = True
                pages.append([])
    kept = [page for page in pages if any(line.strip() for line in page)]
    return PlanDocument(
        path.name,
        tuple(
            DocumentPage(number if marked else None, words=tuple(_words(page)))
            for number, page in enumerate(kept, 1)
        ),
        () if marked else (NO_PAGES.format(name=path.name),),
    )


NO_PAGES = "{name} does not say where its pages end: the page numbers are left for you to fill in."


def _words(lines: list[str]) -> Iterator[Word]:
    """The words of a page of text, placed as by a typewriter: columns that are set with spaces, tabs or
    bars stay columns."""
    for number, line in enumerate(lines):
        for found in re.finditer(r"\S+", line.expandtabs(8).replace("|", "   ")):
            top = number * _LINE
            yield Word(found[0], found.start() * _LETTER, found.end() * _LETTER, top, top + _LINE)


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _chosen(document: PlanDocument, first: int, last: int | None) -> PlanDocument:
    """Only the pages asked for. Raises UsageError where there are none, or too many."""
    pages = document.pages[first - 1 : last]
    check_pages(document.name, len(document.pages), len(pages), first)
    return PlanDocument(document.name, pages, document.notes)


def check_pages(name: str, whole: int, chosen: int, first: int) -> None:
    """Raises UsageError where no page is left, or more than MOST_PAGES."""
    if not chosen:
        raise UsageError(
            f"{name} has {whole} page{'s' * (whole != 1)}, so there is no page {first}.",
            "Name pages that it has, e.g. --pages 1-12.",
        )
    if chosen > MOST_PAGES:
        raise UsageError(
            f"{name} has {chosen} pages; iep-mail reads at most {MOST_PAGES} at once, and a plan seldom has 60.",
            "Name the plan's own pages, e.g. --pages 12-40.",
        )
