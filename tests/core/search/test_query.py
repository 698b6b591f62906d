"""What a parent types, and what is looked for."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.adapters.search_index import match_expression
from iep_mail.core.search.query import parse_query
from iep_mail.errors import UsageError
from iep_mail.model import SearchQuery, SearchTerm


def test_words_phrases_and_fields_together() -> None:
    query = parse_query(
        'speech “make-up sessions” -bus from:Park to:"Victor Shaw" after:2026-01 before:2026-03-05'
    )
    assert query == SearchQuery(
        terms=(
            SearchTerm("speech"),
            SearchTerm("make-up sessions", phrase=True),
            SearchTerm("bus", negated=True),
        ),
        senders=("park",),
        recipients=("victor shaw",),
        after=date(2026, 1, 1),
        before=date(2026, 3, 5),
    )


def test_a_day_a_month_and_a_year() -> None:
    assert parse_query("on:2026-01-15").before == date(2026, 1, 16)
    assert parse_query("on:2025-12") == SearchQuery(after=date(2025, 12, 1), before=date(2026, 1, 1))
    assert parse_query("after:2025").after == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("before:yesterday", "“yesterday” is not a date."),
        ("on:2026-02-30", "“2026-02-30” is not a date."),
        ("has:cake", "“has:cake” is not known."),
        ("kind:recrods", "No kind is called “recrods”."),
        ("from:", "Nothing follows “from:”."),
        ("-from:park", "“-from:” cannot be used."),
    ],
)
def test_what_cannot_be_used_is_told(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace(".", r"\.")):
        parse_query(text)


def test_a_colon_that_is_no_field_is_text() -> None:
    assert parse_query("Re:speech").terms == (SearchTerm("Re speech", phrase=True),)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("speech bus", '(("speech") AND ("bus"))'),
        ("speech OR ot -bus", '(("speech" OR "ot")) NOT "bus"'),
        ("sess* subject:iep", '(("sess" *) AND (subject : "iep"))'),
        ("OR", ""),
        ('say "NEAR(a b)" AND', '(("say") AND ("NEAR(a b)") AND ("AND"))'),
    ],
)
def test_what_is_typed_is_never_an_operator(text: str, expression: str) -> None:
    assert match_expression(parse_query(text).terms) == expression


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_is_told(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert match_expression(parse_query(text).terms).count('"') % 2 == 0
