"""The pages under docs/ name what is there, and everything that is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from iep_mail.adapters.config_schema import TABLES
from iep_mail.core.dump import dump_casebook
from iep_mail.jobs.demo import run_demo

ROOT = Path(__file__).parents[1]
DOCS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
PACKAGE = ROOT / "src" / "iep_mail"


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_key_of_the_dump_is_documented() -> None:
    dump: dict[str, Any] = dump_casebook(run_demo().casebook)
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text("data-formats.md"), re.MULTILINE))
    assert set(dump) <= set(rows)
    for name, items in dump.items():
        if isinstance(items, list) and items and isinstance(items[0], dict):
            missing = {key for item in items for key in item} - set(re.findall(r"`(\w+)`", rows[name]))
            assert not missing, f"{name}: {missing}"


def test_every_key_of_the_configuration_is_documented() -> None:
    page = text("data-formats.md").split("## The IEP's facts")[0]
    named = set(re.findall(r"`(\w+)`", page))
    tables = {path[-1] for path in TABLES if path}  # documented as tables, not as keys
    for path, table in TABLES.items():
        if path:
            missing = set(table.__struct_fields__) - named - tables
            assert not missing, f"{'.'.join(path)}: {missing}"


@pytest.mark.parametrize("folder", [PACKAGE, PACKAGE / "core"], ids=["iep_mail", "core"])
def test_every_room_is_in_the_architecture(folder: Path) -> None:
    page = text("architecture.md")
    rooms = [p.name for p in folder.iterdir() if (p / "__init__.py").is_file()]
    assert [room for room in rooms if f"{room}/" not in page] == []


def test_every_file_that_the_life_of_a_message_names_is_there() -> None:
    life = text("contributing.md").split("## The life of a message")[1].split("## Rules")[0]
    named = re.findall(r"`((?:core|jobs|adapters)/[\w/]+\.py)`", life)
    assert len(named) > 8
    assert [name for name in named if not (PACKAGE / name).is_file()] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#][^)]*)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target.partition("#")[0]).exists(), target
