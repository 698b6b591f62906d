"""Mail as nobody should write it: mutations of real messages, and what is made to hurt.

Everything follows from the random source that is given: one seed, one corpus, the same messages.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

_LARGEST = 400_000  # a mutation does not grow beyond it: size is tried by itself

_TOKENS = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\x80\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1b[31m", b"=?utf-8?q?=00?=",
    b"=?utf-8?b?////?=", b"=?x-unknown?q?hi?=", b"=?utf-8?q?" + b"=41" * 200 + b"?=", b'"' * 300, b"(" * 300,
    b"<" * 300, b"," * 300, b";" * 300, b"@" * 100, b"=" * 200, b">" * 500, b"> " * 300, b"-- \r\n", b"<div>" * 300,
    b"<table><tr><td>" * 100, b"<script>alert(1)</script>", b"<!--", b"]]>", b"{{ 7*7 }}", b"{% for x in y %}",
    b"%s%n", b"../../../etc/passwd", b"\xe2\x80\xae", b"\xe2\x80\x8b" * 200, "\u0345".encode() * 100, b"A" * 5000,
    b" " * 5000, b"\t" * 1000, b"0" * 500, b"99999999999999", b"-1", b"by 99/99/9999", b"on February 30, 0000",
    b"within 99999999999 school days", b"in -3 weeks", b"31.12.9999", b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n",
    b"Date: Thu, 1 Jan 0001 00:00:00 +0000\r\n", b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\n",
    b"On Monday wrote:\r\n", b"From: x\r\nSent: y\r\nTo: z\r\nSubject: q\r\n", b"-----Original Message-----\r\n",
    b"Could you please send me? " * 50, b"We will send it by Friday. " * 50,
)  # fmt: skip

_HEADERS = (
    b"Content-Type: multipart/mixed; boundary=", b'Content-Type: multipart/alternative; boundary="a b"',
    b"Content-Type: text/plain; charset=utf-7", b"Content-Type: text/html; charset=\xff",
    b"Content-Type: message/rfc822", b"Content-Type: text/calendar; method=REPLY", b"Content-Type: " + b"x/" * 500,
    b"Content-Type: text/plain; charset=utf-16", b"Content-Type: text/plain; charset=idna",
    b"Content-Type: text/plain; charset=unicode_escape", b"Content-Type: text/plain; charset=rot13",
    b"Content-Type: text/plain; charset=zip", b"Content-Type: multipart/report; report-type=delivery-status",
    b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode", b"Content-Transfer-Encoding: 9bit", b"Message-ID: <>",
    b"Message-ID: <a\r\n b>", b"References: " + b"<a@b> " * 2000, b"In-Reply-To: null", b"From: ", b"From: @",
    b'From: "a" <b@c>, "d" <e@f>', b"From: =?utf-8?b?" + b"QUFB" * 1000 + b"?=", b"To: undisclosed-recipients:;",
    b"Subject: ", b"Subject: " + b"Re: " * 1000, b"Auto-Submitted: maybe", b"Return-Path: <>", b"Date: ",
    b"Date: 0", b"Received: by x; Mon", b"Content-Disposition: attachment; filename*=utf-8''%ff%00..%2f",
    b"Content-Disposition: attachment; filename*0*=x; filename*1000000=y", b"MIME-Version: 9", b": no name",
    b"X" * 2000 + b": y", b"\xff\xfe: z",
)  # fmt: skip


def corpus(folders: Sequence[Path]) -> list[bytes]:
    """Every message below the folders, in the order of their paths."""
    from evaluation.robust import messages_below

    return [raw for folder in folders for _, raw in messages_below(folder) if len(raw) < _LARGEST]


def mutated(chance: random.Random, messages: Sequence[bytes]) -> Iterator[bytes]:
    """Endless: each a message of the corpus after one to six mutations."""
    while True:
        raw = chance.choice(messages)
        for _ in range(chance.randint(1, 6)):
            raw = chance.choice(MUTATIONS)(chance, raw, messages)[:_LARGEST]
        yield raw


def _bytes_changed(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.choice((1, 5, 50))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _piece(chance: random.Random, raw: bytes) -> tuple[int, int]:
    start = chance.randint(0, len(raw))
    return start, min(len(raw), start + chance.choice((1, 10, 100, 2000)))


def _cut_out(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    start, end = _piece(chance, raw)
    return raw[:start] + raw[end:]


def _cut_off(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    return raw[: chance.randint(0, len(raw))]


def _repeated(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    start, end = _piece(chance, raw)
    return raw[:end] + raw[start:end] * chance.choice((1, 10, 300)) + raw[end:]


def _spliced(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    other = chance.choice(messages)
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _hostile(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.choice(_TOKENS) + raw[at:]


def _line_repeated(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    lines = raw.splitlines(keepends=True) or [b"x\n"]
    at = chance.randrange(len(lines))
    return b"".join(lines[:at] + [lines[at]] * chance.choice((2, 50, 1000)) + lines[at:])


def _lines_shuffled(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n") if b"\r\n\r\n" in raw else raw.partition(b"\n\n")
    lines = head.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines) + gap + body


def _header_more(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    return chance.choice(_HEADERS) + b"\r\n" + raw


def _header_instead(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    header = chance.choice(_HEADERS)
    name = re.escape(header.split(b":")[0]) or b"x"
    return re.sub(rb"(?im)^" + name + rb":[^\r\n]*", lambda _: header, raw, count=1)


def _boundary_changed(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    found = re.findall(rb'boundary="?([^"\r\n;]+)', raw)
    if not found:
        return raw
    new = chance.choice((b"", b"-", b"x", found[0][:-1], found[0] + b"x", b"\xff", b"a" * 300))
    return raw.replace(chance.choice(found), new, chance.choice((1, 2, 3, -1)))


def _wrapped(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    """Inside of another message, a few times over."""
    for number in range(chance.choice((1, 3, 40))):
        raw = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) + raw
    return raw


def _line_ends(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    return re.sub(rb"\r?\n", lambda _: chance.choice((b"\r\n", b"\n", b"\r", b"\r\r\n")), raw)


def _from_the_school(chance: random.Random, raw: bytes, messages: Sequence[bytes]) -> bytes:
    """The people of another message of the corpus: so that whatever it says is the school's, or ours."""
    people = re.findall(
        rb"(?im)^(?:From|To|Date|Message-ID|In-Reply-To):[^\r\n]*\r?\n", chance.choice(messages)
    )
    return b"".join(people) + raw


MUTATIONS: tuple[Mutation, ...] = (
    _bytes_changed, _cut_out, _cut_off, _repeated, _spliced, _hostile, _hostile, _line_repeated, _lines_shuffled,
    _header_more, _header_instead, _boundary_changed, _wrapped, _line_ends, _from_the_school, _from_the_school,
)  # fmt: skip


def giants() -> Iterator[tuple[str, bytes]]:
    """What is not broken but beyond all measure, by name."""
    head = (
        b"From: Ms. Park <epark@maplehill.example.org>\r\nTo: rosa@delgado.example.net\r\nSubject: Speech\r\n"
    )
    ask = b"Could you tell me whether speech was held on January 12?\r\n"
    mixed = head + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    yield "50 MB of text", head + b"\r\n" + ask * (50_000_000 // len(ask))
    line = b"QUJD" * 19 + b"\r\n"
    part = b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    yield (
        "50 MB attached",
        mixed + b"--b\r\n\r\n" + ask + part + line * (50_000_000 // len(line)) + b"--b--\r\n",
    )
    yield "10,000 parts", mixed + (b"--b\r\nContent-Type: text/plain\r\n\r\n" + ask) * 10_000 + b"--b--\r\n"
    yield "100,000 headers", head + b"X-More: of the same\r\n" * 100_000 + b"\r\n" + ask
    yield "100,000 recipients", head + b"Cc: " + b"a@b.example.org, " * 100_000 + b"\r\n\r\n" + ask
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n" % (n, n) for n in range(10_000)
    )
    yield "10,000 levels of parts", head + nested + b"\r\n" + ask
    yield "10,000 levels of messages", head + b"Content-Type: message/rfc822\r\n\r\n" * 10_000 + ask
    yield (
        "10,000 levels of quotes",
        head + b"\r\n" + b"\r\n".join(b">" * n + b" yes" for n in range(1, 10_000, 7)),
    )
    tags = b"<div><blockquote>" * 10_000
    yield "10,000 levels of HTML", head + b"Content-Type: text/html\r\n\r\n" + tags + ask
    yield (
        "50,000 quotes in From",
        b"From: " + b'"' * 50_000 + b" <a@b.example.org>\r\n" + head + b"\r\n" + ask,
    )
    yield "10,000 encoded words", b"Subject: " + b"=?utf-8?q?a?= " * 10_000 + b"\r\n" + head + b"\r\n" + ask
    yield "one line of 5 MB", head + b"\r\n" + b"Could you send it by Friday, " * 170_000
    yield "100,000 asks", head + b"\r\n" + ask * 100_000
    yield "one word of 5 MB", head + b"\r\n" + b"a" * 5_000_000
    yield "a million line ends", head + b"\r\n" + b"\r\n" * 1_000_000
    yield "a megabyte of References", head + b"References: " + b"<a@b> " * 170_000 + b"\r\n\r\n" + ask
