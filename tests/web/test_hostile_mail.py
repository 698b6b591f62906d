"""Mail that was built to attack the page: everything in it is shown as the text that it is."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from home import Home
from iep_mail.core.reading.message import read_message
from web_world import Browser, import_mail
from world import PARENT, at, mail

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)><style>*{display:none}</style>"
)
QUOTED = "\"'><a href=javascript:alert(4)>x</a><base href=//evil.example><meta http-equiv=refresh content=0>"
TEMPLATE = (
    "{{7*7}} {% for x in ().__class__.__base__.__subclasses__() %}{% endfor %} {{config}} ${7*7} #{7*7}"
)
FORBIDDEN = (
    "script",
    "img",
    "svg",
    "style",
    "base",
    "iframe",
    "object",
    "embed",
    "link[href*=evil]",
    "meta[http-equiv]",
)


def hostile_story() -> list[bytes]:
    sender = f'"{EVIL} {TEMPLATE}" <epark@maplehill.example.org>'.replace('""', '"')
    ask = f"Could you tell me whether speech was held on January 12 {EVIL} {QUOTED} {TEMPLATE}?"
    asked = mail(
        PARENT,
        sender,
        f"{EVIL} {QUOTED} {TEMPLATE}",
        f"Dear Ms. Park,\n\n{ask}\n\nRosa",
        at("2026-01-13 15:00"),
        number=1,
    )
    answer = EmailMessage()
    answer["From"] = "Ellen <epark@maplehill.example.org>"
    answer["To"] = PARENT
    answer["Subject"] = f"Re: {QUOTED}"
    answer["Date"] = "Wed, 14 Jan 2026 15:00:00 +0000"
    answer["Message-ID"] = "<m2@mail.example.net>"
    answer["In-Reply-To"] = "<m1@mail.example.net>"
    answer.set_content(f"We will look into it by January 20. {EVIL} {TEMPLATE}")
    answer.add_alternative(
        f"<html><head><style>body{{display:none}}</style></head><body onload=alert(1)><p>We will look into it by January 20.</p>"
        f"<img src='http://evil.example/pixel.gif'><form action='http://evil.example/'><input name=a></form>"
        f"<iframe src='http://evil.example/'></iframe>{EVIL}{QUOTED}</body></html>",
        subtype="html",
    )
    answer.add_attachment(
        b"<script>alert(1)</script>", maintype="text", subtype="html",
        filename='../../.bashrc"><script>alert(5)</script>.html',
    )  # fmt: skip
    answer.set_boundary("always-the-same")
    next(answer.iter_parts()).set_boundary("the-inner-one")
    return [asked, answer.as_bytes()]


@pytest.fixture
def attacked(home: Home) -> Browser:
    import_mail(home, hostile_story())
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


def test_the_story_reaches_the_pages(attacked: Browser) -> None:
    look = attacked.viewer.look()
    assert len(look.book.messages) == 2
    assert look.book.requests
    assert look.book.flags
    paths = every_page(attacked)
    for kind in ("/case/", "/message/", "/why/"):
        assert any(path.startswith(kind) for path in paths), kind


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
            for name in ("href", "src", "action"):
                value = str(node.attributes.get(name) or "/")
                assert value.startswith(("/", "#")), f"{value} in {path}"
                assert not value.startswith("//"), path
        assert "49" not in page.text.replace("2049", ""), f"a template was evaluated in {path}"
        shown += "<script>alert(1)</script>" in page.text
    assert shown >= 4, "the attack is readable as text"


def test_an_html_mail_loads_nothing(attacked: Browser) -> None:
    sha256 = read_message(hostile_story()[1]).sha256
    page = attacked.get(f"/message/{sha256}")
    assert "We will look into it by January 20." in page.text
    assert not page.all("img, iframe, form[action^=http]")
    assert 'src="' not in page.html
