"""Letter and digest templates on disk: the package's own, and the parent's that win file by file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from iep_mail.errors import TemplateError, UsageError

_LARGEST = 100_000  # bytes


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A template of the parent's. `problem` says why it could not be read; `text` is then empty."""

    name: str  # the file's name without .txt
    path: Path
    text: str = ""
    problem: TemplateError | None = None


@cache
def shipped_letters() -> Mapping[str, str]:
    """The text of every built-in letter by its name."""
    folder = _shipped().joinpath("letters")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".txt")), key=lambda e: e.name)
    return {entry.name.removesuffix(".txt"): entry.read_text(encoding="utf-8") for entry in entries}


def shipped_digest() -> str:
    return _shipped().joinpath("digest").joinpath("digest.txt").read_text(encoding="utf-8")


def shipped_pages() -> Traversable:
    """The folder of the pages of `iep-mail web`."""
    return _shipped().joinpath("web")


def shipped_casefile() -> str:
    """The page of a case file, in typst's language."""
    return _shipped().joinpath("casefile").joinpath("casefile.typ").read_text(encoding="utf-8")


def shipped_log() -> str:
    """The page of the documentation log, in typst's language."""
    return _shipped().joinpath("casefile").joinpath("log.typ").read_text(encoding="utf-8")


def own_letters(folder: Path) -> tuple[OwnFile, ...]:
    """The parent's letters: `folder`/letters/*.txt, in the order of their names; raises nothing."""
    try:
        paths = sorted((folder / "letters").glob("*.txt"))
    except OSError:
        return ()
    return tuple(own_file(path) for path in paths)


def own_digest(folder: Path) -> OwnFile | None:
    """The parent's `folder`/digest/digest.txt, None where there is none."""
    path = folder / "digest" / "digest.txt"
    return own_file(path) if path.is_file() else None


def own_file(path: Path) -> OwnFile:
    try:
        return OwnFile(path.stem, path, _read(path))
    except TemplateError as error:
        return OwnFile(path.stem, path, problem=error)


def keep_own_copy(folder: Path, name: str, text: str) -> Path:
    """Writes `text` as the parent's own letter. Raises UsageError where there is one already."""
    path = folder / "letters" / f"{name}.txt"
    if path.exists():
        raise UsageError(f"{path} is there already.", "Edit it, or remove it to begin again.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(text, encoding="utf-8")
    return path


def _shipped() -> Traversable:
    """In a wheel `iep_mail/templates`; in an editable install the checkout's `templates`."""
    inside = files("iep_mail").joinpath("templates")
    if inside.is_dir():
        return inside
    checkout = Path(str(files("iep_mail"))).parents[1] / "templates"
    if checkout.is_dir():
        return checkout
    raise TemplateError("The letter templates of iep-mail are missing.", "Install iep-mail again.")


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise _unusable(path, "it is larger than 100 KB", "Shorten or remove it.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unusable(path, "it is not written in UTF-8", "Save it as UTF-8 text, or remove it.") from error
    except OSError as error:
        why = f"it cannot be read ({error.strerror or error})"
        raise _unusable(path, why, "Check that the file belongs to you, or remove it.") from error


def _unusable(path: Path, why: str, remedy: str) -> TemplateError:
    return TemplateError(f"The template {path} cannot be used: {why}.", remedy, why=why)
