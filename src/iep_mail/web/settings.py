"""The configuration as iep-mail reads it, and people of the school to add to it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from iep_mail.jobs.doctor import examine
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
    removed = _removed() if "removed" in request.args else None
    return show("settings.html", look, checked=checked, added=added, removed=removed, data=viewer.data)


def _removed() -> Contact:
    """Who was just taken out, so that it can be taken back; the address is checked again then."""
    return Contact(*(request.args.get(key, "")[:200] for key in ("removed", "name", "role")))


@blueprint.get("/settings/check")
def check() -> str:
    """Every part with what it is like and what to do; the mail servers are asked."""
    viewer = the_viewer()
    checks = list(examine(viewer.config_path, viewer.data, now=viewer.clock()))
    return show("checks.html", viewer.look(), checks=checks)


@blueprint.post("/settings/contacts")
def contact() -> Response:
    address, name, role = (request.form.get(key, "") for key in ("address", "name", "role"))
    add_contact(the_viewer().config_path, Contact(address, name, role))
    return redirect(url_for("settings.settings", added=address.strip().lower()), 303)


@blueprint.post("/settings/contacts/remove")
def no_contact() -> Response:
    viewer = the_viewer()
    address = request.form.get("address", "").strip().lower()
    gone = viewer.look().family.contact(address) or Contact(address)
    remove_contact(viewer.config_path, address)
    return redirect(url_for("settings.settings", removed=gone.address, name=gone.name, role=gone.role), 303)
