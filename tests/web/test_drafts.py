"""A letter on the page: read, filled in, changed, checked, approved, sent; and what must not go wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO

import pytest

from home import ROSA, Home
from iep_mail.model import Draft, DraftStatus
from servers.box import Box
from servers.pymap_server import pymap
from servers.smtp import Smtp
from web_world import HERE, Browser, Seen, import_mail
from world import PARENT, TEACHER, at, mail


@pytest.fixture
def outgoing() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def mailbox(outgoing: Smtp) -> Iterator[Box]:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=outgoing.port)
        box.fill("Sent")
        yield box


@pytest.fixture
def rosa(home: Home, mailbox: Box) -> Browser:
    home.import_story()
    home.configure(mailbox)
    return Browser(home)


def speech(browser: Browser) -> Draft:
    return next(d for d in browser.viewer.look().book.drafts if "Speech" in d.subject)


def ready(browser: Browser) -> str:
    """The path of the letter about speech, with every blank filled."""
    draft = speech(browser)
    path = f"/draft/{draft.id}"
    if draft.blanks:
        browser.post(f"{path}/fill", {f"blank-{b.name}": "January 12" for b in draft.blanks})
    return path


def approved(browser: Browser) -> str:
    path = ready(browser)
    assert "Approved on" in browser.press(browser.get(f"{path}/check"), f"{path}/approve").text
    return path


def at_rest(browser: Browser, path: str) -> Seen:
    for _ in range(100):
        page = browser.get(path)
        if "looks again by itself" not in page.text:
            return page
        time.sleep(0.1)
    raise AssertionError(page.text)


def test_a_letter_stands_beside_what_it_rests_on(rosa: Browser) -> None:
    page = rosa.get(ready(rosa))
    aside = " ".join(page.all("aside")[0].text(separator=" ").split())
    assert "What it rests on" in aside
    assert "whether speech was held" in aside
    assert page.links("/message/")
    assert "Ms. Ellen Park <epark@maplehill.example.org>" in page.text
    assert "Nothing leaves without your approval." in page.text


def test_what_only_the_parent_knows_is_asked_and_put_in(home: Home, mailbox: Box) -> None:
    said = mail(
        TEACHER,
        PARENT,
        "Speech",
        "Dear Ms. Delgado,\n\nThere was no speech session on Monday, February 2.\n\nEllen Park",
        at("2026-02-03 15:00"),
        number=7,
    )
    import_mail(home, [said])
    home.configure(mailbox)
    browser = Browser(home)
    draft = next(d for d in browser.viewer.look().book.drafts if d.blanks)
    path = f"/draft/{draft.id}"
    page = browser.get(path)
    for blank in draft.blanks:
        assert blank.question[1:] in page.text
    refused = browser.get(f"{path}/check")
    assert "It cannot be approved yet." in refused.text
    assert not [f for f in refused.all("form") if f.attributes["action"] == f"{path}/approve"]
    forced = browser.post(f"{path}/approve", {"shown": ""})
    assert forced.status == 409
    name = draft.blanks[0].name
    filled = browser.press(page, f"{path}/fill", **{f"blank-{name}": "Speech {{7*7}} <b>"})
    assert "Speech {{7*7}} <b>" in filled.text
    assert not filled.all("b")


def test_from_approval_to_the_schools_mailbox_and_sent(rosa: Browser, outgoing: Smtp, mailbox: Box) -> None:
    path = ready(rosa)
    check = rosa.get(f"{path}/check")
    assert "This is the mail as it will leave" in check.text
    assert "case manager" in check.text
    rosa.press(check, f"{path}/approve")
    assert not outgoing.delivered, "approving sends nothing"
    rosa.press(rosa.get(path), f"{path}/send")
    sent = at_rest(rosa, path)
    assert "Sent on February 9" in sent.text
    draft = next(d for d in rosa.viewer.look().book.drafts if path.endswith(d.id))
    assert [m.recipients for m in outgoing.delivered] == [draft.to + draft.cc]
    with mailbox.client() as client:
        client.select_folder("Sent", readonly=True)
        [raw] = [m[b"BODY[]"] for m in client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"]).values()]
    assert raw == outgoing.delivered[0].raw
    assert rosa.post(f"{path}/send").status == 409
    assert len(outgoing.delivered) == 1, "never twice"
    assert "Reminds them" in rosa.get(speech_case(rosa)).text


def speech_case(browser: Browser) -> str:
    draft = next(d for d in browser.viewer.look().book.drafts if d.status is DraftStatus.SENT)
    return f"/case/{draft.case}"


@pytest.mark.slow
def test_a_double_press_sends_once(rosa: Browser, outgoing: Smtp) -> None:
    path = approved(rosa)
    for _ in range(3):
        rosa.post(f"{path}/send")
    at_rest(rosa, path)
    assert len(outgoing.delivered) == 1


def test_a_change_is_kept_and_takes_the_approval_back(rosa: Browser) -> None:
    path = approved(rosa)
    edit = rosa.get(f"{path}/edit")
    changed = rosa.press(
        edit,
        f"{path}/edit",
        body="Dear Ms. Park,\r\n\r\nWas speech held?\r\n\r\nRosa\r\n",
        cc="vshaw@maplehill.example.org",
    )
    assert changed.path == path
    assert "Was speech held?" in changed.text
    draft = speech(rosa)
    assert draft.status is DraftStatus.DRAFTED
    assert draft.cc == ("vshaw@maplehill.example.org",)
    assert draft.body == "Dear Ms. Park,\n\nWas speech held?\n\nRosa\n"


def test_an_approval_from_a_page_that_is_behind_is_refused(rosa: Browser, outgoing: Smtp) -> None:
    path = ready(rosa)
    behind = rosa.get(f"{path}/check")
    edit = rosa.get(f"{path}/edit")
    rosa.press(edit, f"{path}/edit", to="vshaw@maplehill.example.org", body="Another letter.")
    refused = rosa.press(behind, f"{path}/approve")
    assert refused.status == 409
    assert "not the one that you saw" in refused.text
    assert rosa.post(f"{path}/approve", {"shown": ""}).status == 409
    assert speech(rosa).status is DraftStatus.DRAFTED


def test_of_two_windows_the_later_one_loses_no_word(rosa: Browser) -> None:
    path = ready(rosa)
    one, other = rosa.get(f"{path}/edit"), rosa.get(f"{path}/edit")
    rosa.press(one, f"{path}/edit", body="From the first window.")
    late = rosa.press(other, f"{path}/edit", body="From the second <window> & no word lost.")
    assert late.status == 409
    assert "changed in another window" in late.text
    assert late.form(f"{path}/edit")["body"].strip() == "From the second <window> & no word lost."
    assert speech(rosa).body.strip() == "From the first window."
    rosa.press(late, f"{path}/edit")
    assert speech(rosa).body.strip() == "From the second <window> & no word lost."


@pytest.mark.parametrize(
    "to",
    [
        "epark@maplehill.example.org\r\nBcc: evil@example.net",
        "no address",
        "a@b.example, x y",
        "evil@example.net>\nSubject: x",
    ],
)
def test_no_address_smuggles_a_header_in(rosa: Browser, to: str) -> None:
    path = ready(rosa)
    before = speech(rosa)
    refused = rosa.press(rosa.get(f"{path}/edit"), f"{path}/edit", to=to, body="Mine.")
    assert refused.status == 400
    assert "Mine." in refused.form(f"{path}/edit")["body"]
    assert speech(rosa) == before


def test_no_subject_smuggles_a_header_in(rosa: Browser) -> None:
    path = ready(rosa)
    rosa.press(
        rosa.get(f"{path}/edit"), f"{path}/edit", subject="Speech\r\nBcc: evil@example.net\r\n\r\nBody"
    )
    draft = speech(rosa)
    assert "evil@example.net" not in draft.to + draft.cc
    assert "\n" not in draft.subject
    assert "Bcc" not in [name for name, _ in preview_headers(rosa, draft.id)]


def preview_headers(browser: Browser, draft_id: str) -> list[tuple[str, str]]:
    names = [dt.text() for dt in browser.get(f"/draft/{draft_id}/check").all("dl.head dt")]
    return [(name, "") for name in names]


def test_a_letter_is_dropped_and_taken_up_again(rosa: Browser) -> None:
    path = ready(rosa)
    dropped = rosa.press(rosa.get(path), f"{path}/discard")
    assert "You dropped it." in dropped.text
    back = rosa.press(dropped, f"{path}/restore")
    assert "Check and approve" in back.text


def test_an_approval_is_taken_back(rosa: Browser) -> None:
    path = approved(rosa)
    rosa.press(rosa.get(path), f"{path}/take-back")
    assert rosa.post(f"{path}/send").status == 409


@pytest.mark.slow
def test_what_the_school_wrote_meanwhile_holds_it_back(rosa: Browser, outgoing: Smtp, mailbox: Box) -> None:
    path = approved(rosa)
    answer = mail(
        TEACHER,
        PARENT,
        "Re: Speech on Monday?",
        "Hello Rosa, I will look at it tomorrow.",
        at("2026-02-09 08:00"),
        number=8,
        answers=3,
    )
    mailbox.fill("INBOX", answer.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    rosa.press(rosa.get(path), f"{path}/send")
    held = at_rest(rosa, path)
    assert "The school has written since you approved it" in held.text
    assert not outgoing.delivered
    rosa.post(f"{path}/send", {"anyway": "yes"})
    assert "Sent on" in at_rest(rosa, path).text
    assert len(outgoing.delivered) == 1


@pytest.mark.slow
def test_a_letter_in_doubt_asks_the_parent_and_is_never_sent_again_by_itself(
    rosa: Browser, outgoing: Smtp
) -> None:
    outgoing.breaks = "lost_with_the_dot"
    path = approved(rosa)
    rosa.press(rosa.get(path), f"{path}/send")
    doubt = at_rest(rosa, path)
    assert "It may or may not have been sent" in doubt.text
    assert rosa.post(f"{path}/send").status == 409
    settled = rosa.press(doubt, f"{path}/was-sent")
    assert speech_status(rosa, path) is DraftStatus.SENT
    assert settled.status == 200


def speech_status(browser: Browser, path: str) -> DraftStatus:
    return next(d.status for d in browser.viewer.look().book.drafts if path.endswith(d.id))


def test_a_file_is_attached_and_taken_off(rosa: Browser) -> None:
    path = ready(rosa)
    upload = {"csrf": rosa.guard.csrf, "file": (BytesIO(b"a,b\n1,2\n" * 200_000), "../../log.csv")}
    rosa.client.post(f"{path}/attach", data=upload, base_url=HERE, content_type="multipart/form-data")
    [attached] = speech(rosa).attachments
    assert attached.size == 1_600_000
    assert "/" not in attached.name
    assert "\n" not in attached.name
    rosa.press(rosa.get(f"{path}/edit"), f"{path}/detach")
    assert speech(rosa).attachments == ()


def test_a_file_too_large_is_refused_with_a_sentence(rosa: Browser) -> None:
    path = ready(rosa)
    upload = {"csrf": rosa.guard.csrf, "file": (BytesIO(b"x" * 25_000_000), "big.pdf")}
    answer = rosa.client.post(
        f"{path}/attach", data=upload, base_url=HERE, content_type="multipart/form-data"
    )
    assert answer.status_code == 409
    assert "Send fewer or smaller files" in answer.get_data(as_text=True)


def test_a_letter_is_put_into_drafts_once(rosa: Browser, mailbox: Box) -> None:
    mailbox.fill("Drafts")
    path = ready(rosa)
    page = rosa.get(path)
    rosa.press(page, f"{path}/place")
    assert "It lies in your Drafts folder." in rosa.get(path).text
    assert rosa.press(page, f"{path}/place").status == 409
    with mailbox.client() as client:
        client.select_folder("Drafts", readonly=True)
        assert len(client.search(["ALL"])) == 1


def test_attachments_come_as_files_with_safe_names(home: Home) -> None:
    from email.message import EmailMessage

    sent = EmailMessage()
    sent["From"], sent["To"], sent["Subject"] = TEACHER, PARENT, "The report"
    sent["Date"], sent["Message-ID"] = "Tue, 03 Feb 2026 15:00:00 +0000", "<m30@mail.example.net>"
    sent.set_content("The report is attached.")
    evil = b"<script>alert(1)</script>"
    sent.add_attachment(evil, maintype="text", subtype="html", filename='..\\..\\a"b<script>.html')
    import_mail(home, [sent.as_bytes()])
    browser = Browser(home)
    message = browser.viewer.look().book.messages[0].message
    page = browser.get(f"/message/{message.sha256}")
    [link] = page.links(f"/message/{message.sha256}/file/")
    answer = browser.client.get(link, base_url=HERE)
    assert answer.data == evil
    assert answer.headers["Content-Type"] == "application/octet-stream"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert ".." not in disposition
    assert "<" not in disposition
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"/message/{message.sha256}/file/{'0' * 64}").status == 404


def test_any_letter_is_started_about_a_matter_and_taken_back(rosa: Browser) -> None:
    case = rosa.viewer.look().book.cases[0]
    choose = rosa.get(f"/letters?case={case.id}")
    page = rosa.get(next(link for link in choose.links("/letters/") if "after-call" in link))
    assert page.form("/letters/after-call-understanding/start")
    started = rosa.press(page, "/letters/after-call-understanding/start", case=case.id)
    assert started.path.startswith("/draft/")
    assert "The letter is written." in started.text
    assert "Only you know this" in started.text
    undo = next(
        str(f.attributes["action"]) for f in started.all("form") if "/undo/" in str(f.attributes["action"])
    )
    rosa.press(started, undo, back="/letters")
    assert rosa.get(started.path).status == 404
    assert rosa.post("/letters/no-such-letter/start", {}).status == 400
    assert rosa.post("/letters/after-call-understanding/start", {"case": "c-nowhere"}).status == 404
