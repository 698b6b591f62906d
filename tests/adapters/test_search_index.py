"""The full-text index, asked through real SQLite."""

import contextlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iep_mail.adapters.search_index import INDEX_NAME, SearchIndex
from iep_mail.core.search.query import parse_query
from iep_mail.errors import UsageError
from iep_mail.model import Attachment, SearchDocument

PLAN = Attachment("IEP Sofía.pdf", "application/pdf", 5, "f" * 64)


def document(number: int, **more: object) -> SearchDocument:
    base = SearchDocument(
        sha256=f"{number:064}",
        sent_on=date(2026, 1, number),
        sender="Ellen Park <epark@maplehill.example.org>",
        recipients="Rosa <rosa@delgado.example.net>",
        subject="Speech",
        text="Hello",
        direction="from_school",
        kinds=("personal", "email"),
        case="c1",
        case_title="Mateo: speech",
        child="Mateo Delgado",
    )
    return replace(base, **more)  # type: ignore[arg-type]


DOCUMENTS = [
    document(1, text="The make-up sessions will be held.\nSee you."),
    document(2, subject="Bus", text="The bus is late. ¿Cuándo viene el autobús?"),
    document(3, subject="Automatic reply: speech", text="Away.", kinds=("auto_reply", "email")),
    document(4, text="Here is the plan.", attachments=(PLAN,), sender="Rosa <rosa@delgado.example.net>"),
    document(5, subject="Speech speech", text="speech", case=None, case_title="", child="Ana"),
]


def texts(d: SearchDocument) -> list[tuple[Attachment, str, str]]:
    return [(a, "Thirty minutes of articulation", "") for a in d.attachments]


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    opened = SearchIndex.open(tmp_path)
    assert opened.update(DOCUMENTS, "one", texts) == 5
    return opened


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("session", [1]),
        ('"sessions will"', [1]),
        ('"will sessions"', []),
        ("autobus", [2]),
        ("speech", [5, 4, 1, 3]),
        ("speech -away", [5, 4, 1]),
        ("articulation", [4]),
        ("artic*", [4]),
        ("file:iep", [4]),
        ("has:attachment", [4]),
        ("from:rosa", [4]),
        ("from:RÓSA", [4]),
        ("to:rosa bus OR plan", [2, 4]),
        ("case:speech before:2026-01-03", [2, 1]),
        ("case:c1 kind:auto_reply", [3]),
        ("child:ana", [5]),
        ("on:2026-01-02", [2]),
        ("%", [5, 4, 3, 2, 1]),
        ("case:%", []),
    ],
)
def test_what_is_found_best_first(index: SearchIndex, text: str, days: list[int]) -> None:
    hits, total = index.search(parse_query(text))
    assert [hit.sent_on.day for hit in hits] == days
    assert total == len(days)


def test_the_lines_show_what_matched_and_in_which_file(index: SearchIndex) -> None:
    (hit,), _ = index.search(parse_query("sessions"))
    assert hit.lines == ("The make-up \x02sessions\x03 will be held.",)
    (hit,), _ = index.search(parse_query("articulation"))
    assert hit.files == (("IEP Sofía.pdf", ("Thirty minutes of \x02articulation\x03",)),)


def test_only_what_changed_is_written_and_what_is_gone_goes(index: SearchIndex) -> None:
    changed = [replace(DOCUMENTS[0], case_title="Mateo: make-up"), *DOCUMENTS[1:4]]
    assert index.update(changed, "two", texts) == 1
    assert index.stamp == "two"
    assert index.search(parse_query("child:ana")) == ((), 0)
    assert index.search(parse_query("case:make-up"))[1] == 1


def test_another_version_or_a_dropped_file_is_made_anew(tmp_path: Path) -> None:
    with SearchIndex.open(tmp_path) as index:
        index.update(DOCUMENTS, "one", texts)
        index._db.execute("PRAGMA user_version = 99")
    with SearchIndex.open(tmp_path) as index:
        assert index.stamp == ""
    assert (tmp_path / INDEX_NAME).stat().st_mode & 0o077 == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=40))
def test_no_text_breaks_the_search(index: SearchIndex, text: str) -> None:
    with contextlib.suppress(UsageError):
        index.search(parse_query(text))
