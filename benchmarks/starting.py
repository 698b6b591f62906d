"""How long `iep-mail --help` takes against a program of click that does nothing, and what a 50 MB message
takes in memory.

python -m benchmarks.starting [TIMES]
"""

from __future__ import annotations

import base64
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.generate import CONFIG, LAST_DAY, PARENT, STAFF
from benchmarks.runs import compare, measured

_TRIVIAL = """\
import click


@click.group()
def cli():
    "A program that does nothing."


cli()
"""
_MEGABYTES = 50


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        (home / "trivial.py").write_text(_TRIVIAL)
        trivial = [sys.executable, str(home / "trivial.py"), "--help"]
        ours = [sys.executable, "-m", "iep_mail", "--help"]
        compare("iep-mail --help", lambda: measured(ours), lambda: measured(trivial), times, 1.3)
        (home / "config.toml").write_text(CONFIG)
        (home / "large.eml").write_bytes(_large())
        program = [sys.executable, "-m", "iep_mail", "--config", str(home / "config.toml")]
        program += ["--data", str(home / "data")]
        for what in (["import", str(home / "large.eml")], ["nightly", "--as-of", LAST_DAY.isoformat()]):
            run = measured([*program, *what])
            print(f"{what[0]} with a message of {_MEGABYTES} MB: {run.memory:.0f} MB, {run.wall:.1f} s")


def _large() -> bytes:
    body = base64.encodebytes(random.Random(1).randbytes(_MEGABYTES * 740_000))
    head = (
        f"From: {STAFF[0][1]}\r\nTo: {PARENT[1]}\r\nSubject: The scans\r\nMessage-ID: <large@example.org>\r\n"
        "Date: Mon, 02 Feb 2026 10:00:00 -0500\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n'
        "Here are the scans.\r\n--x\r\nContent-Type: application/pdf; name=scans.pdf\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=scans.pdf\r\n\r\n"
    )
    return head.encode() + body.replace(b"\n", b"\r\n") + b"--x--\r\n"


if __name__ == "__main__":
    main()
