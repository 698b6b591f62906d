"""Mail from files, filed as if it had arrived by IMAP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iep_mail.adapters.files import read_files
from iep_mail.adapters.store import run_lock
from iep_mail.core.filing.copies import fold_copies
from iep_mail.core.filing.correspondence import file_messages
from iep_mail.jobs.workspace import open_workspace


@dataclass(frozen=True, slots=True)
class Imported:
    read: int
    new: int
    filed: int  # how many of all that is kept are correspondence with the school
    problems: tuple[str, ...]


def import_mail(
    config_path: Path,
    data: Path,
    paths: Sequence[Path],
    folder: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Keeps every message found under `paths`; those already known are not kept twice.

    A file that cannot be read is named in `problems` and does not stop the rest. Raises UsageError
    where a path does not exist or holds no mail.
    """
    problems: list[str] = []
    read = 0

    def messages() -> Iterator[tuple[bytes, str, datetime | None]]:
        nonlocal read
        for item in read_files(paths, folder):
            if item.problem:
                problems.append(item.problem)
                continue
            read += 1
            if progress:
                progress(read)
            yield item.raw, item.folder, item.received_at

    with run_lock(data), open_workspace(config_path, data) as workspace:
        new = workspace.store.add_files(messages())
        # Read now, so that the first question is answered at once.
        filed = len(file_messages(fold_copies(workspace.messages()), workspace.family)[0])
    return Imported(read, new, filed, tuple(problems))
