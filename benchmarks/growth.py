"""A night with 20 new messages as the store grows, from mail that was imported: time and memory.

python -m benchmarks.growth [TIMES] [SIZE …]
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.generate import CONFIG, LAST_DAY, mailbox
from benchmarks.runs import Run, measured, median
from iep_mail.adapters.store import Store
from iep_mail.jobs.workspace import identify, open_workspace

_NEW = 20


def main() -> None:
    times, *sizes = (int(a) for a in sys.argv[1:] or ["5", "1000", "20000"])
    nights = [_nights(size, times) for size in sizes]
    print(f"the last against the first: {nights[-1].wall / nights[0].wall:.2f} (target 2)")


def _nights(size: int, times: int) -> Run:
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        (home / "config.toml").write_text(CONFIG)
        command = [sys.executable, "-m", "iep_mail", "--config", str(home / "config.toml")]
        command += ["--data", str(home / "data"), "nightly", "--as-of", LAST_DAY.isoformat()]
        _keep(home, size, seed=1)
        first = measured(command)
        later = []
        for number in range(times):
            _keep(home, _NEW, seed=2 + number)
            later.append(measured(command))
        usual = median(later)
        book = _casebook(home, LAST_DAY)
        print(
            f"{size:7,} messages: first night {first.wall:6.1f} s ({first.cpu:.1f} s of processor, "
            f"{first.memory:.0f} MB); {_NEW} new {usual.wall:6.2f} s ({usual.cpu:.2f} s, {usual.memory:.0f} MB); "
            f"casebook alone {book:.2f} s of processor",
            flush=True,
        )
        return usual


def _keep(home: Path, count: int, seed: int) -> None:
    with Store.open(home / "data", identify) as store:
        store.add_files((mail.raw, mail.folder, None) for mail in mailbox(count, 0, seed))


def _casebook(home: Path, day: date) -> float:
    with open_workspace(home / "config.toml", home / "data") as workspace:
        begin = time.process_time()
        workspace.casebook(day)
        return time.process_time() - begin


if __name__ == "__main__":
    main()
