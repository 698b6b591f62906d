"""Past days that a sentence names, as parents and teachers list them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.tracking.mentioned_days import mentioned_days

SENT = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("He missed speech on January 15.", ["2026-01-15"]),
        ("He missed speech on Jan. 15th and Jan. 20th.", ["2026-01-15", "2026-01-20"]),
        ("He missed February 10, 11 or 12.", ["2026-02-10", "2026-02-11", "2026-02-12"]),
        ("Sessions missed: 1/15, 1/20 and 1/22.", ["2026-01-15", "2026-01-20", "2026-01-22"]),
        ("He was not pulled on 12/9.", ["2025-12-09"]),
        ("He was not pulled on 12/9/24.", ["2024-12-09"]),
        ("On 2026-02-11 nobody came.", ["2026-02-11"]),
        ("It did not happen on the 2nd.", ["2026-03-02"]),
        ("It did not happen on the 20th.", ["2026-02-20"]),
        ("Nobody came on Monday.", ["2026-03-02"]),
        ("Nobody came last Wednesday.", ["2026-02-25"]),
        ("Nobody came yesterday.", ["2026-03-03"]),
        ("Nobody came this morning.", ["2026-03-04"]),
        ("He missed Monday, March 2.", ["2026-03-02"]),
        ("He missed speech on February 3, 30 minutes.", ["2026-02-03"]),
        ("He missed it on January 15, 2025.", ["2025-01-15"]),
        ("February 30 is no day.", []),
        ("He got 13/20 right.", []),
        ("He is in the 3rd grade.", []),
        ("No day at all.", []),
    ],
)
def test_days_in_a_sentence(sentence: str, days: list[str]) -> None:
    assert [str(d.day) for d in mentioned_days(sentence, SENT)] == days


@given(st.text(max_size=120), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_each_day_lies_where_it_is_said_and_at_most_two_months_ahead(sentence: str, sent: date) -> None:
    for mention in mentioned_days(sentence, sent):
        assert 0 <= mention.start < len(sentence)


@given(st.dates(date(2025, 3, 1), date(2026, 3, 4)))
def test_a_past_day_is_found_in_either_way_of_writing_it(day: date) -> None:
    for words in (f"{day:%B} {day.day}, {day.year}", f"{day.month}/{day.day}/{day.year}", str(day)):
        assert [d.day for d in mentioned_days(f"He missed it on {words}.", SENT)] == [day]
