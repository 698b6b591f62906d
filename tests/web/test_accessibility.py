"""Every page for those who read it with a screen reader, a keyboard, or tired eyes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

import iep_mail.web
from home import Home, demo_home
from web_world import Browser, Seen

CSS = (Path(iep_mail.web.__file__).parent / "static" / "page.css").read_text(encoding="utf-8")
ON_GROUNDS = {
    "text": ("ground", "paper"),
    "quiet": ("ground", "paper"),
    "accent": ("ground", "paper"),
    "late": ("late-ground", "paper", "ground"),
    "look": ("look-ground", "paper", "ground"),
    "good": ("good-ground", "paper", "ground"),
    "on-accent": ("accent",),
}


def colours(dark: bool) -> dict[str, str]:
    light, _, rest = CSS.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found | (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", rest.partition("\n}\n")[0])) if dark else {}
    )


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_read_on_its_ground(dark: bool) -> None:
    known = colours(dark)
    for text, grounds in ON_GROUNDS.items():
        for ground in grounds:
            assert contrast(known[text], known[ground]) >= 4.5, f"{text} on {ground}"
    for edge in ("edge", "focus"):
        for ground in ("ground", "paper"):
            assert contrast(known[edge], known[ground]) >= 3, f"{edge} on {ground}"


def test_colours_are_named_once() -> None:
    body = CSS.partition("* { box-sizing")[2].partition("@media print")[0]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", body)


@pytest.fixture
def theo(home: Home) -> Browser:
    home.now = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    demo_home(home)
    return Browser(home)


def paths(browser: Browser) -> list[str]:
    book = browser.viewer.look().book
    found = [
        "/",
        "/cases",
        "/letters",
        "/letters/follow-up",
        "/calendar",
        "/services",
        "/search?q=theo",
        "/settings",
        "/words",
        "/nowhere",
    ]
    found += [f"/case/{c.id}" for c in book.cases[:3]]
    found += [f"/why/{f.id}" for f in book.flags[:3]]
    found += [f"/request/{r.id}" for r in book.requests[:3]]
    found += [f"/draft/{d.id}{tail}" for d in book.drafts[:3] for tail in ("", "/edit")]
    return found + [f"/message/{m.message.sha256}" for m in book.messages[:3]]


def test_every_page_has_its_landmarks_and_names(theo: Browser) -> None:
    for path in paths(theo):
        page = theo.get(path)
        assert page.status == (404 if path == "/nowhere" else 200), path
        check_landmarks(page, path)
        check_names(page, path)
        check_headings(page, path)


def check_landmarks(page: Seen, path: str) -> None:
    assert page.all("html")[0].attributes["lang"] == "en"
    for landmark in ("main", "header", "footer", "nav[aria-label]"):
        assert page.all(landmark), f"{landmark} of {path}"
    assert len(page.all("main")) == 1
    assert page.all('a.skip[href="#main"]')
    assert page.all("title")[0].text().strip(), path
    ids = [str(n.attributes["id"]) for n in page.all("[id]")]
    assert len(ids) == len(set(ids)), f"an id twice in {path}: {sorted(i for i in ids if ids.count(i) > 1)}"
    for node in page.all("[aria-labelledby]"):
        assert node.attributes["aria-labelledby"] in ids, f"{node.html} in {path}"


def check_names(page: Seen, path: str) -> None:
    labelled = {str(label.attributes["for"]) for label in page.all("label[for]")}
    for field in page.all("input, select, textarea"):
        if field.attributes.get("type") != "hidden":
            assert field.attributes.get("id") in labelled, f"{field.html} in {path}"
    for node in page.all("a, button, summary"):
        assert node.text().strip(), f"{node.html} in {path}"
    for table in page.all("table"):
        assert table.css_first("caption"), path
        assert all(th.attributes.get("scope") for th in table.css("th")), path
    for picture in page.all("svg"):
        assert (
            picture.attributes.get("aria-hidden") == "true"
            or picture.parent.attributes.get("aria-hidden") == "true"
        ), path  # type: ignore[union-attr]


def check_headings(page: Seen, path: str) -> None:
    levels = [int(str(h.tag)[1]) for h in page.all("h1, h2, h3, h4, h5, h6")]
    assert levels.count(1) == 1, path
    assert levels[0] == 1, path
    for before, after in pairwise(levels):
        assert after <= before + 1, f"h{before} is followed by h{after} in {path}"


@pytest.mark.slow
def test_no_page_needs_a_script(theo: Browser) -> None:
    for path in paths(theo):
        page = theo.get(path)
        check_scripts(page, path)


def check_scripts(page: Seen, path: str) -> None:
    """Only the two files of our own, none within the page."""
    assert not page.all("[onclick], [style]"), path
    scripts = page.all("script")
    assert [s.attributes["src"] for s in scripts] == ["/static/htmx.min.js", "/static/page.js"], path
    assert not any(s.text().strip() for s in scripts), path


def test_links_that_read_alike_lead_to_the_same_place(theo: Browser) -> None:
    """WCAG 2.4.9 in spirit: a list of links must be of use without the text around it."""
    page = theo.get("/")
    seen: dict[str, str] = {}
    for link in page.all("main a"):
        text = " ".join(link.text().split())
        target = str(link.attributes["href"])
        assert seen.setdefault(text, target) == target, text
