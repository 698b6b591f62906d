"""Whatever a parent types: in their mailbox nothing changes but Drafts, Sent and the folders under IEP.

Every command of the program runs, those to come too: their arguments follow from their names.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import click
import pytest

from home import Home, fill
from iep_mail.cli.main import cli
from servers.box import Box
from servers.smtp import Smtp
from world import speech_story

from .test_real_servers import SERVERS, courier_port, server  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow

# Those that serve, sign in elsewhere, or change the computer itself, and not by way of a mailbox.
_LEFT_OUT = {"web", "schedule install", "schedule remove", "password", "account sign-in", "init"}
_WRITERS = {"nightly", "send"}
_OURS = ("Drafts", "Sent", "IEP")


def commands(group: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command
            yield from commands(command, (*path, name))
    else:
        yield " ".join(path), group


def snapshot(box: Box) -> dict[str, object]:
    """Of every folder what the server counts by, and each message's flags and bytes."""
    found: dict[str, object] = {}
    with box.client() as client:
        wanted = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"]
        if client.has_capability("CONDSTORE"):
            wanted.append("HIGHESTMODSEQ")
        for attributes, _, name in client.list_folders():
            if b"\\Noselect" in attributes:
                continue
            status = client.folder_status(name, wanted)
            client.select_folder(name, readonly=True)
            uids = client.search(["ALL"])
            messages = client.fetch(uids, ["FLAGS", "BODY.PEEK[]", "INTERNALDATE"]) if uids else {}
            found[name.removeprefix(box.prefix)] = (
                status,
                {
                    uid: (
                        sorted(f for f in m[b"FLAGS"] if f != b"\\Recent"),
                        m[b"BODY[]"],
                        m[b"INTERNALDATE"],
                    )
                    for uid, m in messages.items()
                },
            )
    return found


def the_parents(contents: dict[str, object]) -> dict[str, object]:
    return {name: kept for name, kept in contents.items() if not name.startswith(_OURS)}


def arguments(command: click.Command, home: Home, number: int) -> list[str]:
    """Something sensible for each argument, by its name."""
    dump = home.dump()
    new = str(home.folder / f"new-{number}")
    drafts = {d["status"]: d["id"] for d in dump["drafts"]}
    first = {
        "case_id": dump["cases"][0]["id"], "into": dump["cases"][-1]["id"], "cases": dump["cases"][0]["id"],
        "case": dump["cases"][0]["id"], "some_id": dump["requests"][0]["id"], "thread_id": dump["threads"][0]["id"],
        "request_id": dump["requests"][-1]["id"], "message_id": dump["messages"][0]["sha256"],
        "commitment_id": dump["commitments"][0]["id"], "decision_id": "1",
        "draft_id": drafts.get("drafted") or drafts.get("approved", "0000"), "draft_ids": drafts.get("approved", "0000"),
        "day": "2026-02-05", "number": "2", "file": new, "package": new, "paths": str(home.folder),
        "files": str(home.folder / "calendar.ics"), "name": "follow-up", "addresses": "vshaw@maplehill.example.org",
        "words": "speech", "title": "Speech", "text": "They called.", "child": "Mateo Delgado", "service": "speech",
        "address": "rosa@delgado.example.net", "term": "IEP", "values": "x=y",
    }  # fmt: skip
    found: list[str] = []
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice) and parameter.required:
            found.append(str(parameter.type.choices[0]))
        elif isinstance(parameter, click.Argument):
            found.append(first.get(parameter.name or "", "x"))
        elif parameter.required:
            found += [parameter.opts[0], new]
        elif "--yes" in parameter.opts or "--now" in parameter.opts:
            found.append("--yes" if "--yes" in parameter.opts else "--now")
    return found


@pytest.mark.servers
@pytest.mark.timeout(300)
@pytest.mark.parametrize("server", [(name, ()) for name in SERVERS], ids=SERVERS, indirect=True)
def test_every_command(server: Box, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    fill(server, speech_story())
    monkeypatch.setattr("click.edit", lambda *a, **k: None)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    last = before = snapshot(server)
    done: dict[str, int] = {}
    night = next(each for each in commands() if each[0] == "nightly")
    with Smtp(user=server.user) as postbox:
        for number, (name, command) in enumerate([night, *commands(), night]):
            if name in _LEFT_OUT:
                continue
            home.configure(replace(server, smtp=postbox.port), drafts="mailbox", filing="folders")
            home.now += timedelta(minutes=10)
            if name == "send":  # the commands before it took the approval back
                letter = next(d for d in home.dump()["drafts"] if d["status"] == "drafted")
                if letter["blanks"]:
                    home.run(
                        "draft", "fill", letter["id"], *(f"{blank}=January 12" for blank in letter["blanks"])
                    )
                assert home.run("draft", "approve", letter["id"], "--yes").code == 0
                last = snapshot(server)
            ran = home.run(*name.split(), *(arguments(command, home, number) if number else []))
            assert "inside iep-mail" not in ran.err, (name, ran.err)
            after = snapshot(server)
            assert the_parents(after) == the_parents(before), name
            if name not in _WRITERS:
                assert after == last, name
            last = after
            done[name] = ran.code
            assert name != "send" or ran.code == 0, ran.err
    assert len(done) > 80
    assert sum(code in (0, 10) for code in done.values()) > 50, done
    assert len(postbox.delivered) == 1
