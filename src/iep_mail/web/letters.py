"""The letters: those that are proposed, one of them with what it rests on, and all that there are."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from iep_mail.core.letters.catalogue import by_step, with_blanks
from iep_mail.core.letters.started import LetterStart
from iep_mail.core.pages.case import case_lines
from iep_mail.jobs.start_letter import start_letter
from iep_mail.web.app import the_viewer
from iep_mail.web.pages import show

blueprint = Blueprint("letters", __name__)


@blueprint.get("/letters")
def letters() -> str:
    look = the_viewer().look()
    about = next((c for c in look.book.cases if c.id == request.args.get("case")), None)
    return show("letters.html", look, steps=by_step(look.letters.values()), about=about)


@blueprint.get("/letters/<name>")
def letter(name: str) -> str:
    look = the_viewer().look()
    chosen = look.letters.get(name) or abort(404)
    subject, body = with_blanks(chosen)
    cases = [line.case for line in case_lines(look.page)]
    wanted = request.args.get("case", "")
    return show("letter.html", look, letter=chosen, subject=subject, body=body, cases=cases, wanted=wanted)


@blueprint.post("/letters/<name>/start")
def start(name: str) -> Response:
    """The letter written from what is known; what is missing stays a blank."""
    viewer = the_viewer()
    case, child = request.form.get("case") or None, request.form.get("child") or None
    if case and not any(c.id == case for c in viewer.look().book.cases):
        abort(404)
    with viewer.workspace() as workspace:
        decision = start_letter(workspace, LetterStart(letter=name, case=case, child=child), viewer.clock())
    return redirect(f"/draft/{decision.subject}?done={decision.id}", 303)
