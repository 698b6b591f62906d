"""What servers do wrong, each told by a small server that does it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from iep_mail.adapters.imap import Limits, poll_mailbox
from iep_mail.errors import LoginError, MailboxError
from iep_mail.model import MailboxReport
from servers.box import Box, letter
from servers.memory import Memory, of_the_school, read_envelope
from servers.scripted import Hangup, Rule, Scripted

pytestmark = pytest.mark.slow

SCHOOL = "maple.example.org"
MAIL = {uid: letter(uid) for uid in (1, 2, 3)}


def night(
    server: Scripted, memory: Memory, folders: tuple[str, ...] | None = ("INBOX",), **limits: object
) -> MailboxReport:
    options: dict[str, object] = {"backoff_seconds": (0.0,), "command_seconds": 5.0, **limits}
    return poll_mailbox(
        Box("127.0.0.1", server.port, "parent").mailbox(folders), "secret", memory, terms=(SCHOOL,),
        wanted=of_the_school(SCHOOL), read_envelope=read_envelope, limits=Limits(**options),  # type: ignore[arg-type]
    )  # fmt: skip


def on(name: str, act: Callable[[Scripted, str, str, socket.socket], bool], containing: str = "") -> Rule:
    def rule(server: Scripted, command: str, rest: str, tag: str, sock: socket.socket) -> bool:
        return command == name and containing in rest and act(server, rest, tag, sock)

    return rule


def saying(text: str) -> Callable[[Scripted, str, str, socket.socket], bool]:
    def act(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
        sock.sendall(text.replace("TAG", tag).encode())
        return True

    return act


def position(memory: Memory) -> int:
    return memory.positions["parent@home.example.net", "INBOX"].last_uid


def test_the_last_uid_answered_for_a_range_beyond_it_is_not_new() -> None:
    def rule(server: Scripted, name: str, rest: str, tag: str, sock: socket.socket) -> bool:
        if name == "EXAMINE":  # without UIDNEXT the range has to be asked
            sock.sendall(f"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK done\r\n".encode())
            return True
        return False

    with Scripted(dict(MAIL), rule) as server:
        memory = Memory()
        night(server, memory)
        before = len(server.commands)
        assert night(server, memory).new == 0
        assert any("UID 4:*" in command for command in server.commands[before:])
        assert not any("FETCH" in command for command in server.commands[before:])
        assert position(memory) == 3


@pytest.mark.parametrize(
    "answer",
    [
        "* 2 FETCH (UID 2 BODY[] NIL)",
        '* 2 FETCH (UID 2 BODY[] "")',
        "* 2 FETCH (UID 9 BODY[] {2}\r\nhi)",
        "* OK nothing",
    ],
    ids=["NIL", "empty", "another UID", "no answer"],
)
def test_the_position_stops_before_a_body_that_was_not_handed_over(answer: str) -> None:
    def act(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
        for uid in server.asked(rest):
            sock.sendall((answer + "\r\n").encode() if uid == 2 else server.fetched(uid, rest))
        sock.sendall(f"{tag} OK done\r\n".encode())
        return True

    memory = Memory()
    with Scripted(dict(MAIL), on("FETCH", act, "BODY.PEEK[]")) as server:
        report = night(server, memory)
        assert (memory.ids, position(memory), report.complete) == (["1", "3"], 1, False)
        assert report.folders[0].unfetched == 1
        server.rules.clear()
        assert night(server, memory).complete
    assert (memory.ids, position(memory)) == (["1", "2", "3"], 3)


def test_a_connection_lost_inside_a_message_stores_no_half_of_it_and_is_taken_up_again() -> None:
    broken = []

    def act(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
        if broken:
            return False
        broken.append(1)
        sock.sendall(server.fetched(1, rest)[:-40])
        raise Hangup

    with Scripted(dict(MAIL), on("FETCH", act, "BODY.PEEK[]")) as server:
        memory = Memory()
        assert night(server, memory).complete
        assert server.connections == 2
    assert {m.raw for m in memory.messages.values()} == set(MAIL.values())


def test_a_connection_that_always_breaks_is_tried_four_times_at_most() -> None:
    def act(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
        raise Hangup

    with Scripted(dict(MAIL), on("EXAMINE", act)) as server:
        report = night(server, Memory())
        assert server.connections <= 4
    assert not report.complete
    assert report.problem
    assert report.remedy


@pytest.mark.parametrize(
    "text",
    [
        "* BYE [OVERQUOTA] come back tomorrow\r\n",
        "TAG NO [THROTTLED] slow down\r\n",
        "TAG OK [THROTTLED] done\r\n",
        "TAG NO Suggested Backoff Time: 3000 ms\r\n",
    ],
)
def test_a_server_that_asks_for_a_rest_gets_it(text: str) -> None:
    memory = Memory()
    rule = on("FETCH", saying(text), "BODY.PEEK[]")
    with Scripted(dict(MAIL), rule) as server:
        report = night(server, memory)
        assert (report.complete, server.connections, memory.ids) == (False, 1, [])
        assert "mail server" in report.problem
        server.rules.clear()
        assert night(server, memory).new == 3


@pytest.mark.parametrize("command", ["LIST", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize(
    "text",
    [
        "TAG NO [UNAVAILABLE] come back later\r\n",
        "TAG NO [THROTTLED] slow down\r\n",
        "* BYE shutting down\r\n",
    ],
)
def test_whatever_it_was_asked_a_busy_server_is_left_at_once(command: str, text: str) -> None:
    memory = Memory()
    with Scripted(dict(MAIL), on(command, saying(text))) as server:
        report = night(server, memory, folders=None)
        assert (report.complete, server.connections, memory.ids) == (False, 1, [])
        assert report.problem.startswith("The mail server")
        server.rules.clear()
        assert night(server, memory, folders=None).complete
    assert memory.ids == ["1", "2", "3"]


@pytest.mark.parametrize(
    "greeting", [b"* BYE too many connections\r\n", b"* BYE [UNAVAILABLE] maintenance\r\n"]
)
def test_a_server_that_says_goodbye_at_once_is_not_called_unreachable(greeting: bytes) -> None:
    with Scripted({}, greeting=greeting) as server, pytest.raises(MailboxError) as caught:
        night(server, Memory())
    assert caught.value.what == "127.0.0.1 does not take connections just now."
    assert "next run" in caught.value.remedy


def test_what_is_no_mail_server_is_told() -> None:
    with Scripted({}, greeting=b"SSH-2.0-OpenSSH_9.2\r\n") as server, pytest.raises(MailboxError) as caught:
        night(server, Memory())
    assert "port" in caught.value.remedy


def test_what_was_kept_before_a_rest_stays_kept() -> None:
    def act(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
        if server.asked(rest) == [1]:
            return False
        sock.sendall(f"{tag} NO [THROTTLED] slow down\r\n".encode())
        return True

    memory = Memory()
    with Scripted(dict(MAIL), on("FETCH", act, "BODY.PEEK[]")) as server:
        assert night(server, memory, batch=1).new == 1
        assert memory.ids == ["1"]
        server.rules.clear()
        assert night(server, memory).new == 2


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("LIST", "* LIST () {99000000000}\r\n"),
        ("EXAMINE", "* OK {99000000000}\r\n"),
        ("SEARCH", "* SEARCH {99000000000}\r\n"),
        ("FETCH", "* 1 FETCH (UID 1 BODY[] {99000000000}\r\n"),
    ],
)
def test_a_literal_too_large_is_refused_before_it_is_read(command: str, text: str) -> None:
    begin = time.monotonic()
    with Scripted(dict(MAIL), on(command, saying(text))) as server:
        report = night(server, Memory(), folders=None)
    assert not report.complete
    assert time.monotonic() - begin < 3


def _drip(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
    for _ in range(100):
        sock.sendall(b"x")
        time.sleep(0.05)
    raise Hangup


def _stall(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
    time.sleep(3)
    raise Hangup


@pytest.mark.parametrize(
    "command",
    ["FETCH", *(pytest.param(c, marks=pytest.mark.slow) for c in ("LIST", "EXAMINE", "SEARCH"))],
)
@pytest.mark.parametrize("slowness", [_drip, _stall])
def test_a_server_that_drips_or_stalls_is_left_in_time(slowness: Callable[..., bool], command: str) -> None:
    begin = time.monotonic()
    with Scripted(dict(MAIL), on(command, slowness)) as server:
        report = night(server, Memory(), folders=None, command_seconds=0.6)
    assert not report.complete
    assert time.monotonic() - begin < 8  # four tries, and a busy machine


def test_the_run_ends_at_its_own_limit() -> None:
    begin = time.monotonic()
    with Scripted(dict(MAIL), on("FETCH", _drip)) as server:
        report = night(server, Memory(), command_seconds=60.0, run_seconds=0.5)
        assert server.connections == 1
    assert "time" in report.problem
    assert time.monotonic() - begin < 2


def test_a_greeting_that_drips_ends_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    begin = time.monotonic()
    with listener, pytest.raises(MailboxError):
        poll_mailbox(
            Box("127.0.0.1", listener.getsockname()[1], "parent").mailbox(), "secret", Memory(), terms=(),
            wanted=lambda _: True, read_envelope=read_envelope, limits=Limits(command_seconds=0.3),
        )  # fmt: skip
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("validity", ["[UIDVALIDITY 0]", "[NOTHING]"])
def test_where_uids_mean_nothing_the_folder_is_read_anew_each_night(validity: str) -> None:
    memory = Memory()
    with Scripted(dict(MAIL), uidvalidity=validity) as server:
        night(server, memory)
        server.messages = {1: letter(3), 2: letter(4)}
        assert night(server, memory).new == 1
    assert memory.ids == ["1", "2", "3", "4"]


def test_a_folder_that_is_gone_is_told_once_and_loses_nothing() -> None:
    def without_school(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
        sock.sendall(f'* LIST () "/" INBOX\r\n{tag} OK done\r\n'.encode())
        return True

    def with_school(server: Scripted, rest: str, tag: str, sock: socket.socket) -> bool:
        sock.sendall(f'* LIST () "/" INBOX\r\n* LIST () "/" School\r\n{tag} OK done\r\n'.encode())
        return True

    memory = Memory()
    with Scripted(dict(MAIL), on("LIST", with_school)) as server:
        assert {f.folder for f in night(server, memory, folders=None).folders} == {"INBOX", "School"}
        server.rules[:] = [on("LIST", without_school)]
        report = night(server, memory, folders=None)
        assert [f.problem for f in report.folders if f.folder == "School"] == [
            "The folder School is gone; its mail is still kept by iep-mail."
        ]
        assert report.complete
        assert not any(f.problem for f in night(server, memory, folders=None).folders)
        server.rules[:] = [on("LIST", with_school)]
        assert night(server, memory, folders=None).new == 0
    assert memory.ids == ["1", "2", "3"]


def test_where_folders_are_not_listed_the_inbox_alone_is_not_called_everything() -> None:
    memory = Memory()
    with Scripted(dict(MAIL), on("LIST", saying("TAG NO no\r\n"))) as server:
        report = night(server, memory, folders=None)
    assert memory.ids == ["1", "2", "3"]
    assert not report.complete
    assert "only the inbox was read" in report.problem


def test_where_one_folder_holds_all_mail_labels_are_not_read_beside_it() -> None:
    """As at Gmail: every label is a folder, and All Mail holds each message once."""
    listing = (
        '* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\HasNoChildren) "/" School\r\n'
        '* LIST (\\HasNoChildren \\All) "/" "[Gmail]/All Mail"\r\n'
        '* LIST (\\HasNoChildren \\Sent) "/" "[Gmail]/Sent Mail"\r\n'
        '* LIST (\\HasNoChildren \\Drafts) "/" "[Gmail]/Drafts"\r\n'
        '* LIST (\\HasNoChildren \\Junk) "/" "[Gmail]/Spam"\r\nTAG OK done\r\n'
    )
    memory = Memory()
    with Scripted(dict(MAIL), on("LIST", saying(listing))) as server:
        report = night(server, memory, folders=None)
    assert [f.folder for f in report.folders] == ["[Gmail]/Sent Mail", "INBOX", "[Gmail]/All Mail"]
    assert memory.ids == ["1", "2", "3"]


def test_a_folder_whose_name_would_be_a_second_command_is_passed_by() -> None:
    listing = '* LIST () "/" INBOX\r\n* LIST () "/" {13}\r\nA\r\nX DELETE B\r\nTAG OK done\r\n'
    with Scripted(dict(MAIL), on("LIST", saying(listing))) as server:
        assert night(server, Memory(), folders=None).new == 3
        assert not any("DELETE" in command for command in server.commands)


def test_a_refused_search_falls_back_to_every_header() -> None:
    memory = Memory()
    with Scripted(dict(MAIL), on("SEARCH", saying("TAG BAD what\r\n"), "OR")) as server:
        assert night(server, memory).new == 3


@pytest.mark.parametrize(
    ("answer", "error"), [("NO no", LoginError), ("NO [UNAVAILABLE] later", MailboxError)]
)
def test_a_server_that_is_busy_at_the_login_did_not_refuse_the_password(
    answer: str, error: type[MailboxError]
) -> None:
    with (
        Scripted({}, on("LOGIN", saying(f"TAG {answer}\r\n"))) as server,
        pytest.raises(MailboxError) as caught,
    ):
        night(server, Memory())
    assert type(caught.value) is error


def test_only_reading_commands_are_ever_sent() -> None:
    with Scripted(dict(MAIL)) as server:
        night(server, Memory())
        names = {command.removeprefix("UID ").split(" ")[0] for command in server.commands}
        assert names <= {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}
        assert all("PEEK" in command for command in server.commands if "BODY" in command)
