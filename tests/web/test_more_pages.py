"""Calendar, search, services and settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from home import Home, demo_home
from web_world import Browser, import_mail
from world import PARENT, at, mail


@pytest.fixture
def theo(home: Home) -> Browser:
    """The sample family, on the day that its story is about."""
    home.now = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    demo_home(home)
    return Browser(home)


def test_a_month_shows_what_is_due_over_the_school_calendar(browser: Browser) -> None:
    page = browser.get("/calendar?month=2026-01")
    assert page.all("h1")[0].text() == "January 2026"
    days = {" ".join(td.text(separator=" ").split()): td for td in page.all("table.month td")}
    assert any("Martin Luther King" in text for text in days)
    assert page.links("/calendar?month=2025-12")
    assert page.links("/calendar?month=2026-02")
    march = browser.get("/calendar?month=2026-03")
    due = next(td for td in march.all("td") if "20" in td.text() and "records" in td.text())
    assert "Victor Shaw" in due.text()


def test_every_month_can_be_asked_for(browser: Browser) -> None:
    for month in ("0001-01", "9999-12", "2026-13", "x", "", "2026-02-30"):
        assert browser.get(f"/calendar?month={month}").status == 200
    assert "does not speak of this month" in browser.get("/calendar?month=2030-05").text


def test_words_are_found_in_the_mail(browser: Browser) -> None:
    page = browser.get("/search?q=educational+records")
    assert page.all("h2")[0].text() == "1 message with “educational records”"
    assert [m.text() for m in page.all("mark")] == ["educational", "records"]
    assert page.links("/message/")
    assert "Try fewer words" in browser.get("/search?q=zebra").text
    assert browser.get("/search").status == 200


@pytest.mark.parametrize(
    "query", ['"', "' OR 1=1 --", "NEAR(", "a* OR b", "<script>", "%00", "é" * 300, "{{7*7}}"]
)
def test_no_search_is_a_command(browser: Browser, query: str) -> None:
    page = browser.get("/search", query_string={"q": query})
    assert page.status == 200
    assert all(s.attributes.get("src") for s in page.all("script"))
    assert "49" not in page.text


def test_private_mail_is_not_found(browser: Browser) -> None:
    assert not browser.get("/search?q=Sunday").links("/message/")


def test_services_are_counted_and_a_miss_waits_for_the_parents_word(theo: Browser) -> None:
    page = theo.get("/services")
    assert page.status == 200
    assert page.all("table.ledger")
    assert "not a sum that is due" in page.text
    confirm = next(f for f in page.all("form") if str(f.attributes["action"]).endswith("/confirm"))
    action = str(confirm.attributes["action"])
    noted = theo.press(page, action, reason="provider_absent", service="teacher of the deaf")
    assert noted.path == "/services"
    assert "Take it back" in noted.text
    assert action not in noted.html
    undo = next(
        str(f.attributes["action"]) for f in noted.all("form") if "/undo/" in str(f.attributes["action"])
    )
    assert action in theo.press(noted, undo).html


def test_a_session_is_entered(theo: Browser) -> None:
    page = theo.get("/services")
    entered = theo.press(
        page,
        "/services/session",
        service="teacher of the deaf",
        day="2026-03-03",
        status="delivered",
        minutes="30",
        reason="unknown",
    )
    assert (
        "You wrote down a session: 30 minutes of Instruction by a teacher of the deaf on March 3, 2026"
        in entered.text
    )
    wrong = {"service": "x", "day": "2031-01-01", "status": "delivered", "minutes": "", "reason": "unknown"}
    for change in (
        {},
        {"day": "soon"},
        {"day": "2026-03-03", "minutes": "-5"},
        {"day": "2026-03-03", "status": "gone"},
        {"service": " "},
    ):
        assert theo.press(page, "/services/session", **{**wrong, **change}).status == 400


def test_settings_show_what_is_configured_and_no_secret(theo: Browser) -> None:
    page = theo.get("/settings")
    assert "Theo Okafor" in page.text
    assert "bluffview-isd.example.org" in page.text
    assert "In order." in page.text


def test_somebody_of_the_school_is_added_to_the_contacts_and_taken_out_again(home: Home) -> None:
    stranger = mail(
        "Rita Moss <rmoss@maplehill.example.org>",
        PARENT,
        "Hello",
        "Dear Ms. Delgado,\n\nI am new here.",
        at("2026-02-03 15:00"),
        number=20,
    )
    import_mail(home, [stranger])
    browser = Browser(home)
    page = browser.get("/settings")
    assert "Add Rita Moss?" in page.text
    before = home.config.read_text()
    added = browser.press(page, "/settings/contacts", role='speech "therapist"\n[evil]\nx = 1')
    assert "Rita Moss is among the school's contacts now." in added.text
    assert "Add Rita Moss?" not in added.text
    look = browser.viewer.look()
    contact = look.family.contact("rmoss@maplehill.example.org")
    assert contact is not None
    assert contact.role == 'speech "therapist" [evil] x = 1'
    assert home.config.with_suffix(".toml.old").read_text() == before
    assert browser.press(page, "/settings/contacts").status == 400, "it is there already"
    browser.press(added, "/settings/contacts/remove")
    assert browser.viewer.look().family.contact("rmoss@maplehill.example.org") is None


def test_no_address_that_is_none_is_added(browser: Browser) -> None:
    before = browser.home.config.read_text()
    for address in ("", "x", "a@b", "a@b.c, d@e.f", "a@b.example\r\nBcc: x@y.z", "<a@b.example>"):
        assert browser.post("/settings/contacts", {"address": address, "name": "n"}).status == 400
    assert browser.home.config.read_text() == before


def test_the_calendar_is_named(browser: Browser) -> None:
    assert "August 25, 2025 to June 5, 2026" in browser.get("/settings").text


def test_what_the_school_owes_unasked_is_shown_and_ticked_off(theo: Browser) -> None:
    theo.home.now = datetime(2025, 11, 15, 15, 0, tzinfo=UTC)
    duties = [d for d in theo.viewer.look().book.duties if d.status == "late"]
    page = theo.get("/calendar")
    assert all(d.title in page.text for d in duties)
    come = theo.press(page, f"/duty/{duties[0].id}/arrived")
    assert "Noted: it has come." in come.text
    assert f"/duty/{duties[0].id}/arrived" not in come.html
    assert theo.post("/duty/none/arrived").status == 404
    assert theo.post(f"/duty/{duties[0].id}/eaten").status == 404
