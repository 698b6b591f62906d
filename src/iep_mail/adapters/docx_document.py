"""A Word file (.docx) as pages of rows: paragraphs, and the rows of its tables with their cells."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iep_mail.adapters.documents import NO_PAGES
from iep_mail.errors import UsageError
from iep_mail.model import DocumentPage, PlanDocument

_MOST_UNPACKED = 300 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_BREAK = "\f"


def read_docx(path: Path) -> PlanDocument:
    """Raises UsageError where it is no Word file or damaged, or where python-docx is not installed.

    Pages are counted by the breaks that Word noted when it last laid the document out.
    """
    try:
        import docx
    except ImportError as problem:
        raise UsageError(
            "Reading Word files needs one more package, python-docx.",
            "Install it with: pip install 'iep-mail[docx]'. Or save the document as PDF.",
        ) from problem
    _check_archive(path)
    try:
        body = docx.Document(str(path)).element.body
    except Exception as problem:  # python-docx raises KeyError, ValueError and lxml's errors
        raise _broken(path) from problem
    rows = list(_rows(body))
    if not any(cell.strip() for row in rows for cell in row):
        raise UsageError(
            f"{path.name} holds no words.", "If it holds pictures of pages, ask the school for the PDF."
        )
    pages = _pages(rows)
    if len(pages) == 1:
        return PlanDocument(
            path.name, (DocumentPage(None, rows=pages[0]),), (NO_PAGES.format(name=path.name),)
        )
    note = (
        f"The page numbers are those of Word's own layout of {path.name}: compare them with the printed plan."
    )
    return PlanDocument(
        path.name, tuple(DocumentPage(n, rows=page) for n, page in enumerate(pages, 1)), (note,)
    )


def _broken(path: Path) -> UsageError:
    return UsageError(
        f"{path.name} is damaged or is no Word file.",
        "Open it in Word and save it again as .docx or PDF, or ask the school to send it again.",
    )


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename for info in archive.infolist()}
            size = sum(info.file_size for info in archive.infolist())
            locked = any(info.flag_bits & 1 for info in archive.infolist())
    except (zipfile.BadZipFile, OSError) as problem:
        raise _broken(path) from problem
    if locked:
        raise UsageError(
            f"{path.name} is protected with a password.", "Save a copy without the password first."
        )
    if "word/document.xml" not in names:
        raise UsageError(
            f"{path.name} is no Word document.", "Save the plan as PDF, .docx or plain text, and import that."
        )
    if size > _MOST_UNPACKED:
        raise UsageError(f"{path.name} is far larger than any plan.", "Save it as PDF, and import that.")


def _rows(parent: Any) -> Iterator[tuple[str, ...]]:
    """Paragraphs and table rows in the order of the document, those inside of content controls too."""
    for element in parent:
        if element.tag == f"{_W}p":
            yield (_text(element),)
        elif element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                yield tuple(_cells(row))
        elif element.tag == f"{_W}sdt":
            content = element.find(f"{_W}sdtContent")
            if content is not None:
                yield from _rows(content)


def _cells(row: Any) -> Iterator[str]:
    for element in row:
        cells = [element] if element.tag == f"{_W}tc" else element.iter(f"{_W}tc")
        for cell in cells:
            yield "\n".join(filter(str.strip, (_text(p) for p in cell.iter(f"{_W}p"))))


def _text(paragraph: Any) -> str:
    """A paragraph's words, with a form feed where a page ends, and ☒ or ☐ for a tick box."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    listed = style is not None and str(style.get(f"{_W}val", "")).startswith("List")
    parts = ["• "] if listed or paragraph.find(f"{_W}pPr/{_W}numPr") is not None else []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag == f"{_W}tab":
            parts.append("\t")
        elif element.tag == f"{_W}lastRenderedPageBreak" or (
            element.tag == f"{_W}br" and element.get(f"{_W}type") == "page"
        ):
            parts.append(_BREAK)
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif element.tag == f"{_W}checkBox":
            parts.append("☒ " if _ticked(element) else "☐ ")
        elif element.tag == f"{_W}sym" and element.get(f"{_W}char"):
            parts.append(chr(int(element.get(f"{_W}char"), 16)))
    return "".join(parts)


def _ticked(box: Any) -> bool:
    for name in ("checked", "default"):
        mark = box.find(f"{_W}{name}")
        if mark is not None:
            return mark.get(f"{_W}val", "1") not in ("0", "false", "off")
    return False


def _pages(rows: list[tuple[str, ...]]) -> list[tuple[tuple[str, ...], ...]]:
    pages: list[list[tuple[str, ...]]] = [[]]
    for row in rows:
        if len(row) == 1:
            first, *rest = row[0].split(_BREAK)
            pages[-1] += [(line,) for line in first.split("\n")]
            for part in rest:
                # Word notes a break of its own right after one that was set by hand.
                if pages[-1] and any(cell.strip() for r in pages[-1] for cell in r):
                    pages.append([])
                pages[-1] += [(line,) for line in part.split("\n")]
            continue
        if any(_BREAK in cell for cell in row):
            pages.append([])
        pages[-1].append(tuple(cell.replace(_BREAK, " ") for cell in row))
    return [tuple(page) for page in pages if any(cell.strip() for r in page for cell in r)]
