"""Several families on one computer: a folder each under one root, each with its own configuration and data.

For an advocate. What belongs to one family lies in its folder and nowhere else, so that nothing of one can
get into the page, a letter or an export of another.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from iep_mail.adapters.config import CONFIG_NAME
from iep_mail.errors import UsageError

ROOT_VARIABLE = "IEP_MAIL_FAMILIES"
_NAME = re.compile(r"\w(?:[\w .'-]{0,62}\w)?")
# What Windows keeps for devices, whatever the ending.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)


def families_root() -> Path:
    """The folder of all families: IEP_MAIL_FAMILIES, else `families` in the platform's place for data."""
    if chosen := os.environ.get(ROOT_VARIABLE):
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("iep-mail", appauthor=False)) / "families"


def family_folder(name: str) -> Path:
    """A family's own folder, whether it is there yet or not.

    Raises UsageError for a name that is no plain folder name, for one that differs from a known family's
    in upper and lower case only, and for a folder that is a link to another place: each could lead one
    family's commands to another's records.
    """
    if not _NAME.fullmatch(name) or ".." in name or _RESERVED.fullmatch(name):
        raise UsageError(
            f"“{name}” cannot be a family's name.",
            "Use letters, digits, spaces, hyphens or dots, such as: --family rivera",
        )
    folder = families_root() / name
    alike = [known for known in families() if known.casefold() == name.casefold() and known != name]
    if alike:
        raise UsageError(f"There is no family “{name}”.", f"Did you mean “{alike[0]}”?")
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link to another folder.", "Put the family's own folder there.")
    return folder


def families() -> tuple[str, ...]:
    """The names of all families that are set up, in the order of the alphabet."""
    root = families_root()
    if not root.is_dir():
        return ()
    return tuple(
        sorted(
            (
                path.name
                for path in root.iterdir()
                if (path / CONFIG_NAME).is_file() and not path.is_symlink()
            ),
            key=str.casefold,
        )
    )


def family_places(name: str) -> tuple[Path, Path]:
    """A family's configuration file and data folder. Raises UsageError as `family_folder` does."""
    folder = family_folder(name)
    return folder / CONFIG_NAME, folder / "data"
