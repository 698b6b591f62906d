"""How the nights went: one short record for each run, and a log without a word of anybody's mail."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import msgspec

from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.sqlite_file import make_private_file, make_private_folder

_RUNS_NAME = "nights.json"
_MOST_RUNS = 200
_MOST_LOG = 200_000  # bytes; then the log is begun anew, and the one before is kept


class NightRun(msgspec.Struct, frozen=True, omit_defaults=True):
    """One run. `night` is the night that the schedule meant, None for a run by hand; `result` the exit code
    of `nightly`. `again`: trying once more may help. `told` is how the parent was told, "" where not."""

    ended: datetime
    result: int
    night: date | None = None
    problem: str = ""
    again: bool = False
    told: str = ""

    @property
    def done(self) -> bool:
        return self.result in (0, 10)


def night_runs(data: Path) -> tuple[NightRun, ...]:
    """The runs on record, the oldest first. A record that cannot be read is set aside."""
    path = data / _RUNS_NAME
    try:
        return tuple(msgspec.json.decode(path.read_bytes(), type=list[NightRun]))
    except FileNotFoundError:
        return ()
    except (msgspec.DecodeError, OSError):
        with suppress(OSError):
            path.replace(path.with_suffix(".damaged"))
        return ()


def note_run(data: Path, run: NightRun) -> None:
    """Adds a run. Raises OSError."""
    _write(data, (*night_runs(data), run))


def note_told(data: Path, run: NightRun) -> None:
    """The newest record, anew: written before the parent is told, so that nobody is told twice."""
    _write(data, (*night_runs(data)[:-1], run))


def _write(data: Path, runs: Sequence[NightRun]) -> None:
    write_private(data / _RUNS_NAME, msgspec.json.encode(list(runs[-_MOST_RUNS:])))


def log_path(data: Path) -> Path:
    return data / "logs" / "nightly.log"


def write_log(data: Path, line: str) -> None:
    """One line into the log; a full log is moved aside. Raises OSError and StoreError."""
    path = log_path(data)
    make_private_folder(path.parent)
    with suppress(FileNotFoundError):
        if path.stat().st_size > _MOST_LOG:
            path.replace(path.with_suffix(".log.1"))
    make_private_file(path)
    with path.open("a", encoding="utf-8") as file:
        file.write(" ".join(line.split()) + "\n")
