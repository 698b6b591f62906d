"""What one message says of its matter."""

from datetime import UTC, date, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.filing.matter import Matter, read_matter
from iep_mail.model import Address, Message


def matter(subject: str = "", text: str = "") -> Matter:
    return read_matter(
        Message(
            sha256="0" * 64,
            message_id="<1@x.example>",
            date=datetime(2026, 3, 4, 15, tzinfo=UTC),
            sender=Address("", "a@x.example"),
            subject=subject,
            new_text=text,
        )
    )


def test_what_is_asked_says_more_of_the_matter_than_what_is_told() -> None:
    told = "He had a good week. He drew a map. He read a book. He had speech on Monday."
    asked = "He had a good week. He drew a map. He read a book. Could you send the speech times?"
    weights = [dict(matter(text=text).topics)["speech"] for text in (told, asked)]
    assert weights[1] > 2 * weights[0]


def test_reply_marks_and_tags_say_nothing() -> None:
    assert matter("RE: [EXTERNAL] Speech log").subject == matter("Speech log").subject


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("I refer to my letter of February 3.", {date(2026, 2, 3)}),
        ("As you wrote on 2/3, it is late.", {date(2026, 2, 3)}),
        ("We met on February 3.", set()),
    ],
)
def test_the_days_on_which_something_was_written(text: str, days: set[date]) -> None:
    assert matter(text=text).wrote_on == days
    assert matter(text=text).days == {date(2026, 2, 3)}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Your request is logged, no. 25-0388.", {"25-0388"}),
        ("Ticket #5520 received.", {"#5520"}),
        ("Your number is R-2291.", {"R-2291"}),
        ("Call 555-0120 in 2025-2026, by 2026-03-09.", set()),
    ],
)
def test_the_numbers_under_which_it_is_kept(text: str, numbers: set[str]) -> None:
    assert matter(text=text).numbers == numbers


@pytest.mark.parametrize(
    "text",
    [
        "Ms. Vale asked me to answer.",
        "Vale passed your note along.",
        "Ms. Vale has forwarded to me your letter.",
        "Mrs. Vale is away so she said I could tell you. Vale said I could tell you.",
    ],
)
def test_who_handed_it_on(text: str) -> None:
    assert matter(text=text).handed_on_by == {"vale"}


@pytest.mark.parametrize(
    ("shown", "work"),
    [
        ("Yes.\n\nKim Vale\nSchool Counselor, Room 4", {"counseling"}),
        ("Yes.\nKim Vale, Speech-Language Pathologist", {"speech"}),
        ("Yes.\n\nOn Monday Kim Vale wrote:\n> the bus was late", set()),
        ("The bus was late.", set()),
    ],
)
def test_the_work_of_a_writer_stands_under_the_name(shown: str, work: set[str]) -> None:
    message = Message(
        sha256="0" * 64,
        message_id="<1@x.example>",
        date=datetime(2026, 3, 4, 15, tzinfo=UTC),
        sender=Address("Kim Vale", "k@x.example"),
        full_text=shown,
    )
    assert read_matter(message).signed_as == work


def test_whether_it_goes_on_with_something() -> None:
    assert matter(text="I am following up on the bus.").goes_back
    assert not matter(text="When does the bus come?").goes_back


@given(st.text(max_size=300), st.text(max_size=80))
def test_any_text_has_a_matter(text: str, subject: str) -> None:
    found = matter(subject, text)
    assert found.asked <= found.told
    assert all(weight > 0 for _, weight in found.topics)


@pytest.mark.parametrize("piece", ["AB-12-", "Kim has a b c d e f said ", "kept a b c ", "Kim Vale\n"])
def test_an_endless_text_holds_nothing_up(piece: str) -> None:
    start = process_time()
    matter("AB-12-" * 80, piece * 20_000)
    assert process_time() - start < 2
