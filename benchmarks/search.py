"""How long a search takes over many messages.

python -m benchmarks.search [COUNT]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.generate import messages
from iep_mail.adapters.search_index import INDEX_NAME, SearchIndex
from iep_mail.core.reading.message import read_message
from iep_mail.core.search.query import parse_query
from iep_mail.model import SearchDocument

QUERIES = (
    "speech", '"could not take place"', "missed sessions", "fraction*", "speech -reading", "staff OR aide",
    "from:novak speech", "after:2024-03 before:2024-05 meeting", "kind:personal evaluation", "the",
    "to:jo records log", "has:attachment", "subject:transportation", "zebra",
)  # fmt: skip


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        documents = [_document(raw) for raw in messages(count)]
        began = time.perf_counter()
        with SearchIndex.open(Path(scratch)) as index:
            index.update(documents, "benchmark", lambda _: ())
            built = time.perf_counter() - began
            size = (Path(scratch) / INDEX_NAME).stat().st_size / 1024**2
            print(f"{count:,} messages indexed in {built:.1f} s, {size:.1f} MB")
            slowest = 0.0
            for text in QUERIES:
                times = []
                for _ in range(5):
                    start = time.perf_counter()
                    _, total = index.search(parse_query(text))
                    times.append((time.perf_counter() - start) * 1000)
                slowest = max(slowest, max(times))
                print(
                    f"{statistics.median(times):7.1f} ms (worst {max(times):6.1f})  {total:6,} found  {text}"
                )
            print(f"slowest single search: {slowest:.1f} ms")


def _document(raw: bytes) -> SearchDocument:
    message = read_message(raw)
    return SearchDocument(
        sha256=message.sha256,
        sent_on=message.date.date(),
        sender=str(message.sender),
        recipients=", ".join(map(str, message.recipients)),
        subject=message.subject,
        text=message.new_text,
        direction="to_school",
        kinds=(str(message.kind), "email"),
        case=None,
        case_title="",
        child=None,
    )


if __name__ == "__main__":
    main()
