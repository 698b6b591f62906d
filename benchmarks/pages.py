"""What the pages Today and Case and the search take at the server, through Flask's test client.

python -m benchmarks.pages [COUNT] [TIMES]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from benchmarks.generate import CONFIG, LAST_DAY, mailbox
from iep_mail.adapters.store import Store
from iep_mail.jobs.viewing import Viewer
from iep_mail.jobs.workspace import identify
from iep_mail.web.app import create_app
from iep_mail.web.guard import Guard

_HERE = "http://127.0.0.1:8765"
_SEARCHES = ("speech", '"could not take place"', "missed sessions", "from:novak meeting")


def main() -> None:
    count, times = (*map(int, sys.argv[1:]), *(20_000, 5)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        (home / "config.toml").write_text(CONFIG)
        with Store.open(home / "data", identify) as store:
            store.add_files((mail.raw, mail.folder, None) for mail in mailbox(count))
        noon = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 17, tzinfo=UTC)
        viewer, guard = Viewer(home / "config.toml", home / "data", lambda: noon), Guard(8765)
        client = create_app(viewer, guard).test_client()

        def page(path: str) -> str:
            answer = client.get(path, base_url=_HERE, follow_redirects=True)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}.")
            return answer.get_data(as_text=True)

        page(guard.new_link().removeprefix(_HERE))
        case = max(viewer.look().book.cases, key=lambda c: len(c.threads))
        paths = {"Today": "/", f"Case of {len(case.threads)} threads": f"/case/{case.id}"}
        paths |= {f"Search {text}": f"/search?q={quote(text)}" for text in _SEARCHES}
        for name, path in paths.items():
            page(path)  # the first look computes what the later ones share
            taken, worked = [], []
            for _ in range(times):
                begin, before = time.perf_counter(), time.process_time()
                page(path)
                taken.append((time.perf_counter() - begin) * 1000)
                worked.append((time.process_time() - before) * 1000)
            usual, cpu = statistics.median(taken), statistics.median(worked)
            print(
                f"{usual:8.0f} ms  ({cpu:4.0f} ms of processor; worst {max(taken):6.0f})  {name}", flush=True
            )


if __name__ == "__main__":
    main()
