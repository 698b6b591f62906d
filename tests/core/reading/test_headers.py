"""Header fields as mail really carries them: encoded, folded, repeated, missing, absurd."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.message import Message as Parsed

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.reading.headers import (
    MAX_FIELD,
    addresses,
    believable_date,
    capped_block,
    clean,
    date_of,
    decoded,
    header_text,
    ids_of,
    message_ids,
    split_block,
    without_leading_lines,
)
from iep_mail.core.reading.tree import parse

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def head(*fields: str | bytes) -> Parsed:
    return parse(b"\r\n".join(f.encode() if isinstance(f, str) else f for f in fields) + b"\r\n\r\n")


def pairs(field: str | bytes, name: str = "To") -> list[tuple[str, str]]:
    return [(a.name, a.email) for a in addresses(head(field), name)]


# --- encoded words (RFC 2047) ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=?utf-8?q?Reuni=C3=B3n_del_lunes?=", "Reunión del lunes"),
        ("=?UTF-8?B?UmV1bmnDs24=?=", "Reunión"),
        ("=?iso-8859-1?Q?Reuni=F3n?= final", "Reunión final"),
        ("=?utf-8?q?one?= =?utf-8?q?_two?=", "one two"),
        ("=?utf-8?q?one?=\r\n =?utf-8?q?_two?=", "one two"),
        ("Re: =?utf-8?q?Reuni=C3=B3n?=", "Re: Reunión"),
        ("=?windows-1252?q?=93Hi=94?=", "“Hi”"),
        ("=?no-such-charset?q?plain?=", "plain"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
        ("=?utf-8?x?odd?=", "=?utf-8?x?odd?="),
        ("=?utf-8?b?%%%?=", "=?utf-8?b?%%%?="),
        ("=?utf-8*en?q?with_a_language?=", "with a language"),
        ("=?utf-8?q?=00null?=", "null"),
        ("a\r\n b\tc", "a b c"),
        ("", ""),
    ],
)
def test_encoded_words(written: str, meant: str) -> None:
    assert decoded(written) == meant


def test_raw_eight_bit_bytes_are_read_as_utf8_or_else_as_windows() -> None:
    assert header_text(head("Subject: Reunión".encode()), "Subject") == "Reunión"
    assert header_text(head("Subject: Reunión".encode("cp1252")), "Subject") == "Reunión"


@given(st.text(max_size=200))
def test_any_value_decodes_to_one_clean_line(value: str) -> None:
    line = decoded(value)
    assert "\n" not in line
    assert "\r" not in line
    clean(line).encode("utf-8")


def test_the_first_of_several_fields_counts_and_a_missing_one_is_empty() -> None:
    assert header_text(head("Subject: one", "Subject: two"), "Subject") == "one"
    assert header_text(head("X: y"), "Subject") == ""


# --- addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("To: rosa@delgado.example.net", [("", "rosa@delgado.example.net")]),
        ("To: ROSA@Delgado.Example.Net", [("", "rosa@delgado.example.net")]),
        (
            'To: "Park, Ellen" <a@b.example>, c@d.example',
            [("Park, Ellen", "a@b.example"), ("", "c@d.example")],
        ),
        ("To: =?utf-8?q?Jos=C3=A9?= <j@b.example>", [("José", "j@b.example")]),
        ("To: 'Ellen' <a@b.example>", [("Ellen", "a@b.example")]),
        ("To: a@b.example (Ellen Park)", [("Ellen Park", "a@b.example")]),
        ("To: IEP team: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("To: undisclosed-recipients:;", []),
        ("To: <a@b.example>, A@B.example", [("", "a@b.example")]),
        ("To: Ellen Park", []),
        ("To: <>", []),
        ("To: a@b.example,\r\n\tc@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("To: Ellen <a@b.example", [("Ellen", "a@b.example")]),
    ],
)
def test_addresses_as_people_and_programs_write_them(field: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(field) == expected


def test_every_field_of_a_name_is_read() -> None:
    found = addresses(head("To: a@b.example", "To: c@d.example"), "To")
    assert [a.email for a in found] == ["a@b.example", "c@d.example"]


@pytest.mark.parametrize("sign", ["(", '"', "\\", "[", "<", ",", ":", ";"])
def test_a_field_built_to_keep_a_parser_busy_is_read_at_once(sign: str) -> None:
    started = time.perf_counter()
    found = pairs(f"To: {sign * 12_000} <a@b.example>")
    assert time.perf_counter() - started < 1.5
    assert found in ([], [("", "a@b.example")]) or found[0][1] == "a@b.example"


@given(st.text(alphabet='ab@.,;:<>()[]"\\ ', max_size=60))
def test_any_field_gives_addresses_without_spaces(value: str) -> None:
    for _, email in pairs(f"To: {value}"):
        assert "@" in email
        assert " " not in email


# --- ids ------------------------------------------------------------------------------------


def test_ids_are_what_stands_between_brackets() -> None:
    assert message_ids(["<a@b> <c@d>", "null", "<a@b>", "e@f", "<x y@z>"]) == ("<a@b>", "<c@d>")
    assert ids_of(head("References: <a@b>\r\n <c@d>"), "References") == ("<a@b>", "<c@d>")


def test_of_very_many_ids_the_last_are_kept() -> None:
    found = message_ids([" ".join(f"<{n}@x>" for n in range(1_000))])
    assert len(found) == 200
    assert found[-1] == "<999@x>"


# --- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Tue, 03 Mar 2026 06:00:00 -0600", NOON),
        ("3 Mar 2026 12:00:00 GMT", NOON),
        ("Tue, 3 Mar 26 12:00:00 +0000", NOON),
        ("Tue, 03 Mar 2026 12:00:00", NOON),
        ("Tue, 03 Mar 2026 12:00:00 +0000 (UTC)", NOON),
        ("Tue,\r\n 03 Mar 2026 12:00:00 +0000", NOON),
        ("Mon, 99 Foo 2026", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Tue, 03 Mar 2026 12:00:00 +9999", None),
        ("Mon, " * 5_000, None),
    ],
)
def test_date_fields(value: str | None, moment: datetime | None) -> None:
    assert date_of(value) == moment


def test_a_date_is_a_claim_held_against_the_time_of_arrival() -> None:
    received = NOON + timedelta(minutes=5)
    assert believable_date(head("Date: Tue, 03 Mar 2026 12:00:00 +0000"), received) == NOON
    assert believable_date(head("Date: Tue, 03 Mar 2099 12:00:00 +0000"), received) == received, (
        "from the future"
    )
    assert believable_date(head("Date: nonsense"), received) == received
    assert believable_date(head("X: y"), received) == received


def test_without_a_time_of_arrival_the_last_server_s_stamp_helps() -> None:
    stamp = "Received: from a by b; Tue, 03 Mar 2026 12:00:00 +0000"
    assert believable_date(head(stamp), None) == NOON
    assert believable_date(head(stamp, "Date: Tue, 03 Mar 2099 12:00:00 +0000"), None) == NOON
    assert believable_date(head(stamp, "Date: Thu, 03 Mar 2005 12:00:00 +0000"), None) == NOON, (
        "a clock that is years slow"
    )
    slow = believable_date(head(stamp, "Date: Mon, 02 Mar 2026 12:00:00 +0000"), None)
    assert slow == NOON - timedelta(days=1), "a message may wait a day on its way"


# --- the block ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "block"),
    [
        (b"A: b\r\n\r\nbody", b"A: b\r\n\r\n"),
        (b"A: b\n\nbody", b"A: b\n\n"),
        (b"A: b\n folded\nC: d\n\nbody\n\nmore", b"A: b\n folded\nC: d\n\n"),
        (b"\nbody", b"\n"),
        (b"no field at all", b""),
        (b"A: b\nno field\nC: d\n\n", b"A: b\n"),
        (b"From x Tue\nA: b\n\nbody", b"From x Tue\nA: b\n\n"),
        (b"A: b", b"A: b"),
        (b"", b""),
    ],
)
def test_the_header_ends_at_an_empty_line_or_where_no_field_stands(raw: bytes, block: bytes) -> None:
    assert split_block(raw) == (block, raw[len(block) :])


@given(st.binary(max_size=400))
def test_block_and_rest_are_the_whole(raw: bytes) -> None:
    block, rest = split_block(raw)
    assert block + rest == raw


def test_a_header_larger_than_is_looked_at_still_ends_where_it_ends() -> None:
    head = b"Subject: x\r\n" + b"X-Spam: yes\r\n" * 40_000 + b"\r\n"
    assert split_block(head + b"the text\r\n\r\nand more") == (head, b"the text\r\n\r\nand more")


def test_empty_lines_above_the_header_are_passed_over() -> None:
    assert without_leading_lines(b"\r\n\n\nSubject: x\n\nhi") == b"Subject: x\n\nhi"
    assert without_leading_lines(b"\n\njust a text") == b"\n\njust a text"


def test_overlong_and_surplus_fields_are_cut() -> None:
    block = b"Subject: x\r\nTo: " + b"a" * 100_000 + b"\r\n" + b"X: y\r\n" * 2_000 + b"\r\n"
    cut = capped_block(block)
    assert cut.startswith(b"Subject: x\r\nTo: aaa")
    assert len(cut) < MAX_FIELD + 10_000
    assert capped_block(b"Subject: x\r\n\r\n") == b"Subject: x\r\n\r\n"
