"""A whole week with the program on every server, and on servers that can do less than they do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from home import ROSA, Home, fill
from servers.box import Box
from servers.courier import PREFIX, courier
from servers.hiding import hiding
from servers.pymap_server import pymap
from servers.smtp import Smtp
from world import DIRECTOR, PARENT, TEACHER, at, mail, speech_story

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)
_HIDDEN = ("CONDSTORE", "SPECIAL-USE", "UIDPLUS", "LITERAL+")
SERVERS = ("dovecot", "cyrus", "courier", "pymap")
BUS = mail(PARENT, DIRECTOR, "The bus", "Could you tell me when the bus will leave in the morning?",
           at("2026-01-20 15:00"), number=20)  # fmt: skip
ANSWER = mail(TEACHER, PARENT, "Re: Speech on Monday?", "Hi Rosa,\n\nYes, speech was held on January 12.\n\nEllen Park",
              at("2026-02-09 15:00"), number=80, answers=3).replace(b"\n", b"\r\n")  # fmt: skip


@pytest.fixture(scope="module")
def courier_port() -> Iterator[int]:
    with courier() as port:
        yield port


@pytest.fixture(
    params=[
        *(pytest.param((name, ()), marks=pytest.mark.servers, id=name) for name in SERVERS),
        *(pytest.param(("dovecot", (one,)), marks=pytest.mark.servers, id=f"dovecot without {one}") for one in _HIDDEN),
        *(pytest.param((name, _HIDDEN), marks=pytest.mark.servers, id=f"{name} without any") for name in SERVERS[:3]),
    ]
)  # fmt: skip
def server(request: pytest.FixtureRequest) -> Iterator[Box]:
    """An empty mailbox of Rosa's on the server, with Drafts and Sent."""
    name, hidden = request.param
    box = Box("127.0.0.1", 0, f"rosa{next(_numbers)}", address=ROSA)
    with ExitStack() as stack:
        if name == "courier":
            box = replace(box, port=request.getfixturevalue("courier_port"), prefix=PREFIX)
        elif name == "cyrus":
            cyrus = request.getfixturevalue("cyrus_server")
            cyrus.add_user(box.user)
            box = replace(box, port=cyrus.port)
        elif name == "dovecot":
            box = replace(box, port=request.getfixturevalue("dovecot_port"))
        else:
            box = replace(box, port=stack.enter_context(pymap(box.user)))
        if hidden:
            box = replace(box, port=stack.enter_context(hiding(box.port, *hidden)))
        for folder in ("Drafts", "Sent"):
            box.fill(folder)
        yield box


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, Any]:
    """What the first server's week gave, for comparison with the others'."""
    return {}


def test_a_week(server: Box, home: Home, elsewhere: dict[str, Any]) -> None:
    """Two nights, an answer, a letter sent: the same on every server, and every message once."""
    fill(server, [*speech_story(), BUS])
    with Smtp(user=server.user) as postbox:
        home.configure(replace(server, smtp=postbox.port), drafts="mailbox", filing="folders")
        before = server.contents()
        first = home.run("nightly")
        assert first.code == 10, first.err
        contents = server.contents()
        assert [len(contents[name]) for name in ("INBOX", "Sent", "Drafts")] == [3, 4, 2]
        assert {name: contents[name] for name in ("INBOX", "Sent")} == {
            name: before[name] for name in ("INBOX", "Sent")
        }
        home.now += timedelta(hours=1)
        assert home.run("nightly").code == 10
        assert server.contents() == contents

        letter = next(d["id"] for d in home.dump()["drafts"] if "Speech" in d["subject"])
        assert home.run("draft", "approve", letter, "--yes").code == 0
        sent = home.run("send", letter, "--now")
        assert sent.code == 0, sent.err
        assert len(postbox.delivered) == 1
        server.fill("INBOX", ANSWER)
        home.now += timedelta(days=1)
        third = home.run("nightly")
        assert third.code in (0, 10), third.err
        contents = server.contents()
        assert len(contents["Sent"]) == 5
        dump = home.dump()
        assert len(dump["messages"]) == 8
        for case in dump["cases"]:
            copies = _filed(contents, case["title"])
            assert len(copies) == sum(m["case"] == case["id"] for m in dump["messages"])
    for message in dump["messages"]:
        message.pop("folders")
    told = (dump, {name: contents[name] for name in ("INBOX", "Sent", "Drafts")})
    assert elsewhere.setdefault("told", told) == told


def _filed(contents: dict[str, list[bytes]], title: str) -> list[bytes]:
    found = [raws for name, raws in contents.items() if name.startswith("IEP") and title in name]
    assert len(found) == 1, list(contents)
    return found[0]
