"""The local page: a Flask application on one family's data."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, Response, current_app, redirect, render_template, request
from flask.templating import Environment as FlaskEnvironment
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from iep_mail.core.letters.entries import day_words
from iep_mail.core.pages.words import megabytes, without_commands
from iep_mail.errors import IepMailError, NotReady, OutboxChanged, StoreLocked, UsageError
from iep_mail.jobs.viewing import Viewer, page_templates
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook
from iep_mail.web.guard import Guard, app_response, protect
from iep_mail.web.postman import Postman
from iep_mail.web.reader import MailReader

_LARGEST_FORM = 1_000_000  # bytes; a letter of 200,000 characters with room to spare
_VIEWER, _POSTMAN, _READER = "iep-mail viewer", "iep-mail postman", "iep-mail reader"


class _Sandbox(ImmutableSandboxedEnvironment, FlaskEnvironment):
    """Pages are ours, but what they are filled with is other people's mail."""


class _App(Flask):
    jinja_environment = _Sandbox
    jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}  # noqa: RUF012

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        return True


def create_app(viewer: Viewer, guard: Guard, *, demo: bool = False) -> Flask:
    """The application. It opens nothing until a page is asked for."""
    from iep_mail.web import (
        actions,
        agreeing,
        arranging,
        drafts,
        letters,
        log,
        pages,
        reading,
        services,
        settings,
    )

    app = _App("iep_mail.web", template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_FORM
    app.config["MAX_FORM_PARTS"] = 200
    app.jinja_loader = DictLoader(page_templates())
    app.extensions[_VIEWER] = viewer
    # A traceback may hold mail text, and mail text belongs in no log.
    app.logger.disabled = True
    logging.getLogger("waitress").disabled = True
    app.extensions[_POSTMAN] = Postman(viewer)
    app.extensions[_READER] = MailReader(viewer)
    app.before_request(drafts.allow_uploads)
    protect(app, guard)
    for part in (pages, actions, arranging, agreeing, log, reading, letters, drafts, services, settings):
        app.register_blueprint(part.blueprint)
    _words(app, viewer, demo)
    _errors(app)
    return app


def the_viewer() -> Viewer:
    return cast(Viewer, current_app.extensions[_VIEWER])


@contextmanager
def deciding() -> Iterator[tuple[Workspace, Casebook, datetime]]:
    """The opened data, today's casebook and the moment, for whatever changes something."""
    viewer = the_viewer()
    with viewer.workspace() as workspace:
        now = viewer.clock()
        yield workspace, workspace.casebook(workspace.day_of(now)), now


def the_postman() -> Postman:
    return cast(Postman, current_app.extensions[_POSTMAN])


def the_reader() -> MailReader:
    return cast(MailReader, current_app.extensions[_READER])


def _words(app: Flask, viewer: Viewer, demo: bool) -> None:
    @app.template_filter("day")
    def day(value: date) -> str:
        """“Thursday, March 5”, with the year where it is half a year away."""
        return day_words(value, viewer.look().book.as_of)

    app.add_template_filter(without_commands)
    app.add_template_filter(megabytes)

    @app.template_filter("date")
    def full(value: date) -> str:
        """“March 5, 2026”."""
        return f"{value:%B} {value.day}, {value.year}"

    @app.template_filter("short")
    def short(value: date) -> str:
        """“Mar 5, 2026”."""
        return f"{value:%b} {value.day}, {value.year}"

    @app.template_filter("thousands")
    def thousands(number: int) -> str:
        """“1,200”."""
        return f"{number:,}"

    @app.template_filter("count")
    def count(number: int, one: str, many: str = "") -> str:
        """“1 message”, “3 messages”."""
        return f"{number:,} {one if number == 1 else many or f'{one}s'}"

    @app.context_processor
    def always() -> dict[str, Any]:
        return {"demo": demo, "reading": the_reader().state}


def _errors(app: Flask) -> None:
    @app.errorhandler(IepMailError)
    def told(error: IepMailError) -> Response:
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
        return _problem(error.what, error.remedy, status)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> AnyResponse:
        code = error.code or 500
        done = request.args.getlist("done")
        if code == 404 and request.method == "GET" and request.path != "/" and done:
            # What was just done took the page away; how to take it back must still be told.
            return redirect("/?" + "&".join(f"done={n}" for n in done if n.isdecimal()), 303)
        if code == 403:
            return _in_place(*_SHUT, 403) or app_response(render_template("shut.html"), 403)
        what, remedy = _REFUSED.get(code, _REFUSED[400])
        if code == 413 and request.mimetype == "multipart/form-data":
            what, remedy = _TOO_LARGE
        return _problem(what, remedy, code)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        what = f"Something went wrong inside iep-mail ({type(error).__name__}). Nothing stored was lost."
        return _problem(what, "Go back and try again; if it stays, please report it.", 500)


_STATUS: tuple[tuple[type[IepMailError], int], ...] = (
    (StoreLocked, 503),
    (UsageError, 400),
    (NotReady, 409),
    (OutboxChanged, 409),
)
_REFUSED = {
    400: (
        "This could not be done: the page was not one of this session.",
        "Go back, reload it and try again.",
    ),
    404: ("There is no such page.", "What you look for may have been settled or moved: begin at Today."),
    405: ("This cannot be done in this way.", "Use the buttons on the pages."),
    413: ("That is too much text for one letter.", "Go back and shorten it."),
    421: ("This address does not belong to iep-mail.", "Use the link that iep-mail web printed."),
}


_TOO_LARGE = (
    "The files are too large: together they may be 25 MB. Nothing was attached.",
    "Go back and send fewer or smaller files, or put them where the school can fetch them.",
)
_SHUT = (
    "This page is closed, and nothing was changed.",
    "Press Enter in the window where iep-mail web runs for a new link.",
)


def _problem(what: str, remedy: str, status: int) -> Response:
    remedies = [without_commands(line) for line in remedy.split("\n")]
    page = _in_place(what, remedy, status)
    return page or app_response(render_template("problem.html", what=what, remedies=remedies), status)


def _in_place(what: str, remedy: str, status: int) -> Response | None:
    """For a button that keeps the parent's place: the problem alone, above the page, which stays as it is
    with everything that was typed."""
    if "HX-Request" not in request.headers:
        return None
    plain = without_commands(remedy.replace("\n", " ")).replace("Go back, reload it", "Reload the page")
    plain = plain.removeprefix("Go back and ")
    answer = app_response(
        render_template("trouble.html", what=what, remedy=plain[:1].upper() + plain[1:]), status
    )
    answer.headers |= {
        "HX-Retarget": "#told",
        "HX-Reselect": "#trouble",
        "HX-Reswap": "innerHTML",
        "HX-Replace-Url": "false",
    }
    return answer
