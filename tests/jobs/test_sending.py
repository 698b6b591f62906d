"""From approval to the Sent folder, over real servers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from home import ROSA, Home
from iep_mail.adapters.store import run_lock
from iep_mail.core.sending.editing import as_text
from iep_mail.errors import NotReady, OutboxChanged, StoreLocked
from iep_mail.jobs.approving import approve_letter, edit_letter, preview_letter
from iep_mail.jobs.sending import cancel_sending, queue_letters, send_due
from iep_mail.model import DraftStatus
from sending_world import Desk, desk_of
from servers.box import Box
from servers.ports import free_port
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import PARENT, TEACHER, at, mail


@pytest.fixture
def postbox() -> Iterator[Smtp]:
    with Smtp(user="rosa") as server:
        yield server


@pytest.fixture
def mailbox(postbox: Smtp) -> Iterator[Box]:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port)
        box.fill("Sent")
        yield box


@pytest.fixture
def desk(home: Home, mailbox: Box) -> Desk:
    return desk_of(home, mailbox)


def in_folder(box: Box, folder: str) -> list[bytes]:
    with box.client() as client:
        client.select_folder(folder, readonly=True)
        return [m[b"BODY[]"] for m in client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"]).values()]


def test_an_approved_letter_arrives_as_it_was_approved_and_lies_in_sent(
    desk: Desk, postbox: Smtp, mailbox: Box
) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    (result,) = desk.send(draft.id)
    assert result.sent
    (mail,) = postbox.delivered
    assert mail.recipients == draft.to + draft.cc
    assert in_folder(mailbox, "Sent") == [mail.raw]
    with desk.open() as workspace:
        (approval,) = workspace.store.outbox.journal(draft.id).approvals
        assert workspace.store.outbox.raw(approval.binding) == mail.raw
    assert desk.draft(draft.id).standing.startswith("Sent on February 9, 3:00 AM.")


@pytest.mark.slow
def test_a_mailbox_without_a_sent_folder_is_told_and_repaired_the_next_time(
    home: Home, postbox: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port)
        desk = desk_of(home, box)
        draft = desk.first()
        desk.approve(draft.id)
        (result,) = desk.send(draft.id)
        assert result.sent
        assert "Its copy is not in your Sent folder yet" in result.sentence
        home.now = desk.now
        assert "is not in your Sent folder yet" in " ".join(home.run("nightly").out.split())
        box.fill("Sent")
        home.run("nightly")
        assert in_folder(box, "Sent") == [postbox.delivered[0].raw]
    assert "not in your Sent folder" not in desk.draft(draft.id).standing
    assert len(postbox.delivered) == 1


@pytest.mark.slow
def test_where_the_provider_files_it_itself_no_second_copy_is_put_into_sent(
    desk: Desk, postbox: Smtp, mailbox: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iep_mail.jobs.sent_copies.files_sent_itself", lambda box: True)
    draft = desk.first()
    desk.approve(draft.id)
    assert desk.send(draft.id)[0].sent
    assert in_folder(mailbox, "Sent") == []
    assert "not in your Sent folder" not in desk.draft(draft.id).standing


@pytest.mark.slow
def test_a_letter_in_doubt_that_lies_in_sent_was_sent(desk: Desk, postbox: Smtp, mailbox: Box) -> None:
    """As at Gmail, whose server puts it there before it answers."""
    draft = desk.first()
    desk.approve(draft.id)
    postbox.breaks = "delivered_unsaid"
    postbox.at_step = lambda step: (
        mailbox.fill("Sent", postbox.delivered[0].raw) if step == "delivered_unsaid" else None
    )
    (result,) = desk.send(draft.id)
    assert result.sent
    assert "it was sent" in result.sentence
    assert len(in_folder(mailbox, "Sent")) == 1


@pytest.mark.slow
def test_a_letter_in_doubt_that_was_answered_was_sent(
    desk: Desk, home: Home, postbox: Smtp, mailbox: Box
) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    postbox.breaks = "delivered_unsaid"
    assert desk.send(draft.id)[0].status is DraftStatus.UNKNOWN
    with desk.open() as workspace:
        sent_id = workspace.store.outbox.journal(draft.id).approvals[0].message_id
    answer = mail(TEACHER, PARENT, "Re: Speech on Monday?", "Thank you, I will look into it.",
                  at("2026-02-09 10:00"), number=50, headers=[("In-Reply-To", sent_id)])  # fmt: skip
    mailbox.fill("INBOX", answer.replace(b"\n", b"\r\n"))
    home.now = desk.now
    home.run("nightly")
    assert desk.draft(draft.id).status is DraftStatus.SENT
    assert len(postbox.delivered) == 1


@pytest.mark.slow
def test_an_answer_that_came_since_the_approval_holds_the_letter_back(
    desk: Desk, postbox: Smtp, mailbox: Box
) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    answer = mail(TEACHER, PARENT, "Re: Speech on Monday?", "Hi Rosa,\n\nI will look into it.\n\nEllen Park",
                  at("2026-02-09 08:30"), number=51, answers=3)  # fmt: skip
    mailbox.fill("INBOX", answer.replace(b"\n", b"\r\n"))
    (held,) = desk.send(draft.id)
    assert not held.sent
    assert held.sentence == (
        "The school has written since you approved it: Ellen Park on February 9, “Re: Speech on Monday?”."
    )
    assert f"iep-mail send {draft.id} --anyway" in held.remedy
    assert postbox.delivered == []
    assert desk.send() == ()
    (sent,) = desk.send(draft.id, anyway=True)
    assert sent.sent


@pytest.mark.slow
def test_a_mailbox_that_cannot_be_looked_into_holds_the_letter_back(
    desk: Desk, home: Home, postbox: Smtp
) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    home.configure(Box("127.0.0.1", free_port(), "rosa", address=ROSA, smtp=postbox.port))
    (held,) = desk.send(draft.id)
    assert "could not be seen whether the school has answered" in held.sentence
    assert postbox.delivered == []
    assert desk.send(draft.id, anyway=True)[0].sent
    assert "not in your Sent folder yet" in desk.draft(draft.id).standing


@pytest.mark.slow
def test_an_old_approval_is_asked_for_again(desk: Desk, postbox: Smtp) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    desk.now += timedelta(days=8)
    (held,) = desk.send(draft.id)
    assert held.sentence == "You approved it on February 9; the days that it counts are no longer right."
    assert postbox.delivered == []


def test_only_what_the_parent_saw_can_be_approved(desk: Desk) -> None:
    """Two windows: what one of them shows was changed in the other."""
    draft = desk.first()
    with desk.open() as workspace:
        seen = preview_letter(workspace, draft.id, desk.tick())
        edit_letter(workspace, draft.id, as_text(draft) + "\nP.S.\n", desk.tick())
        with pytest.raises(OutboxChanged, match="not the one that you saw"):
            approve_letter(workspace, draft.id, desk.tick(), shown=seen.fingerprint)
        with pytest.raises(OutboxChanged, match="from somewhere else"):
            edit_letter(workspace, draft.id, as_text(draft) + "\nOther\n", desk.tick(), before=draft)
        again = preview_letter(workspace, draft.id, desk.tick())
        first = approve_letter(workspace, draft.id, desk.tick(), shown=again.fingerprint)
        second = approve_letter(workspace, draft.id, desk.tick(), shown=again.fingerprint)
    assert (first.already, second.already) == (False, True)
    assert first.approval == second.approval
    assert desk.draft(draft.id).body.endswith("P.S.\n")


@pytest.mark.slow
def test_a_page_of_yesterday_cannot_approve_todays_letter(desk: Desk) -> None:
    draft = desk.first()
    with desk.open() as workspace:
        seen = preview_letter(workspace, draft.id, desk.tick())
        with pytest.raises(OutboxChanged, match="counts other days today"):
            approve_letter(workspace, draft.id, desk.now + timedelta(days=1), shown=seen.fingerprint)


@pytest.mark.slow
def test_in_the_delay_a_letter_can_be_stopped(desk: Desk, home: Home, mailbox: Box, postbox: Smtp) -> None:
    home.configure(mailbox, more="[sending]\ndelay_minutes = 2\n")
    draft = desk.first()
    desk.approve(draft.id)
    with desk.open() as workspace:
        (queued,) = queue_letters(workspace, None, desk.tick())
        assert queued.not_before == desk.now + timedelta(minutes=2)
        assert "goes out at February 9, 3:02 AM" in desk.draft(draft.id).standing
        assert send_due(workspace, desk.tick) == ()
        (stopped,) = cancel_sending(workspace, None, desk.tick())
    assert stopped.id == draft.id
    desk.now += timedelta(minutes=3)
    assert desk.send() == ()
    assert desk.draft(draft.id).status is DraftStatus.APPROVED
    with desk.open() as workspace:
        queue_letters(workspace, [draft.id], desk.tick())
    desk.now += timedelta(minutes=2)
    assert desk.send()[0].sent


@pytest.mark.slow
def test_what_was_changed_while_it_waited_does_not_leave(desk: Desk, postbox: Smtp) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    with desk.open() as workspace:
        queue_letters(workspace, [draft.id], desk.tick())
        edit_letter(workspace, draft.id, as_text(draft) + "\nP.S.\n", desk.tick())
    assert desk.send() == ()
    assert postbox.delivered == []
    with desk.open() as workspace, pytest.raises(NotReady, match="has not been approved"):
        queue_letters(workspace, [draft.id], desk.tick())


@pytest.mark.slow
def test_a_changed_password_leaves_the_letter_approved(desk: Desk, postbox: Smtp) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    postbox.password = "new"
    (held,) = desk.send(draft.id)
    assert held.sentence == "127.0.0.1 did not accept the login of rosa."
    assert "Nothing was sent." in held.remedy
    assert desk.draft(draft.id).status is DraftStatus.APPROVED
    postbox.password = "secret"
    with desk.open() as workspace:
        assert [q.draft.id for q in queue_letters(workspace, None, desk.tick())] == [draft.id]
    assert desk.send()[0].sent


@pytest.mark.slow
def test_two_runs_cannot_send_at_once(desk: Desk, postbox: Smtp) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    with run_lock(desk.data), pytest.raises(StoreLocked):
        desk.send(draft.id)
    assert postbox.delivered == []


@pytest.mark.slow
def test_what_is_stored_must_be_what_was_approved(
    desk: Desk, postbox: Smtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    monkeypatch.setattr(
        "iep_mail.adapters.outbox.Outbox.raw", lambda self, binding: b"Subject: Other\r\n\r\n"
    )
    (held,) = desk.send(draft.id)
    assert held.sentence == "What is stored is not what you approved, so it was not sent."
    assert postbox.delivered == []


def test_a_sent_letter_counts_as_the_follow_up_at_once_and_its_copy_in_sent_is_the_same(
    desk: Desk, home: Home, postbox: Smtp
) -> None:
    draft = desk.first()
    desk.approve(draft.id)
    desk.send(draft.id)
    home.now = desk.now
    (before,) = [r for r in home.dump()["requests"] if r["id"] == draft.request]
    home.run("nightly")
    after = home.dump()
    (request,) = [r for r in after["requests"] if r["id"] == draft.request]
    assert request["follow_ups"] == before["follow_ups"]
    assert len(request["follow_ups"]) == 2
    assert len([m for m in after["messages"] if m["subject"] == draft.subject]) == 2
    assert not any(f["draft"] == draft.id for f in after["flags"])
