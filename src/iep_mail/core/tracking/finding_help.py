"""Where a parent finds help in their state: parent center, protection and advocacy, lawyers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iep_mail.data import load


def centers(state: str | None, *, legal: bool = False) -> tuple[str, ...]:
    """One line for each place, the free parent center first; `legal` adds where lawyers are found.

    Without a state, or for one without a row, the finders that the centers themselves keep.
    """
    table = load("help")
    finder: dict[str, str] = table["finder"]
    lines = [
        _line("Your state's parent center (free)", table["pti"].get(state or ""), finder["pti"]),
        _line("Protection and advocacy agency (free)", table["pa"].get(state or ""), finder["pa"]),
    ]
    if legal:
        lines.append(f"Lawyers for special education: {finder['lawyers']}; legal aid: {finder['legal_aid']}")
    return tuple(lines)


def _line(what: str, row: Mapping[str, Any] | None, finder: str) -> str:
    """A row that nothing was seen for says so, and sends to the finder first."""
    if row is None:
        return f"{what}: {finder}"
    site = f", {row['site']}" if row["site"] else ""
    if row["confidence"] == "low":
        return f"{what}: look it up at {finder}; as far as we know, {row['name']}{site} (not checked)"
    return f"{what}: {row['name']}{site} (all centers: {finder})"
