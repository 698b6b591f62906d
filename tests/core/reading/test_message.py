"""Any bytes in, a message out: whole, in part, or kept as it came, and never at a cost beyond its size."""

from __future__ import annotations

import json
import time
import tracemalloc
from base64 import encodebytes
from dataclasses import asdict
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iep_mail.core.reading.headers import UNKNOWN_DATE
from iep_mail.core.reading.message import read_envelope, read_message
from iep_mail.core.reading.tree import parse
from iep_mail.model import Message, MessageKind

RECEIVED = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
NOT_READ = "It could not be read; it is kept as it came."


def letter() -> bytes:
    """A letter with a page, an attachment and everything a header has."""
    mail = EmailMessage()
    mail["From"] = "Ellen Park <epark@maplehill.example.org>"
    mail["To"] = "Rosa Delgado <rosa@delgado.example.net>, Luis <luis@delgado.example.net>"
    mail["Cc"] = "Victor Shaw <vshaw@maplehill.example.org>"
    mail["Subject"] = "Re: speech – Tuesdays"
    mail["Date"] = "Tue, 03 Mar 2026 15:15:00 -0600"
    mail["Message-ID"] = "<answer@maplehill.example.org>"
    mail["In-Reply-To"] = "<asked@delgado.example.net>"
    mail["References"] = "<first@delgado.example.net> <asked@delgado.example.net>"
    mail.set_content("Hi Rosa,\n\nHe has speech on Tuesdays.\n\nThanks,\nEllen\n")
    mail.add_alternative("<p>Hi Rosa,</p><p>He has speech on Tuesdays.</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="log.pdf")
    return bytes(mail)


def storable(message: Message) -> None:
    """What every message has to be: its fields fit a database and JSON, its date is aware."""
    json.dumps(asdict(message), default=str).encode("utf-8")
    for text in (
        message.subject,
        message.new_text,
        message.full_text,
        message.sender.name,
        message.sender.email,
    ):
        text.encode("utf-8")
        assert "\x00" not in text
    assert message.date.tzinfo is not None
    assert all(
        "\n" not in i and "\r" not in i for i in (message.message_id, message.subject, *message.references)
    )


def test_a_letter_is_read_whole() -> None:
    message = read_message(letter(), RECEIVED)
    assert (message.sender.name, message.sender.email) == ("Ellen Park", "epark@maplehill.example.org")
    assert [a.email for a in message.to] == ["rosa@delgado.example.net", "luis@delgado.example.net"]
    assert [a.email for a in message.cc] == ["vshaw@maplehill.example.org"]
    assert message.subject == "Re: speech – Tuesdays"
    assert message.date == datetime(2026, 3, 3, 21, 15, tzinfo=UTC)
    assert message.message_id == "<answer@maplehill.example.org>"
    assert message.in_reply_to == ("<asked@delgado.example.net>",)
    assert message.references == ("<first@delgado.example.net>", "<asked@delgado.example.net>")
    assert message.new_text == "Hi Rosa,\n\nHe has speech on Tuesdays."
    assert [(a.name, a.content_type, a.size) for a in message.attachments] == [
        ("log.pdf", "application/pdf", 8)
    ]
    assert (message.kind, message.problems) == (MessageKind.PERSONAL, ())


def test_a_message_fetched_without_its_attachments_says_so() -> None:
    message = read_message(letter(), RECEIVED, complete=False)
    assert message.problems == ("It is too large to be fetched whole: only its header and text were read.",)


# --- any bytes ------------------------------------------------------------------------------


@given(st.binary(max_size=2_000))
@example(b"")
@example(b"\n")
@example(b"\r\n\r\n")
@example(b"Content-Type: multipart/mixed\r\n\r\n")
@example(b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n")
@example(b"From: \xff\xfe\r\nSubject: \x00\xed\xa0\x80\r\n\r\n\xed\xa0\x80")
@example(b"Content-Type: text/plain; charset=\xff\r\nContent-Transfer-Encoding: \xff\r\n\r\nx")
@example(b"Content-Type: text/plain; charset*=x'y'%ff\r\n\r\nx\xff")
@example(b"Content-Type: text/plain; charset=u\x00tf\r\n\r\nx\xff")
@settings(max_examples=60)
def test_any_bytes_give_a_message(raw: bytes) -> None:
    message = read_message(raw, RECEIVED)
    storable(message)
    assert NOT_READ not in message.problems
    read_envelope(raw)


PIECES = st.sampled_from(
    [
        b"From: a@b.c\r\n", b"From: ", b"To: x:;\r\n", b"Subject: =?utf-8?q?", b"=?x?b?====?=", b"Date: Tue, 99 Foo\r\n", b"\r\n", b"\n", b"\r",
        b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: multipart/report; boundary=b\r\n", b"--b\r\n", b"--b--\r\n", b"--",
        b"Content-Type: message/rfc822\r\n", b"Content-Type: message/delivery-status\r\n", b"Content-Type: message/partial\r\n",
        b"Content-Type: text/html; charset=utf-16\r\n", b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"Content-Type: text/calendar\r\n",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=x\r\n", b"=C3=\r\n", b"QUJD=", b"begin 644 x\r\n", b"> quoted\r\n", b"<p>x", b"\xff\xfe\x00",
        b"X-Failed-Recipients: <>\r\n", b"Message-ID: <a@b>\r\n", b"References: null\r\n", b" folded\r\n", b"\tfolded\r\n", b"word ",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map(b"".join))
@settings(max_examples=60)
def test_pieces_of_mail_in_any_order_give_a_message(raw: bytes) -> None:
    message = read_message(raw)
    storable(message)
    assert NOT_READ not in message.problems


@given(st.data())
@settings(max_examples=40)
def test_a_damaged_letter_gives_a_message(data: st.DataObject) -> None:
    raw = bytearray(letter())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        until = data.draw(st.integers(at, min(len(raw), at + 60)))
        raw[at:until] = data.draw(st.one_of(st.binary(max_size=8), PIECES, st.just(bytes(raw[at:until]) * 2)))
    message = read_message(bytes(raw), RECEIVED)
    storable(message)
    assert NOT_READ not in message.problems


@given(st.integers(0, 1_500))
@settings(max_examples=30)
def test_a_letter_that_was_cut_off_gives_what_arrived(length: int) -> None:
    message = read_message(letter()[:length], RECEIVED)
    storable(message)
    assert NOT_READ not in message.problems


@given(st.binary(max_size=300))
@settings(max_examples=20)
def test_the_same_bytes_give_the_same_message(raw: bytes) -> None:
    assert read_message(raw, RECEIVED) == read_message(raw, RECEIVED)


# --- what defeats every parser --------------------------------------------------------------


def nested(levels: int) -> bytes:
    head = b"From: Ellen Park <epark@maplehill.example.org>\r\nSubject: deep\r\nDate: Tue, 03 Mar 2026 15:15:00 -0600\r\n"
    return head + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(levels)
    )


def test_parts_nested_as_programs_nest_them_are_read() -> None:
    raw = nested(30) + b"Content-Type: text/plain\r\n\r\nHe has speech on Tuesdays.\r\n"
    assert read_message(raw).new_text == "He has speech on Tuesdays."


@pytest.mark.parametrize(
    "raw", [nested(10_000), nested(2_000) + b"\r\nhi", b"Content-Type: message/rfc822\r\n\r\n" * 10_000]
)
def test_what_no_parser_reads_is_kept_and_said(raw: bytes) -> None:
    message = read_message(raw, RECEIVED)
    storable(message)
    assert message.problems == (NOT_READ,)


def test_of_what_cannot_be_read_the_header_is() -> None:
    message = read_message(nested(2_000), RECEIVED)
    assert (message.sender.email, message.subject) == ("epark@maplehill.example.org", "deep")
    assert message.date == datetime(2026, 3, 3, 21, 15, tzinfo=UTC)


def test_without_any_date_it_is_unknown() -> None:
    assert read_message(b"Subject: x\r\n\r\nhi").date == UNKNOWN_DATE


# --- large ones -----------------------------------------------------------------------------


def test_a_large_message_is_cut_at_its_boundaries_and_reads_as_a_small_one() -> None:
    def with_attachment(size: int) -> bytes:
        data = encodebytes(b"x" * size).replace(b"\n", b"\r\n")
        inner = b"--i\r\nContent-Type: text/plain\r\n\r\nHe has speech.\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>He has speech.</p>\r\n--i--\r\n"
        return (
            b'From: epark@maplehill.example.org\r\nContent-Type: multipart/mixed; boundary="o"\r\n\r\npreamble\r\n--o\r\n'
            b'Content-Type: multipart/alternative; boundary="i"\r\n\r\n' + inner + b"--o\r\nContent-Type: application/pdf; name=\"log.pdf\"\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + data + b"\r\n--o--\r\nepilogue"
        )  # fmt: skip

    small, large = read_message(with_attachment(1_000)), read_message(with_attachment(3_000_000))
    assert (large.full_text, large.new_text, large.kind) == (small.full_text, small.new_text, small.kind)
    assert [(a.name, a.size) for a in large.attachments] == [("log.pdf", 3_000_000)]
    assert [(a.name, a.size) for a in small.attachments] == [("log.pdf", 1_000)]


@given(
    st.lists(
        st.sampled_from(
            [
                b"--b\r\n",
                b"--b--\r\n",
                b"--b \n",
                b"text\r\n",
                b"\r\n",
                b"Content-Type: text/html\r\n\r\n",
                b"--bb\r\n",
            ]
        ),
        max_size=12,
    )
)
@settings(max_examples=25)
@pytest.mark.slow
def test_cutting_at_boundaries_gives_the_parts_that_the_library_gives(lines: list[bytes]) -> None:
    head = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n'
    tail = b"--b\r\n\r\n" + b"x" * 2_000_000 + b"\r\n--b--\r\n"
    raw = head + b"".join(lines) + tail
    if b"--b--" in b"".join(lines):
        return  # after the closing line the library stops; what follows it is read here too
    trees = (parse(raw), message_from_bytes(raw))
    found, expected = ([str(p.get_payload()).strip("\r\n") for p in tree.get_payload()] for tree in trees)  # type: ignore[union-attr]
    assert [text for text in found if text] == [text for text in expected if text]


HEAD = b"From: Ellen <epark@maplehill.example.org>\r\nSubject: s\r\n"
HOSTILE = {
    "10,000 parts": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n" * 10_000,
    "100,000 headers": b"".join(b"X-H%d: v\r\n" % n for n in range(100_000)) + HEAD + b"\r\nhi",
    "50,000 quotes in From": b"From: " + b'"' * 50_000 + b" <a@b.c>\r\n\r\nhi",
    "50,000 parentheses in From": b"From: " + b"(" * 50_000 + b" <a@b.c>\r\n\r\nhi",
    "500 long To fields": HEAD + (b"To: " + b"a@b.c," * 2_700 + b"\r\n") * 500 + b"\r\nhi",
    "10,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 10_000 + b"\r\n\r\nhi",
    "one huge encoded word": b"Subject: =?utf-8?b?" + b"YWFh" * 250_000 + b"?=\r\n\r\nhi",
    "100,000 references": HEAD + b"References:" + b"\r\n <a@b>" * 100_000 + b"\r\n\r\nhi",
    "50,000 parameters": HEAD + b"Content-Type: multipart/mixed" + b"; a=b" * 50_000 + b"\r\n\r\nhi",
    "50,000 parameters of a part": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: multipart/mixed' + b"; a=b" * 50_000 + b"\r\n\r\nx",
    "100,000 recipients reported": HEAD + b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n' + b"a: b\r\n\r\n" * 100_000,
    "10 MB of text": HEAD + b"\r\n" + b"He has speech on Tuesdays and it is fine.\r\n" * 250_000,
    "10 MB of quotes": HEAD + b"\r\n" + b"> He has speech\r\n" * 600_000,
    "10 MB of empty lines": HEAD + b"\r\n" + b"\r\n" * 5_000_000,
    "10 MB in one line": HEAD + b"\r\n" + b"word " * 2_000_000,
    "10 MB of heads": HEAD + b"\r\n" + b"From: x@y.z\r\nTo: a\r\n" * 500_000,
    "10 MB of closings": HEAD + b"\r\n" + b"Thanks,\r\n" * 1_000_000,
    "10 MB of notices": HEAD + b"\r\n" + b"This email is confidential\r\n\r\n" * 330_000,
    "10 MB of banners": HEAD + b"\r\n" + b"CAUTION: external\r\n" * 500_000,
    "10 MB of soft lines": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 2_500_000,
    "10 MB of bad base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"YW=!" * 2_500_000,
    "10 MB of boundaries": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--bb\r\n" * 1_600_000,
    "6 MB of fields": b"a:\n" * 2_000_000,
    "5 MB of nothing": b"\x00" * 5_000_000,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_message_costs_more_than_its_size_warrants(kind: str) -> None:
    started = time.perf_counter()
    message = read_message(HOSTILE[kind], RECEIVED)
    read_envelope(HOSTILE[kind])
    assert time.perf_counter() - started < 8, "about 1 s at most on an idle machine"
    storable(message)
    assert NOT_READ not in message.problems


@pytest.mark.slow
def test_fifty_megabytes_are_read_in_a_few_times_that_memory() -> None:
    data = encodebytes(bytes(37_000_000))
    raw = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhi\r\n--b\r\nContent-Transfer-Encoding: base64\r\nContent-Type: application/pdf\r\n\r\n' + data  # fmt: skip
    del data
    tracemalloc.start()
    try:
        message = read_message(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert message.attachments[0].size == 37_000_000
    assert peak < 4.5 * len(raw)
