"""One file that holds everything: a backup, plain or with a passphrase, and taking it back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iep_mail.adapters.archive import Content, verify, write_zip
from iep_mail.adapters.private_file import write_private
from iep_mail.errors import UsageError

_AGE = b"age-encryption.org/"
_MOST_UNPACKED = 50 * 1024**3


def write_backup(target: Path, files: Mapping[str, Content], passphrase: str | None, scratch: Path) -> None:
    """Writes `files` as a ZIP with a manifest; with a passphrase, encrypted in the age format
    (scrypt and ChaCha20-Poly1305), so that other programs of that format open it too.

    What is not encrypted yet lies in `scratch`, never beside the target.

    Raises UsageError where pyrage is not installed, OSError where it cannot be written.
    """
    if passphrase is None:
        write_zip(target, files)
        return
    pyrage = _pyrage()
    plain = scratch / "backup.zip"
    write_zip(plain, files)
    write_private(target, pyrage.passphrase.encrypt(plain.read_bytes(), passphrase))


def is_encrypted(path: Path) -> bool:
    """Whether the file is encrypted. Raises UsageError where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(len(_AGE)) == _AGE
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Check the spelling of the path."
        ) from error


def read_backup(path: Path, passphrase: str | None, scratch: Path) -> zipfile.ZipFile:
    """The backup, opened, after its manifest was checked. `scratch` is a folder for the decrypted file.

    Raises UsageError for a wrong passphrase, a damaged file, or one that is no backup.
    """
    source = path
    if is_encrypted(path):
        if passphrase is None:
            raise UsageError(f"{path} is encrypted.", "Run it again with --passphrase.")
        pyrage = _pyrage()
        try:
            plain = pyrage.passphrase.decrypt(path.read_bytes(), passphrase)
        except pyrage.DecryptError as error:
            raise UsageError(
                f"{path} could not be opened with this passphrase.",
                "Check it and try again; nothing was changed.",
            ) from error
        source = scratch / "backup.zip"
        write_private(source, plain)
    checked = verify(source)
    if not checked.good:
        bad = ", ".join((*checked.missing, *checked.changed, *checked.added)[:3])
        raise UsageError(f"{path} is damaged: {bad}.", "Use another backup; nothing was changed.")
    archive = zipfile.ZipFile(source)
    if "iep-mail.sqlite3" not in archive.namelist():
        archive.close()
        raise UsageError(f"{path} is no backup of iep-mail.", "Name a file that `iep-mail backup` wrote.")
    return archive


def unpack(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """Writes one file of the archive to `target` (0600). Raises OSError."""
    out = io.BytesIO()
    with archive.open(name) as file:
        while block := file.read(1024 * 1024):
            out.write(block)
            if out.tell() > _MOST_UNPACKED:
                raise UsageError(f"{name} is too large.", "Use another backup.")
    write_private(target, out.getvalue())


def _pyrage() -> Any:
    try:
        import pyrage
    except ImportError as error:
        raise UsageError(
            "A passphrase needs one more package.", "Install it with: pip install 'iep-mail[backup]'"
        ) from error
    return pyrage
