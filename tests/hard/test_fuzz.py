"""Any bytes at every door: an answer or a sentence for the parent, in bounded time, and never a traceback."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reliability.fuzz import Findings, fuzz, read_one
from reliability.mutations import MUTATIONS, giants

from home import CALENDAR, Home, config_text
from iep_mail.adapters.calendar_file import parse_calendar
from iep_mail.adapters.config import load_config
from iep_mail.adapters.documents import read_document
from iep_mail.adapters.iep_files import load_iep
from iep_mail.adapters.search_index import match_expression
from iep_mail.core.letters.templates import parse_letter
from iep_mail.core.reading.asks import find_asks
from iep_mail.core.reading.promises import find_promises
from iep_mail.core.reading.quotes import new_text
from iep_mail.core.reading.replies import read_reply
from iep_mail.core.search.query import parse_query
from iep_mail.demo.server import demo_messages
from iep_mail.errors import IepMailError
from iep_mail.model import SchoolCalendar
from plans.pdf_samples import blocks, grid, prose
from world import FAMILY

pytestmark = pytest.mark.slow

TODAY = date(2026, 3, 2)
SECONDS = 2.0
many = settings(
    max_examples=300,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)

# Words that mean something somewhere, between any others.
_WORDS = (
    "by Friday", "within 10 school days", "January 32", "2/30/2026", "99/99", "the 31st", "in 999999999 years",
    "next", "could you", "please send", "we will", "we are unable to", "?", "> ", "On Monday, X wrote:", "-- ",
    "from:", "to:", '"', "(", "*", "-", "OR", "NOT", "NEAR/", "after:", "before:2026-13-45", "kind:", "{{", "}}", "{%",
    "%}", "[[", "]]", "---", "title:", "=", "1e999", "0x", "\n", "\r", "\t", "\0", "\ud800", "\u202e", "İ", "ß", "٣",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(_WORDS), st.text(max_size=20)), max_size=60).map(" ".join)


def said(call: Callable[..., object], *arguments: object) -> IepMailError | None:
    """What the parent is told; None where it worked. Anything else that is raised is a fault."""
    try:
        call(*arguments)
    except IepMailError as error:
        return error
    return None


def mutations(raw: bytes) -> st.SearchStrategy[bytes]:
    """A file that was good, after a few mutations."""

    def change(seed: int) -> bytes:
        chance, changed = random.Random(seed), raw
        for _ in range(chance.randint(1, 4)):
            changed = chance.choice(MUTATIONS)(chance, changed, [raw])
        return changed

    return st.integers(0, 2**32).map(change)


@many
@given(text=texts)
def test_sentences(text: str) -> None:
    started = time.process_time()
    new_text(text)
    for find in (find_asks, find_promises, read_reply):
        find(text, TODAY, SchoolCalendar())
    assert time.process_time() - started < SECONDS


@many
@given(text=texts)
def test_searches(text: str) -> None:
    told = said(lambda: match_expression(parse_query(text).terms))
    assert told is None or told.what


@many
@given(text=texts)
def test_letters(text: str) -> None:
    told = said(parse_letter, text, "mine.txt")
    assert told is None or "mine.txt" in told.what


@many
@given(raw=mutations(CALENDAR.encode()))
def test_calendars(raw: bytes) -> None:
    started = time.process_time()
    told = said(parse_calendar, raw, "calendar.ics")
    assert told is None or "calendar.ics" in told.what
    assert time.process_time() - started < SECONDS


@many
@given(raw=mutations(config_text().encode()))
def test_configurations(raw: bytes, home: Home) -> None:
    home.config.write_bytes(raw)
    told = said(load_config, home.config)
    assert told is None or told.exit_code == 2


_PLAN = (
    b'[[goal]]\narea = "Reading"\ntext = "Mateo will read 90 words."\npage = 4\n[[service]]\nname = "Speech"\n'
    * 2
)


@many
@given(raw=mutations(_PLAN))
def test_plans_as_toml(raw: bytes, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_bytes(raw)
    told = said(load_iep, plan)
    assert told is None or "plan.toml" in told.what


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("plans")
    for number, build in enumerate((grid, blocks, prose)):
        build(folder / f"{number}.pdf")
    return [path.read_bytes() for path in sorted(folder.iterdir())]


@settings(parent=many, max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_plans_as_pdf(seed: int, pdfs: list[bytes], tmp_path: Path) -> None:
    chance = random.Random(seed)
    raw = bytearray(chance.choice(pdfs))
    for _ in range(chance.choice((1, 20, 400))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(bytes(raw[: chance.choice((len(raw), chance.randrange(1, len(raw))))]))
    started = time.process_time()
    told = said(read_document, plan)
    assert told is None or told.what
    assert time.process_time() - started < 5 * SECONDS


def test_mutated_mail() -> None:
    """`python -m reliability mutate` reads as many as you have time for."""
    messages = [raw for folder in demo_messages().values() for raw, _ in folder]
    found = fuzz(messages, 200, 20260302, FAMILY)
    assert not found.faults, found.faults
    assert (found.read, found.kept, found.quarantined) == (200, 200, 0)


@pytest.mark.parametrize(("name", "raw"), [pytest.param(n, r, id=n) for n, r in islice(giants(), 2, None)])
def test_what_is_beyond_all_measure(name: str, raw: bytes) -> None:
    found = Findings()
    read_one(raw, found)
    assert not found.faults
