"""The labels of the second family agree with its mail, its calendar and each other.

Days are counted here in the most naive way, on purpose apart from the program's own arithmetic.
"""

import json
import re
from datetime import date, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

FAMILY = Path(__file__).parent / "ridgeway"
GOLD = json.loads((FAMILY / "gold.json").read_text(encoding="utf-8"))
CONFIG = json.loads((FAMILY / "config.json").read_text(encoding="utf-8"))
FOLDERS = json.loads((FAMILY / "folders.json").read_text(encoding="utf-8"))
FEDERAL = {"2025-11-11", "2025-11-27", "2025-12-25", "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25"}
FEDERAL |= {"2025-09-01", "2025-10-13"}


def closed_days() -> set[date]:
    closed: set[date] = set()
    for event in (FAMILY / "calendar.ics").read_text().split("BEGIN:VEVENT")[1:]:
        first, end = (date.fromisoformat(d) for d in re.findall(r"VALUE=DATE:(\d{8})", event))
        if "No School" in event:
            closed |= {first + timedelta(n) for n in range((end - first).days)}
    return closed


CLOSED = closed_days()


def sent_on(name: str) -> date:
    headers = message_from_bytes((FAMILY / "mail" / name).read_bytes())
    return parsedate_to_datetime(headers["Date"]).astimezone(ZoneInfo(CONFIG["time_zone"])).date()


def counted(day: date, rule: str) -> date:
    number, unit = rule.split(" ", 1)
    left = int(number)
    while left:
        day += timedelta(1)
        weekday = day.weekday() < 5
        if (
            unit == "days"
            or (weekday and unit == "business days" and str(day) not in FEDERAL)
            or (weekday and unit == "school days" and day not in CLOSED)
        ):
            left -= 1
    return day


def test_every_message_is_labelled_and_lies_in_a_folder() -> None:
    names = sorted(path.name for path in (FAMILY / "mail").glob("*.eml"))
    assert sorted(GOLD["messages"]) == sorted(FOLDERS) == names
    assert len(names) >= 60


def test_messages_stand_in_time_order_with_crlf() -> None:
    days = [sent_on(name) for name in sorted(FOLDERS)]
    assert days == sorted(days)
    for name in FOLDERS:
        raw = (FAMILY / "mail" / name).read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n"), name


@pytest.mark.parametrize("item", GOLD["requests"] + GOLD["commitments"], ids=lambda item: item["id"])
def test_a_quote_is_a_part_of_its_message(item: dict[str, Any]) -> None:
    message = GOLD["messages"][item["message"]]
    assert item["quote"] in message["new_text"]
    assert message["direction"] == ("to_school" if item["id"].startswith("R") else "from_school")


@pytest.mark.parametrize("request_", GOLD["requests"], ids=lambda item: item["id"])
def test_a_due_date_follows_from_the_table_and_the_calendar(request_: dict[str, Any]) -> None:
    if request_["basis"] == "table":
        table = CONFIG["deadlines"]
        rule = table.get(request_["kind"], table["default"])
        assert request_["due_on"] == str(counted(sent_on(request_["message"]), rule))
    for event in request_["events"]:
        assert event["message"] > request_["message"]
        assert GOLD["messages"][event["message"]]["direction"] == "from_school"
        assert (event["effect"] == "deferred") == bool(event["new_due_on"])


@pytest.mark.parametrize("entry", GOLD["as_of"], ids=lambda entry: entry["date"])
def test_what_is_overdue_follows_from_dates_and_events(entry: dict[str, Any]) -> None:
    day = date.fromisoformat(entry["date"])
    assert entry["overdue_requests"] == [r["id"] for r in GOLD["requests"] if request_overdue(r, day)]
    assert entry["overdue_commitments"] == [
        c["id"]
        for c in GOLD["commitments"]
        if sent_on(c["message"]) <= day
        and c["due_on"]
        and entry["date"] > c["due_on"]
        and not (c["kept_by"] and sent_on(c["kept_by"]) <= day)
    ]


def request_overdue(item: dict[str, Any], day: date) -> bool:
    known = [event for event in item["events"] if sent_on(event["message"]) <= day]
    if sent_on(item["message"]) > day or any(e["effect"] in ("answered", "refused") for e in known):
        return False
    due = [item["due_on"], *(e["new_due_on"] for e in known if e["new_due_on"])][-1]
    return str(day) > due
