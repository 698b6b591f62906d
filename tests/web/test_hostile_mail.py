"""Mail that was built to attack the page: everything in it is shown as the text that it is."""

from __future__ import annotations

import pytest

from home import ROSA, Home
from iep_mail.core.reading.message import read_message
from servers.box import Box
from web_world import Browser, hostile_story, import_mail

FORBIDDEN = (
    "script:not([src^='/static/'])",
    "img",
    "svg:not(.bar)",  # the bars of numbers and services are the page's own, and hold nothing but boxes
    "svg.bar :not(rect):not(defs):not(pattern)",
    "style",
    "base",
    "iframe",
    "object",
    "embed",
    "link[href*=evil]",
    "meta[http-equiv]",
)


@pytest.fixture
def attacked(home: Home) -> Browser:
    import_mail(home, hostile_story())
    home.configure(Box("127.0.0.1", 1, "rosa", address=ROSA, smtp=1))
    return Browser(home)


def every_page(browser: Browser) -> list[str]:
    """Every page that a link leads to, from Today on."""
    seen: list[str] = []
    ahead = ["/"]
    while ahead:
        path = ahead.pop()
        if path in seen:
            continue
        seen.append(path)
        page = browser.get(path)
        if "text/html" in page.headers["Content-Type"]:
            # The calendar goes on for ever.
            ahead += [link.partition("#")[0] for link in page.links("/") if "?month=" not in link]
    return seen


@pytest.mark.slow
def test_the_story_reaches_the_pages(attacked: Browser) -> None:
    look = attacked.viewer.look()
    assert len(look.book.messages) == 2
    assert look.book.requests
    assert look.book.flags
    paths = every_page(attacked)
    for kind in ("/case/", "/message/", "/why/"):
        assert any(path.startswith(kind) for path in paths), kind


@pytest.mark.slow
def test_nothing_of_a_mail_becomes_part_of_the_page(attacked: Browser) -> None:
    shown = 0
    for path in every_page(attacked):
        page = attacked.get(path)
        if "text/html" not in page.headers["Content-Type"]:
            continue
        assert page.status == 200, path
        for selector in FORBIDDEN:
            assert not page.all(selector), f"{selector} in {path}"
        for node in page.all("*"):
            assert not any(name.startswith("on") for name in node.attributes), path
            moves = [str(value) for name, value in node.attributes.items() if name.startswith("hx-")]
            assert not any("alert" in value or "evil" in value for value in moves), path
            for name in ("href", "src", "action"):
                value = str(node.attributes.get(name) or "/")
                assert value.startswith(("/", "#")), f"{value} in {path}"
                assert not value.startswith("//"), path
        assert "1234321" not in page.text, f"a template was evaluated in {path}"
        shown += "<script>alert(1)</script>" in page.text
    assert shown >= 4, "the attack is readable as text"


def test_an_html_mail_loads_nothing(attacked: Browser) -> None:
    sha256 = read_message(hostile_story()[1]).sha256
    page = attacked.get(f"/message/{sha256}")
    assert "We will look into it by January 20." in page.text
    assert not page.all("img, iframe, form[action^=http]")
    assert page.html.count('src="') == len(page.all("script[src^='/static/']")) == 2
