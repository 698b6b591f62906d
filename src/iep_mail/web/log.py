"""The documentation log, and writing down what was not mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from iep_mail.core.log import filter_log
from iep_mail.core.pages.log import entry_page
from iep_mail.core.pages.words import safe_name
from iep_mail.errors import UsageError
from iep_mail.jobs.deciding import known_child
from iep_mail.jobs.entering import Written, add_entry, correct_entry, people_named
from iep_mail.jobs.viewing import kept_with
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook, Channel, Direction, EntryKind
from iep_mail.web import forms
from iep_mail.web.app import deciding, the_viewer
from iep_mail.web.arranging import case_in
from iep_mail.web.pages import as_file, found, show

blueprint = Blueprint("log", __name__)
HOW = {
    "call": "a phone call",
    "meeting": "a meeting",
    "talk": "a talk, at the door or in the hallway",
    "letter": "a letter by post",
    "text": "a text message",
    "portal": "a message in the school's portal",
    "child_said": "something my child said",
    "incident": "something that happened",
    "impact": "how it affects my child",
    "note": "a note to myself",
}
WHO = {"to_school": "I asked or told them", "from_school": "They told me"}


@blueprint.get("/log")
def log() -> str:
    """The log as a table, of everything or of one case, child or person."""
    look = the_viewer().look()
    wanted = {key: " ".join(request.args.get(key, "").split())[:200] for key in ("case", "child", "person")}
    rows = filter_log(
        look.book.log,
        case=wanted["case"] or None,
        child=wanted["child"] or None,
        person=wanted["person"],
    )
    everything = "all" in request.args
    shown = [row for row in rows if everything or not row.minor]
    titles = {c.id: c.title for c in look.book.cases}
    return show("log.html", look, rows=shown, titles=titles, wanted=wanted, everything=everything)


@blueprint.get("/log/new")
def new() -> str:
    look = the_viewer().look()
    case = next((c for c in look.book.cases if c.id == request.args.get("case")), None)
    waiting = [r for r in look.book.requests if not r.status.settled and (not case or r.case == case.id)]
    return show("write.html", look, case=case, waiting=waiting, how=HOW, who=WHO)


@blueprint.get("/log/<entry_id>")
def entry(entry_id: str) -> str:
    look = the_viewer().look()
    chosen = found(look.book.entries, entry_id)
    return show("entry.html", look, shown=entry_page(chosen, look.page), how=HOW)


@blueprint.get("/log/<entry_id>/file/<sha256>")
def kept(entry_id: str, sha256: str) -> Response:
    """A photo or paper that was kept with an entry, as a file."""
    viewer = the_viewer()
    chosen = found(viewer.look().book.entries, entry_id)
    with viewer.workspace() as workspace:
        name, content = kept_with(workspace, chosen, sha256) or abort(404)
    return as_file(name, content)


@blueprint.post("/log/new")
def write() -> Response:
    how = forms.one_of("how", HOW)
    note = how in set(EntryKind)
    with deciding() as (workspace, book, now):
        direction = None if note else Direction(forms.one_of("who", WHO))
        answers = forms.line("answers")
        written = _written(
            workspace,
            book,
            kind=EntryKind(how) if note else EntryKind.COMMUNICATION,
            channel=None if note else Channel(how),
            direction=direction,
            answers=next((r for r in book.requests if r.id == answers), None),
            refused="refused" in request.form,
            private=note or "private" in request.form or None,
            contents=_uploads(),
        )
        told = add_entry(workspace, book, written, now)
    return redirect(f"/log/{told.decision.subject}?done={told.decision.id}", 303)


@blueprint.post("/log/<entry_id>/correct")
def correct(entry_id: str) -> Response:
    """What was written first stays on record; the correction stands beside it."""
    with deciding() as (workspace, book, now):
        chosen = next((e for e in book.entries if e.id == entry_id), None) or abort(404)
        text, on = forms.text("text"), forms.maybe_day("on")
        written = Written(
            text=text if text and text != chosen.text.strip() else None,
            on=on if on and on != chosen.on else None,
        )
        told = correct_entry(workspace, book, chosen, written, now)
    return redirect(f"/log/{entry_id}?done={told.decision.id}", 303)


def _written(workspace: Workspace, book: Casebook, **more: Any) -> Written:
    """What the form says, besides what kind of entry it is."""
    case = case_in(book, forms.line("case")) if forms.line("case") else None
    child = forms.line("child")
    given = Written(
        on=forms.maybe_day("on"),
        clock=_clock(),
        people=people_named(forms.each_line("with"), workspace.family, book),
        text=forms.text("text"),
        case=case,
        child=known_child(workspace, child) if child else case.child if case else None,
        asked=forms.each_line("asked"),
        promised=forms.each_line("promised"),
    )
    return replace(given, **more)


def _clock() -> time | None:
    given = forms.line("clock")
    try:
        return time.fromisoformat(given) if given else None
    except ValueError as error:
        raise UsageError(f"“{given}” is not a time.", "Go back and write it as 14:30.") from error


def _uploads() -> tuple[tuple[str, bytes], ...]:
    """The files that came with the form."""
    return tuple(
        (safe_name(upload.filename), upload.read())
        for upload in request.files.getlist("file")
        if upload.filename
    )
