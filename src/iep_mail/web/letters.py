"""The letters: those that are proposed, one of them with what it rests on, and all that there are."""

from __future__ import annotations

from flask import Blueprint, abort

from iep_mail.core.letters.catalogue import by_step, with_blanks
from iep_mail.core.pages.letter import letter_page
from iep_mail.web.app import the_viewer
from iep_mail.web.pages import found, show

blueprint = Blueprint("letters", __name__)


@blueprint.get("/letters")
def letters() -> str:
    look = the_viewer().look()
    return show("letters.html", look, steps=by_step(look.letters.values()))


@blueprint.get("/letters/<name>")
def letter(name: str) -> str:
    look = the_viewer().look()
    chosen = look.letters.get(name) or abort(404)
    subject, body = with_blanks(chosen)
    return show("letter.html", look, letter=chosen, subject=subject, body=body)


@blueprint.get("/draft/<draft_id>")
def draft(draft_id: str) -> str:
    look = the_viewer().look()
    shown = letter_page(found(look.book.drafts, draft_id), look.page, look.ieps)
    return show("draft.html", look, shown=shown, draft=shown.draft)
