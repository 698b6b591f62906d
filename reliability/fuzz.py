"""Reads mutated messages as a night does, and says what that cost.

Each message is read by itself under a limit of time and memory; then all go into a store by hundreds, where
every byte must be found again, and through the whole casebook.
"""

from __future__ import annotations

import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from iep_mail.adapters.store import Store
from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.dump import dump_casebook
from iep_mail.core.reading import message as reader
from iep_mail.core.reading.message import READER_VERSION
from iep_mail.jobs.letters import letters_of
from iep_mail.jobs.workspace import identify, read_raw
from iep_mail.model import Family, SchoolCalendar
from reliability.mutations import mutated

SECONDS, MEGABYTES = 2.0, 256.0
_BATCH = 100
_HANGS = 30


class Hangs(BaseException):
    """It took so long that it was ended; no handler of the program may catch it."""


@dataclass
class Findings:
    """What a run of mutated messages showed."""

    read: int = 0
    kept: int = 0
    quarantined: int = 0
    slowest: float = 0.0
    largest: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, bytes] = field(default_factory=dict)

    def fault(self, what: str, raw: bytes) -> None:
        self.faults[what] += 1
        self.examples.setdefault(what, raw)


def fuzz(
    messages: Sequence[bytes],
    count: int,
    seed: int,
    family: Family,
    say: Callable[[str], None] = lambda _: None,
) -> Findings:
    """Reads `count` mutations of the messages."""
    findings = Findings()
    source = mutated(random.Random(seed), messages)
    rules = Rules(family, letters_of(Path("/nonexistent"))[0])
    while findings.read < count:
        batch = list(islice(source, min(_BATCH, count - findings.read)))
        for raw in batch:
            read_one(raw, findings)
        _keep_and_think(batch, findings, rules)
        say(f"{findings.read:,} read, {sum(findings.faults.values())} faults")
    return findings


def read_one(raw: bytes, findings: Findings) -> None:
    """Reads one message under the limits, and notes what it broke."""
    before = _reset_peak()
    started = time.process_time()
    try:
        with _ended_after(_HANGS):
            message = reader.read_message(raw)
    except Hangs:
        findings.fault(f"took more than {_HANGS} s", raw)
        return
    except Exception as error:
        findings.fault(f"{type(error).__name__} from read_message", raw)
        return
    finally:
        findings.read += 1
    seconds, megabytes = time.process_time() - started, _peak() - before
    findings.slowest = max(findings.slowest, seconds)
    findings.largest = max(findings.largest, megabytes)
    if seconds > SECONDS:
        findings.fault(f"took more than {SECONDS:.0f} s", raw)
    if megabytes > MEGABYTES:
        findings.fault(f"took more than {MEGABYTES:.0f} MB", raw)
    if any("could not be read" in problem for problem in message.problems):
        findings.quarantined += 1


def _keep_and_think(batch: Sequence[bytes], findings: Findings, rules: Rules) -> None:
    """Every byte is found again in the store, and the whole casebook can be computed."""
    now = datetime(2026, 3, 2, 15, tzinfo=UTC)
    with TemporaryDirectory() as folder, Store.open(Path(folder), identify) as store:
        store.add_files((raw, "INBOX", now) for raw in batch)
        kept = {item.raw for item in store.raw_messages()}
        findings.kept += sum(raw in kept for raw in batch)
        started = time.process_time()
        try:
            with _ended_after(4 * _HANGS):
                read = store.readings(READER_VERSION, read_raw)
                dump_casebook(build_casebook(read, (), (), SchoolCalendar(), rules, now.date()))
        except (Exception, Hangs) as error:
            findings.fault(f"{type(error).__name__} in the casebook: {_where(error)}", b"\n\n".join(batch))
        if time.process_time() - started > SECONDS * _BATCH / 10:
            findings.fault("a slow casebook", b"\n\n".join(batch))


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}: {error}"[:200] if trace else ""


@contextmanager
def _ended_after(seconds: int) -> Iterator[None]:
    def end(number: int, frame: object) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _reset_peak() -> float:
    """Megabytes in use; from now on `_peak` counts anew (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
