"""The pages of a document as rows of cells: the rows of its tables, and its lines of text.

Places are in points from the upper left corner of a page (PDF), or the columns in their order where
the document itself keeps rows and cells (Word, text).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from iep_mail.model import DocumentPage, PlanDocument, Rule, Word

_NEAR = 3.0  # points: two printed lines this close are one
_COLUMN = 200.0  # the width of a column of a document that has rows but no places
# Ticked and empty boxes and bullets, also as fonts for symbols write them.
_GLYPHS = {
    "[x]": "☒☑✓✔✗✘■\uf0fe\uf0fd\uf052\uf078",
    "[ ]": "☐□❏❑\uf0a8\uf06f\uf071\uf0a3",
    "•": "\uf0b7\uf0a7▪●◦‣",
}
_BOXES = str.maketrans({glyph: f"{plain} " for plain, glyphs in _GLYPHS.items() for glyph in glyphs})
_TYPED_BOX = re.compile(r"[\[(]\s*([xX✓]?)\s*[\])](?=\s|$)")
_PRINTED_PAGE = re.compile(r"\bpage\s+(\d{1,3})(?:\s*(?:of|/)\s*\d{1,3})?\b", re.I)


@dataclass(frozen=True, slots=True)
class Cell:
    text: str  # its lines parted by "\n"
    left: float = 0.0
    right: float = 0.0

    @property
    def flat(self) -> str:
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text, or one row of a printed table (`grid` tells its tables apart, 0: none)."""

    cells: tuple[Cell, ...]
    page: int | None = None
    top: float = 0.0
    height: float = 10.0
    grid: int = 0

    @property
    def text(self) -> str:
        return " ".join(cell.flat for cell in self.cells if cell.flat)


def rows_of(document: PlanDocument) -> tuple[Row, ...]:
    """Every row in reading order, without the lines that stand on all pages. Pages are numbered as they
    are printed where the document prints them, else as they are counted in the file."""
    pages: list[list[Row]] = []
    grids = 0
    for page in document.pages:
        rows, grids = _rows(page, grids)
        pages.append(rows)
    printed = _printed_numbers(pages)
    furniture = _furniture(pages)
    return tuple(
        replace(row, page=number)
        for index, (number, rows) in enumerate(zip(printed, pages, strict=True))
        for row in rows
        if not (_outline(row.text) in furniture and (index or _PRINTED_PAGE.search(row.text)))
    )


def page_numbers(document: PlanDocument) -> tuple[int | None, ...]:
    """The number of each page as `rows_of` gives it."""
    return tuple(_printed_numbers([_rows(page, 0)[0] for page in document.pages]))


def marked(text: str) -> str:
    """Tick boxes of any font as “[x]” and “[ ]”, bullets as “•”."""
    return _TYPED_BOX.sub(lambda m: "[x]" if m[1] else "[ ]", text.translate(_BOXES))


def _rows(page: DocumentPage, grids: int) -> tuple[list[Row], int]:
    if page.rows:
        return [_given(row, page.number, n) for n, row in enumerate(page.rows)], grids
    tables = _grids(page.rules)
    inside: dict[int, list[Word]] = {}
    loose: list[Word] = []
    for word in page.words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        at = next((i for i, grid in enumerate(tables) if grid.holds(x, y)), None)
        (loose if at is None else inside.setdefault(at, [])).append(word)
    rows = [
        replace(row, page=page.number, grid=grids + at + 1)
        for at, words in inside.items()
        for row in _table_rows(tables[at], words)
    ]
    rows += [replace(row, page=page.number) for row in _lines(loose)]
    return sorted(rows, key=lambda r: (r.top, r.cells[0].left)), grids + len(tables)


def _given(cells: tuple[str, ...], page: int | None, number: int) -> Row:
    """A row of a document that keeps rows but no places; far from the next, so that none are joined."""
    grid = -1 if len(cells) > 1 else 0
    parts = cells if grid else tuple(cells[0].split("\t"))
    placed = tuple(Cell(marked(text), n * _COLUMN, (n + 1) * _COLUMN - 1) for n, text in enumerate(parts))
    return Row(placed, page, number * 40.0, 10.0, grid)


# --- lines of text ------------------------------------------------------------------------------


def _lines(words: Sequence[Word]) -> Iterator[Row]:
    line: list[Word] = []
    for word in sorted(words, key=lambda w: ((w.top + w.bottom) / 2, w.left)):
        if line and not _level(line[-1], word):
            yield _line(line)
            line = []
        line.append(word)
    if line:
        yield _line(line)


def _level(one: Word, two: Word) -> bool:
    middle = (two.top + two.bottom) / 2
    return abs((one.top + one.bottom) / 2 - middle) < 0.4 * max(one.bottom - one.top, 4.0)


def _line(words: list[Word]) -> Row:
    words = sorted(words, key=lambda w: w.left)
    height = max(w.bottom - w.top for w in words)
    cells: list[list[Word]] = [[words[0]]]
    for word in words[1:]:
        gap = word.left - cells[-1][-1].right
        if gap > 1.05 * height:
            cells.append([word])
        else:
            cells[-1].append(word)
    return Row(tuple(_cell(cell) for cell in cells), None, min(w.top for w in words), height)


def _cell(words: Sequence[Word]) -> Cell:
    text = marked(" ".join(w.text for w in words))
    return Cell(text, min(w.left for w in words), max(w.right for w in words))


# --- printed tables -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Grid:
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    uprights: tuple[Rule, ...]

    def holds(self, x: float, y: float) -> bool:
        return self.xs[0] - _NEAR < x < self.xs[-1] + _NEAR and self.ys[0] - _NEAR < y < self.ys[-1] + _NEAR


def _grids(rules: Sequence[Rule]) -> list[_Grid]:
    """The tables that the printed lines of a page make: lines that touch belong together."""
    groups: list[list[Rule]] = []
    for rule in rules:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([rule, *(other for group in touching for other in group)])
    found = []
    for group in groups:
        upright = tuple(r for r in group if r.right - r.left < _NEAR < r.bottom - r.top)
        level = [r for r in group if r.bottom - r.top < _NEAR < r.right - r.left]
        xs = _distinct([(r.left + r.right) / 2 for r in upright])
        ys = _distinct([(r.top + r.bottom) / 2 for r in level])
        if len(xs) >= 2 and len(ys) >= 2 and (len(xs) > 2 or len(ys) > 2):
            found.append(_Grid(xs, ys, upright))
    return sorted(found, key=lambda g: g.ys[0])


def _touch(one: Rule, two: Rule) -> bool:
    return (
        one.left - _NEAR <= two.right
        and two.left - _NEAR <= one.right
        and one.top - _NEAR <= two.bottom
        and two.top - _NEAR <= one.bottom
    )


def _distinct(values: list[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return tuple(kept)


def _table_rows(grid: _Grid, words: Sequence[Word]) -> Iterator[Row]:
    for top, bottom in pairwise(grid.ys):
        band = [w for w in words if top <= (w.top + w.bottom) / 2 < bottom]
        middle = (top + bottom) / 2
        edges = [
            x
            for x in grid.xs
            if any(
                abs((r.left + r.right) / 2 - x) <= _NEAR and r.top - _NEAR <= middle <= r.bottom + _NEAR
                for r in grid.uprights
            )
        ]
        edges = edges if len(edges) >= 2 else [grid.xs[0], grid.xs[-1]]
        cells = []
        for left, right in pairwise(edges):
            held = [w for w in band if left <= (w.left + w.right) / 2 < right]
            cells.append(Cell("\n".join(row.text for row in _lines(held)), left, right))
        if any(cell.text for cell in cells):
            yield Row(tuple(cells), None, top, bottom - top)


# --- what stands on every page ----------------------------------------------------------------------


def _outline(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.lower().split()))


def _furniture(pages: Sequence[Sequence[Row]]) -> frozenset[str]:
    """Head and foot lines: the same, but for numbers, at the edge of most of at least three pages."""
    edges: Counter[str] = Counter()
    for rows in pages:
        loose = [row for row in rows if not row.grid]
        edges.update({_outline(row.text) for row in (*loose[:3], *loose[-3:]) if row.text})
    enough = max(3, (len(pages) + 1) // 2)
    return frozenset(text for text, count in edges.items() if count >= enough)


def _printed_numbers(pages: Sequence[Sequence[Row]]) -> list[int | None]:
    """The printed page numbers where nearly every page has one and they run on; else those of the file."""
    counted = [next((row.page for row in rows), None) for rows in pages]
    found: list[int | None] = []
    for rows in pages:
        ends = [*rows[:3], *rows[-3:]]
        found.append(next((int(m[1]) for row in ends if (m := _PRINTED_PAGE.search(row.text))), None))
    shifts = {number - n for n, number in enumerate(found) if number is not None}
    known = sum(number is not None for number in found)
    if len(shifts) == 1 and known >= max(2, 0.6 * len(found)):
        shift = shifts.pop()
        return [n + shift for n in range(len(found))]
    return counted
