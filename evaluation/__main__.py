"""python -m evaluation FAMILY_DIR… [--misses]: one table for each labelled mailbox."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from evaluation.family import load_family
from evaluation.measures import Table, measure
from evaluation.running import dumps_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("families", nargs="+", type=Path, metavar="FAMILY_DIR")
    parser.add_argument("--misses", action="store_true", help="say each disagreement too")
    options = parser.parse_args()
    for folder in options.families:
        if not (folder / "gold.json").is_file():
            sys.stderr.write(f"{folder} is no labelled mailbox: it has no gold.json.\n")
            return 2
        family = load_family(folder)
        with tempfile.TemporaryDirectory(prefix="iep-mail-evaluation-") as scratch:
            table = measure(family, dumps_of(family, Path(scratch)))
        show(folder.name, table, misses=options.misses)
    return 0


def show(name: str, table: Table, *, misses: bool) -> None:
    width = max(len(row) for row, _ in table.rows)
    lines = [name, *(f"  {row:<{width}}  {figure}" for row, figure in table.rows)]
    if misses:
        lines += ["", *(f"  {miss}" for miss in table.misses or ["no disagreement"])]
    sys.stdout.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    raise SystemExit(main())
