"""Whole pages as they come, for those whose words are the page's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from home import Home
from letters_world import same_as_golden
from web_world import Browser, Seen, without_secrets

GOLDEN = Path(__file__).parents[1] / "golden" / "web"


def message(browser: Browser) -> Seen:
    sha256 = next(m.message.sha256 for m in browser.viewer.look().book.messages)
    return browser.get(f"/message/{sha256}")


def shut(browser: Browser) -> Seen:
    return Browser(browser.home, enter=False).get("/")


def nowhere(browser: Browser) -> Seen:
    return browser.get("/nowhere")


def found(browser: Browser) -> Seen:
    return browser.get("/search?q=educational+records")


@pytest.mark.parametrize("page", [message, shut, nowhere, found], ids=lambda page: page.__name__)
def test_the_page_is_as_it_was_agreed(home: Home, browser: Browser, page: object) -> None:
    assert callable(page)
    same_as_golden(GOLDEN / f"{page.__name__}.html", without_secrets(page(browser).html))
