"""How days and quotations are put into sentences."""

from __future__ import annotations

from datetime import date


def plain_day(day: date) -> str:
    """“March 3, 2026”."""
    return f"{day:%B} {day.day}, {day.year}"


def shortened(quote: str, limit: int = 140) -> str:
    """A quotation on one line; a long one ends at a word with an ellipsis."""
    text = " ".join(quote.split())
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"


def times(count: int) -> str:
    """“once”, “twice”, “3 times”."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
