"""How letters write days, lists and counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from jinja2 import Undefined

_ITEM_MARK = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.)])\s+")
_FEW_DATES = 3  # written out in full with their weekdays
_PARTED = re.compile(r"\s*(?:\n|;(?=\s|$))\s*")


def long_date(value: object) -> object:
    """“Friday, March 14, 2026”; what is no date is handed on."""
    if isinstance(value, date):
        return f"{value:%A}, {value:%B} {value.day}, {value.year}"
    return value


def listed(value: object, word: str = "and") -> object:
    """“a, b and c”; what is no list is handed on."""
    if isinstance(value, (str, Undefined)) or not isinstance(value, Sequence) or not value:
        return value
    if len(value) > _FEW_DATES and all(isinstance(item, date) for item in value):
        return _by_month(value, word)
    items = [str(long_date(item)) for item in value]
    # Dates hold commas of their own, so a list of them is parted by semicolons.
    if len(items) > 2 and any("," in item for item in items):
        return f"{'; '.join(items[:-1])}; {word} {items[-1]}"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


def _by_month(days: Sequence[date], word: str) -> str:
    """“January 15, 20 and 22, and February 3, 2026”: many days, short enough to read."""
    months: dict[tuple[int, int], list[date]] = {}
    for day in sorted(days):
        months.setdefault((day.year, day.month), []).append(day)
    parts = []
    for group in months.values():
        numbers = [str(day.day) for day in group]
        shown = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
        parts.append((f"{group[0]:%B} {shown}", group[0].year))
    told = [
        text if n + 1 < len(parts) and parts[n + 1][1] == year else f"{text}, {year}"
        for n, (text, year) in enumerate(parts)
    ]
    return told[0] if len(told) == 1 else f"{'; '.join(told[:-1])}; {word} {told[-1]}"


def bullets(value: object) -> object:
    """One line “- …” for each item of a list, or for each part of a text parted by line ends or “;”."""
    if isinstance(value, Undefined):
        return f"- {value}"
    items = items_of(value)
    return "\n".join(f"- {item}" for item in items) if items else value


def items_of(value: object) -> list[str]:
    """The items of a list, or of a text parted by line ends or “;”, without marks of their own."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(long_date(item)) for item in value]
    parts = (_ITEM_MARK.sub("", part).strip() for part in _PARTED.split(str(value)))
    return [part for part in parts if part]


def sentence(value: object) -> object:
    """A text with a full stop, where it ends without a mark; a missing fact is handed on."""
    if isinstance(value, Undefined):
        return value
    text = str(long_date(value)).strip()
    return text if not text or text.endswith((".", "!", "?", "…", ".”", "?”", "!”", ":")) else f"{text}."


def counted(number: int, one: str, many: str = "") -> str:
    """“1 session”, “3 sessions”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
