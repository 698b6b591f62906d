"""The program itself, run on a labelled mailbox in a scratch home."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from evaluation.family import Family

Dump = dict[str, Any]


def dumps_of(family: Family, home: Path) -> dict[str, Dump]:
    """Imports the mail, folder by folder, and dumps the casebook on every labelled day."""
    config = _write_config(family, home)
    base = [sys.executable, "-m", "iep_mail", "--config", str(config), "--data", str(home / "data")]
    for mail_folder in sorted(set(family.places.values())):
        where = home / "in" / (re.sub(r"\W+", "_", mail_folder) or "_")
        where.mkdir(parents=True)
        for name, place in family.places.items():
            if place == mail_folder:
                shutil.copy(family.folder / "mail" / name, where / name)
        _run([*base, "import", "--folder", mail_folder, str(where)], home)
    return {
        entry["date"]: json.loads(_run([*base, "dump", "--as-of", entry["date"]], home))
        for entry in family.gold["as_of"]
    }


def _run(command: list[str], home: Path) -> str:
    source = str(Path(__file__).resolve().parent.parent / "src")
    paths = os.pathsep.join(p for p in (source, os.environ.get("PYTHONPATH", "")) if p)
    done = subprocess.run(
        command, env={**os.environ, "HOME": str(home), "PYTHONPATH": paths}, capture_output=True, text=True
    )
    if done.returncode:
        sys.stderr.write(done.stderr[-4000:])
        raise SystemExit(f"{' '.join(command[2:])} ended with {done.returncode}.")
    return done.stdout


def _write_config(family: Family, home: Path) -> Path:
    """config.json as config.toml; JSON's strings and lists of strings are TOML too."""
    shutil.copy(family.folder / "calendar.ics", home / "calendar.ics")
    given = family.config
    lines = ["[family]", f"timezone = {_toml(given.get('timezone') or given.get('time_zone'))}"]
    if given.get("state"):
        lines.append(f"state = {_toml(given['state'])}")
    for parent in given["parents"]:
        lines += _table("parents", parent, ("name", "addresses"))
    for child in given["children"]:
        lines += _table("children", child, ("name", "nicknames"))
    lines += ["[school]", f"domains = {_toml(given['school_domains'])}", 'calendar = "calendar.ics"']
    for contact in given.get("contacts", []):
        lines += _table("school.contacts", contact, ("name", "role", "address"))
    for portal in given.get("portals", []):
        address = portal if isinstance(portal, str) else portal["address"]
        lines += _table("school.portals", {"address": address}, ("address",))
    lines += ["[deadlines]", *(f"{key} = {_toml(value)}" for key, value in given["deadlines"].items())]
    path = home / "config.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _table(name: str, values: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    return [f"[[{name}]]", *(f"{key} = {_toml(values[key])}" for key in keys if values.get(key))]


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
