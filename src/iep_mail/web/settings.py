"""The configuration as iep-mail reads it, and people of the school to add to it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from iep_mail.jobs.settings import add_contact, remove_contact, settings_of
from iep_mail.model import Contact
from iep_mail.web.app import the_viewer
from iep_mail.web.pages import show

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
def settings() -> str:
    viewer = the_viewer()
    look = viewer.look()
    with viewer.workspace() as workspace:
        checked = settings_of(workspace, look.book.messages)
    added = look.family.contact(request.args.get("added", ""))
    return show("settings.html", look, checked=checked, added=added, data=viewer.data)


@blueprint.post("/settings/contacts")
def contact() -> Response:
    address, name, role = (request.form.get(key, "") for key in ("address", "name", "role"))
    add_contact(the_viewer().config_path, Contact(address, name, role))
    return redirect(url_for("settings.settings", added=address.strip().lower()), 303)


@blueprint.post("/settings/contacts/remove")
def no_contact() -> Response:
    remove_contact(the_viewer().config_path, request.form.get("address", ""))
    return redirect("/settings", 303)
