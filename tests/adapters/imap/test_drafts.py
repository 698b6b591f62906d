from __future__ import annotations

import socket

import pytest

from iep_mail.adapters.imap import Limits, put_draft
from iep_mail.errors import MailboxError
from servers.box import Box, letter
from servers.scripted import Hangup, Scripted

ID = "<1@maple.example.org>"


def put(server: Scripted) -> str:
    box = Box("127.0.0.1", server.port, "parent")
    return put_draft(box.mailbox(), "secret", letter(1), ID, limits=Limits(command_seconds=3))


def test_a_draft_is_put_once_however_often_it_is_asked(box: Box) -> None:
    box.fill("Drafts")
    answers = [put_draft(box.mailbox(), "secret", letter(1), ID) for _ in range(3)]
    assert answers == ["appended", "already there", "already there"]
    with box.client() as client:
        client.select_folder("Drafts", readonly=True)
        ((_, found),) = client.fetch(client.search(["ALL"]), ["FLAGS", "BODY.PEEK[]"]).items()
    assert b"\\Draft" in found[b"FLAGS"]
    assert found[b"BODY[]"] == letter(1)


def test_another_draft_is_no_reason_to_leave_one_out(box: Box) -> None:
    box.fill("Drafts", letter(2))
    assert put_draft(box.mailbox(), "secret", letter(1), ID) == "appended"


def test_a_connection_lost_after_the_append_makes_no_second_copy() -> None:
    def lost(sock: socket.socket) -> None:
        raise Hangup

    with Scripted({}) as server:
        server.after_append = lost  # type: ignore[method-assign]
        assert put(server) == "appended"
        assert put(server) == "already there"
        assert server.drafts == [letter(1)]


def test_a_connection_lost_before_the_append_is_told_and_not_tried_again_blindly() -> None:
    def rule(server: Scripted, name: str, rest: str, tag: str, sock: socket.socket) -> bool:
        if name == "APPEND":
            raise Hangup
        return False

    with Scripted({}, rule) as server:
        with pytest.raises(MailboxError, match="broke") as caught:
            put(server)
        assert sum("APPEND" in command for command in server.commands) == 1
        assert "second copy" in caught.value.remedy
        server.rules.clear()
        assert put(server) == "appended"
        assert len(server.drafts) == 1


def test_without_a_drafts_folder_nothing_is_written() -> None:
    def rule(server: Scripted, name: str, rest: str, tag: str, sock: socket.socket) -> bool:
        if name == "LIST":
            sock.sendall(f'* LIST () "/" INBOX\r\n{tag} OK done\r\n'.encode())
        return name == "LIST"

    with Scripted({}, rule) as server:
        with pytest.raises(MailboxError, match="no Drafts folder"):
            put(server)
        assert not server.drafts


def test_a_message_id_with_a_line_break_is_refused() -> None:
    with Scripted({}) as server, pytest.raises(MailboxError, match="hidden character"):
        put_draft(Box("127.0.0.1", server.port, "parent").mailbox(), "secret", b"", "<1@x>\r\nA DELETE INBOX")
