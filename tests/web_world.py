"""A parent's browser on the local page, without a browser: cookies, forms and what the page says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from home import Home
from iep_mail.jobs.viewing import Viewer
from iep_mail.web.app import create_app
from iep_mail.web.guard import CSRF_FIELD, Guard
from world import PARENT, at, mail

PORT = 8123
HERE = f"http://127.0.0.1:{PORT}"


@dataclass
class Seen:
    """A page as it came."""

    status: int
    html: str
    headers: dict[str, str]
    path: str

    @property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.html)

    @property
    def text(self) -> str:
        """What can be read on it, on one line."""
        shown = self.tree.css("#told, main")
        return " ".join(" ".join(part.text(separator=" ") for part in shown).split())

    def all(self, selector: str) -> list[LexborNode]:
        return self.tree.css(selector)

    def links(self, beginning: str) -> list[str]:
        found = [str(a.attributes.get("href") or "") for a in self.all("a")]
        return list(dict.fromkeys(h for h in found if h.startswith(beginning)))

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that goes there, as they would be sent."""
        form = next(f for f in self.all("form") if f.attributes.get("action") == action)
        values = {}
        for field in form.css("input, textarea, select"):
            name = field.attributes.get("name")
            ticked = field.attributes.get("type") != "checkbox" or "checked" in field.attributes
            if name and ticked:
                values[name] = _value(field)
        return values


def _value(field: LexborNode) -> str:
    if field.tag == "textarea":
        return field.text()
    if field.tag == "select":
        options = field.css("option")
        chosen = next((o for o in options if "selected" in o.attributes), options[0] if options else None)
        if chosen is None:
            return ""
        return str(chosen.attributes["value"] or "") if "value" in chosen.attributes else chosen.text()
    return field.attributes.get("value") or ""


class Browser:
    """One browser that was let in by the link."""

    def __init__(self, home: Home, *, enter: bool = True) -> None:
        self.home = home
        self.viewer = Viewer(home.config, home.data, lambda: home.now)
        self.guard = Guard(PORT)
        self.app = create_app(self.viewer, self.guard)
        self.client: FlaskClient = self.app.test_client()
        if enter:
            assert self.get(self.guard.new_link().removeprefix(HERE)).status == 200

    def get(self, path: str, **more: Any) -> Seen:
        return self._seen(self.client.get(path, base_url=HERE, follow_redirects=True, **more))

    def post(self, path: str, values: dict[str, Any] | None = None, **more: Any) -> Seen:
        """A form sent from a page of ours."""
        data = {CSRF_FIELD: self.guard.csrf, **(values or {})}
        return self._seen(self.client.post(path, data=data, base_url=HERE, follow_redirects=True, **more))

    def press(self, page: Seen, action: str, **changed: str) -> Seen:
        """The form of `page` that goes to `action`, sent as it stands but for `changed`."""
        answer = self.client.post(
            action, data={**page.form(action), **changed}, base_url=HERE, follow_redirects=True
        )
        return self._seen(answer)

    def _seen(self, answer: TestResponse) -> Seen:
        path = answer.request.path
        return Seen(answer.status_code, answer.get_data(as_text=True), dict(answer.headers), path)


def import_mail(home: Home, raws: Sequence[bytes]) -> None:
    mail = home.folder / "more-mail"
    mail.mkdir(exist_ok=True)
    for number, raw in enumerate(raws):
        (mail / f"{number}.eml").write_bytes(raw)
    assert home.run("import", str(mail)).code == 0


def without_secrets(html: str) -> str:
    """The page with what changes at every start made the same."""
    return re.sub(rf'(name="{CSRF_FIELD}" value=")[^"]+', r"\1…", html)


EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)><style>*{display:none}</style>"
)
QUOTED = "\"'><a href=javascript:alert(4)>x</a><base href=//evil.example><meta http-equiv=refresh content=0>"
TEMPLATE = "{{1111*1111}} {% for x in ().__class__.__base__.__subclasses__() %}{% endfor %} {{config}} ${1111*1111} #{1111*1111}"


def hostile_story() -> list[bytes]:
    """A request and its answer, built to attack the page in every field."""
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
