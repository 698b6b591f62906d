"""What the page of a letter shows: the letter itself, and beside it what it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from iep_mail.core.letters.entries import Page
from iep_mail.core.letters.iep import facts_in_force, wording
from iep_mail.core.letters.tone import ToneFinding
from iep_mail.core.pages.case import RequestCard, request_card
from iep_mail.core.pages.today import FlagCard, card
from iep_mail.core.pages.words import without_commands
from iep_mail.model import Draft, Iep, IepService, IepStatement

_BLANK = re.compile(r"\[____ .+? ____\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a letter. `kind`: text, blank or finding; `note` numbers the finding from 1."""

    kind: str
    text: str
    note: int = 0


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A sentence of the plan that the letter quotes, with where it stands."""

    text: str
    page: int | None
    quote: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    draft: Draft
    to: tuple[tuple[str, str], ...]  # (name, address)
    cc: tuple[tuple[str, str], ...]
    pieces: tuple[Piece, ...]
    findings: tuple[ToneFinding, ...]
    flag: FlagCard | None
    about: RequestCard | None
    facts: tuple[StatedFact, ...]
    note: str


def letter_page(
    draft: Draft, page: Page, ieps: Sequence[Iep], findings: Sequence[ToneFinding] = ()
) -> LetterPage:
    """Everything that the page of `draft` shows. `findings` are brought out in its text."""
    book = page.book
    flag = next((f for f in book.flags if f.id == draft.flag or f.draft == draft.id), None)
    request = next((r for r in book.requests if r.id == draft.request), None)
    return LetterPage(
        draft=draft,
        to=tuple((page.name(email), email) for email in draft.to),
        cc=tuple((page.name(email), email) for email in draft.cc),
        pieces=pieces(draft.body, findings),
        findings=tuple(findings),
        flag=card(flag, page) if flag else None,
        about=request_card(request, page) if request else None,
        facts=_stated(draft, page, ieps),
        note=without_commands(draft.note),
    )


def pieces(text: str, findings: Sequence[ToneFinding]) -> tuple[Piece, ...]:
    """`text` cut where something in it wants the eye; joined again it is the same text."""
    spans = [(m.start(), m.end(), "blank", 0) for m in _BLANK.finditer(text)]
    spans += [
        (f.start, f.start + len(f.phrase), "finding", n) for n, f in enumerate(findings, 1) if f.start >= 0
    ]
    found, end = [], 0
    for start, stop, kind, note in sorted(spans):
        if start < end:
            continue
        found += [Piece("text", text[end:start]), Piece(kind, text[start:stop], note)]
        end = stop
    return tuple(p for p in (*found, Piece("text", text[end:])) if p.text)


def _stated(draft: Draft, page: Page, ieps: Sequence[Iep]) -> tuple[StatedFact, ...]:
    """The facts of the plan whose words are in the letter."""
    case = next((c for c in page.book.cases if c.id == draft.case), None)
    letter = " ".join(draft.body.split())
    found = []
    for plan in facts_in_force(ieps, case.child if case else None, page.book.as_of):
        facts: tuple[IepService | IepStatement, ...] = (*plan.services, *plan.accommodations, *plan.goals)
        for fact in facts:
            words = " ".join(wording(fact).split())
            if words and words in letter:
                found.append(StatedFact(words, fact.page, fact.quote, plan.document))
    return tuple(found)
