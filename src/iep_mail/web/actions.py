"""What a parent says about a request, and taking it back. Every change is a POST and one decision."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from iep_mail.core.decisions.kinds import Said, in_effect
from iep_mail.core.tracking.duties import DUTY_ARRIVED, DUTY_NOT_OWED
from iep_mail.core.tracking.ladder import HOLD_STEP, SET_STEP, SKIP_STEP, STEPS
from iep_mail.errors import UsageError
from iep_mail.jobs import deciding
from iep_mail.web.app import the_viewer

blueprint = Blueprint("actions", __name__)
_KINDS = {
    "settle": Said.SETTLE,
    "reopen": Said.REOPEN,
    "withdraw": Said.WITHDRAW,
    "not-a-request": Said.NOT_REQUEST,
    "set-due": Said.SET_DUE,
}
_FURTHEST = timedelta(days=3660)


def back(done: int) -> Response:
    """To the page that the form names (only a path of ours), with the line that offers to take it back."""
    where = request.form.get("back", "/")
    plain = where.startswith("/") and not where.startswith("//") and where.isascii() and where.isprintable()
    path = where.partition("?")[0] if plain and "\\" not in where else "/"
    return redirect(f"{path}?done={done}" if done else path, 303)


@blueprint.post("/request/<request_id>/<word>")
def decide(request_id: str, word: str) -> Response:
    kind = _KINDS.get(word) or abort(404)
    viewer = the_viewer()
    about = next((r for r in viewer.look().book.requests if r.id == request_id), None)
    if about is None:
        raise UsageError(
            "This request is no longer followed, so nothing was changed.",
            "It may have been changed in another window: look at Today.",
        )
    values = {"due": _day(about.asked_on).isoformat()} if kind is Said.SET_DUE else {}
    with viewer.workspace() as workspace:
        told = deciding.say_of_request(workspace, kind, about, viewer.clock(), values)
    return back(told.decision.id)


_STEPS = {"set": SET_STEP, "hold": HOLD_STEP, "let-go": HOLD_STEP, "skip": SKIP_STEP}


@blueprint.post("/case/<case_id>/step/<word>")
def step(case_id: str, word: str) -> Response:
    """Where the matter is on the six steps, by the parent's word."""
    kind, viewer = _STEPS.get(word) or abort(404), the_viewer()
    if not any(c.id == case_id for c in viewer.look().book.cases):
        abort(404)
    number = request.form.get("number", "")
    if word in ("set", "skip") and number not in map(str, STEPS):
        raise UsageError("No step was chosen, so nothing was changed.", "Go back and choose one.")
    value = number if word in ("set", "skip") else "off" if word == "let-go" else ""
    with viewer.workspace() as workspace:
        decision = workspace.decide(kind, case_id, value, viewer.clock())
    return back(decision.id)


@blueprint.post("/duty/<duty_id>/<word>")
def duty(duty_id: str, word: str) -> Response:
    """Something the school owes unasked: it has come, or is not owed."""
    kind = {"arrived": DUTY_ARRIVED, "not-owed": DUTY_NOT_OWED}.get(word) or abort(404)
    viewer = the_viewer()
    if not any(d.id == duty_id for d in viewer.look().book.duties):
        abort(404)
    with viewer.workspace() as workspace:
        decision = workspace.decide(kind, duty_id, "", viewer.clock())
    return back(decision.id)


def _day(asked_on: date) -> date:
    text = request.form.get("day", "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError("No day was chosen, so nothing was changed.", "Go back and choose one.") from None
    if not asked_on <= day <= asked_on + _FURTHEST:
        raise UsageError(
            "That day is before the request was made, or many years away. Nothing was changed.",
            "Go back and choose another.",
        )
    return day


@blueprint.post("/undo/<int:number>")
def undo(number: int) -> Response:
    viewer = the_viewer()
    with viewer.workspace() as workspace:
        if not any(d.id == number for d in in_effect(workspace.store.all_decisions())):
            raise UsageError("This was taken back already.", "Nothing was changed.")
        told = deciding.undo(workspace, number, viewer.clock())
    return back(told.decision.id)
