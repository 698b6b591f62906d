"""A plan document divided into its parts: headings, the tables below them with what each column holds,
and the lines and paragraphs between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iep_mail.core.plan.amounts import find_amount
from iep_mail.core.plan.layout import Cell, Row
from iep_mail.core.plan.words import column_roles, folded, section_words

SECTIONS = (
    "present",
    "goals",
    "accommodations",
    "services",
    "behavior",
    "placement",
    "transport",
    "progress",
    "other",
)
TICK = re.compile(r"\[[x ]\]")
BULLET = re.compile(r"^\s*(?:[•*▪–-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)", re.I)
DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b")
_NUMBERING = re.compile(
    r"^(?:(?:section|part|page)\s+[\dA-Z]{1,3}\b|[IVX]{1,5}|[A-Z]|\d{1,2}(?:\.\d{1,2})?)[.):]\s*(?:[A-Z\d][.)]\s*)?"
    r"|^\d{1,2}\s+(?=[A-Z]{2})|^[-*•]\s*"
)
_HEADING_WORDS = 14
_TIGHT = 1.7  # line heights from one top to the next: less is one paragraph, or one cell that wraps


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, by what its columns hold; `heads` keeps the words above each column."""

    cells: Mapping[str, str]
    heads: Mapping[str, str]
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, a bullet, or one cell of a line of labels."""

    text: str
    page: int | None
    bullet: bool = False


@dataclass(slots=True)
class Part:
    """What stands below one heading. `section` is "" before the first."""

    section: str
    heading: str
    page: int | None
    rows: list[TableRow] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)


def parts_of(rows: Sequence[Row]) -> tuple[Part, ...]:
    """The parts in the order of the document."""
    edges: dict[int | None, float] = {}
    for row in rows:
        if not row.grid and row.cells:
            edges[row.page] = max(edges.get(row.page, 0.0), row.cells[-1].right)
    reader = _Reader(edges)
    for row in rows:
        reader.read(row)
    return tuple(reader.parts)


def heading_section(text: str) -> str | None:
    """The part that a heading begins; None where the text is no heading."""
    bare = _NUMBERING.sub("", " ".join(text.split())).strip().rstrip(":").strip()
    words = bare.split()
    if (
        not words
        or len(words) > _HEADING_WORDS
        or bare[-1] in ".;,?"
        or TICK.search(bare)
        or DATE.search(bare)
    ):
        return None
    if ":" in bare or not bare[0].isupper() or find_amount(bare):
        return None
    capital = sum(word[0].isupper() or not word[0].isalpha() for word in words if len(word) > 3)
    long = sum(len(word) > 3 for word in words)
    low = folded(bare)
    starts = {name: found.start() for name in SECTIONS if (found := section_words(name).search(low))}
    if not starts:
        return None
    section = min(starts, key=lambda name: (starts[name], SECTIONS.index(name)))
    titled = long == 0 or capital >= 0.7 * long
    if bare.isupper() or (titled and (starts[section] <= 12 or len(words) <= 8)):
        return section
    return section if starts[section] == 0 and len(words) <= 6 else None


def columns_of(row: Row) -> dict[int, str] | None:
    """What each column holds, by the words of a table's head; None where the row is no head."""
    filled = [cell for cell in row.cells if cell.flat]
    if len(filled) < 2 or any(len(c.flat.split()) > 12 or DATE.search(c.flat) for c in filled):
        return None
    if any(c.flat.endswith(".") and len(c.flat.split()) > 3 for c in filled) or TICK.search(row.text):
        return None
    roles: dict[int, str] = {}
    for index, cell in enumerate(row.cells):
        role = _role(folded(cell.flat))
        twice = role in roles.values() and role not in ("measure", "minutes")
        if role and not twice and not re.search(r":\s*\S", cell.flat):
            roles[index] = role
    if len(roles) == 1 and row.grid > 0 and roles.get(0) in ("accommodation", "goal"):
        return roles  # “Accommodation | Reading | Math | Science”
    if len(roles) < 2 or len(roles) < 0.6 * len(filled):
        return None
    if any((amount := find_amount(c.flat)) and amount.minutes for c in filled):
        return None
    return roles


def _role(text: str) -> str | None:
    return next((role for role, words in column_roles() if text and words.search(text)), None)


@dataclass(slots=True)
class _Table:
    columns: dict[int, str]
    lefts: list[float]
    heads: dict[int, str]  # the words above each column
    grid: int
    section: str
    started: bool = False  # a row below the head was read

    def of(self, row: Row) -> tuple[dict[str, str], dict[str, str]]:
        """The row's cells by what their column holds, and the words above each."""
        if self.grid and len(row.cells) == len(self.lefts):
            pairs = list(enumerate(row.cells))
        else:
            pairs = [(self.column(cell), cell) for cell in row.cells]
        cells: dict[str, str] = {}
        heads: dict[str, str] = {}
        for index, cell in pairs:
            if not cell.flat:
                continue
            role = self.columns.get(index, f"other{index}")
            cells[role] = f"{cells[role]}; {cell.text}" if role in cells else cell.text
            heads.setdefault(role, self.heads.get(index, ""))
        return cells, heads

    def column(self, cell: Cell) -> int:
        return max((i for i, left in enumerate(self.lefts) if left <= cell.left + 8), default=0)

    def spills(self, row: Row) -> bool:
        """A single stretch of text over more than the first column: a paragraph, not a row."""
        return len(row.cells) == 1 and len(self.lefts) > 1 and row.cells[0].right > self.lefts[1] + 8


class _Reader:
    """`edges` is how far to the right the lines of each page reach, in points."""

    def __init__(self, edges: Mapping[int | None, float]) -> None:
        self.edges = edges
        self.parts: list[Part] = [Part("", "", None)]
        self.table: _Table | None = None
        self.last: Row | None = None

    @property
    def part(self) -> Part:
        return self.parts[-1]

    def read(self, row: Row) -> None:
        if not row.text:
            self.last = None
            return
        columns = columns_of(row)
        if columns is not None and not (self.table and not self.table.started and self._head_goes_on(row)):
            self._begin(row, columns)
        elif self.table and self._in_table(row):
            self._table_row(row)
        else:
            self._loose(row)
        self.last = row

    def _begin(self, row: Row, columns: dict[int, str]) -> None:
        heads = {index: cell.flat for index, cell in enumerate(row.cells)}
        section = _table_section(set(columns.values()), self.part.section)
        lefts = [cell.left for cell in row.cells]
        if section != self.part.section:
            self.parts.append(Part(section, row.text, row.page))
        self.table = _Table(columns, lefts, heads, row.grid, section)

    def _head_goes_on(self, row: Row) -> bool:
        return bool(self.last and not row.grid and row.page == self.last.page and self._tight(row))

    def _tight(self, row: Row) -> bool:
        if self.last is None or self.last.page != row.page:
            return False
        return 0 < row.top - self.last.top < _TIGHT * max(self.last.height, row.height)

    def _in_table(self, row: Row) -> bool:
        table = self.table
        if table is None:
            return False
        if table.grid:
            same = row.grid == table.grid
            goes_on = (
                bool(row.grid) and len(row.cells) == len(table.lefts) and row.page != (self.last or row).page
            )
            return same or goes_on
        if row.grid or table.spills(row):
            return False
        if len(row.cells) == 1 and row.text.endswith(":"):
            return table.started
        return self._tight(row) or heading_section(row.text) is None

    def _table_row(self, row: Row) -> None:
        table = self.table
        if table is None:
            return
        filled = [cell for cell in row.cells if cell.flat]
        if not table.grid and not table.started and self._head_goes_on(row) and not _has_value(row):
            self._widen_head(row)
            return
        if len(filled) == 1 and (table.grid or not self._tight(row)):
            section = heading_section(filled[0].flat)
            if section or filled[0].flat.endswith(":") or (table.grid and len(row.cells) == 1):
                self._subheading(filled[0].flat, section, row)
                return
        cells, heads = table.of(row)
        if not table.grid and table.started and self._tight(row) and self._continues(cells):
            self._join(cells, row)
            return
        table.started = True
        self.part.rows.append(TableRow(cells, heads, row.page, row.text))

    def _widen_head(self, row: Row) -> None:
        """The second line of a head: its words belong to the columns above them."""
        table = self.table
        if table is None:
            return
        for cell in row.cells:
            index = table.column(cell)
            table.heads[index] = f"{table.heads.get(index, '')} {cell.flat}".strip()
            role = _role(folded(table.heads[index]))
            if role and (role == table.columns.get(index) or role not in table.columns.values()):
                table.columns[index] = role

    def _subheading(self, text: str, section: str | None, row: Row) -> None:
        if section and section != self.part.section:
            table = self.table
            self.parts.append(Part(section, text, row.page))
            if (
                table
                and table.section in ("services", "accommodations")
                and section in ("services", "accommodations")
            ):
                table.section = section
            elif table and section in ("goals", "present", "other"):
                self.table = None

    def _continues(self, cells: dict[str, str]) -> bool:
        """Fewer cells than a row has, and none that only a row of its own has."""
        rows = self.part.rows
        if not rows:
            return False
        own = [role for role in ("frequency", "minutes", "start") if role in cells]
        whole = any(find_amount(cells[role]) or DATE.search(cells[role]) for role in own)
        return not whole and len(cells) < max(2, len(rows[-1].cells))

    def _join(self, cells: dict[str, str], row: Row) -> None:
        above = self.part.rows[-1]
        joined = dict(above.cells)
        for role, text in cells.items():
            joined[role] = f"{joined[role]} {text}" if role in joined else text
        self.part.rows[-1] = replace(above, cells=joined, quote=f"{above.quote} {row.text}")

    def _loose(self, row: Row) -> None:
        filled = [cell for cell in row.cells if cell.flat]
        section = heading_section(row.text) if len(filled) == 1 and not self._goes_on(row) else None
        self.table = None
        if section is not None:
            self.parts.append(Part(section, row.text, row.page))
        elif self._goes_on(row):
            above = self.part.paragraphs[-1]
            joint = "" if above.text.endswith("-") and row.text[:1].islower() else " "
            text = above.text[:-1] if not joint else above.text
            self.part.paragraphs[-1] = replace(above, text=f"{text}{joint}{row.text}")
        elif not re.fullmatch(r"page \d{1,3}(?: of \d{1,3})?", folded(row.text)):
            self.part.paragraphs += self._below_heads(row) or _paragraphs(row)

    def _goes_on(self, row: Row) -> bool:
        """Whether a line goes on with the paragraph above: close below it, where that one reached the
        edge of the text or this one begins in lower case."""
        last, paragraphs = self.last, self.part.paragraphs
        if last is None or last.grid or row.grid or not paragraphs or paragraphs[-1].page != row.page:
            return False
        if len(row.cells) > 1 or not self._tight(row) or _begins(row.text):
            return False
        ended = last.text[-1:] in ".:!?" or row.text.isupper() or bool(_NUMBERING.match(row.text))
        if ended and heading_section(row.text) is not None:
            return False
        return row.text[:1].islower() or last.cells[-1].right >= 0.75 * self.edges.get(row.page, 0.0)

    def _below_heads(self, row: Row) -> list[Paragraph]:
        """Dates in a row below a row of their labels, as “label: date”."""
        last = self.last
        if (
            last is None
            or last.page != row.page
            or last.grid != row.grid
            or len(last.cells) != len(row.cells)
        ):
            return []
        pairs = [(a.flat, b.flat) for a, b in zip(last.cells, row.cells, strict=True) if a.flat and b.flat]
        if sum(bool(DATE.match(value)) for _, value in pairs) < 2 or DATE.search(last.text):
            return []
        if any(value.endswith(":") for _, value in pairs):
            return []
        return [Paragraph(f"{head.rstrip(':')}: {value}", row.page) for head, value in pairs]


def _paragraphs(row: Row) -> Iterator[Paragraph]:
    cells = [cell for cell in row.cells if cell.flat]
    # A bullet that stands in a column of its own.
    if len(cells) == 2 and BULLET.match(f"{cells[0].flat} x") and len(cells[0].flat) <= 3:
        yield Paragraph(cells[1].flat, row.page, bullet=True)
        return
    held = ""
    for cell in cells:
        for line in _cell_items(cell.text):
            text = f"{held} {line}".strip()
            held = text if _label_only(text) and cell is not cells[-1] else ""
            if text and not held:
                yield Paragraph(BULLET.sub("", text), row.page, bullet=bool(BULLET.match(text)))


def _cell_items(text: str) -> list[str]:
    """The items of a cell: a line that begins nothing new goes on with the one above."""
    items: list[str] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        if items and not _begins(line):
            items[-1] += f" {line}"
        else:
            items.append(line)
    return items


def _label_only(text: str) -> bool:
    """A label whose value stands in the next cell."""
    return text.endswith(":") or bool(re.search(r"\b(?:dates?|due|from|to|by)\)?:?$", text, re.I))


def _begins(text: str) -> bool:
    """Whether a line begins something new rather than go on: a bullet, a tick box, a label."""
    return bool(BULLET.match(text) or TICK.match(text) or re.match(r"[A-Z][\w /()#.'-]{1,45}:\s", text))


def _has_value(row: Row) -> bool:
    return any(DATE.search(c.flat) or find_amount(c.flat) for c in row.cells)


def _table_section(roles: set[str], current: str) -> str:
    if "goal" in roles and "service" not in roles:
        return "goals"
    if "accommodation" in roles and "minutes" not in roles:
        return "accommodations"
    if "service" in roles and roles & {"frequency", "minutes"}:
        return "services" if current != "other" else current
    return current
