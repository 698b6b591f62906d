"""python -m evaluation.kinds FOLDER [--misses]: whether automatic mail is told apart.

Each file of the folder is one raw message whose name begins with its kind: `auto_reply-…`, `bounce-…`,
`personal-…`; a `report-…` is automatic mail of any kind. A third, chosen by a hash of the bytes, is held
out: its figure is printed, its misses never are.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path

from iep_mail.core.reading.message import read_message
from iep_mail.model import MessageKind

_AUTOMATIC = {MessageKind.AUTO_REPLY, MessageKind.BOUNCE, MessageKind.BULK}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.kinds", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--misses", action="store_true", help="say each disagreement of the part not held out"
    )
    options = parser.parse_args()
    parts: dict[str, list[tuple[Path, MessageKind, str]]] = {"to develop on": [], "held out": []}
    for path in sorted(p for p in options.folder.iterdir() if p.is_file()):
        raw = path.read_bytes()
        held = int(hashlib.sha256(raw).hexdigest(), 16) % 3 == 0
        message = read_message(raw)
        if any("could not be read" in problem for problem in message.problems):
            sys.stdout.write(f"{path.name} could not be read\n")
        parts["held out" if held else "to develop on"].append((path, message.kind, message.subject))
    for name, found in parts.items():
        wrong = [
            (path, kind, subject) for path, kind, subject in found if not _right(path.name, kind, subject)
        ]
        human = [path for path, kind, _ in wrong if kind is MessageKind.PERSONAL]
        right = 1 - len(wrong) / len(found) if found else 1.0
        sys.stdout.write(
            f"{name:<14} {len(found)} messages: kind {right:.3f}; {len(human)} taken for a person's mail\n"
        )
        if options.misses and name != "held out":
            sys.stdout.writelines(f"  {path.name}: said {kind}: {subject}\n" for path, kind, subject in wrong)
    return 0


def _right(name: str, kind: MessageKind, subject: str) -> bool:
    """A notice that delivery is only delayed is no bounce, whatever its name says."""
    wanted = name.split("-")[0]
    if wanted == "bounce" and kind is MessageKind.AUTO_REPLY and re.search("delay|warning", subject, re.I):
        return True
    return kind in _AUTOMATIC if wanted == "report" else kind == wanted


if __name__ == "__main__":
    raise SystemExit(main())
