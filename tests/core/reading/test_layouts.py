"""What a message adds, over the ways in which programs and people quote, sign and warn, in many languages."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from iep_mail.core.reading.message import read_message

_TABLES = Path(__file__).parent / "tables"
PARENT, TEACHER = "Linh Tran <linh@tran.example.net>", "Ellen Park <park@school.example.org>"
_TYPED_NAME = re.compile(r"\s*(?:Thanks,\s*)?(?:Ms\. )?(?:Ellen(?: Park)?|Park)\W*$")


def layouts(name: str) -> list[tuple[str, str, str]]:
    """A name, a body, and the text that it adds, for each layout of a table."""
    blocks = (_TABLES / name).read_text(encoding="utf-8").split("\n@@@ ")[1:]
    heads = [block.partition("\n") for block in blocks]
    return [
        (above[0], above[2].strip("\n"), below[2].strip("\n"))
        for above, below in zip(heads[::2], heads[1::2], strict=True)
    ]


def added(body: str, sender: str, subtype: str = "plain") -> str:
    """The new text in one line, without the writer's own name under it: it may stay or go."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "office@school.example.org", "Re: speech"
    mail.set_content(body, subtype=subtype)
    return _one_line(read_message(bytes(mail)).new_text)


def _one_line(text: str) -> str:
    return " ".join(_TYPED_NAME.sub("", text).split())


PLAIN = layouts("layouts.txt")


@pytest.mark.parametrize(("body", "adds"), [pytest.param(b, a, id=n) for n, b, a in PLAIN])
def test_plain_mail_keeps_what_its_writer_added(body: str, adds: str) -> None:
    sender = PARENT if body.startswith("I would like the log.") else TEACHER
    assert added(body, sender) == _one_line(adds)


@pytest.mark.parametrize(
    ("page", "adds"), [pytest.param(b, a, id=n) for n, b, a in layouts("page_layouts.txt")]
)
def test_a_page_keeps_what_its_writer_added(page: str, adds: str) -> None:
    assert added(page, TEACHER, "html") == _one_line(adds)
