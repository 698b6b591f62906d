"""The pages that only show: today, cases, one case, one request, one message."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, render_template, request, send_file

from iep_mail.core.decisions.mail import kind_words
from iep_mail.core.evidence.rows import what_words
from iep_mail.core.evidence.stats import (
    NO_JUDGEMENT,
    build_stats,
    count_parts,
    count_sentence,
    count_words,
)
from iep_mail.core.glossary import terms
from iep_mail.core.letters.digest import mailbox_words
from iep_mail.core.pages.arrangement import promise_card
from iep_mail.core.pages.calendar import month_page
from iep_mail.core.pages.case import case_lines, case_page, other_cases, request_card
from iep_mail.core.pages.said import past_words, said
from iep_mail.core.pages.search import hit_lines
from iep_mail.core.pages.today import card, todays_page
from iep_mail.core.pages.words import kinds_of_request, safe_name, without_commands
from iep_mail.core.why import why
from iep_mail.errors import IepMailError, UsageError
from iep_mail.jobs.searching import Found
from iep_mail.jobs.searching import search as find
from iep_mail.jobs.viewing import Look, attachment_of
from iep_mail.model import Direction, MessageKind
from iep_mail.web.app import the_viewer

blueprint = Blueprint("pages", __name__)
T = TypeVar("T")
_LONGEST_QUERY, _MOST_HITS = 200, 50


def show(template: str, look: Look, **values: Any) -> str:
    """A page with what every page tells: when the mail was read, and what was just done."""
    freshness = mailbox_words(look.mailboxes, look.book.as_of, look.family)
    numbers = [int(n) for n in request.args.getlist("done") if n.isascii() and n.isdecimal() and len(n) < 10]
    done = None
    if numbers:
        with the_viewer().workspace() as workspace:
            done = said(workspace.store.all_decisions(), numbers, look.book)
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
    return show("cases.html", look, cases=case_lines(look.page), **_numbers(look))


@blueprint.get("/case/<case_id>")
def case(case_id: str) -> str:
    look = the_viewer().look()
    chosen = next((c for c in look.book.cases if case_id in (c.id, *c.former_ids)), None) or abort(404)
    return show("case.html", look, shown=case_page(chosen, look.page), **_numbers(look, chosen.id))


def _numbers(look: Look, case: str | None = None) -> dict[str, object]:
    """What numbers.html shows of one case, or of all."""
    return {
        "stats": build_stats(look.book, case, look.page.name),
        "count_sentence": count_sentence,
        "count_words": count_words,
        "count_parts": count_parts,
        "what_words": what_words,
        "no_judgement": NO_JUDGEMENT,
    }


@blueprint.get("/request/<request_id>")
def request_page(request_id: str) -> str:
    look = the_viewer().look()
    chosen = found(look.book.requests, request_id)
    later = [
        m
        for m in look.book.messages
        if m.direction is Direction.FROM_SCHOOL and m.sent_on >= chosen.asked_on and m.case == chosen.case
    ]
    about = request_card(chosen, look.page)
    return show("request.html", look, about=about, later=later[::-1], kinds=kinds_of_request())


@blueprint.get("/commitment/<commitment_id>")
def commitment_page(commitment_id: str) -> str:
    look = the_viewer().look()
    chosen = found(look.book.commitments, commitment_id)
    told = [without_commands(line) for line in why(look.book, chosen.id) or ()]
    return show("commitment.html", look, about=promise_card(chosen, look.page), told=told)


@blueprint.get("/decisions")
def decisions() -> str:
    """Everything that the parent said, with what takes it back."""
    look = the_viewer().look()
    return show("decisions.html", look, words=past_words(look.book))


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
    thread = next((t for t in look.book.threads if t.id == filed.thread), None)
    return show(
        "message.html",
        look,
        filed=filed,
        message=filed.message,
        case=case,
        later=bool(thread and sha256 != thread.messages[0]),
        alone=bool(thread and len(thread.messages) == 1),
        cases=other_cases(look.page, filed.case or ""),
        kinds={str(kind): kind_words(kind) for kind in MessageKind},
        asked=kinds_of_request(),
        requests=[r for r in look.book.requests if r.sha256 == sha256],
        promised=[c for c in look.book.commitments if c.sha256 == sha256],
    )


@blueprint.get("/message/<sha256>/file/<file>")
def attachment(sha256: str, file: str) -> Response:
    """An attachment as a file to keep, never shown: it is somebody else's."""
    viewer = the_viewer()
    filed = next((m for m in viewer.look().book.messages if m.message.sha256 == sha256), None) or abort(404)
    with viewer.workspace() as workspace:
        name, content = attachment_of(workspace, filed, file) or abort(404)
    return as_file(name, content)


def as_file(name: str, content: bytes) -> Response:
    """A file to be kept under a safe name, never to be shown."""
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
    result: Found | None = None
    problem: IepMailError | None = None
    try:
        with the_viewer().workspace() as workspace:
            result = find(workspace, query, look.book.as_of, _MOST_HITS) if query else None
    except UsageError as error:
        problem = error
    shown = hit_lines(result.hits, look.page) if result else ()
    return show("search.html", look, query=query, result=result, hits=shown, problem=problem)


@blueprint.get("/words")
def words() -> str:
    """The words of special education in plain words."""
    return show("words.html", the_viewer().look(), terms=terms())
