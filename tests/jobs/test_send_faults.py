"""Whatever breaks, at any step: a letter is never sent twice, and never lost.

At each step the connection is lost, or the process ends, or the store's commit is its last. Then the
program starts again with a server that works, and the parent does what it asks: where it cannot know
whether a letter was sent, the parent, who can see the school's side here, says so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from home import EVENING, ROSA, Home
from iep_mail.jobs.approving import address_letter
from iep_mail.jobs.sending import it_was_not_sent, it_was_sent
from iep_mail.model import DraftStatus
from jobs.test_interrupted import Killed, end_at_commit
from sending_world import Desk, desk_of
from servers.box import Box
from servers.pymap_server import pymap
from servers.smtp import DELIVERED, STEPS, Smtp


@contextmanager
def letter_to_send(home: Home, now: datetime = EVENING) -> Iterator[tuple[Desk, Smtp, Box, str]]:
    """An approved letter to two people, its outgoing server and its mailbox."""
    with Smtp(user="rosa") as postbox, pymap("rosa") as port:
        box = Box("127.0.0.1", port, "rosa", address=ROSA, smtp=postbox.port)
        box.fill("Sent")
        desk = desk_of(home, box)
        desk.now = now
        draft = desk.first()
        with desk.open() as workspace:
            address_letter(workspace, draft.id, desk.tick(), cc=["vshaw@maplehill.example.org"])
        desk.approve(draft.id)
        yield desk, postbox, box, draft.id


def carry_on(desk: Desk, postbox: Smtp, draft_id: str) -> None:
    """The program runs again, and the parent follows what it says, until the letter is sent."""
    for _ in range(4):
        desk.send()
        draft = desk.draft(draft_id)
        if draft.status is DraftStatus.SENT:
            return
        if draft.status is DraftStatus.UNKNOWN:
            with desk.open() as workspace:
                word = it_was_sent if postbox.delivered else it_was_not_sent
                word(workspace, draft_id, desk.tick())
        else:
            assert draft.status is DraftStatus.APPROVED
            desk.send(draft_id)


def check_sent_once(desk: Desk, postbox: Smtp, box: Box, draft_id: str) -> None:
    assert len(postbox.delivered) == 1
    assert desk.draft(draft_id).status is DraftStatus.SENT
    desk.send()  # nothing is left to do
    assert len(postbox.delivered) == 1
    with box.client() as client:
        client.select_folder("Sent", readonly=True)
        assert len(client.search(["ALL"])) == 1
    with desk.open() as workspace:
        book = workspace.casebook(workspace.day_of(desk.now))
        request = next(r for r in book.requests if r.id == desk.draft(draft_id).request)
        sent_id = workspace.store.outbox.journal(draft_id).approvals[-1].message_id
        assert sent_id.encode() in postbox.delivered[0].raw
        sent = [m for m in book.messages if m.message.message_id == sent_id]
        assert len(sent) == 1
        assert request.follow_ups.count(sent[0].message.sha256) == 1


QUICK_ONES = ("after_rcpt1", "lost_with_the_dot", "delivered_unsaid", "after_250")
EVERY_STEP = [pytest.param(s, marks=[] if s in QUICK_ONES else pytest.mark.slow) for s in STEPS]


@pytest.mark.parametrize("step", EVERY_STEP)
@pytest.mark.slow
def test_a_connection_lost_at_any_step(home: Home, step: str) -> None:
    with letter_to_send(home) as (desk, postbox, box, draft_id):
        postbox.breaks = step
        desk.send(draft_id)
        told = desk.draft(draft_id).status
        if step in ("after_250", "quit"):
            assert told is DraftStatus.SENT
        elif step in DELIVERED:
            assert told is DraftStatus.UNKNOWN
        else:
            assert told in (DraftStatus.APPROVED, DraftStatus.UNKNOWN)
        postbox.breaks = ""
        assert len(postbox.delivered) == (step in DELIVERED)
        carry_on(desk, postbox, draft_id)
        check_sent_once(desk, postbox, box, draft_id)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step(home: Home, step: str) -> None:
    """The laptop is closed in the middle of a send, and iep-mail is started again later."""
    with letter_to_send(home, datetime.now(UTC)) as (desk, postbox, box, draft_id):
        process: list[subprocess.Popen[bytes]] = []

        def kill(reached: str) -> None:
            if reached == step:
                os.kill(process[0].pid, signal.SIGKILL)
                process[0].wait()

        postbox.at_step = kill
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(["src", os.environ.get("PYTHONPATH", "")])}
        command = [*home.command, "send", draft_id, "--anyway"]
        root = Path(__file__).parents[2]
        process.append(subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.DEVNULL))
        assert process[0].wait(60) == -signal.SIGKILL
        postbox.at_step = lambda reached: None
        desk.now = datetime.now(UTC)
        assert desk.draft(draft_id).status in (DraftStatus.SENDING, DraftStatus.SENT)
        carry_on(desk, postbox, draft_id)
        check_sent_once(desk, postbox, box, draft_id)


ASLEEP = (
    "ehlo",
    "after_rcpt1",
    "after_354",
    "in_the_body",
    "lost_with_the_dot",
    "delivered_unsaid",
    "after_250",
)


@pytest.mark.slow
@pytest.mark.parametrize("step", ASLEEP)
def test_a_laptop_that_is_closed_and_opened_again_in_the_middle(home: Home, step: str) -> None:
    """The program stands still, the server hangs up meanwhile, and then it goes on where it was."""
    with letter_to_send(home, datetime.now(UTC)) as (desk, postbox, box, draft_id):
        process: list[subprocess.Popen[bytes]] = []

        def close(reached: str) -> None:
            if reached == step:
                os.kill(process[0].pid, signal.SIGSTOP)
                threading.Timer(1.0, os.kill, (process[0].pid, signal.SIGCONT)).start()

        postbox.at_step, postbox.breaks = close, step
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(["src", os.environ.get("PYTHONPATH", "")])}
        command = [*home.command, "send", draft_id, "--anyway"]
        root = Path(__file__).parents[2]
        process.append(
            subprocess.Popen(
                command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        )
        out, err = process[0].communicate(timeout=60)
        assert out + err
        assert b"Traceback" not in err
        postbox.at_step, postbox.breaks = (lambda reached: None), ""
        assert len(postbox.delivered) == (step in DELIVERED)
        desk.now = datetime.now(UTC)
        assert desk.draft(draft_id).status is not DraftStatus.SENDING
        carry_on(desk, postbox, draft_id)
        check_sent_once(desk, postbox, box, draft_id)


@pytest.mark.slow
def test_a_process_that_ends_at_any_commit(tmp_path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """Before and after every commit of the store while a letter is sent, filed and noted."""
    for number in range(1, 60):
        for done in (False, True):
            home = Home(tmp_path / f"{number}-{done}", monkeypatch, capsys)
            with letter_to_send(home) as (desk, postbox, box, draft_id):
                with monkeypatch.context() as patch:
                    ended = end_at_commit(patch, number, done)
                    with suppress(Killed):
                        desk.send(draft_id)
                carry_on(desk, postbox, draft_id)
                check_sent_once(desk, postbox, box, draft_id)
            if not ended:
                assert number > 6
                return
