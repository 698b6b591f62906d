"""Services: what the plan grants against what was held and missed."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, request
from werkzeug.wrappers import Response

from iep_mail.core.services.picture import parts
from iep_mail.core.services.words import STARTING_POINT, disagreement_words, line_sentences, line_title
from iep_mail.errors import UsageError
from iep_mail.jobs.services import (
    add_session,
    child_named,
    confirm_miss,
    reject_miss,
    service_report,
    waiting,
)
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import MissedReason, PossibleMiss, Session, SessionStatus
from iep_mail.web import forms
from iep_mail.web.actions import back
from iep_mail.web.app import the_viewer
from iep_mail.web.pages import show

blueprint = Blueprint("services", __name__)
REASONS = {
    MissedReason.PROVIDER_ABSENT: "the provider was absent",
    MissedReason.VACANCY: "nobody is employed for it",
    MissedReason.SCHOOL_EVENT: "a school event",
    MissedReason.CHILD_ABSENT: "my child was absent",
    MissedReason.CLOSURE: "school was closed",
    MissedReason.UNKNOWN: "I do not know",
}


@blueprint.get("/services")
def services() -> str:
    viewer = the_viewer()
    look = viewer.look()
    children = [child.name for child in look.family.children]
    with viewer.workspace() as workspace:
        report = service_report(workspace, look.book.as_of, children, None, None)
    ledger = report.ledger
    longest = max((sum(parts(c).values()) for line in ledger.lines for c in line.cells), default=0)
    return show(
        "services.html",
        look,
        ledger=ledger,
        waiting=report.waiting,
        longest=longest,
        bar=parts,
        line_title=line_title,
        line_sentences=line_sentences,
        disagreement_words=disagreement_words,
        starting_point=STARTING_POINT,
        reasons=REASONS,
        children=children,
        granted=list(dict.fromkeys(line.service for line in ledger.lines)),
    )


@blueprint.post("/services/miss/<miss_id>/<word>")
def miss(miss_id: str, word: str) -> Response:
    viewer = the_viewer()
    now = viewer.clock()
    with viewer.workspace() as workspace:
        chosen = _waiting_one(workspace, miss_id, workspace.day_of(now))
        if word == "confirm":
            reason = MissedReason(forms.one_of("reason", [str(r) for r in REASONS]))
            on = None if chosen.on else _past_day(workspace.day_of(now))
            child = forms.line("child") or None
            decision = confirm_miss(
                workspace, chosen, now, child=child, on=on, reason=reason, service=forms.line("service")
            )
        else:
            decision = reject_miss(workspace, chosen, now)
    return back(decision.id)


@blueprint.post("/services/session")
def session() -> Response:
    viewer = the_viewer()
    now = viewer.clock()
    with viewer.workspace() as workspace:
        status = SessionStatus(forms.one_of("status", [str(s) for s in SessionStatus]))
        service = forms.line("service")[:120]
        if not service:
            raise UsageError("The service was not named.", "Go back and choose it.")
        minutes = request.form.get("minutes", "").strip()
        if minutes and not (minutes.isdecimal() and 0 < int(minutes) <= 1440):
            raise UsageError(
                f"“{minutes}” is no number of minutes.", "Go back and write one, or leave it empty."
            )
        new = Session(
            child=child_named(workspace, request.form.get("child") or None),
            service=service,
            on=_past_day(workspace.day_of(now)),
            status=status,
            minutes=int(minutes) if minutes else None,
            reason=MissedReason(forms.one_of("reason", [str(r) for r in REASONS]))
            if status is SessionStatus.MISSED
            else None,
        )
        decision = add_session(workspace, new, now)
    return back(decision.id)


def _waiting_one(workspace: Workspace, miss_id: str, today: date) -> PossibleMiss:
    found = next((m for m in waiting(workspace, today) if m.id == miss_id), None)
    if found is None:
        raise UsageError(
            "This session no longer waits for your word.", "It may have been noted in another window."
        )
    return found


def _past_day(today: date) -> date:
    day = forms.day()
    if day > today or (today - day).days > 3660:
        raise UsageError(
            "That day lies ahead or very far back. Nothing was changed.", "Go back and choose another."
        )
    return day
