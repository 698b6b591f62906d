"""Writing a plan's facts as TOML, and naming the file in config.toml."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import Table

from iep_mail.adapters.config_writer import change_config
from iep_mail.errors import ConfigError
from iep_mail.model import Iep

_HEAD = ("child", "plan", "document", "effective_from", "effective_to", "meeting_on", "annual_review",
         "last_evaluation", "reevaluation_due")  # fmt: skip
_LISTS = ("services", "accommodations", "goals")
_SINGLES = ("placement", "behavior_plan", "transport", "progress_reports")


def plan_toml(plan: Iep, remarks: Iterable[str] = ()) -> str:
    """The plan as an IEP file, with `remarks` as comments at its top."""
    document = tomlkit.document()
    for remark in remarks:
        document.add(tomlkit.comment(remark))
    for name in _HEAD:
        if (value := getattr(plan, name)) not in (None, ""):
            document.add(name, value)
    for name in _LISTS:
        entries = tomlkit.aot()
        for fact in getattr(plan, name):
            entries.append(_table(fact))
        if entries:
            document.add(name, entries)
    for name in _SINGLES:
        if (fact := getattr(plan, name)) is not None:
            document.add(name, _table(fact))
    return tomlkit.dumps(document)


def _table(fact: Any) -> Table:
    if not is_dataclass(fact):
        raise TypeError("a fact is a dataclass")
    table = tomlkit.table()
    for field in fields(fact):
        value = getattr(fact, field.name)
        if value not in (None, "", ()):
            table.add(field.name, _value(value))
    return table


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def free_path(folder: Path, child: str, day: date | None) -> Path:
    """A name for the plan's file that is not taken: iep-sofia.toml, else with the day it begins."""
    first = "".join(c for c in child.split()[0].lower() if c.isalnum()) if child.split() else "child"
    names = [f"iep-{first}"] + ([f"iep-{first}-{day.isoformat()}"] if day else [])
    names += [f"{names[-1]}-{number}" for number in range(2, 100)]
    return next(path for name in names if not (path := folder / f"{name}.toml").exists())


def write_new(path: Path, text: str) -> None:
    """Writes a file that did not exist, readable by its owner only. Raises ConfigError where it exists."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as problem:
        raise ConfigError(
            f"{path} is there already.", "Name another file with --out. Nothing was changed."
        ) from problem
    except OSError as problem:
        raise ConfigError(
            f"{path} cannot be written: {problem.strerror}.", "Name another with --out."
        ) from problem
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def name_in_config(config_path: Path, child: str, plan_path: Path) -> bool:
    """Adds the file to the child's `iep` in config.toml, keeping its comments; the old one stays as
    config.toml.old. False where it is named there already or the child is not found."""
    name = _relative(plan_path, config_path.parent)

    def named(document: TOMLDocument) -> bool:
        entry = next((c for c in document.get("children", []) if c.get("name") == child), None)
        if entry is None:
            return False
        given = entry.get("iep")
        files = [str(f) for f in given] if isinstance(given, list) else [str(given)] if given else []
        if name in files:
            return False
        entry["iep"] = [*files, name] if files else name
        return True

    return change_config(config_path, named)


def _relative(path: Path, folder: Path) -> str:
    absolute, home = path.resolve(), folder.resolve()
    return absolute.relative_to(home).as_posix() if absolute.is_relative_to(home) else absolute.as_posix()
