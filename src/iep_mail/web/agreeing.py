"""The end of a matter: what was agreed, and whether it holds."""

from __future__ import annotations

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from iep_mail.core.tracking.monitoring import WEEKS
from iep_mail.errors import UsageError
from iep_mail.jobs import agreeing as jobs
from iep_mail.web import forms
from iep_mail.web.actions import back
from iep_mail.web.app import deciding
from iep_mail.web.arranging import case_in

blueprint = Blueprint("agreeing", __name__)


@blueprint.post("/case/<case_id>/agreed/<word>")
def agreed(case_id: str, word: str) -> Response:
    with deciding() as (workspace, book, now):
        case = case_in(book, case_id)
        if word == "resolve":
            settled = jobs.waiting_in(book, case) if "settle" in request.form else ()
            done = jobs.resolve(
                workspace,
                book,
                case,
                forms.each_line("agreed"),
                now,
                on=forms.maybe_day("on"),
                weeks=forms.whole_number("weeks", 0, 52, WEEKS),
                settled=settled,
            )
        elif word == "holds":
            done = (jobs.looked(workspace, book, case, now),)
        elif word == "does-not-hold":
            seen = forms.line("seen")
            if not seen:
                raise UsageError("Nothing was written down.", "Go back and write what you saw.")
            done = (jobs.looked(workspace, book, case, now, seen),)
        elif word == "reopen":
            done = (jobs.not_settled(workspace, book, case, now),)
        else:
            abort(404)
    return back(*(decision.id for decision in done))
