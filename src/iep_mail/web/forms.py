"""What a form holds, checked. What cannot be used raises UsageError in words, and nothing is changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask import request

from iep_mail.errors import UsageError

_LONGEST_LINE, _LONGEST_TEXT = 400, 20_000  # characters


def line(field: str) -> str:
    """One line of words; "" where nothing was written."""
    return " ".join(request.form.get(field, "").split())[:_LONGEST_LINE]


def text(field: str) -> str:
    """Words over several lines."""
    return request.form.get(field, "").replace("\r\n", "\n").strip()[:_LONGEST_TEXT]


def each_line(field: str) -> tuple[str, ...]:
    """The lines that hold words, each of them one thing."""
    return tuple(words for row in text(field).split("\n") if (words := " ".join(row.split())))


def one_of(field: str, known: Collection[str]) -> str:
    given = request.form.get(field, "")
    if given not in known:
        raise UsageError("Something was not chosen, so nothing was changed.", "Go back and choose it.")
    return given


def day(field: str = "day") -> date:
    given = maybe_day(field)
    if given is None:
        raise UsageError("No day was chosen, so nothing was changed.", "Go back and choose one.")
    return given


def maybe_day(field: str = "day") -> date | None:
    """None where the field was left empty."""
    given = request.form.get(field, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise UsageError(
            f"“{given[:40]}” is not a day, so nothing was changed.", "Go back and choose one."
        ) from None


def whole_number(field: str, least: int, most: int, usual: int) -> int:
    given = request.form.get(field, "").strip()
    if not given:
        return usual
    if not (given.isdecimal() and least <= int(given[:9]) <= most):
        raise UsageError(
            f"“{given[:20]}” is not a number from {least} to {most}, so nothing was changed.",
            "Go back and write another.",
        )
    return int(given)
