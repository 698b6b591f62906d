"""Letter and digest templates on disk: the package's own, and the parent's over them file by file."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from iep_mail.errors import TemplateError

_LARGEST = 100_000  # bytes


def load_letters(own: Path | None) -> dict[str, str]:
    """The text of every letter by its file's name without `.txt`.

    A file of the same name in `own`/letters wins, and a new name adds a letter. Raises TemplateError
    for a file of the parent's that cannot be read.
    """
    texts = {
        entry.name.removesuffix(".txt"): entry.read_text(encoding="utf-8")
        for entry in sorted(_shipped().joinpath("letters").iterdir(), key=lambda e: e.name)
        if entry.name.endswith(".txt")
    }
    folder = own / "letters" if own else None
    if folder and folder.is_dir():
        texts |= {path.stem: _read(path) for path in sorted(folder.glob("*.txt"))}
    return dict(sorted(texts.items()))


def load_digest(own: Path | None) -> str:
    """The digest's template; `own`/digest/digest.txt wins. Raises TemplateError."""
    path = own / "digest" / "digest.txt" if own else None
    if path and path.is_file():
        return _read(path)
    return _shipped().joinpath("digest").joinpath("digest.txt").read_text(encoding="utf-8")


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
            raise TemplateError(f"The template {path} is larger than 100 KB.", "Shorten or remove it.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(
            f"The template {path} cannot be read: {error}.", "Save it as UTF-8 text, or remove it."
        ) from error
