"""A draft or any text of the parent's, looked at with what the family's record knows."""

from __future__ import annotations

from iep_mail.core.letters.review import review_draft, review_text
from iep_mail.core.letters.tone import ToneFinding
from iep_mail.core.letters.tone_record import Record
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Casebook, Draft


def tone_of_draft(workspace: Workspace, book: Casebook, draft: Draft) -> tuple[ToneFinding, ...]:
    """What is worth another look before a draft is approved."""
    letter = workspace.rules.letters.get(draft.letter)
    return review_draft(draft, book, workspace.family, workspace.calendar, letter)


def tone_of_text(workspace: Workspace, book: Casebook, text: str) -> tuple[ToneFinding, ...]:
    """What is worth another look in a text. A first line “Subject: …” is taken as the subject, and the
    lines count on from it."""
    head, sep, rest = text.partition("\n")
    subject = head[len("subject:") :].strip() if sep and head.lower().startswith("subject:") else ""
    record = Record(book=book, family=workspace.family, calendar=workspace.calendar)
    body = f"{' ' * len(head)}\n{rest}" if subject else text
    return review_text(body, record, subject=subject)
