"""A draft as a message: RFC 5322 bytes, harmless whatever the fields hold."""

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.letters.mail import draft_bytes
from iep_mail.errors import UsageError
from iep_mail.model import Address, Draft

AT = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
ME = Address("Ingrid Halvorsen", "ingrid@halvorsen.example.net")
DRAFT = Draft(
    id="d1",
    case=None,
    request=None,
    letter="follow-up",
    subject="Re: NH and speech – März",
    to=("t.vance@larkspur.example.org",),
    cc=("a.okoro@larkspur.example.org",),
    body="Dear Toby Vance,\n\nOn Monday I wrote: “Which days?”\n\n" + "word " * 60 + "\n\nIngrid\n",
    in_reply_to="<m1@example.net>",
    references=("<m0@example.net>", "<m1@example.net>"),
)


def test_a_draft_becomes_a_message_that_reads_back_the_same() -> None:
    raw = draft_bytes(DRAFT, ME, "<iep-mail.d1@halvorsen.example.net>", AT)
    mail = email.message_from_bytes(raw, policy=default)
    assert mail["Subject"] == DRAFT.subject
    assert mail["To"] == "t.vance@larkspur.example.org"
    assert mail["Cc"] == "a.okoro@larkspur.example.org"
    assert mail["From"] == "Ingrid Halvorsen <ingrid@halvorsen.example.net>"
    assert mail["Message-ID"] == "<iep-mail.d1@halvorsen.example.net>"
    assert mail["In-Reply-To"] == "<m1@example.net>"
    assert mail["References"] == "<m0@example.net> <m1@example.net>"
    assert mail["Date"].datetime == AT
    assert mail.get_content().replace("\r\n", "\n") == DRAFT.body


def test_lines_end_with_crlf_and_are_short() -> None:
    raw = draft_bytes(DRAFT, ME, "<d@x.example.net>", AT)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw == draft_bytes(DRAFT, ME, "<d@x.example.net>", AT)


@given(st.text(max_size=80))
def test_no_field_can_add_a_header(text: str) -> None:
    evil = f"{text}\r\nBcc: thief@example.com\r\n\r\n{text}"
    draft = replace(DRAFT, subject=evil, in_reply_to=evil, references=(evil, "<ok@example.net>"))
    raw = draft_bytes(draft, Address(evil, ME.email), f"<a@b.example>{evil}", AT)
    mail = email.message_from_bytes(raw, policy=default)
    assert mail["Bcc"] is None
    assert mail["Content-Type"].startswith("text/plain")


@given(st.text(max_size=200))
def test_any_body_can_be_written(body: str) -> None:
    email.message_from_bytes(
        draft_bytes(replace(DRAFT, body=body), ME, "<d@x.example.net>", AT), policy=default
    )


@pytest.mark.parametrize("address", ["", "no at", "a@b\r\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(UsageError):
        draft_bytes(replace(DRAFT, to=(address,)), ME, "<d@x.example.net>", AT)
