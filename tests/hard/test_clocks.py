"""The computer's clock and calendar: asleep for weeks, set wrong and right again, changed zones, odd days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from home import CALENDAR, ROSA, Home, config_text, event, fill
from servers.box import Box
from servers.pymap_server import pymap
from world import DIRECTOR, PARENT, TEACHER, at, mail, speech_story

LATER = [
    mail(PARENT, DIRECTOR, "The bus", "Could you tell me when the bus will leave in the morning?",
         at("2026-02-11 15:00"), number=30),
    mail(TEACHER, PARENT, "Re: Speech on Monday?", "Hi Rosa,\n\nYes, speech was held on January 12.\n\nEllen Park",
         at("2026-02-18 15:00"), number=31, answers=3),
]  # fmt: skip
MORNING = datetime(2026, 2, 9, 9, 0, tzinfo=UTC)
AWAKE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def nights(
    home: Home, days: list[datetime], drafts: str = "mailbox"
) -> tuple[dict[str, Any], dict[str, list[bytes]], int]:
    """Mail comes in on its day, and the nights run at these moments; what there is then."""
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA)
        home.configure(box, drafts=drafts)
        fill(box, speech_story())
        box.fill("Drafts")
        coming = {at("2026-02-11 15:00"): LATER[0], at("2026-02-18 15:00"): LATER[1]}
        code = 0
        for now in days:
            for when in [w for w in coming if w <= now]:
                fill(box, [coming.pop(when)])
            home.now = now
            code = home.run("nightly").code
        return home.dump(), box.contents(), code


def every_night(until: datetime) -> list[datetime]:
    return [MORNING + timedelta(days=n) for n in range((until - MORNING).days + 1)]


@pytest.fixture
def usual(home: Home) -> tuple[dict[str, Any], dict[str, list[bytes]], int]:
    """What there is after a night every night."""
    return nights(home, every_night(AWAKE))


@pytest.mark.slow
@pytest.mark.parametrize(
    "days",
    [
        pytest.param([MORNING, AWAKE], id="asleep for three weeks"),
        pytest.param([MORNING, datetime(2026, 1, 2, tzinfo=UTC), AWAKE], id="set back and right again"),
        pytest.param([MORNING, datetime(2000, 1, 1, tzinfo=UTC), AWAKE], id="an empty battery"),
        pytest.param([AWAKE, AWAKE, AWAKE], id="three nights in one"),
    ],
)
def test_the_next_night_at_the_right_time_heals_it(
    usual: tuple[dict[str, Any], dict[str, list[bytes]], int],
    days: list[datetime],
    tmp_path,
    monkeypatch,
    capsys,
) -> None:  # type: ignore[no-untyped-def]
    dump, contents, code = nights(Home(tmp_path / "other", monkeypatch, capsys), days)
    assert _but_the_wording(dump) == _but_the_wording(usual[0])
    assert {name: len(raws) for name, raws in contents.items()} == {
        name: len(r) for name, r in usual[1].items()
    }
    assert contents["INBOX"] == usual[1]["INBOX"]
    assert code == usual[2]


@pytest.mark.slow
def test_a_clock_ten_years_ahead_for_a_night_leaves_nothing_behind(
    home: Home, tmp_path, monkeypatch, capsys
) -> None:  # type: ignore[no-untyped-def]
    """With letters kept in iep-mail. (Into Drafts none would come: no certificate is valid at that time.)"""
    other = Home(tmp_path / "other", monkeypatch, capsys)
    ahead = [MORNING, datetime(2036, 2, 9, tzinfo=UTC), AWAKE]
    assert nights(other, ahead, "store") == nights(home, [MORNING, AWAKE], "store")


def _but_the_wording(dump: dict[str, Any]) -> dict[str, Any]:
    """A letter that lies in Drafts keeps the words of the day on which it was put there."""
    drafts = [{key: value for key, value in draft.items() if key != "body"} for draft in dump["drafts"]]
    return dump | {"drafts": drafts}


def test_another_time_zone_is_as_if_it_had_always_been_so(home: Home, tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    home.import_story()
    other = Home(tmp_path / "other", monkeypatch, capsys)
    for each in (home, other):
        each.config.write_text(config_text().replace("America/Chicago", "Pacific/Kiritimati"))
    other.import_story()
    assert home.dump() == other.dump()


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-08T07:59:59", "2026-03-08T08:00:00", "2026-03-08T08:30:00",  # 2:00 to 3:00 does not exist
        "2026-11-01T06:30:00", "2026-11-01T07:30:00",  # 1:30 comes twice
        "2028-02-29T05:59:00", "2028-02-29T06:00:00", "2028-03-01T05:59:00", "2025-12-31T23:59:59",
    ],
)  # fmt: skip
def test_a_night_at_an_odd_moment(home: Home, moment: str) -> None:
    home.import_story()
    home.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    night = home.run("nightly")
    assert night.code in (0, 10), night.err
    assert home.run("digest").code == 0


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [
        # 45 days, over the hour that is skipped in March 2026 and the leap day of 2028; late in the evening,
        # when the day is another one in UTC already.
        ("2026-02-01 05:30", date(2026, 3, 17)),
        ("2028-01-16 15:00", date(2028, 3, 1)),
        ("2028-01-15 15:00", date(2028, 2, 29)),
    ],
)
def test_days_are_counted_by_the_familys_calendar(home: Home, asked_at: str, due: date) -> None:
    (home.folder / "calendar.ics").write_text(
        CALENDAR.replace(
            "END:VCALENDAR", event("20270825", "20270826", "First Day of School") + "END:VCALENDAR"
        ),
        newline="",
    )
    raw = mail(PARENT, DIRECTOR, "Records", "I am requesting a copy of all of Mateo's educational records.",
               at(asked_at), number=40)  # fmt: skip
    (home.folder / "records.eml").write_bytes(raw)
    assert home.run("import", str(home.folder / "records.eml")).code == 0
    home.now = at("2028-06-01 09:00")
    [request] = home.dump()["requests"]
    assert request["due_on"] == due.isoformat()
