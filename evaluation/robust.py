"""python -m evaluation.robust FOLDER [--list]: reads every raw message below a folder and says how that went.

Any file may lie there: .eml, mbox, Maildir, things that are no mail at all. Prints how many were read, how
many part by part (mail-parser could not be relied on), how many could not be read, the kinds, the slowest
with its time and memory (each in a process of its own), and, where a file's path tells its nature (bounce,
report, vacation …), whether automatic mail was told from people's.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iep_mail.core.reading.body import read_body
from iep_mail.core.reading.message import read_message
from iep_mail.core.reading.tree import parse
from iep_mail.model import MessageKind

LIMIT = 2.0  # seconds that no message may take
_MBOX_LINE = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]{3,200}\r?\n(?=[!-9;-~]+:)")
_AUTOMATIC = re.compile(
    r"bounce|\bdsn|\bmdn|report_422|multipart_report|delivery[-_ ]status|undeliver|auto[-_]?(?:reply|respon)|vacation"
    r"|out[-_]of[-_]office|mailer-daemon",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Reading:
    name: str
    raw: bytes
    seconds: float
    kind: MessageKind
    part_by_part: bool
    quarantined: bool
    problems: tuple[str, ...]
    subject: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.robust", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true", help="name each message with its kind and time")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return _measure_one(sys.stdin.buffer.read())
    readings = [_read(name, raw) for name, raw in messages_below(options.folder)]
    if not readings:
        sys.stderr.write(f"There is no file below {options.folder}.\n")
        return 2
    _tell(readings)
    if options.list:
        sys.stdout.writelines(
            f"  {r.name}: {r.kind}, {r.seconds * 1000:.0f} ms {'; '.join(r.problems)}\n" for r in readings
        )
    failed = any(r.seconds > LIMIT for r in readings)
    return 1 if failed else 0


def messages_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and every message of each mbox, with its place."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        raw, name = path.read_bytes(), str(path.relative_to(folder))
        starts = [m.end() for m in _MBOX_LINE.finditer(raw)] if raw.startswith(b"From ") else []
        if len(starts) < 2:
            yield name, raw
            continue
        ends = [*[m.start() for m in _MBOX_LINE.finditer(raw)][1:], len(raw)]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
            yield f"{name} #{number}", raw[start:end]


def _read(name: str, raw: bytes) -> Reading:
    started = time.perf_counter()
    message = read_message(raw)
    seconds = time.perf_counter() - started
    quarantined = any("could not be read" in p for p in message.problems)
    alone = not quarantined and read_body(parse(raw)).part_by_part
    return Reading(name, raw, seconds, message.kind, alone, quarantined, message.problems, message.subject)


def _tell(readings: list[Reading]) -> None:
    say = sys.stdout.write
    different = len({hashlib.sha256(r.raw).hexdigest() for r in readings})
    times = sorted(r.seconds for r in readings)
    say(
        f"messages            {len(readings)} ({different} different), {sum(len(r.raw) for r in readings):,} bytes\n"
    )
    say(f"read                {sum(not r.quarantined for r in readings)}\n")
    say(f"  part by part      {sum(r.part_by_part for r in readings)}\n")
    say(f"could not be read   {sum(r.quarantined for r in readings)}\n")
    for reading in readings:
        if reading.quarantined:
            say(f"  {reading.name}\n")
    told = Counter(p for r in readings for p in r.problems)
    for problem, count in told.most_common():
        say(f"  {count:>6} × {problem}\n")
    median, slow = times[len(times) // 2], sum(t > LIMIT for t in times)
    say(
        f"time                {sum(times):.2f} s; median {median * 1000:.1f} ms; over {LIMIT:.0f} s: {slow}\n"
    )
    for reading in sorted(readings, key=lambda r: -r.seconds)[:3]:
        seconds, megabytes = _in_its_own_process(reading.raw)
        size = f"{len(reading.raw):,} bytes, {seconds:.2f} s, {megabytes:.0f} MB more than an empty message"
        say(f"  slowest           {reading.name}: {size}\n")
    for kind, count in Counter(str(r.kind) for r in readings).most_common():
        say(f"kind {kind:<14} {count}\n")
    _tell_apart(readings)


def _tell_apart(readings: list[Reading]) -> None:
    known = [r for r in readings if _AUTOMATIC.search(r.name)]
    missed = [r for r in known if r.kind is MessageKind.PERSONAL]
    sys.stdout.write(f"automatic by name   {len(known)}, of which {len(known) - len(missed)} were told\n")
    for title, found in (
        ("taken for a person's mail", missed),
        (
            "taken for automatic",
            [r for r in readings if r not in known and r.kind is not MessageKind.PERSONAL],
        ),
    ):
        sys.stdout.writelines(f"  {title}: {r.name}: {r.kind}: {r.subject[:70]}\n" for r in found)


def _in_its_own_process(raw: bytes) -> tuple[float, float]:
    """Seconds and megabytes that one message takes; the memory beyond that of reading an empty one."""
    command = [sys.executable, "-m", "evaluation.robust", "--one", "."]
    seconds, kilobytes = _run(command, raw)
    _, least = _run(command, b"Subject: x\r\n\r\nx\r\n")
    return seconds, max(0.0, (kilobytes - least) / 1024)


def _run(command: list[str], raw: bytes) -> tuple[float, float]:
    done = subprocess.run(command, input=raw, capture_output=True, check=True, env=os.environ)
    seconds, kilobytes = done.stdout.split()
    return float(seconds), float(kilobytes)


def _measure_one(raw: bytes) -> int:
    read_message(b"Subject: x\r\n\r\nx\r\n")
    started = time.perf_counter()
    read_message(raw)
    seconds = time.perf_counter() - started
    sys.stdout.write(f"{seconds:.4f} {_peak_kilobytes()}\n")
    return 0


def _peak_kilobytes() -> int:
    """The kernel's own account; getrusage counts the memory of the parent process too (Linux)."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s*(\d+)", status.read_text())):
        return int(found[1])
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    raise SystemExit(main())
