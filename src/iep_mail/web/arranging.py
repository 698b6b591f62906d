"""Putting right where things lie: cases, threads and single messages. Each change is one decision."""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from iep_mail.core.decisions.kinds import Said
from iep_mail.errors import UsageError
from iep_mail.jobs import deciding as jobs
from iep_mail.jobs.deciding import Target
from iep_mail.model import Case, Casebook, MessageKind, Thread
from iep_mail.web import forms
from iep_mail.web.actions import back, message_in
from iep_mail.web.app import deciding

blueprint = Blueprint("arranging", __name__)
_MESSAGE = {"not-school": Said.NOT_SCHOOL, "school": Said.IS_SCHOOL}


@blueprint.post("/case/<case_id>/<word>")
def arrange_case(case_id: str, word: str) -> Response:
    """Another name, another child, or one case put into another."""
    with deciding() as (workspace, book, now):
        case = case_in(book, case_id)
        if word == "rename":
            told = jobs.rename_case(workspace, case, forms.line("title"), now)
        elif word == "merge":
            told = jobs.merge_cases(workspace, case, case_in(book, forms.line("into")), now)
        elif word == "child":
            told = jobs.set_child(workspace, case, forms.line("child"), now)
        else:
            abort(404)
    return back(told.decision.id)


@blueprint.post("/thread/<thread_id>/<word>")
def arrange_thread(thread_id: str, word: str) -> Response:
    """A thread to another case, divided from a message on, or kept together."""
    with deciding() as (workspace, book, now):
        thread = next((t for t in book.threads if t.id == thread_id), None)
        if thread is None:
            raise UsageError(
                "This thread is not there any more, so nothing was changed.",
                "It may have been divided or moved in another window.",
            )
        if word == "move":
            told = jobs.move_thread(workspace, book, thread, _target(book), now)
        elif word == "split":
            first = message_in(book, forms.line("message"))
            _check_inside(thread, first.message.sha256)
            told = jobs.split_thread(workspace, book, thread, first, _target(book), now)
        elif word == "keep-together":
            told = jobs.keep_together(workspace, book, thread, now)
        else:
            abort(404)
    return back(told.decision.id)


@blueprint.post("/message/<sha256>/<word>")
def arrange_message(sha256: str, word: str) -> Response:
    """What kind of mail it is, whether it is the school's, and where it belongs."""
    with deciding() as (workspace, book, now):
        message = message_in(book, sha256)
        if word == "kind":
            kind = MessageKind(forms.one_of("kind", [str(k) for k in MessageKind]))
            told = jobs.say_of_message(workspace, Said.MESSAGE_KIND, message, now, kind)
        elif said := _MESSAGE.get(word):
            told = jobs.say_of_message(workspace, said, message, now)
        elif word == "move":
            thread = next(t for t in book.threads if t.id == message.thread)
            only = () if forms.line("which") == "onward" else (message,)
            told = jobs.split_thread(workspace, book, thread, message, _target(book), now, only=only)
        else:
            abort(404)
    return back(told.decision.id)


def case_in(book: Casebook, case_id: str) -> Case:
    """The case with this id. Raises UsageError where it is gone."""
    found = next((c for c in book.cases if c.id == case_id or case_id in c.former_ids), None)
    if found is None:
        raise UsageError(
            "This matter is not there any more, so nothing was changed.",
            "It may have been put into another one: look at Cases.",
        )
    return found


def _target(book: Casebook) -> Target:
    """Where something goes, as the form says: a case, “new” (with a title) or “none”."""
    wanted = forms.line("case")
    if wanted == "new":
        return Target(new=True, title=forms.line("title"))
    return Target() if wanted == "none" else Target(case_in(book, wanted))


def _check_inside(thread: Thread, sha256: str) -> None:
    if sha256 not in thread.messages:
        raise UsageError("That message is not in this thread.", "Nothing was changed.")
