"""The readable text of a message: which part, in which charset, and what the page marks as quoted."""

from __future__ import annotations

import time
from email.message import EmailMessage
from email.mime.base import MIMEBase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.reading.body import best_texts, decode_bytes, read_body
from iep_mail.core.reading.colours import colour_of
from iep_mail.core.reading.html_text import answers_in_colour, html_texts
from iep_mail.core.reading.message import read_message
from iep_mail.core.reading.quotes import new_text
from iep_mail.core.reading.tree import parse
from iep_mail.model import Message

ANSWER = "<div>He has speech on Tuesdays.</div>"
OLD = "<div>When does he have speech?</div>"


def page(html: str) -> Message:
    """A message that is only a web page."""
    mail = EmailMessage()
    mail["From"] = "Ellen Park <epark@maplehill.example.org>"
    mail.set_content(html, subtype="html")
    return read_message(bytes(mail))


# --- pages ----------------------------------------------------------------------------------

PROGRAMS = {
    "Gmail": (
        '<div class="gmail_quote"><div class="gmail_attr">On Tue, Rosa wrote:<br></div>'
        f'<blockquote class="gmail_quote">{OLD}</blockquote></div>'
    ),
    "Gmail, a forward": (
        '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Rosa</div>'
        f"{OLD}</div>"
    ),
    "Apple Mail": f'<blockquote type="cite"><div>On Mar 3, 2026, Rosa wrote:</div>{OLD}</blockquote>',
    "Outlook on the web": (
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Rosa<br><b>Sent:</b> Tuesday 3:15 PM'
        f"<br><b>Subject:</b> speech</div>Text of its own.{OLD}"
    ),
    "Outlook on a desktop": (
        '<div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Rosa &lt;rosa@delgado.example.net&gt;<br>'
        f"<b>Sent:</b> Tuesday, March 3, 2026 3:15 PM<br><b>To:</b> Park<br><b>Subject:</b> speech</p></div>{OLD}"
    ),
    "Outlook on a phone": f'<div id="mail-editor-reference-message-container"><b>From:</b> Rosa{OLD}</div>',
    "Outlook, old": f'<div class="OutlookMessageHeader">From: Rosa</div>{OLD}',
    "Yahoo": f'<div class="yahoo_quoted"><div>On Tuesday, Rosa wrote:</div>{OLD}</div>',
    "Thunderbird": f'<div class="moz-cite-prefix">On 3/3/26, Rosa wrote:</div><blockquote type="cite">{OLD}</blockquote>',
    "Proton": f'<div class="protonmail_quote">On Tuesday, Rosa wrote:<blockquote>{OLD}</blockquote></div>',
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_pages_own_text(program: str) -> None:
    message = page(f"<html><body>{ANSWER}{PROGRAMS[program]}</body></html>")
    assert message.new_text == "He has speech on Tuesdays."
    assert "When does he have speech?" in message.full_text


def test_gmail_answers_between_quoted_parts_stay() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On Tue, Rosa wrote:</div>'
        '<blockquote class="gmail_quote">When does he have speech?</blockquote><div>On Tuesdays.</div>'
        '<blockquote class="gmail_quote">Who takes him?</blockquote><div>His aide.</div></div>'
    )
    assert page(html).new_text == "On Tuesdays.\n\nHis aide."


def test_answers_in_the_colour_that_the_sender_names_are_its_own_text() -> None:
    html = (
        "<p>Hi Rosa, see my answers below in red.</p><p>Ellen</p>"
        '<div id="divRplyFwdMsg"><b>From:</b> Rosa</div>'
        '<div>When does he have speech? <span style="color:#C00000">Tuesdays, <b style="color:red">always</b>.</span></div>'
        '<div style="color:#1F497D">Who takes him?</div><div><font color="red">His aide.</font></div>'
    )
    plain = "Hi Rosa, see my answers below in red.\n\nEllen\n\nFrom: Rosa\nWhen does he have speech? Tuesdays, always."
    mail = EmailMessage()
    mail["From"] = "Ellen Park <epark@maplehill.example.org>"
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    for message in (page(html), read_message(bytes(mail))):
        assert message.new_text.endswith("Tuesdays, always.\n\nHis aide.")
        assert "Who takes him" not in message.new_text


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("red", "red"), ("#C00000", "red"), ("#f00", "red"), ("rgb(192, 0, 0)", "red"), ("DarkRed !important", "red"),
        ("#0070c0", "blue"), ("rgba(0,0,255,1)", "blue"), ("#00b050", "green"), ("#7030A0", "purple"), ("#ed7d31", "orange"),
        ("#ff00ff", "pink"), ("black", ""), ("#333333", ""), ("windowtext", ""), ("inherit", ""), ("", ""),
    ],
)  # fmt: skip
def test_colours_as_people_call_them(value: str, colour: str) -> None:
    assert colour_of(value) == colour


def test_hidden_parts_scripts_and_styles_say_nothing() -> None:
    html = (
        "<head><title>t</title><style>p{}</style></head><script>x()</script><svg><style>y</style></svg>"
        '<div style="display:none">preheader</div><p style="mso-hide:all">x</p><p>Seen.</p>'
    )
    assert html_texts(html) == ("Seen.", "Seen.")


def test_blocks_lists_and_tables_are_laid_out_as_text() -> None:
    html = (
        "<p>One<br>two</p><ol><li>first</li><li>second</li></ol><ul><li>third</li></ul>"
        "<table><tr><td>Day</td><td>Minutes</td></tr><tr><td>3/3</td><td>20</td></tr></table><pre>a\n  b</pre>"
    )
    assert html_texts(html)[0].split("\n") == [
        "One", "two", "", "1. first", "", "2. second", "", "- third", "", "Day Minutes", "", "3/3 20", "", "a", "b",
    ]  # fmt: skip


def test_a_page_that_is_all_signature_keeps_it() -> None:
    assert page('<div id="Signature">Yes, on Friday.</div>').new_text == "Yes, on Friday."


def test_a_page_that_is_all_quote_adds_nothing() -> None:
    assert page(f'<blockquote type="cite">{OLD}</blockquote>').full_text == "When does he have speech?"


HOSTILE = {
    "deep": "<div>" * 100_000 + "deep" + "</div>",
    "deep lists": "<ul><li>" * 30_000 + "deep",
    "deep quotes": '<div class="gmail_quote">' * 1_900 + "x",
    "unclosed": "<b>" * 300_000 + "bold",
    "brackets": "<" * 1_000_000,
    "comments": "<!--" * 250_000,
    "breaks": "<br>" * 250_000,
    "coloured": '<p style="color:red">' * 40_000 + "in red",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_costs_little(kind: str) -> None:
    started = time.perf_counter()
    html_texts(HOSTILE[kind])
    answers_in_colour(HOSTILE[kind], "red")
    assert time.perf_counter() - started < 4


def test_a_page_nested_too_deeply_to_parse_is_still_read() -> None:
    assert html_texts("<div>" * 5_000 + "a &amp; b<br>c")[0] == "a & b\nc"


# --- which part -----------------------------------------------------------------------------


def test_plain_text_is_preferred_to_the_page() -> None:
    mail = EmailMessage()
    mail.set_content(
        "He has speech on Tuesdays, and his aide takes him there after the morning meeting is over."
    )
    mail.add_alternative("<p>A page</p>", subtype="html")
    assert read_message(bytes(mail)).full_text.startswith("He has speech")


@pytest.mark.parametrize(
    "stub", ["", "   \n", "Please view this message in a browser.", "This email requires HTML."]
)
def test_a_plain_part_that_only_points_to_the_page_gives_way(stub: str) -> None:
    mail = EmailMessage()
    mail.set_content(stub)
    mail.add_alternative("<p>" + "Picture day is on Friday. " * 20 + "</p>", subtype="html")
    assert read_message(bytes(mail)).full_text.startswith("Picture day is on Friday.")


def test_a_short_plain_part_that_says_the_same_is_kept() -> None:
    mail = EmailMessage()
    mail.set_content("Yes, Friday.")
    mail.add_alternative("<div style='" + "x" * 500 + "'>Yes, Friday.</div>", subtype="html")
    plain, _ = best_texts(read_body(parse(bytes(mail))))
    assert plain.strip() == "Yes, Friday."


def test_what_is_attached_is_not_the_senders_text() -> None:
    inner = EmailMessage()
    inner["Subject"] = "old"
    inner.set_content("Please send the records.")
    mail = EmailMessage()
    mail.set_content("FYI")
    mail.add_attachment(inner)
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar")
    mail.add_attachment("a,b", subtype="csv", filename="log.csv")
    mail.add_attachment("notes", filename="notes.txt")
    message = read_message(bytes(mail))
    assert message.full_text.strip() == "FYI"
    assert [a.name for a in message.attachments] == [
        "attached message",
        "attachment (text/calendar)",
        "log.csv",
        "notes.txt",
    ]


def test_a_winmail_dat_is_said_to_be_unreadable() -> None:
    mail = EmailMessage()
    mail.set_content("See attached.")
    mail.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    message = read_message(bytes(mail))
    assert message.problems == ("It holds a winmail.dat file, which only Outlook can open.",)
    assert not message.attachments[0].readable


def test_a_message_of_very_many_parts_is_read_in_part_and_that_is_said() -> None:
    head = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
    raw = head + b"--b\nContent-Type: text/plain\n\nhi\n" * 1000 + b"--b--\n"
    message = read_message(raw)
    assert message.full_text.startswith("hi")
    assert message.problems == ("It has more than 400 parts; the rest was left unread.",)


def test_an_unknown_text_type_without_a_name_is_text() -> None:
    mail = EmailMessage()
    mail.set_content("Hello there", subtype="x-markdown")
    assert read_message(bytes(mail)).full_text.strip() == "Hello there"


# --- charsets -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        ("niño".encode(), "utf-8", "niño"),
        ("niño".encode("latin-1"), "utf-8", "niño"),
        ("“Sí”".encode("cp1252"), "iso-8859-1", "“Sí”"),
        ("niño".encode(), "us-ascii", "niño"),
        ("niño".encode("latin-1"), "x-unknown", "niño"),
        ("niño".encode("utf-16"), "utf-16", "niño"),
        ("Réunion".encode("utf-7"), "utf-7", "Réunion"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本"),
        (b"\x81\x8d\xff", "utf-8", "\x81\x8dÿ"),
        (b"a\x00b", "us-ascii", "ab"),
        (b"plain", "no such charset", "plain"),
        (b"plain", "hex", "plain"),
    ],
)
def test_bytes_in_whatever_charset_they_claim(raw: bytes, charset: str, text: str) -> None:
    assert decode_bytes(raw, charset) == text


@given(
    st.binary(max_size=300),
    st.one_of(st.text(max_size=12), st.sampled_from(["utf-8", "utf-16", "base64", "idna", "rot13"])),
)
def test_any_bytes_decode_to_a_text_that_can_be_stored(raw: bytes, charset: str) -> None:
    text = decode_bytes(raw, charset)
    assert "\x00" not in text
    text.encode("utf-8")


def test_flowed_text_is_joined_and_quotes_and_signature_marks_are_not() -> None:
    mail = MIMEBase("text", "plain", format="flowed", charset="utf-8")
    mail.set_payload("This is one long \nline.\n\n> quoted \n> text\n-- \nEllen\n")
    text = read_message(bytes(mail)).full_text
    assert "This is one long line." in text
    assert "> quoted \n> text" in text.replace("> quoted\n", "> quoted \n")
    assert new_text(text) == "This is one long line."
