"""The ledger as a picture: bars of text for a terminal, SVG for the page and the case file.

Each month is a bar of what the plan grants in it, parted into held, not held, apart (child absent,
school closed) and not recorded. The parts differ by pattern and label too, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from iep_mail.core.services.ledger import Cell, Ledger, Line

_TEXT = {"held": "█", "not held": "▒", "apart": "▚", "not recorded": "·"}
LEGEND = "█ held   ▒ not held   ▚ child absent or school closed   · no record"
_FILL = {"held": "#2b6a4d", "not held": "#c2491d", "apart": "#8a8f98", "not recorded": "#ffffff"}
_WIDTH, _LABEL, _BAR, _ROW, _TITLE = 640, 84, 420, 20, 30


def parts(cell: Cell) -> dict[str, int]:
    """The minutes of a bar, in the order in which they are drawn."""
    apart = cell.missed_minutes - cell.to_consider.minutes
    return {
        "held": cell.delivered.minutes,
        "not held": cell.to_consider.minutes,
        "apart": apart,
        "not recorded": cell.not_recorded,
    }


def text_bars(line: Line, width: int = 36) -> tuple[str, ...]:
    """A bar of at most `width` letters for each month; the longest month fills it."""
    longest = max((sum(parts(c).values()) for c in line.cells), default=0)
    rows = []
    for cell in line.cells:
        if not any(parts(cell).values()) and not cell.made_up:
            continue
        bar = _bar(cell, longest, width)
        said = f"{cell.delivered.minutes:>5} of {cell.granted.minutes:>4} min held"
        if cell.to_consider:
            said += f", {cell.to_consider.minutes} not"
        if cell.made_up:
            said += f", {cell.made_up.minutes} made up"
        rows.append(f"{cell.month:%b %Y}  {bar:<{width}} {said}")
    return tuple(rows)


def _bar(cell: Cell, longest: int, width: int) -> str:
    edges, so_far, bar = parts(cell), 0, ""
    for name, minutes in edges.items():
        so_far += minutes
        bar += _TEXT[name] * (round(so_far * width / longest) - len(bar) if longest else 0)
    return bar


def svg(ledger: Ledger, lines: Sequence[Line] | None = None) -> str:
    """The picture of `lines` (all of the ledger's without it), 640 wide, with a legend."""
    chosen = ledger.lines if lines is None else lines
    longest = max((sum(parts(c).values()) for line in chosen for c in line.cells), default=0)
    top, drawn = 0, []
    for line in chosen:
        top += _TITLE
        drawn.append(f'<text x="0" y="{top - 10}" class="t">{escape(line.service)}</text>')
        for cell in line.cells:
            drawn.append(_svg_row(cell, longest, top))
            top += _ROW
    legend = _legend(top + 26)
    height = top + 36
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img" aria-label="Minutes held and not held, by service and month">'
        '<defs><pattern id="missed" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{_FILL["not held"]}"/>'
        '<rect width="1.4" height="5" fill="#ffffff"/></pattern></defs>'
        "<style>text{font-family:sans-serif;font-size:11px;fill:#222}.t{font-weight:bold;font-size:12px}</style>"
        + "".join(drawn)
        + legend
        + "</svg>\n"
    )


def _svg_row(cell: Cell, longest: int, top: int) -> str:
    at, out = float(_LABEL), [f'<text x="0" y="{top + 11}">{cell.month:%b %Y}</text>']
    for name, minutes in parts(cell).items():
        wide = minutes * _BAR / longest if longest else 0.0
        if wide:
            out.append(_rectangle(name, at, top, wide))
        at += wide
    said = f"{cell.delivered.minutes} of {cell.granted.minutes} min"
    out.append(f'<text x="{at + 6:.1f}" y="{top + 11}">{said}</text>')
    return "".join(out)


def _rectangle(name: str, x: float, y: float, wide: float) -> str:
    fill = "url(#missed)" if name == "not held" else _FILL[name]
    return (
        f'<rect x="{x:.1f}" y="{y:.0f}" width="{wide:.1f}" height="14" fill="{fill}" stroke="#555555" '
        'stroke-width="0.5"/>'
    )


def _legend(y: int) -> str:
    names = ("held", "not held", "apart", "not recorded")
    said = ("held", "not held", "child absent or school closed", "no record")
    out, x = [], 0
    for name, text in zip(names, said, strict=True):
        out.append(_rectangle(name, x, y - 11, 14) + f'<text x="{x + 20}" y="{y}">{text}</text>')
        x += 40 + 7 * len(text)
    return "".join(out)
