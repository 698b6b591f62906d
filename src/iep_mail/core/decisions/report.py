"""How each decision stands: in effect, taken back, or without effect because its matter is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from iep_mail.core.decisions.anchors import anchor_of, find_item, find_message
from iep_mail.core.decisions.commitments import ABOUT_COMMITMENTS
from iep_mail.core.decisions.kinds import WRITTEN_DOWN, Said, taken_back
from iep_mail.core.decisions.requests import ABOUT_REQUESTS
from iep_mail.core.decisions.words import sentence
from iep_mail.model import Casebook, Decision, DecisionReport

if TYPE_CHECKING:
    from iep_mail.core.decisions.word import Word
    from iep_mail.core.filing.correspondence import Filing

STANDS, TAKEN_BACK, NO_EFFECT = "stands", "taken back", "without effect"


def report(book: Casebook, word: Word, filing: Filing) -> tuple[DecisionReport, ...]:
    """Every decision known at the casebook's day, in the order they were made."""
    undone = taken_back(word.made)
    by_number = {d.id: d for d in word.made}
    names = names_of(book)
    shown = {e.id for e in word.entries}
    result = []
    for decision in sorted(word.made, key=lambda d: d.id):
        says = sentence(decision, by_number, names)
        about: tuple[str, ...] = ()
        followed: tuple[str, ...] = ()
        state = STANDS
        if decision.id in undone:
            state = TAKEN_BACK
        elif decision.kind in WRITTEN_DOWN:
            if decision.subject not in shown:
                continue  # the event lies after the casebook's day
            about = (decision.subject,)
        elif decision.kind != Said.UNDO:
            about, followed, state = _effect(decision, book, word, filing)
        result.append(DecisionReport(decision, state, says, about, followed))
    return tuple(result)


def names_of(book: Casebook) -> dict[str, str]:
    """What the ids of cases, files, duties and letters are called in a sentence."""
    names = {a.sha256: f"“{a.name}”" for m in book.messages for a in m.message.attachments}
    names |= {duty.id: f"{duty.title} ({duty.child})" for duty in book.duties}
    names |= {draft.id: f"“{draft.subject}”" for draft in book.drafts}
    for case in book.cases:
        names |= dict.fromkeys((case.id, *case.former_ids), f"the case “{case.title}”")
    return names


def _effect(
    decision: Decision, book: Casebook, word: Word, filing: Filing
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    mail, cases = word.filing.mail, filing.arranged
    followed = (*mail.followed.get(decision.id, ()), *cases.followed.get(decision.id, ()))
    if decision.kind in ABOUT_REQUESTS:
        about = _about_item(decision, book)
    elif decision.kind in ABOUT_COMMITMENTS:
        found = find_item(decision, book.commitments)
        about = (found.id,) if found else ()
    elif decision.id in mail.about:
        about = (mail.about[decision.id],)
    elif decision.kind == Said.KEEP_TOGETHER:
        threads = [t.id for t in book.threads if _holds(decision, t.messages, book)]
        about = tuple(threads)
    elif decision.kind in set(Said) - {Said.DISCARD_DRAFT}:
        about = cases.about.get(decision.id, ())
    else:
        about = (decision.subject,)  # a letter: its own room knows whether it is there
    return about, followed, STANDS if about else NO_EFFECT


def _about_item(decision: Decision, book: Casebook) -> tuple[str, ...]:
    request = find_item(decision, book.requests)
    if request is not None:
        return (request.id,)
    # What is no request any more is told of its message.
    gone = decision.kind == Said.NOT_REQUEST
    message = find_message(anchor_of(decision), (m.message for m in book.messages)) if gone else None
    return (message.sha256,) if message else ()


def _holds(decision: Decision, hashes: Sequence[str], book: Casebook) -> bool:
    message = find_message(anchor_of(decision), (m.message for m in book.messages))
    return message is not None and message.sha256 in hashes
