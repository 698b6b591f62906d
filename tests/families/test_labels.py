"""The labels of every family agree with its mail."""

import json
from pathlib import Path
from typing import Any

import pytest

FAMILIES = sorted(path.parent for path in Path(__file__).parent.glob("*/gold.json"))


def bare(name: str) -> str:
    return name.removeprefix("mail/")


@pytest.fixture(params=FAMILIES, ids=lambda path: path.name)
def family(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


def labels(family: Path) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((family / "gold.json").read_text(encoding="utf-8"))
    return gold


def test_every_message_is_labelled_and_ends_its_lines_as_mail_does(family: Path) -> None:
    files = {path.name for path in (family / "mail").glob("*.eml")}
    assert {bare(name) for name in labels(family)["messages"]} == files
    for name in files:
        raw = (family / "mail" / name).read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n"), name


def test_every_quote_is_a_part_of_its_message(family: Path) -> None:
    gold = labels(family)
    texts = {bare(name): label.get("new_text") or "" for name, label in gold["messages"].items()}
    for item in gold["requests"] + gold["commitments"]:
        assert item["quote"] in texts[bare(item["message"])], item["id"]


def test_events_follow_their_request_and_come_from_the_school(family: Path) -> None:
    gold = labels(family)
    directions = {bare(name): label["direction"] for name, label in gold["messages"].items()}
    for request in gold["requests"]:
        for event in request["events"]:
            assert bare(event["message"]) > bare(request["message"])
            assert directions[bare(event["message"])] == "from_school"
