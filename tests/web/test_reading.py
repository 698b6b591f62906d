"""“Read my mail now”: the night's run behind the page."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from home import ROSA, Home, fill
from iep_mail.adapters.lock import run_lock
from servers.box import Box
from servers.pymap_server import pymap
from web_world import Browser, Seen
from world import speech_story


@pytest.fixture
def mailbox() -> Iterator[Box]:
    with pymap("rosa") as port:
        yield Box("127.0.0.1", port, "rosa", address=ROSA)


def at_rest(browser: Browser) -> Seen:
    for _ in range(200):
        page = browser.get("/")
        if "Your mail is being read." not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError(page.text)


def test_mail_is_read_behind_the_page_and_what_it_brought_is_told(home: Home, mailbox: Box) -> None:
    home.configure(mailbox)
    fill(mailbox, speech_story())
    browser = Browser(home)
    page = browser.get("/")
    assert "Read my mail now" in page.text
    under_way = browser.press(page, "/read")
    assert under_way.path == "/"
    done = at_rest(browser)
    assert "Your mail was read. " in done.text
    assert "new messages with the school." in done.text
    assert "1 more matter wants you now." in done.text
    assert browser.viewer.look().book.flags
    assert "Your mail was read. " in browser.get("/").text, "it is told after a reload too"
    again = browser.press(done, "/read")
    assert again.status == 200
    assert "No new mail with the school." in at_rest(browser).text
    asked = browser.get("/reading", headers={"HX-Request": "true"})
    assert asked.headers["HX-Refresh"] == "true"


@pytest.mark.slow
def test_it_runs_once_however_often_it_is_pressed(
    home: Home, mailbox: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    import iep_mail.web.reader as reader

    runs = []
    run_night = reader.run_night

    def slowly(*args: object, **more: object) -> object:
        runs.append(1)
        time.sleep(0.5)
        return run_night(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "run_night", slowly)
    home.configure(mailbox)
    browser = Browser(home)
    for _ in range(3):
        assert "Your mail is being read." in browser.post("/read", {"back": "/"}).text
    assert "HX-Refresh" not in browser.get("/reading", headers={"HX-Request": "true"}).headers
    at_rest(browser)
    assert len(runs) == 1


def test_a_run_that_is_under_way_elsewhere_is_respected(home: Home) -> None:
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA))
    browser = Browser(home)
    with run_lock(home.data):
        browser.post("/read")
        page = at_rest(browser)
    assert "is being read already by another run of iep-mail" in page.text
    assert "Look again in a few minutes." in page.text


def test_a_mailbox_out_of_reach_is_told_with_what_to_do(home: Home) -> None:
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA))
    browser = Browser(home)
    browser.post("/read")
    page = at_rest(browser)
    assert f"{ROSA}: " in page.text
    assert "Your mail was read. No new mail with the school, as far as it could be read." in page.text


@pytest.mark.slow
def test_a_changed_password_has_its_sentence(
    home: Home, mailbox: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.configure(mailbox)
    monkeypatch.setenv("IEP_MAIL_TEST_PASSWORD", "the old one")
    browser = Browser(home)
    browser.post("/read")
    page = at_rest(browser)
    assert "did not accept the login of rosa. Check the user name" in page.text
    assert "the old one" not in page.html


def test_without_a_mailbox_there_is_nothing_to_press(browser: Browser) -> None:
    assert "Read my mail now" not in browser.get("/").text


def test_what_breaks_inside_is_told_without_a_word_of_mail(
    home: Home, mailbox: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    import iep_mail.web.reader as reader

    def broken(*_: object, **__: object) -> object:
        raise ValueError("Dear Ms. Park")

    monkeypatch.setattr(reader, "run_night", broken)
    home.configure(mailbox)
    browser = Browser(home)
    browser.post("/read")
    page = at_rest(browser)
    assert "could not be read to its end (ValueError)" in page.text
    assert "Dear Ms. Park" not in page.html
