"""The ledger as rows for a spreadsheet and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iep_mail.core.services.ledger import Cell, Ledger, Line
from iep_mail.model import MissedReason, PossibleMiss

LEDGER_HEADER = (
    "Child",
    "Service",
    "Month",
    "Granted sessions",
    "Granted minutes",
    "Held sessions",
    "Held minutes",
    *(f"Not held, {str(r).replace('_', ' ')} (minutes)" for r in MissedReason),
    "Made up minutes",
    "Not held and not made up (minutes)",
    "No record (minutes)",
)


def ledger_rows(ledger: Ledger) -> Iterator[tuple[str | int, ...]]:
    """A row for each service and month, then one for the service's total."""
    for line in ledger.lines:
        for cell in (*line.cells, line.total):
            yield _row(line, cell)


def _row(line: Line, cell: Cell) -> tuple[str | int, ...]:
    return (
        line.child,
        line.service,
        f"{cell.month:%Y-%m}" if cell.month else "total",
        cell.granted.sessions,
        cell.granted.minutes,
        cell.delivered.sessions,
        cell.delivered.minutes,
        *(cell.missed[r].minutes if r in cell.missed else 0 for r in MissedReason),
        cell.made_up.minutes,
        cell.outstanding,
        cell.not_recorded,
    )


def ledger_json(ledger: Ledger) -> dict[str, Any]:
    """The ledger for other programs; minutes and sessions by service and month."""
    return {
        "from": ledger.first.isoformat(),
        "to": ledger.last.isoformat(),
        "services": [
            {
                "child": line.child,
                "service": line.service,
                "months": [_cell(cell) for cell in line.cells],
                "total": _cell(line.total),
            }
            for line in ledger.lines
        ],
        "disagreements": [
            {"child": d.ours.child, "service": d.ours.service, "on": d.ours.on.isoformat()}
            for d in ledger.disagreements
        ],
        "notes": list(ledger.notes),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "month": f"{cell.month:%Y-%m}" if cell.month else None,
        "granted": {"sessions": cell.granted.sessions, "minutes": cell.granted.minutes},
        "delivered": {"sessions": cell.delivered.sessions, "minutes": cell.delivered.minutes},
        "missed": {
            str(reason): {"sessions": amount.sessions, "minutes": amount.minutes}
            for reason, amount in cell.missed.items()
        },
        "made_up": {"sessions": cell.made_up.sessions, "minutes": cell.made_up.minutes},
        "credited_minutes": cell.credited,
        "outstanding_minutes": cell.outstanding,
        "not_recorded_minutes": cell.not_recorded,
        "beyond_minutes": cell.beyond,
    }


def miss_json(miss: PossibleMiss) -> dict[str, Any]:
    return {
        "id": miss.id,
        "child": miss.child,
        "service": miss.service,
        "on": miss.on.isoformat() if miss.on else None,
        "quote": miss.quote,
        "messages": list(miss.messages),
    }
