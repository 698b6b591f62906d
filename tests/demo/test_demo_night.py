"""The demo: a whole night on the sample family, which shows everything that iep-mail can tell."""

from __future__ import annotations

import os
import re

import pytest

from home import Home, Printed
from iep_mail.jobs.demo import run_demo
from iep_mail.jobs.nightly import Night
from iep_mail.model import FlagKind, RequestStatus


@pytest.fixture(scope="module")
def night() -> Night:
    return run_demo()


def test_every_kind_of_flag_is_shown_that_a_years_mail_gives(night: Night) -> None:
    assert {flag.kind for flag in night.casebook.flags} >= {
        FlagKind.OVERDUE_REQUEST,
        FlagKind.OVERDUE_COMMITMENT,
        FlagKind.REFUSED_REQUEST,
        FlagKind.NOT_DELIVERED,
        FlagKind.DUE_SOON,
        FlagKind.POSSIBLE_ANSWER,
        FlagKind.MISSED_SERVICE,
        FlagKind.UNREADABLE_MESSAGE,
    }


def test_it_is_a_whole_school_year(night: Night) -> None:
    book = night.casebook
    assert len(book.cases) >= 6
    assert {r.status for r in book.requests} >= {
        RequestStatus.OPEN,
        RequestStatus.ACKNOWLEDGED,
        RequestStatus.DEFERRED,
        RequestStatus.ANSWERED,
        RequestStatus.REFUSED,
    }
    assert len(book.drafts) >= 4
    assert not any(draft.blanks for draft in book.drafts)


def test_the_page_leads_with_one_thing_and_its_letter(night: Night) -> None:
    headings = re.findall(r"^(.+)\n─+$", night.digest, re.MULTILINE)
    assert headings[:4] == [
        "Your page for Tuesday, March 10, 2026",
        "The one thing for today",
        "A letter is ready for it",
        "After that, when you have the time",
    ]
    assert "school days) ago" in night.digest
    assert max(map(len, night.digest.splitlines())) <= 78


def test_no_matter_is_told_twice(night: Night) -> None:
    page = " ".join(night.digest.split())
    for request in night.casebook.requests:
        assert page.count(f"“{request.quote}”") <= 2, request.quote  # with its letter, or when it is due


@pytest.fixture
def shown(home: Home) -> Printed:
    return home.run("demo")


@pytest.mark.slow
def test_nothing_of_the_parents_own_is_touched(home: Home) -> None:
    home.config.write_text("this is no configuration")
    shown = home.run("demo")
    assert (shown.code, shown.err) == (0, "")
    assert not home.data.exists()
    assert "IEP_MAIL_DEMO_PASSWORD" not in os.environ


def test_it_ends_with_what_to_do_next(shown: Printed) -> None:
    end = shown.out[shown.out.index("What to do next") :]
    for command in ("iep-mail init", "iep-mail schedule install", "iep-mail doctor"):
        assert command in end
    assert "Nothing of yours was read or changed." in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80


@pytest.mark.slow
def test_nightly_has_it_too(home: Home) -> None:
    assert home.run("nightly", "--demo", "--json").json["as_of"] == "2026-03-10"
