"""Renews what README.md shows of the demo: the quoted lines and the picture.

    python docs/show_demo.py

Run it when tests/demo/test_readme.py says that the README no longer tells the truth.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "pictures" / "digest.svg"
LEFT_OUT = "[…]"
_BLOCK = re.compile(r"(<!-- demo:begin -->\n).*?(<!-- demo:end -->)", re.DOTALL)
_PICTURE_COLUMNS = 82


def excerpt(page: str) -> list[str]:
    """The beginning of the page with its first letter, and the first case after it; […] for the rest."""
    lines = page.splitlines()
    after = lines.index("After that, when you have the time")
    first_case = [n for n, line in enumerate(lines) if n > after + 2 and line and not line.startswith(" ")]
    entry_end = next(n for n in range(first_case[0] + 2, len(lines)) if not lines[n])
    return [*lines[: after + 2], *lines[after + 2 : entry_end], "", LEFT_OUT]


def without_letter(lines: Sequence[str]) -> list[str]:
    """The excerpt with the letter's text left out: enough for a picture."""
    begin = next(n for n, line in enumerate(lines) if line.startswith("    Subject: ")) + 2
    end = lines.index("Nothing has been sent. You decide.")
    return [*lines[:begin], f"    {LEFT_OUT}", "", *lines[end:]]


def quoted(readme: str) -> list[str]:
    """The lines that the README quotes."""
    found = _BLOCK.search(readme)
    if found is None:
        raise ValueError("README.md has lost its <!-- demo:begin --> and <!-- demo:end --> marks")
    return found[0].splitlines()[2:-2]


def with_block(readme: str, lines: Sequence[str]) -> str:
    block = "\n".join(["```text", *lines, "```", ""])
    return _BLOCK.sub(lambda found: found[1] + block + found[2], readme)


def picture(lines: Sequence[str]) -> str:
    """The lines as a terminal shows them, as an SVG that loads nothing from anywhere."""
    from rich.console import Console
    from rich.text import Text

    from iep_mail.cli.night import styled_digest

    console = Console(record=True, width=_PICTURE_COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(styled_digest("\n".join(lines) + "\n")))
    svg = console.export_svg(title="iep-mail demo", unique_id="digest")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.replace("Fira Code", "ui-monospace").splitlines()) + "\n"


def main() -> None:
    from iep_mail.jobs.demo import run_demo

    lines = excerpt(run_demo().digest)
    README.write_text(with_block(README.read_text(encoding="utf-8"), lines), encoding="utf-8")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(without_letter(lines)), encoding="utf-8")
    print(f"Renewed {README.name} and {PICTURE.relative_to(ROOT)} on {date.today().isoformat()}.")  # noqa: DTZ011


if __name__ == "__main__":
    main()
