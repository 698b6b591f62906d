"""Days, lists and counts as letters write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.letters.wording import bullets, counted, items_of, listed, sentence

MARCH = [date(2026, 3, day) for day in (2, 4, 6, 9)]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["one"], "one"),
        (["one", "two"], "one and two"),
        (["one", "two", "three"], "one, two and three"),
        ([date(2026, 3, 2)], "Monday, March 2, 2026"),
        (MARCH[:2], "Monday, March 2, 2026 and Wednesday, March 4, 2026"),
        (MARCH[:3], "Monday, March 2, 2026; Wednesday, March 4, 2026; and Friday, March 6, 2026"),
        (MARCH, "March 2, 4, 6 and 9, 2026"),
        ([date(2026, 2, 3), *MARCH], "February 3; and March 2, 4, 6 and 9, 2026"),
        ([date(2025, 12, 19), *MARCH], "December 19, 2025; and March 2, 4, 6 and 9, 2026"),
        ("as it is", "as it is"),
    ],
)
def test_a_list_reads_as_a_sentence(value: object, said: str) -> None:
    assert listed(value) == said


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("one; two", ["one", "two"]),
        ("- one\n- two\n", ["one", "two"]),
        ("1. one\n2) two", ["one", "two"]),
        ("only one", ["only one"]),
        (["a; b"], ["a; b"]),
    ],
)
def test_the_items_of_what_was_typed(value: object, items: list[str]) -> None:
    assert items_of(value) == items
    assert bullets(value) == "\n".join(f"- {item}" for item in items)


def test_counts_and_full_stops() -> None:
    assert counted(1, "session") == "1 session"
    assert counted(2, "reply", "replies") == "2 replies"
    assert sentence("it is late") == "it is late."
    assert sentence("Is it late?") == "Is it late?"
    assert sentence("He said “no.”") == "He said “no.”"


@given(st.lists(st.dates(date(2025, 1, 1), date(2026, 12, 31)), min_size=1, unique=True))
def test_no_day_is_lost_in_a_list(days: list[date]) -> None:
    said = str(listed(sorted(days)))
    for day in days:
        assert f"{day.day}" in said
        assert f"{day:%B}" in said
