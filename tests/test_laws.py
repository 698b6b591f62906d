"""What holds for any mail, through the real store: order, repetition and time never change what is said."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iep_mail.adapters.store import Store
from iep_mail.core.casebook import Rules, build_casebook
from iep_mail.core.dump import dump_casebook
from iep_mail.core.reading.message import READER_VERSION
from iep_mail.demo.server import DEMO_DAY, demo_messages
from iep_mail.jobs.demo import run_demo
from iep_mail.jobs.letters import letters_of
from iep_mail.jobs.workspace import identify, open_workspace, read_raw
from world import CALENDAR, DIRECTOR, FAMILY, PARENT, TEACHER, mail

LETTERS = letters_of(Path("/nonexistent"))[0]
LAST = date(2026, 3, 31)
START = datetime(2026, 1, 12, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One message as it lies in a folder."""

    raw: bytes
    folder: str
    received_at: datetime | None = None


def dump_of(batches: Sequence[Sequence[Item]], day: date = LAST) -> dict[str, Any]:
    """The dump after importing the batches one after the other into a fresh store."""
    with TemporaryDirectory() as folder, Store.open(Path(folder), identify) as store:
        for batch in batches:
            store.add_files((item.raw, item.folder, item.received_at) for item in batch)
        return dump(store, day)


def dump(store: Store, day: date = LAST) -> dict[str, Any]:
    messages = store.readings(READER_VERSION, read_raw)
    book = build_casebook(messages, store.all_decisions(), (), CALENDAR, Rules(FAMILY, LETTERS), day)
    return json.loads(json.dumps(dump_casebook(book)))


# --- mail as hypothesis makes it ------------------------------------------------------------

SUBJECTS = (
    "Speech on Monday",
    "Request for records",
    "Re: Speech on Monday",
    "RE: [EXTERNAL] Request for records",
    "",
)
TEXTS = (
    "Could you tell me whether speech was held on January 12?",
    "I am requesting a copy of all of Mateo's educational records.\n\nPlease send me the data on his goals by February 6.",
    "I have not heard back about my question of January 13.",
    "We will send the records to you by February 20, 2026.",
    "I will look into it and get back to you.",
    "No, speech was not held on January 12.",
    "We are not able to do that at this time.",
    "Thank you!",
    "I am out of the office until Thursday.",
)
PEOPLE = (PARENT, TEACHER, DIRECTOR, "Ana <ana@cousins.example.net>")


@st.composite
def mailboxes(draw: st.DrawFn) -> list[Item]:
    """Up to nine messages: threads with and without headers, copies, messages without an id."""
    items: list[Item] = []
    for number in range(draw(st.integers(1, 6))):
        sender = draw(st.sampled_from(PEOPLE))
        to = draw(st.sampled_from([p for p in PEOPLE if p != sender]))
        answers = draw(st.one_of(st.none(), st.integers(0, number - 1))) if number else None
        when = START + timedelta(days=draw(st.integers(0, 60)), minutes=draw(st.integers(0, 2)))
        raw = mail(sender, to, draw(st.sampled_from(SUBJECTS)), draw(st.sampled_from(TEXTS)), when,
                   number=number, answers=answers)  # fmt: skip
        if draw(st.booleans()) and number % 3 == 2:
            raw = raw.replace(b"Message-ID: <m%d@" % number, b"X-Was: <m%d@" % number)
        folder = draw(st.sampled_from(("INBOX", "Sent", "School")))
        received = draw(st.sampled_from((None, when, when + timedelta(hours=1))))
        items.append(Item(raw, folder, received))
        if draw(st.integers(0, 3)) == 0:  # the same bytes in another folder
            items.append(Item(raw, "Archive", received))
        if draw(st.integers(0, 3)) == 0:  # the same message as another server delivered it
            items.append(Item(b"Received: from elsewhere\n" + raw, "INBOX", received))
    return items


slow_enough = settings(
    max_examples=60 if os.environ.get("CI") == "true" else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@slow_enough
@given(mailboxes(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_order_and_portions_of_import_do_not_matter(
    items: list[Item], shuffle: random.Random, size: int
) -> None:
    expected = dump_of([items])
    shuffled = list(items)
    shuffle.shuffle(shuffled)
    assert dump_of([[item] for item in shuffled]) == expected
    assert dump_of([shuffled[n : n + size] for n in range(0, len(shuffled), size)]) == expected


@slow_enough
@given(mailboxes())
def test_importing_again_changes_nothing(items: list[Item]) -> None:
    with TemporaryDirectory() as folder, Store.open(Path(folder), identify) as store:
        rows = [(item.raw, item.folder, item.received_at) for item in items]
        store.add_files(rows)
        before = dump(store)
        assert store.add_files(reversed(rows)) == 0
        assert dump(store) == before


@slow_enough
@given(mailboxes(), st.integers(-1, 62))
def test_a_day_knows_nothing_of_what_came_later(items: list[Item], days: int) -> None:
    """The dump as of a day is that of a store which holds only what was written until then."""
    day = START.date() + timedelta(days=days)
    whole = dump_of([items], day)
    dated = {m["sha256"]: m["sent_on"] for m in dump_of([items])["messages"]}
    assert {m["sha256"] for m in whole["messages"]} <= {
        sha for sha, on in dated.items() if on <= day.isoformat()
    }
    assert whole == dump_of([[item for item in items if sent_until(item, day)]], day)
    for request in whole["requests"]:
        assert request["asked_on"] <= day.isoformat()
    assert all(flag["since"] <= day.isoformat() for flag in whole["flags"])


def sent_until(item: Item, day: date) -> bool:
    from zoneinfo import ZoneInfo

    from iep_mail.core.reading.message import read_message

    written = read_message(item.raw, item.received_at).date
    return written.astimezone(ZoneInfo(FAMILY.timezone)).date() <= day


@slow_enough
@given(mailboxes())
@pytest.mark.slow
def test_a_message_in_two_folders_is_one_message(items: list[Item]) -> None:
    once = dump_of([items])
    twice = dump_of([[*items, *(Item(i.raw, "Everything", i.received_at) for i in items)]])
    for message in twice["messages"]:
        assert "Everything" in message["folders"]
        message["folders"].remove("Everything")
    assert twice == once


# --- the sample family ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def okafors() -> list[Item]:
    return [Item(raw, folder, at) for folder, pairs in demo_messages().items() for raw, at in pairs]


@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)
def test_the_sample_familys_year_is_the_same_in_any_order(
    okafors: list[Item], seed: int, tmp_path: Path
) -> None:
    expected = run_demo().casebook
    home = demo_home_with(tmp_path)
    shuffled = list(okafors)
    random.Random(seed).shuffle(shuffled)
    with open_workspace(home / "config.toml", home / "data") as workspace:
        for item in shuffled:
            workspace.store.add_files([(item.raw, item.folder, item.received_at)])
        # What the night read over IMAP and what was imported from files is told alike.
        assert dump_casebook(workspace.casebook(DEMO_DAY, past=True)) == dump_casebook(expected)


def demo_home_with(folder: Path) -> Path:
    here = files("iep_mail.demo")
    for name in ("calendar.ics", "iep-theo.toml", "config.toml"):
        (folder / name).write_bytes(here.joinpath(name).read_bytes().replace(b"port = 0", b"port = 143"))
    return folder
