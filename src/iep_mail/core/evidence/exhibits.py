"""The messages of a case file as numbered exhibits that refer to each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iep_mail.core.evidence.contents import (
    Exhibit,
    ExhibitFile,
)
from iep_mail.core.evidence.desk import KINDS, Desk, listed
from iep_mail.core.services.words import day_words
from iep_mail.model import (
    Direction,
    Effect,
    FiledMessage,
)

_EFFECTS = {
    Effect.ACKNOWLEDGED: "acknowledges",
    Effect.DEFERRED: "puts off",
    Effect.ANSWERED: "answers",
    Effect.REFUSED: "declines",
}


def exhibits(desk: Desk) -> Iterable[Exhibit]:
    count = 0
    for filed in desk.messages:
        message, number = filed.message, desk.number[filed.message.sha256]
        where = f"exhibit {number}"
        files = []
        for attachment in message.attachments:
            count += 1
            files.append(
                ExhibitFile(
                    label=f"A{count}",
                    exhibit=number,
                    name=desk.clean(attachment.name, where),
                    content_type=attachment.content_type,
                    size=attachment.size,
                    sha256=attachment.sha256,
                )
            )
        exhibit = Exhibit(
            number=number,
            sha256=message.sha256,
            at=message.date.astimezone(desk.zone) if desk.has_time(filed) else None,
            on=filed.sent_on,
            channel=KINDS.get(filed.kind, str(message.channel)),
            sender=desk.person(message.sender, where),
            to=tuple(desk.person(a, where) for a in message.to),
            cc=tuple(desk.person(a, where) for a in message.cc),
            subject=desk.clean(message.subject, where),
            paragraphs=_paragraphs(desk.clean(desk.text(filed), where)),
            notes=tuple(notes_of(filed, desk)),
            files=tuple(files),
            from_family=filed.direction is Direction.TO_SCHOOL,
        )
        yield replace(exhibit, original=_kept_back(filed, where, desk))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\n") for part in text.split("\n\n") if part.strip())


def _kept_back(filed: FiledMessage, where: str, desk: Desk) -> str:
    """Why the original is not in the package; what it hides in quotes counts too."""
    if where in desk.redactor.removed or desk.redactor.holds_hidden(filed.message.full_text):
        return "kept back: something in it was chosen to be left out"
    if getattr(filed.message, "by_hand", None):
        return "not there: the family wrote it down by hand"
    if filed.message.bcc:
        return "kept back: it names people who received it as a blind copy"
    return ""


def notes_of(filed: FiledMessage, desk: Desk) -> Iterable[str]:
    """What the message did, and which other exhibits belong to it."""
    sha256 = filed.message.sha256
    asks = [desk.label[r.id] for r in desk.requests if r.sha256 == sha256]
    if asks:
        yield f"Makes request {listed(asks)}."
    reminds = [desk.label[r.id] for r in desk.requests if sha256 in r.follow_ups]
    if reminds:
        yield f"Reminds of request {listed(reminds)}."
    for effect, verb in _EFFECTS.items():
        hit = [
            f"{desk.label[r.id]} (exhibit {desk.number[r.sha256]})"
            for r in desk.requests
            if any(e.sha256 == sha256 and e.effect is effect for e in r.events)
        ]
        if hit:
            yield f"{verb.capitalize()} request {listed(hit)}."
    if any(c.sha256 == sha256 for c in desk.commitments):
        yield "Says what the school will do."
    missed = [o for o in desk.page.book.observations if o.sha256 == sha256 and o.kind == "missed_service"]
    if missed:
        days = [day_words(day) for day in sorted({o.on for o in missed if o.on})]
        what = "sessions that were" if len(days) > 1 else "a session that was"
        yield f"Tells of {what} not held{f' on {listed(days)}' if days else ''}."
    before = [desk.number[desk.by_id[i]] for i in filed.message.in_reply_to if i in desk.by_id]
    if before:
        yield f"Replies to exhibit {listed([str(n) for n in sorted(set(before))])}."
