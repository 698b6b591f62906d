"""The page with scripts in a real browser: a button keeps the place, and axe-core finds no fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from home import Home, demo_home
from iep_mail.jobs.viewing import Viewer
from iep_mail.web.serving import served
from servers.box import unavailable
from servers.chromium import chromium

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture
def theo(home: Home) -> Viewer:
    home.now = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    demo_home(home)
    return Viewer(home.config, home.data, lambda: home.now)


@pytest.fixture
def page(theo: Viewer) -> Iterator[tuple[Any, str]]:
    with served(theo) as guard, chromium(viewport={"width": 1000, "height": 700}) as context:
        tab = context.new_page()
        complaints: list[str] = []
        tab.on(
            "console",
            lambda m: complaints.append(m.text) if m.type == "error" and "400" not in m.text else None,
        )
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(guard.new_link())
        yield tab, f"http://127.0.0.1:{guard.port}"
        assert complaints == [], "the policy lets everything of ours through, and nothing else asks"


def test_a_button_keeps_the_parents_place_and_so_does_taking_it_back(page: tuple[Any, str]) -> None:
    tab, here = page
    button = tab.get_by_role("button", name="This answers it").first
    button.scroll_into_view_if_needed()
    tab.evaluate("window.same = true")
    before = tab.evaluate("scrollY")
    assert before > 300
    button.click()
    tab.get_by_text("Noted: this was answered.").wait_for()
    assert tab.evaluate("window.same"), "the page was not loaded anew"
    assert abs(tab.evaluate("scrollY") - before) < 700
    assert tab.evaluate("scrollY") > 200
    told = tab.locator("#told")
    assert told.evaluate(
        "e => e.getBoundingClientRect().top >= 0 && e.getBoundingClientRect().top < innerHeight"
    )
    assert tab.evaluate("document.activeElement.closest('#told') !== null"), "a screen reader is told"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Take it back"
    tab.keyboard.press("Enter")
    tab.get_by_text("Taken back.").wait_for()
    tab.reload()
    assert tab.get_by_role("button", name="This answers it").count()
    assert tab.url.startswith(here + "/")


def test_what_cannot_be_done_keeps_what_was_typed(page: tuple[Any, str], theo: Viewer) -> None:
    tab, here = page
    case = theo.look().book.cases[0]
    tab.goto(f"{here}/case/{case.id}")
    tab.get_by_text("Its name, or put it").click()
    title = tab.get_by_label("Name", exact=True)
    title.fill("   ")
    tab.get_by_role("button", name="Use this name").click()
    tab.get_by_text("A case needs a name.").wait_for()
    assert title.input_value() == "   ", "the form is still there"
    title.fill("Hearing support")
    tab.get_by_role("button", name="Use this name").click()
    tab.get_by_role("heading", name="Hearing support", level=1, exact=True).wait_for()
    assert "A case needs a name." not in tab.content()


def test_words_worth_another_look_are_told_while_writing(page: tuple[Any, str], theo: Viewer) -> None:
    tab, here = page
    draft = next(d for d in theo.look().book.drafts if d.status == "drafted")
    tab.goto(f"{here}/draft/{draft.id}/edit")
    tab.get_by_label("The letter", exact=True).press_sequentially("You NEVER answer me!!! ")
    tab.locator("#findings").get_by_text("Words to look at again").wait_for()


def test_a_page_that_is_gone_says_so(theo: Viewer) -> None:
    with served(theo) as guard, chromium() as context:
        tab = context.new_page()
        tab.goto(guard.new_link())
        context.set_offline(True)
        tab.get_by_role("button", name="It was answered").first.click()
        tab.get_by_text("iep-mail does not answer, so nothing was changed.").wait_for()


def test_nothing_of_the_record_stays_in_the_browser(page: tuple[Any, str]) -> None:
    tab, _ = page
    tab.get_by_role("button", name="This answers it").first.click()
    tab.get_by_text("Noted: this was answered.").wait_for()
    tab.get_by_role("link", name="Cases", exact=True).click()
    assert tab.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])").count("Theo") == 0


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_fault(theo: Viewer, colours: str) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        unavailable("axe-playwright-python is not installed")
    book = theo.look().book
    draft = next(d for d in book.drafts if d.cc)
    paths = [
        "/", "/cases", "/letters", "/letters/follow-up", "/log", "/log/new", "/calendar", "/services", "/search?q=theo",
        "/settings", "/words", "/decisions", f"/case/{draft.case}", f"/request/{book.requests[0].id}",
        f"/commitment/{book.commitments[0].id}", f"/draft/{draft.id}", f"/draft/{draft.id}/edit",
        f"/message/{book.requests[0].sha256}", f"/why/{book.flags[0].id}",
    ]  # fmt: skip
    with served(theo) as guard, chromium(color_scheme=colours, bypass_csp=True) as context:
        tab = context.new_page()
        tab.goto(guard.new_link())
        for path in paths:
            tab.goto(f"http://127.0.0.1:{guard.port}{path}")
            tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            found = Axe().run(tab).response["violations"]
            told = [(v["id"], n["html"][:200]) for v in found for n in v["nodes"]]
            assert told == [], f"{path}: {told}"
