"""“Read my mail now”, and how far it is."""

from __future__ import annotations

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from iep_mail.web.actions import back
from iep_mail.web.app import the_reader, the_viewer
from iep_mail.web.pages import show

blueprint = Blueprint("reading", __name__)


@blueprint.post("/read")
def read() -> Response:
    """Begins to read; where that is under way already, nothing more happens."""
    the_reader().start()
    return back()


@blueprint.get("/reading")
def reading() -> Response:
    """How far it is, alone on a page. A page that asks by itself is told to load anew once it has ended."""
    state = the_reader().state
    answer = make_response(show("reading.html", the_viewer().look()))
    if "HX-Request" in request.headers and not state.running:
        answer.headers["HX-Refresh"] = "true"
    return answer
