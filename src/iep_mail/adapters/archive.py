"""A package of files as a folder or a ZIP, with a manifest of SHA-256 that shows any change.

The manifest has the form of sha256sum, so that a reader can check it without iep-mail too:
`sha256sum -c manifest-sha256.txt`.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from iep_mail.adapters.private_file import private_target, write_private
from iep_mail.errors import UsageError

MANIFEST = "manifest-sha256.txt"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_MOST_UNPACKED = 20 * 1024**3
_STAMP = (1980, 1, 1, 0, 0, 0)

Content = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Verified:
    """How a package compares with its manifest; paths within it."""

    whole: int
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not (self.missing or self.changed or self.added)


def write_folder(folder: Path, files: Mapping[str, Content]) -> None:
    """Writes the files and their manifest under `folder`, which must be new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} is there already and is not empty.", "Name a new folder, or empty this one first."
        )
    hashes = {}
    for path in sorted(files):
        content = files[path]()
        hashes[path] = hashlib.sha256(content).hexdigest()
        write_private(folder / PurePosixPath(path), content)
    write_private(folder / MANIFEST, _manifest_of(hashes))


def write_zip(target: Path, files: Mapping[str, Content]) -> None:
    """Writes the files and their manifest as a ZIP; the same files give the same bytes. Raises OSError."""
    with private_target(target) as out, zipfile.ZipFile(out, "w") as archive:
        hashes = {}
        for path in sorted(files):
            content = files[path]()
            hashes[path] = hashlib.sha256(content).hexdigest()
            _add(archive, path, content)
        _add(archive, MANIFEST, _manifest_of(hashes))


def _manifest_of(hashes: Mapping[str, str]) -> bytes:
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode("utf-8")


def same_zip(raw: bytes) -> bytes:
    """A ZIP-based file (such as .docx) with its times taken out and its order kept."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(out, "w") as again:
        for info in archive.infolist():
            _add(again, info.filename, archive.read(info))
    return out.getvalue()


def _add(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    info = zipfile.ZipInfo(path, _STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # the same on every system
    info.external_attr = 0o600 << 16
    archive.writestr(info, content)


def verify(package: Path) -> Verified:
    """Compares a folder or ZIP with its manifest. Raises UsageError where it has none or is no package."""
    if package.is_dir():
        return _compared(
            dict(_folder_hashes(package)), _manifest(_read(package / MANIFEST, package), package)
        )
    try:
        with zipfile.ZipFile(package) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_UNPACKED:
                raise UsageError(f"{package} unpacks to more than 20 GB.", "It is no case file of iep-mail.")
            if MANIFEST not in archive.namelist():
                raise _no_manifest(package)
            said = _manifest(archive.read(MANIFEST), package)
            found = {
                info.filename: _hash_of(archive, info)
                for info in archive.infolist()
                if not info.is_dir() and info.filename != MANIFEST
            }
    except FileNotFoundError as error:
        raise UsageError(f"There is no file or folder {package}.", "Check the spelling.") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(
            f"{package} is no folder and no ZIP that can be read.", "Name the folder or ZIP of a case file."
        ) from error
    return _compared(found, said)


def _hash_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """The hash of what lies there; of a damaged entry a text that no hash is."""
    digest = hashlib.sha256()
    try:
        with archive.open(info) as file:
            while block := file.read(1024 * 1024):
                digest.update(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):
        return "damaged"
    return digest.hexdigest()


def _folder_hashes(folder: Path) -> Iterator[tuple[str, str]]:
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root) / name
            inside = path.relative_to(folder).as_posix()
            if inside != MANIFEST:
                try:
                    with path.open("rb") as file:
                        yield inside, hashlib.file_digest(file, "sha256").hexdigest()
                except OSError:
                    yield inside, "unreadable"


def _read(path: Path, package: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _no_manifest(package) from error


def _no_manifest(package: Path) -> UsageError:
    return UsageError(
        f"{package} has no {MANIFEST}, so it cannot be checked.",
        "Name the folder or ZIP that `iep-mail casefile` wrote.",
    )


def _manifest(raw: bytes, package: Path) -> dict[str, str]:
    said: dict[str, str] = {}
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise UsageError(
                f"Line {number} of {MANIFEST} in {package} is damaged.", "Ask for the package again."
            )
        said[found[2]] = found[1]
    return said


def _compared(found: Mapping[str, str], said: Mapping[str, str]) -> Verified:
    return Verified(
        whole=sum(found.get(path) == digest for path, digest in said.items()),
        missing=tuple(sorted(path for path in said if path not in found)),
        changed=tuple(sorted(p for p, digest in said.items() if p in found and found[p] != digest)),
        added=tuple(sorted(path for path in found if path not in said)),
    )
