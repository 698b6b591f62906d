"""One letter on its way: read, change, fill in, check, approve, send, drop. Each change is one job."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from iep_mail.core.letters.mail import clean
from iep_mail.core.letters.tone import ToneFinding
from iep_mail.core.pages.letter import letter_page, pieces
from iep_mail.core.sending.attachments import in_case
from iep_mail.core.sending.binding import fingerprint
from iep_mail.errors import IepMailError, OutboxChanged
from iep_mail.jobs import approving
from iep_mail.jobs.mailbox_drafts import place_letter
from iep_mail.jobs.sending import cancel_sending, it_was_not_sent, it_was_sent, queue_letters
from iep_mail.jobs.tone import tone_of_draft
from iep_mail.model import Draft
from iep_mail.web.app import deciding, the_postman, the_viewer
from iep_mail.web.guard import app_response
from iep_mail.web.pages import found, show
from iep_mail.web.postman import Errand

blueprint = Blueprint("drafts", __name__)
_LARGEST_UPLOAD = 26_000_000  # bytes, a little more than any mail server takes


def seen_mark(draft: Draft) -> str:
    """What an edit form carries, so that a form that is behind is known."""
    return fingerprint(draft, "")


def to_letter(draft_id: str, tail: str = "") -> AnyResponse:
    return redirect(f"/draft/{draft_id}{tail}", 303)


@blueprint.get("/draft/<draft_id>")
def draft(draft_id: str) -> str:
    postman = the_postman()
    under_way = postman.busy(draft_id)  # asked first: what it did since is then in the look
    look = the_viewer().look()
    chosen = found(look.book.drafts, draft_id)
    return show(
        "draft.html",
        look,
        shown=letter_page(chosen, look.page, look.ieps, _tone(chosen)),
        draft=chosen,
        busy=under_way,
        trouble=postman.trouble.get(chosen.id),
        can_send=any(m.smtp for m in look.config.mailboxes),
    )


@blueprint.get("/draft/<draft_id>/edit")
def edit(draft_id: str) -> str:
    look = the_viewer().look()
    chosen = found(look.book.drafts, draft_id)
    return _edit_page(chosen, chosen.to, chosen.cc, chosen.subject, chosen.body)


def _edit_page(
    chosen: Draft,
    to: tuple[str, ...] | list[str],
    cc: tuple[str, ...] | list[str],
    subject: str,
    body: str,
    problem: IepMailError | None = None,
) -> str:
    look = the_viewer().look()
    files = dict.fromkeys(a.name for _, a in in_case(chosen, look.book) if a.name)
    return show(
        "edit.html",
        look,
        shown=letter_page(chosen, look.page, look.ieps),
        draft=chosen,
        findings=_tone(replace(chosen, subject=subject, body=body)),
        blanks=_blanks_left(body),
        to=", ".join(to),
        cc=", ".join(cc),
        subject=subject,
        body=body,
        problem=problem,
        seen=seen_mark(chosen),
        files=list(files),
        contacts=look.family.school.contacts,
    )


@blueprint.post("/draft/<draft_id>/edit")
def keep(draft_id: str) -> AnyResponse:
    viewer = the_viewer()
    chosen = found(viewer.look().book.drafts, draft_id)
    to, cc, subject = (clean(request.form.get(key, "")) for key in ("to", "cc", "subject"))
    body = request.form.get("body", "").replace("\r\n", "\n")
    text = f"To: {to}\nCc: {cc}\nSubject: {subject}\n\n{body}"
    try:
        if request.form.get("seen") != seen_mark(chosen):
            raise OutboxChanged(
                "This letter was changed in another window or in your mail app while you were writing.",
                "Your text is below and not lost. Saving it again puts it in place of the other one.",
            )
        with viewer.workspace() as workspace:
            approving.edit_letter(workspace, draft_id, text, viewer.clock(), before=chosen)
    except IepMailError as error:
        # Nothing that was typed may be lost.
        page = _edit_page(chosen, [to], [cc], subject, body, error)
        return app_response(page, 409 if isinstance(error, OutboxChanged) else 400)
    return to_letter(draft_id)


@blueprint.post("/draft/<draft_id>/look")
def look_at(draft_id: str) -> str:
    """What is worth another look in a letter that is being written; nothing of it is kept."""
    chosen = found(the_viewer().look().book.drafts, draft_id)
    body = request.form.get("body", "").replace("\r\n", "\n")
    written = replace(chosen, subject=clean(request.form.get("subject", "")), body=body)
    return render_template("findings.html", findings=_tone(written), blanks=_blanks_left(body))


def _tone(draft: Draft) -> tuple[ToneFinding, ...]:
    with deciding() as (workspace, book, _):
        return tone_of_draft(workspace, book, draft)


def _blanks_left(body: str) -> list[str]:
    return [piece.text.strip("[]_ ") for piece in pieces(body, ()) if piece.kind == "blank"]


@blueprint.post("/draft/<draft_id>/fill")
def fill(draft_id: str) -> AnyResponse:
    viewer = the_viewer()
    blanks = [b.name for b in found(viewer.look().book.drafts, draft_id).blanks]
    values = {name: " ".join(request.form.get(f"blank-{name}", "").split()) for name in blanks}
    given = {name: value for name, value in values.items() if value}
    if given:
        with viewer.workspace() as workspace:
            approving.fill_blanks(workspace, draft_id, given, viewer.clock())
    return to_letter(draft_id)


@blueprint.post("/draft/<draft_id>/attach")
def attach(draft_id: str) -> AnyResponse:
    viewer = the_viewer()
    uploads = [f for f in request.files.getlist("file") if f.filename]
    with viewer.workspace() as workspace:
        if uploads:
            contents = [(str(f.filename), f.read()) for f in uploads]
            approving.attach_contents(workspace, draft_id, contents, viewer.clock())
        elif name := request.form.get("name"):
            approving.attach_from_case(workspace, draft_id, name, viewer.clock())
    return to_letter(draft_id)


@blueprint.post("/draft/<draft_id>/detach")
def detach(draft_id: str) -> AnyResponse:
    viewer = the_viewer()
    with viewer.workspace() as workspace:
        approving.detach(workspace, draft_id, request.form.get("name", ""), viewer.clock())
    return to_letter(draft_id)


@blueprint.get("/draft/<draft_id>/check")
def check(draft_id: str) -> str:
    """The exact mail, everybody who gets it, and what to know first."""
    viewer = the_viewer()
    look = viewer.look()
    chosen = found(look.book.drafts, draft_id)
    with viewer.workspace() as workspace:
        preview = approving.preview_letter(workspace, chosen.id, viewer.clock())
    source = preview.raw.decode("utf-8", "replace")
    return show("check.html", look, draft=chosen, preview=preview, source=source)


@blueprint.post("/draft/<draft_id>/approve")
def approve(draft_id: str) -> AnyResponse:
    viewer = the_viewer()
    with viewer.workspace() as workspace:
        approving.approve_letter(workspace, draft_id, viewer.clock(), shown=request.form.get("shown", ""))
    return to_letter(draft_id)


@blueprint.post("/draft/<draft_id>/send")
def send(draft_id: str) -> AnyResponse:
    viewer = the_viewer()
    postman = the_postman()
    if postman.busy(draft_id):
        return to_letter(draft_id)
    with viewer.workspace() as workspace:
        at_once = "at-once" in request.form
        [queued] = queue_letters(workspace, [draft_id], viewer.clock(), at_once=at_once)
    errand = Errand(
        queued.draft.id, queued.not_before, "anyway" in request.form, "to-the-others" in request.form
    )
    postman.send(errand)
    return to_letter(queued.draft.id)


_SIMPLE = {
    "undo-change": approving.undo_change,
    "take-back": approving.take_back_approval,
    "discard": approving.discard_letter,
    "restore": approving.restore_letter,
    "place": place_letter,
    "was-sent": it_was_sent,
    "was-not-sent": it_was_not_sent,
}


@blueprint.post("/draft/<draft_id>/<word>")
def act(draft_id: str, word: str) -> AnyResponse:
    viewer = the_viewer()
    with viewer.workspace() as workspace:
        if word == "stop":
            cancel_sending(workspace, [draft_id], viewer.clock())
        elif action := _SIMPLE.get(word):
            action(workspace, draft_id, viewer.clock())
        else:
            return app_response(
                render_template("problem.html", what="There is no such page.", remedies=[]), 404
            )
    return to_letter(draft_id)


def allow_uploads() -> None:
    """Only where files are attached may a request be as large as they are."""
    if request.endpoint in ("drafts.attach", "log.write"):
        request.max_content_length = _LARGEST_UPLOAD
        request.max_form_memory_size = None
