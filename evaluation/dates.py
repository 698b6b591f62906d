"""python -m evaluation.dates FILE.json [--misses]: how well days named in sentences are found.

The file is a list of objects: `text`, `reference` (the day it was written), `date` (the day meant, a list
of admissible ones, or null where none is meant). A third of it, chosen by a hash of the text, is held
out: its figure is printed, its misses never are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from iep_mail.core.reading.dates import find_dates
from iep_mail.model import SchoolCalendar

Row = dict[str, Any]


def held_out(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 3 == 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.dates", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--misses", action="store_true", help="say each disagreement of the part not held out"
    )
    options = parser.parse_args()
    rows: list[Row] = json.loads(options.file.read_text(encoding="utf-8"))
    for name, part in (
        ("to develop on", [r for r in rows if not held_out(r["text"])]),
        ("held out", [r for r in rows if held_out(r["text"])]),
    ):
        exact = [r for r in part if _right(r, conventions=False)]
        ours = [r for r in part if _right(r, conventions=True)]
        none = [r for r in part if not _admissible(r)]
        false = [r for r in none if not _right(r, conventions=False)]
        sys.stdout.write(
            f"{name:<14} {len(part)} sentences: exact {len(exact) / len(part):.3f}, by our conventions "
            f"{len(ours) / len(part):.3f}; false days in {len(false)} of {len(none)} without one\n"
        )
        if options.misses and name != "held out":
            sys.stdout.writelines(f"  {_miss(r)}\n" for r in part if r not in ours)
    return 0


def _admissible(row: Row) -> list[str]:
    meant = row["date"]
    days = [meant] if isinstance(meant, str) else meant or []
    return [day[:10] for day in days]


def _right(row: Row, *, conventions: bool) -> bool:
    """Whether the first day found is admissible. Our conventions: an end of a period is its last day, not
    the day after it, and a day without a year is the nearest, not the next."""
    wanted = _admissible(row)
    found = find_dates(row["text"], date.fromisoformat(row["reference"][:10]), SchoolCalendar())
    if not wanted or not found:
        return not wanted and not found
    day = found[0].day
    days = {day}
    if conventions:
        days |= {day + timedelta(days=1), *(d for y in (-1, 1) if (d := _other_year(day, y)))}
    return any(str(d) in wanted for d in days)


def _other_year(day: date, years: int) -> date | None:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return None


def _miss(row: Row) -> str:
    found = find_dates(row["text"], date.fromisoformat(row["reference"][:10]), SchoolCalendar())
    said = [f"{s.text} = {s.day}" for s in found]
    return f"{row['text']!r} ({row['reference'][:10]}): label {_admissible(row)}, said {said}"


if __name__ == "__main__":
    raise SystemExit(main())
