"""The summary of a case file as a Word document, to be worked on further."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from iep_mail.adapters.archive import same_zip
from iep_mail.adapters.casefile_pdf import printable
from iep_mail.errors import UsageError


def docx_bytes(data: Mapping[str, Any], day: date) -> bytes:
    """Cover, summary, requests, services and timeline of `data` (as the PDF's); the same data give the
    same bytes. Raises UsageError where python-docx is not installed."""
    try:
        import docx
    except ImportError as error:
        raise UsageError(
            "The Word summary of a case file needs one more package.",
            "Install it with: pip install 'iep-mail[evidence]'.",
        ) from error
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author = data["document_title"], ", ".join(data["parents"])
    properties.comments, properties.last_modified_by = "", ""
    properties.created = properties.modified = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    document.add_heading(printable(data["title"]), 0)
    for matter in data["matters"]:
        document.add_paragraph(printable(matter), style="Subtitle")
    _table(document, ("", ""), data["cover"])
    document.add_heading("Summary", 1)
    document.add_paragraph(printable(data["summary"]))
    for sentence in data["removals"]:
        document.add_paragraph(printable(sentence), style="List Bullet")
    document.add_heading("Requests", 1)
    _table(
        document, ("No.", "What was asked", "Of whom, when", "Reminders", "Due", "Outcome"), _requests(data)
    )
    for service in data["services"]:
        document.add_heading(printable(service["title"]), 2)
        header = ("Month", "Granted", "Held", "Not held", "Apart", "Made up", "No record")
        _table(document, header, service["rows"])
        for sentence in service["sentences"]:
            document.add_paragraph(printable(sentence))
    document.add_heading("Timeline", 1)
    rows = [(t["on"], t["what"], f"Ex. {t['exhibit']}" if t["exhibit"] else "") for t in data["timeline"]]
    _table(document, ("Date", "What happened", "Exhibit"), rows)
    document.add_paragraph(printable(data["disclaimer"]))
    out = io.BytesIO()
    document.save(out)
    return same_zip(out.getvalue())


def _requests(data: Mapping[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            r["label"],
            f"{r['what']}: “{r['quote']}”",
            f"{r['asked_of']}, {r['asked_on']} (Ex. {r['exhibit']})",
            "; ".join(f"{day} (Ex. {number})" for day, number in r["reminders"]) or "none",
            f"{r['due_on']}: {r['rule']}",
            f"{r['outcome']}, {r['days']}",
        )
        for r in data["requests"]
    ]


def _table(document: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; an empty header is left out."""
    table = document.add_table(rows=int(any(header)), cols=len(header), style="Table Grid")
    if any(header):
        for cell, title in zip(table.rows[0].cells, header, strict=True):
            cell.paragraphs[0].add_run(title).bold = True
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = printable(str(value))
