"""Papers and photos that the parent adds by hand: kept by the hash of their content."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.sqlite_file import explained
from iep_mail.errors import UsageError
from iep_mail.model import Attachment

FOLDER = "attachments"


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
    sha256 = hashlib.sha256(content).hexdigest()
    kept = kept_file(sha256, data)
    if not kept.exists():
        with explained(kept):
            write_private(kept, content)
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(path.name, guessed, len(content), sha256)


def kept_file(sha256: str, data: Path) -> Path:
    """Where a kept file lies."""
    return data / FOLDER / sha256
