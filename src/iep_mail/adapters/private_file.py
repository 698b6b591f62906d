"""Files that only the parent can read, written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def write_private(path: Path, content: str | bytes) -> None:
    """Writes `path` (0600), its folder made (0700) where absent. Raises OSError."""
    with private_target(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def private_target(path: Path) -> Iterator[BinaryIO]:
    """A new file for `path` (0600), its folder made (0700) where absent. Raises OSError.

    It is written beside and put in its place at the end, so that a full disk or a stop in between
    leaves what was there before.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


@contextmanager
def scratch_folder(data: Path) -> Iterator[Path]:
    """A folder (0700) for what one run needs only for a moment. The caller holds the run's lock.

    What a run that was stopped left in it is removed first. Raises OSError.
    """
    folder = clear_scratch(data)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_scratch(data: Path) -> Path:
    """Removes what a run that was stopped left for the moment; where it lay."""
    folder = data / "scratch"
    shutil.rmtree(folder, ignore_errors=True)
    for left in (*data.glob("*/*.part"), *data.glob("*/*.partial")):
        with suppress(OSError):
            left.unlink()
    return folder
