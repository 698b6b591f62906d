"""What goes wrong between a parent and the page: each has its sentence, and nothing is lost or sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest

from home import ROSA, Home
from iep_mail.jobs.sending import queue_letters
from iep_mail.model import Draft, DraftStatus, OutboxEntry, OutboxStep
from servers.box import Box
from servers.pymap_server import pymap
from servers.smtp import Smtp
from web_world import HERE, Browser, Seen

pytestmark = pytest.mark.slow


@pytest.fixture
def outgoing() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def rosa(home: Home, outgoing: Smtp) -> Iterator[Browser]:
    home.import_story()
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=outgoing.port)
        box.fill("Sent")
        home.configure(box)
        yield Browser(home)


def speech(browser: Browser) -> Draft:
    return next(d for d in browser.viewer.look().book.drafts if "Speech" in d.subject)


def ready(browser: Browser) -> str:
    draft = speech(browser)
    path = f"/draft/{draft.id}"
    if draft.blanks:
        browser.post(f"{path}/fill", {f"blank-{b.name}": "January 12" for b in draft.blanks})
    return path


def approved(browser: Browser) -> str:
    path = ready(browser)
    browser.press(browser.get(f"{path}/check"), f"{path}/approve")
    assert speech(browser).status is DraftStatus.APPROVED
    return path


def at_rest(browser: Browser, path: str) -> Seen:
    import time

    for _ in range(200):
        page = browser.get(path)
        if "looks again by itself" not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError(page.text)


def test_thirty_megabytes_are_too_much_and_nothing_else_is_lost(rosa: Browser) -> None:
    path = ready(rosa)
    rosa.press(rosa.get(f"{path}/edit"), f"{path}/edit", body="My own words.")
    upload = {"csrf": rosa.guard.csrf, "file": (BytesIO(b"x" * 30_000_000), "scan.pdf")}
    answer = rosa.client.post(
        f"{path}/attach", data=upload, base_url=HERE, content_type="multipart/form-data"
    )
    assert answer.status_code == 413
    assert "The files are too large: together they may be 25 MB." in answer.get_data(as_text=True)
    assert (speech(rosa).body.strip(), speech(rosa).attachments) == ("My own words.", ())


def test_a_computer_closed_in_the_middle_of_a_send_asks_and_never_sends_again(
    rosa: Browser, outgoing: Smtp
) -> None:
    path = approved(rosa)
    with rosa.viewer.workspace() as workspace:
        [queued] = queue_letters(workspace, [speech(rosa).id], rosa.viewer.clock(), at_once=True)
        outbox = workspace.store.outbox
        for step in (OutboxStep.SENDING, OutboxStep.TRANSMITTING):
            entries = outbox.journal(queued.draft.id).entries
            binding = next(e.binding for e in reversed(entries) if e.binding)
            entry = OutboxEntry(
                id=0, draft_id=queued.draft.id, step=step, at=rosa.viewer.clock(), binding=binding
            )
            outbox.append(entry, entries[-1].id)
    rosa.home.now += timedelta(hours=2)
    again = Browser(rosa.home)
    page = again.get(path)
    assert "Is it there?" in page.text
    assert again.post(f"{path}/send").status == 409
    assert not outgoing.delivered
    not_sent = again.press(page, f"{path}/was-not-sent")
    assert not_sent.status == 200
    assert speech(again).status is not DraftStatus.SENT


def test_a_password_that_was_changed_is_told_and_the_letter_waits(
    rosa: Browser, outgoing: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = approved(rosa)
    monkeypatch.setenv("IEP_MAIL_TEST_PASSWORD", "an old one")
    rosa.post(f"{path}/send", {"anyway": "yes"})
    page = at_rest(rosa, path)
    assert "did not accept the login" in page.text
    assert not outgoing.delivered
    assert speech(rosa).status is not DraftStatus.SENT
    monkeypatch.setenv("IEP_MAIL_TEST_PASSWORD", "secret")
    rosa.post(f"{path}/send", {"anyway": "yes"})
    assert "Sent on" in at_rest(rosa, path).text
    assert len(outgoing.delivered) == 1


def test_a_consent_that_has_ended_is_told_with_what_to_do(
    rosa: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from iep_mail.errors import LoginError

    def ended(*_: object, **__: object) -> str:
        raise LoginError(
            "Google no longer accepts your consent for rosa.", "Sign in again: iep-mail account sign-in"
        )

    monkeypatch.setattr("iep_mail.jobs.gathering.password_for", ended)
    rosa.post("/read")
    page = at_rest(rosa, "/")
    for _ in range(100):
        page = rosa.get("/")
        if "Your mail is being read." not in page.text:
            break
    assert "Google no longer accepts your consent for rosa." in page.text
    assert "Sign in again" in page.text


def test_two_tabs_approve_and_drop(rosa: Browser, outgoing: Smtp) -> None:
    path = ready(rosa)
    one, other = rosa.get(f"{path}/check"), rosa.get(path)
    rosa.press(one, f"{path}/approve")
    rosa.press(other, f"{path}/discard")
    late = rosa.post(f"{path}/send")
    assert late.status == 409
    assert late.all("h1")[0].text()
    assert not outgoing.delivered
    assert rosa.press(one, f"{path}/approve").status == 409


def test_the_last_change_of_a_letter_is_taken_back_and_done_again(rosa: Browser) -> None:
    path = ready(rosa)
    first = speech(rosa).body
    rosa.press(rosa.get(f"{path}/edit"), f"{path}/edit", body="Another letter altogether.")
    page = rosa.get(path)
    back = rosa.press(page, f"{path}/undo-change")
    assert speech(rosa).body == first
    assert "Another letter altogether." not in back.text
    rosa.press(back, f"{path}/undo-change")
    assert speech(rosa).body.strip() == "Another letter altogether."


def test_every_part_is_checked_with_what_to_do(rosa: Browser) -> None:
    page = rosa.get("/settings/check")
    assert page.status == 200
    states = {str(li.attributes["class"]) for li in page.all("ul.checks li")}
    assert states <= {"check-well", "check-wrong", "check-note"}
    assert "iep-mail does not run by itself." in page.text or "Schedule." in page.text
    assert "Configuration." in page.text
    assert "secret" not in page.html


def test_a_contact_is_taken_out_and_back_with_the_comments_kept(browser: Browser) -> None:
    config = browser.home.config
    config.write_text("# Our own notes stay.\n" + config.read_text())
    page = browser.get("/settings")
    gone = browser.post("/settings/contacts/remove", {"address": "vshaw@maplehill.example.org"})
    assert "Mr. Victor Shaw was taken out" in gone.text
    assert browser.viewer.look().family.contact("vshaw@maplehill.example.org") is None
    browser.press(gone, "/settings/contacts")
    contact = browser.viewer.look().family.contact("vshaw@maplehill.example.org")
    assert contact
    assert contact.role == "director of special education"
    assert config.read_text().startswith("# Our own notes stay.\n")
    assert page.status == 200
