"""python -m evaluation.quotes FILE.jsonl [--misses]: how exactly a message's own text is told from the rest.

Each line of the file holds `text`, a whole plain-text mail, and `zones` (`type`, `start`, `end`): Body,
Header, and within a body Body/Outro, Body/Signature. A message's own text is its body before the first
header; its closing and signature may stay or go. A third, chosen by a hash of the text, is held out: its
figure is printed, its misses never are.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from evaluation.dates import held_out
from iep_mail.core.reading.quotes import new_text

Row = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.quotes", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--misses", action="store_true", help="say each disagreement of the part not held out"
    )
    options = parser.parse_args()
    rows: list[Row] = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    for name, part in (
        ("to develop on", [r for r in rows if not held_out(r["text"])]),
        ("held out", [r for r in rows if held_out(r["text"])]),
    ):
        wrong = [r for r in part if _plain(new_text(r["text"])) not in _admissible(r)]
        lost = [r for r in wrong if len(_plain(new_text(r["text"]))) < min(map(len, _admissible(r)))]
        sys.stdout.write(
            f"{name:<14} {len(part)} mails: exact {1 - len(wrong) / len(part):.3f}; of {len(wrong)} wrong ones "
            f"{len(lost)} lost text\n"
        )
        if options.misses and name != "held out":
            for row in wrong:
                said = new_text(row["text"])
                sys.stdout.write(f"\n{'lost' if row in lost else 'kept too much'}\n")
                sys.stdout.write(f"  label: {max(_admissible(row), key=len)!r}\n  said:  {_plain(said)!r}\n")
    return 0


def _admissible(row: Row) -> set[str]:
    """The own text whole, and cut where its closing or its signature begins."""
    text, zones = row["text"], row["zones"]
    headers = [z["start"] for z in zones if z["type"] == "Header"]
    end = min(headers, default=len(text))
    cuts = [
        z["start"]
        for z in zones
        if z["start"] < end and z["type"].startswith(("Body/Outro", "Body/Signature", "Body/Attachments"))
    ]
    return {_plain(text[:cut]) for cut in (end, *cuts)}


def _plain(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    raise SystemExit(main())
