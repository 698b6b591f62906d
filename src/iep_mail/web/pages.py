"""The pages that only show: today, cases, one case, one request, one message."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, render_template, request, send_file

from iep_mail.core.glossary import terms
from iep_mail.core.letters.digest import mailbox_words
from iep_mail.core.pages.calendar import month_page
from iep_mail.core.pages.case import case_lines, case_page, request_card
from iep_mail.core.pages.said import said
from iep_mail.core.pages.search import hits
from iep_mail.core.pages.today import card, todays_page
from iep_mail.core.pages.words import safe_name, without_commands
from iep_mail.core.why import why
from iep_mail.jobs.viewing import Look, attachment_of
from iep_mail.web.app import the_viewer

blueprint = Blueprint("pages", __name__)
T = TypeVar("T")
_LONGEST_QUERY, _MOST_HITS = 200, 50


def show(template: str, look: Look, **values: Any) -> str:
    """A page with what every page tells: when the mail was read, and what was just done."""
    freshness = mailbox_words(look.mailboxes, look.book.as_of, look.family)
    done = None
    if request.args.get("done", "").isdecimal():
        with the_viewer().workspace() as workspace:
            done = said(workspace.store.all_decisions(), int(request.args["done"]))
    return render_template(template, look=look, book=look.book, page=look.page, freshness=freshness,
                           done=done, **values)  # fmt: skip


def found(items: tuple[T, ...], wanted: str) -> T:
    """The item with this id; 404 where none has it."""
    return next((i for i in items if getattr(i, "id", None) == wanted), None) or abort(404)


@blueprint.get("/")
def today() -> str:
    look = the_viewer().look()
    return show("today.html", look, today=todays_page(look.page))


@blueprint.get("/cases")
def cases() -> str:
    look = the_viewer().look()
    return show("cases.html", look, cases=case_lines(look.page))


@blueprint.get("/case/<case_id>")
def case(case_id: str) -> str:
    look = the_viewer().look()
    return show("case.html", look, shown=case_page(found(look.book.cases, case_id), look.page))


@blueprint.get("/request/<request_id>")
def request_page(request_id: str) -> str:
    look = the_viewer().look()
    about = request_card(found(look.book.requests, request_id), look.page)
    return show("request.html", look, about=about)


@blueprint.get("/why/<flag_id>")
def why_page(flag_id: str) -> str:
    look = the_viewer().look()
    flag = found(look.book.flags, flag_id)
    told = [without_commands(line) for line in why(look.book, flag.id) or ()]
    return show("why.html", look, card=card(flag, look.page), told=told)


@blueprint.get("/message/<sha256>")
def message(sha256: str) -> str:
    look = the_viewer().look()
    filed = next((m for m in look.book.messages if m.message.sha256 == sha256), None) or abort(404)
    case = next((c for c in look.book.cases if c.id == filed.case), None)
    return show("message.html", look, filed=filed, message=filed.message, case=case)


@blueprint.get("/message/<sha256>/file/<file>")
def attachment(sha256: str, file: str) -> Response:
    """An attachment as a file to keep, never shown: it is somebody else's."""
    viewer = the_viewer()
    filed = next((m for m in viewer.look().book.messages if m.message.sha256 == sha256), None) or abort(404)
    with viewer.workspace() as workspace:
        name, content = attachment_of(workspace, filed, file) or abort(404)
    answer = send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=safe_name(name),
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.get("/calendar")
def calendar() -> str:
    look = the_viewer().look()
    try:
        month = date.fromisoformat(f"{request.args['month']}-01")
    except (KeyError, ValueError):
        month = look.book.as_of
    # What the calendar can name before and after it.
    month = min(max(month, date(2, 1, 1)), date(9998, 12, 1))
    return show("calendar.html", look, month=month_page(look.page, month))


@blueprint.get("/search")
def search() -> str:
    look = the_viewer().look()
    query = " ".join(request.args.get("q", "").split())[:_LONGEST_QUERY]
    with the_viewer().workspace() as workspace:
        hashes = workspace.store.search(query, _MOST_HITS) if query else ()
    return show("search.html", look, query=query, hits=hits(look.page, query, hashes))


@blueprint.get("/words")
def words() -> str:
    """The words of special education in plain words."""
    return show("words.html", the_viewer().look(), terms=terms())
