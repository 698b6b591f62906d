"""Papers and photos that the parent adds by hand: kept by the hash of their content."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path

from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.sqlite_file import explained
from iep_mail.errors import UsageError
from iep_mail.model import Attachment

FOLDER = "attachments"
_HASH = re.compile(r"[0-9a-f]{64}")


def keep_file(path: Path, data: Path) -> Attachment:
    """Copies a file into DATA/attachments under its SHA-256 (0600) and says what it is.

    Its own name is only told, never used as a name on disk. A file that is there already is left as it
    is. Raises UsageError where it cannot be read, StoreError where it cannot be kept.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Check the name; nothing was added."
        ) from error
    return keep_named(path.name, content, data)


def keep_named(name: str, content: bytes, data: Path) -> Attachment:
    """Keeps a file that was handed over as its name and its bytes, as `keep_file` does."""
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Attachment(name, guessed, len(content), keep_content(content, data))


def keep_content(content: bytes, data: Path) -> str:
    """Keeps bytes under their SHA-256 and returns it. Raises StoreError."""
    sha256 = hashlib.sha256(content).hexdigest()
    kept = kept_file(sha256, data)
    if not kept.exists():
        with explained(kept):
            write_private(kept, content)
    return sha256


def kept_file(sha256: str, data: Path) -> Path:
    """Where a kept file lies."""
    return data / FOLDER / sha256


def kept_content(sha256: str, data: Path) -> bytes | None:
    """The bytes of a kept file; None where it is gone, cannot be read or is not what was kept."""
    try:
        content = kept_file(sha256, data).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def kept_files(data: Path) -> tuple[Path, ...]:
    """All kept files, each named by its hash; nothing else that lies there."""
    folder = data / FOLDER
    if not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir() if _HASH.fullmatch(path.name) and path.is_file()))
