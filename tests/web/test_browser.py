"""The page in a real browser with scripts switched off, up to a mail that arrives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from home import ROSA, Home
from iep_mail.jobs.viewing import Viewer
from iep_mail.web.serving import served
from servers.box import Box
from servers.chromium import chromium
from servers.ports import free_port
from web_world import hostile_story, import_mail

pytestmark = [pytest.mark.servers, pytest.mark.slow]
_numbers = count(1)


class Postbox:
    """A mail server of the school's side that keeps what comes."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope)
        return "250 ok"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_port()

    def let_in(*_: object) -> AuthResult:
        return AuthResult(success=True)

    controller = Controller(
        box, hostname="127.0.0.1", port=port, authenticator=let_in, auth_require_tls=False
    )
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def rosa(home: Home, dovecot_port: int, postbox: tuple[Postbox, int]) -> tuple[Home, Box]:
    home.import_story()
    box = Box("127.0.0.1", dovecot_port, f"web{next(_numbers)}", address=ROSA, smtp=postbox[1])
    box.fill("Sent")
    home.configure(box)
    return home, box


def test_flag_why_edit_approve_send_and_it_arrives(
    rosa: tuple[Home, Box], postbox: tuple[Postbox, int]
) -> None:
    home, box = rosa
    viewer = Viewer(home.config, home.data, lambda: home.now)
    foreign: list[str] = []
    with served(viewer) as guard, chromium(java_script_enabled=False) as context:
        page = context.new_page()
        here = f"http://127.0.0.1:{guard.port}/"
        page.on("request", lambda asked: None if asked.url.startswith(here) else foreign.append(asked.url))
        page.goto(guard.new_link())
        page.get_by_role("link", name="Why is this here?").first.click()
        assert "Why is this here?" in page.get_by_role("heading", level=1).inner_text()
        page.get_by_role("link", name="Read the letter").click()
        for field in page.locator("input[name^=blank-]").all():
            field.fill("January 12")
        if page.get_by_role("button", name="Put it into the letter").count():
            page.get_by_role("button", name="Put it into the letter").click()
        page.get_by_role("link", name="Change it").click()
        body = page.get_by_label("The letter", exact=True)
        body.fill(body.input_value().replace("Thank you", "With many thanks, and thank you"))
        page.get_by_role("button", name="Keep it like this").click()
        page.get_by_role("link", name="Check and approve").click()
        page.get_by_role("button", name="Approve this letter").click()
        assert not postbox[0].mails
        page.get_by_role("button", name="Send it", exact=True).click()
        page.get_by_text("Sent on February 9").wait_for()
        assert page.get_by_role("button", name="Send it", exact=True).count() == 0
    assert foreign == [], "the page asks nothing of anybody else"
    [arrived] = postbox[0].mails
    raw = arrived.content
    assert isinstance(raw, bytes)
    assert "With many thanks" in message_from_bytes(raw, policy=default).get_content()
    assert "epark@maplehill.example.org" in arrived.rcpt_tos
    with box.client() as client:
        client.select_folder("Sent", readonly=True)
        [kept] = client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"]).values()
    assert message_from_bytes(kept[b"BODY[]"])["Message-ID"] == message_from_bytes(raw)["Message-ID"]


def test_by_keyboard_alone(home: Home) -> None:
    home.import_story()
    with served(Viewer(home.config, home.data, lambda: home.now)) as guard, chromium() as context:
        page = context.new_page()
        page.goto(guard.new_link())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.first') !== null")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).wait_for()
        assert "/draft/" in page.url


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_no_page_is_wider_than_the_screen(home: Home, width: int) -> None:
    import_mail(home, hostile_story())
    viewer = Viewer(home.config, home.data, lambda: home.now)
    book = viewer.look().book
    paths = ["/", "/cases", "/letters", "/calendar", "/services", "/search?q=speech", "/settings"]
    paths += [f"/case/{c.id}" for c in book.cases] + [f"/draft/{d.id}" for d in book.drafts]
    with served(viewer) as guard, chromium(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(guard.new_link())
        for path in paths:
            page.goto(f"http://127.0.0.1:{guard.port}{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_hostile_mail_runs_nothing_and_calls_nobody(home: Home) -> None:
    import_mail(home, hostile_story())
    viewer = Viewer(home.config, home.data, lambda: home.now)
    happened: list[str] = []
    with served(viewer) as guard, chromium() as context:
        page = context.new_page()
        here = f"http://127.0.0.1:{guard.port}/"
        page.on("dialog", lambda dialog: happened.append(dialog.message))
        page.on("request", lambda asked: None if asked.url.startswith(here) else happened.append(asked.url))
        page.goto(guard.new_link())
        for message in viewer.look().book.messages:
            page.goto(f"{here}message/{message.message.sha256}")
            assert page.get_by_text("<script>alert(1)</script>").count()
        time.sleep(0.3)
    assert happened == []


def test_another_site_cannot_make_the_browser_change_anything(home: Home) -> None:
    """A page elsewhere that knows everything but the token posts a form here."""
    home.import_story()
    viewer = Viewer(home.config, home.data, lambda: home.now)
    request = next(r.id for r in viewer.look().book.requests)
    with served(viewer) as guard, chromium() as context:
        evil = (
            f"<form method=post action='http://127.0.0.1:{guard.port}/request/{request}/settle'>"
            f"<input name=csrf value='{guard.csrf}'><button>go</button></form>"
        )
        context.route(
            "http://evil.example/", lambda route: route.fulfill(body=evil, content_type="text/html")
        )
        page = context.new_page()
        page.goto(guard.new_link())
        page.goto("http://evil.example/")
        page.get_by_role("button").click()
        page.get_by_text("This page is closed.").wait_for()
    with viewer.workspace() as workspace:
        assert workspace.store.all_decisions() == ()
