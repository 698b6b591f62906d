"""What a parent says about a request or a promise of the school, and taking back whatever they said.

Every change is a POST and one decision, made by the same job as in the terminal.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from iep_mail.core.decisions.kinds import Said, taken_back
from iep_mail.core.tracking.duties import DUTY_ARRIVED, DUTY_NOT_OWED
from iep_mail.core.tracking.ladder import HOLD_STEP, SET_STEP, SKIP_STEP, STEPS
from iep_mail.errors import UsageError
from iep_mail.jobs import deciding as jobs
from iep_mail.model import Casebook, Commitment, FiledMessage, RequestKind
from iep_mail.web import forms
from iep_mail.web.app import deciding, the_viewer

blueprint = Blueprint("actions", __name__)
_FURTHEST = timedelta(days=3660)
_PLAIN = {"reopen": Said.REOPEN, "withdraw": Said.WITHDRAW, "not-a-request": Said.NOT_REQUEST}


def back(*done: int) -> Response:
    """To the page that the form names (only a path of ours), with the line that offers to take it back."""
    where = request.form.get("back", "/")
    plain = where.startswith("/") and not where.startswith("//") and where.isascii() and where.isprintable()
    path = where.partition("?")[0] if plain and "\\" not in where else "/"
    told = "&".join(f"done={number}" for number in done)
    return redirect(f"{path}?{told}" if told else path, 303)


def no_longer(what: str) -> UsageError:
    return UsageError(
        f"{what} is no longer followed, so nothing was changed.",
        "It may have been changed in another window: look at Today.",
    )


def message_in(book: Casebook, sha256: str) -> FiledMessage:
    """The message with this hash. Raises UsageError where there is none."""
    found = next((m for m in book.messages if m.message.sha256 == sha256), None)
    if found is None:
        raise UsageError("That message is not there any more.", "Nothing was changed.")
    return found


@blueprint.post("/request/<request_id>/<word>")
def decide(request_id: str, word: str) -> Response:
    with deciding() as (workspace, book, now):
        about = next((r for r in book.requests if r.id == request_id), None)
        if about is None:
            raise no_longer("This request")
        if word == "settle":
            told = jobs.settle(workspace, book, about, now, **_how_settled(book))
        elif word == "not-answered-by":
            told = jobs.does_not_answer(workspace, about, message_in(book, forms.line("message")), now)
        elif word == "set-due":
            due = forms.day()
            if not about.asked_on <= due <= about.asked_on + _FURTHEST:
                raise UsageError(
                    "That day is before the request was made, or many years away. Nothing was changed.",
                    "Go back and choose another.",
                )
            told = jobs.set_due(workspace, about, due, now, forms.line("note"))
        elif word == "set-kind":
            kind = forms.one_of("kind", [str(k) for k in RequestKind])
            told = jobs.say_of_request(workspace, Said.SET_KIND, about, now, {"kind": kind})
        elif said := _PLAIN.get(word):
            told = jobs.say_of_request(workspace, said, about, now, {"note": forms.line("note")})
        else:
            abort(404)
    return back(told.decision.id)


def _how_settled(book: Casebook) -> dict[str, Any]:
    """By which message, on which day, and whether they said no; all of it may be left out."""
    by = forms.line("answered-by")
    return {
        "answered_by": message_in(book, by) if by else None,
        "refused": request.form.get("outcome") == "refused",
        "on": None if by else forms.maybe_day("on"),
        "note": forms.line("note"),
    }


@blueprint.post("/commitment/<commitment_id>/<word>")
def commitment(commitment_id: str, word: str) -> Response:
    """Something the school said it would do: done, not done after all, or no longer waited for."""
    with deciding() as (workspace, book, now):
        about = next((c for c in book.commitments if c.id == commitment_id), None)
        if about is None:
            raise no_longer("This")
        said = _OF_COMMITMENTS.get(word) or abort(404)
        values = _how_kept(book, about) if word == "keep" else {"note": forms.line("note")}
        told = jobs.say_of_commitment(workspace, said, about, now, values)
    return back(told.decision.id)


_OF_COMMITMENTS = {
    "keep": Said.KEEP,
    "reopen": Said.REOPEN_COMMITMENT,
    "withdraw": Said.WITHDRAW_COMMITMENT,
}


def _how_kept(book: Casebook, about: Commitment) -> dict[str, Any]:
    on = forms.maybe_day("on")
    jobs.check_day(on, about.said_on, book.as_of, "they said it")
    return {"on": on.isoformat() if on else "", "note": forms.line("note")}


@blueprint.post("/message/<sha256>/add-<what>")
def add(sha256: str, what: str) -> Response:
    """A request or a promise in a message that iep-mail did not see."""
    with deciding() as (workspace, book, now):
        message = message_in(book, sha256)
        words, due = forms.line("words"), forms.maybe_day("due")
        if what == "request":
            kind = forms.line("kind")
            known = RequestKind(kind) if kind in set(RequestKind) else None
            told = jobs.add_request(workspace, book, message, words, now, kind=known, due=due)
        elif what == "commitment":
            told = jobs.add_commitment(workspace, book, message, words, now, due)
        else:
            abort(404)
    return back(told.decision.id)


_STEPS = {"set": SET_STEP, "hold": HOLD_STEP, "let-go": HOLD_STEP, "skip": SKIP_STEP}


@blueprint.post("/case/<case_id>/step/<word>")
def step(case_id: str, word: str) -> Response:
    """Where the matter is on the six steps, by the parent's word."""
    kind = _STEPS.get(word) or abort(404)
    with deciding() as (workspace, book, now):
        if not any(c.id == case_id for c in book.cases):
            abort(404)
        numbered = word in ("set", "skip")
        value = forms.one_of("number", [str(n) for n in STEPS]) if numbered else ""
        decision = workspace.decide(kind, case_id, "off" if word == "let-go" else value, now)
    return back(decision.id)


@blueprint.post("/duty/<duty_id>/<word>")
def duty(duty_id: str, word: str) -> Response:
    """Something the school owes unasked: it has come, or is not owed."""
    kind = {"arrived": DUTY_ARRIVED, "not-owed": DUTY_NOT_OWED}.get(word) or abort(404)
    with deciding() as (workspace, book, now):
        if not any(d.id == duty_id for d in book.duties):
            abort(404)
        decision = workspace.decide(kind, duty_id, "", now)
    return back(decision.id)


@blueprint.post("/undo/<int:number>")
def undo(number: int) -> Response:
    """Takes back a decision and those that were made with it (`also`), or lets one stand again."""
    viewer = the_viewer()
    numbers = [number, *(int(n) for n in _also(request.form) if n != str(number))]
    with viewer.workspace() as workspace:
        made = workspace.store.all_decisions()
        gone = taken_back(made)
        wanted = [n for n in numbers if n not in gone and any(d.id == n for d in made)]
        if number not in wanted:
            raise UsageError("This was taken back already.", "Nothing was changed.")
        told = [jobs.undo(workspace, n, viewer.clock()) for n in wanted]
    return back(*(t.decision.id for t in told))


def _also(form: MultiDict[str, str]) -> list[str]:
    return [n for n in form.getlist("also") if n.isascii() and n.isdecimal() and len(n) < 10]
