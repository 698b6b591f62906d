"""A PDF as pages of words and printed lines, by PDFium."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from iep_mail.adapters.documents import check_pages
from iep_mail.errors import UsageError
from iep_mail.model import DocumentPage, PlanDocument, Rule, Word

_MOST_CHARACTERS = 60_000  # on one page; more is no page of a plan
_MOST_OBJECTS = 20_000
_THIN = 3.0  # points; a box thinner than this is a line
_FEW_WORDS = 3  # a page with a picture and no more words than these is a scan
_HYPHEN = "￾"  # how PDFium gives the hyphen at the end of a line

Box = tuple[float, float, float, float]


def read_pdf(path: Path, first: int, last: int | None) -> PlanDocument:
    """Raises UsageError where the PDF is protected, broken, without pages or too long."""
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        raise _unreadable(path, str(problem)) from problem
    try:
        whole = len(pdf)
        if not whole:
            raise UsageError(f"{path.name} has no pages.", "Download it again, or ask for it again.")
        chosen = range(first - 1, min(last or whole, whole))
        check_pages(path.name, whole, len(chosen), first)
        if pdf.get_formtype():
            pdf.init_forms()
        pages = tuple(_page(pdf, index) for index in chosen)
    except pypdfium2.PdfiumError as problem:
        raise _unreadable(path, str(problem)) from problem
    finally:
        pdf.close()
    return PlanDocument(path.name, pages, tuple(_notes(path.name, pages)))


def _unreadable(path: Path, problem: str) -> UsageError:
    if "password" in problem.lower() or "security" in problem.lower():
        return UsageError(
            f"{path.name} is protected with a password.",
            "Open it, print or save it as a PDF without the password, and import that.",
        )
    return UsageError(
        f"{path.name} is damaged: it begins like a PDF and cannot be read as one.",
        "Download it again, or ask the school to send it again.",
    )


def _notes(name: str, pages: tuple[DocumentPage, ...]) -> Iterator[str]:
    scanned = [page.number or 0 for page in pages if page.image]
    if scanned and len(scanned) == len(pages):
        raise UsageError(
            f"{name} is a scan: its {len(pages)} page{'s are pictures' if len(pages) > 1 else ' is a picture'} "
            "of text, which iep-mail cannot read.",
            "Ask the school for the PDF that their IEP system makes, or write the facts down by hand "
            "(docs/data-formats.md shows how).",
        )
    if scanned:
        yield (
            f"Page{'s' * (len(scanned) > 1)} {_listed(scanned)} of {name} {'are' if len(scanned) > 1 else 'is'} "
            "scanned: pictures of text, which iep-mail cannot read. Please add what they state by hand."
        )
    if not any(page.words for page in pages) and not scanned:
        raise UsageError(f"{name} holds no words.", "Download it again, or ask the school for it again.")


def _listed(numbers: list[int]) -> str:
    """“3, 4 and 7”."""
    words = [str(n) for n in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _page(pdf: pypdfium2.PdfDocument, index: int) -> DocumentPage:
    page = pdf[index]
    if pdf.get_formtype():
        # What is typed into form fields becomes text of the page; in memory only.
        page.flatten()
        page.close()
        page = pdf[index]
    turn = _Turn(page.get_rotation(), page.get_mediabox())
    words = tuple(_words(page, turn))
    objects = list(_objects(page))
    pictures = any(o.type == pdfium.FPDF_PAGEOBJ_IMAGE for o in objects)
    rules = tuple(_rules(objects, turn)) if words else ()
    page.close()
    scanned = pictures and len(words) <= _FEW_WORDS
    return DocumentPage(index + 1, () if scanned else words, rules, image=scanned)


class _Turn:
    """From PDF coordinates (origin below) to points from the upper left corner of the page as shown."""

    def __init__(self, rotation: int, box: Box) -> None:
        self.rotation = rotation % 360
        self.left, self.bottom, self.right, self.top = box

    def __call__(self, left: float, bottom: float, right: float, top: float) -> Box:
        if self.rotation == 90:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.rotation == 180:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        if self.rotation == 270:
            return self.top - top, self.right - right, self.top - bottom, self.right - left
        return left - self.left, self.top - top, right - self.left, self.top - bottom


def _objects(page: pypdfium2.PdfPage) -> Iterator[Any]:
    for count, found in enumerate(page.get_objects(max_depth=2)):
        if count >= _MOST_OBJECTS:
            return
        yield found


def _words(page: pypdfium2.PdfPage, turn: _Turn) -> Iterator[Word]:
    textpage = page.get_textpage()
    raw = textpage.raw
    letters: list[tuple[str, Box]] = []
    for index in range(min(textpage.count_chars(), _MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        text = chr(code) if code and code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else " "
        box = _charbox(raw, index)
        if text.isspace() or text in "\x00\x02" or box is None:
            yield from _word(letters)
            letters = []
            continue
        place = turn(*box)
        if letters and _apart(letters[-1][1], place):
            yield from _word(letters)
            letters = []
        letters.append(("-" if text == _HYPHEN else text, place))
    yield from _word(letters)
    textpage.close()


def _charbox(raw: Any, index: int) -> Box | None:
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(raw, index, ctypes.byref(rect)):
        return None
    return (rect.left, rect.bottom, rect.right, rect.top)


def _apart(last: Box, place: Box) -> bool:
    height = max(last[3] - last[1], 1.0)
    return place[0] - last[2] > 0.3 * height or place[2] < last[0] or abs(place[1] - last[1]) > 0.6 * height


def _word(letters: list[tuple[str, Box]]) -> Iterator[Word]:
    if not letters:
        return
    text = unicodedata.normalize("NFKC", "".join(letter for letter, _ in letters))
    boxes = [box for _, box in letters]
    yield Word(
        text,
        min(b[0] for b in boxes),
        max(b[2] for b in boxes),
        min(b[1] for b in boxes),
        max(b[3] for b in boxes),
    )


def _rules(objects: list[Any], turn: _Turn) -> Iterator[Rule]:
    for found in objects:
        if found.type == pdfium.FPDF_PAGEOBJ_PATH:
            for left, bottom, right, top in _segments(found):
                yield Rule(*turn(left, bottom, right, top))


def _segments(path: Any) -> Iterator[Box]:
    """The straight lines of a path, and the edges of its boxes, as boxes without (much) area."""
    matrix = path.get_matrix()
    points: list[tuple[float, float]] = []
    start: tuple[float, float] | None = None
    for index in range(pdfium.FPDFPath_CountSegments(path.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(path.raw, index)
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_LINETO and points:
            yield from _straight(points[-1], point)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment) and start:
            yield from _straight(point, start)


def _straight(one: tuple[float, float], two: tuple[float, float]) -> Iterator[Box]:
    left, right = sorted((one[0], two[0]))
    bottom, top = sorted((one[1], two[1]))
    if right - left < _THIN or top - bottom < _THIN:
        yield left, bottom, right, top
