"""A case file put together: the messages of one or several cases, numbered, with what they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from iep_mail.core.evidence.contents import (
    CaseFile,
)
from iep_mail.core.evidence.desk import Desk, Wanted, is_private, listed
from iep_mail.core.evidence.exhibits import exhibits as exhibits_of
from iep_mail.core.evidence.redaction import Redactor
from iep_mail.core.evidence.rows import commitment_row, concerned, plan_facts, request_row, timeline_rows
from iep_mail.core.evidence.stats import build_stats
from iep_mail.core.evidence.summary import summary_paragraph
from iep_mail.core.letters.entries import Page
from iep_mail.core.services.ledger import Ledger
from iep_mail.core.services.picture import svg
from iep_mail.core.services.words import day_words
from iep_mail.data import load
from iep_mail.model import (
    Iep,
)


def build_casefile(
    page: Page,
    wanted: Wanted,
    ieps: Sequence[Iep],
    ledger: Ledger | None,
    redactor: Redactor,
) -> CaseFile:
    """The case file of `wanted` as of the casebook's day. What `redactor` takes out is told in it."""
    desk = Desk(page, wanted, redactor)
    book, words = page.book, load("casefile")
    purpose = words["purpose"][wanted.purpose]
    chosen = [case for case in book.cases if case.id in wanted.cases]
    children = tuple(dict.fromkeys(filter(None, (c.child for c in chosen))))
    requests = tuple(request_row(r, desk) for r in desk.requests)
    narrowed = replace(
        book,
        requests=tuple(desk.requests),
        commitments=tuple(desk.commitments),
        messages=tuple(desk.messages),
    )
    ledger = concerned(ledger, desk, ieps) if ledger else None
    exhibits = tuple(exhibits_of(desk))
    file = CaseFile(
        purpose=wanted.purpose,
        title=purpose["title"],
        prepared_for=purpose["for"],
        about=purpose["about"],
        matters=tuple(desk.clean(case.title, "the cover") for case in chosen),
        children=children,
        parents=tuple(parent.name for parent in page.family.parents),
        as_of=book.as_of,
        first=wanted.first or (desk.messages[0].sent_on if desk.messages else None),
        last=wanted.last or (desk.messages[-1].sent_on if desk.messages else None),
        summary="",
        sections=tuple(purpose["sections"]),
        requests=requests,
        commitments=tuple(commitment_row(c, desk) for c in desk.commitments),
        ledger=ledger,
        picture=svg(ledger) if ledger and ledger.lines else "",
        facts=tuple(plan_facts(desk, ieps, ledger)),
        stats=build_stats(narrowed, name=page.name),
        timeline=tuple(timeline_rows(desk)),
        exhibits=exhibits,
        method=tuple(
            line.format(version=wanted.version, as_of=day_words(book.as_of))
            for line in words["method"]["lines"]
        ),
    )
    if wanted.purpose == "state-complaint":
        file = replace(
            file,
            complaint=tuple((what, where) for what, where in words["complaint"]["lines"]),
            complaint_notes=tuple(_complaint_notes(desk, words["complaint"])),
        )
    file = replace(file, summary=summary_paragraph(file))
    return replace(file, removals=removal_sentences(redactor, _withheld(desk)))


def _complaint_notes(desk: Desk, words: Mapping[str, str]) -> Iterable[str]:
    as_of = desk.page.book.as_of
    since = _year_before(as_of)
    yield words["year"].format(as_of=day_words(as_of), since=day_words(since))
    yield words["copy"]
    mediated = [
        str(desk.number[m.message.sha256])
        for m in desk.messages
        if "mediat" in f"{m.message.subject} {m.message.new_text}".casefold()
    ]
    if mediated:
        yield words["mediation"].format(exhibits=listed(mediated))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # February 29
        return day.replace(year=day.year - 1, day=28)


def _withheld(desk: Desk) -> Sequence[str]:
    book, wanted = desk.page.book, desk.wanted
    mine = [m for m in book.messages if m.case in wanted.cases]
    private = sum(is_private(m) for m in mine) if not desk.redactor.choice.private else 0
    out = sum(any(m.message.sha256.startswith(o) for o in wanted.left_out) for m in mine)
    said = []
    if private:
        said.append(
            f"{private} private note{'s' * (private != 1)} of the family {'is' if private == 1 else 'are'} left out."
        )
    if out:
        said.append(
            f"{out} message{'s' * (out != 1)} {'was' if out == 1 else 'were'} left out by the family's choice."
        )
    return said


def removal_sentences(redactor: Redactor, more: Sequence[str] = ()) -> tuple[str, ...]:
    """What was taken out, where and how often; never what it said."""
    said = []
    for where, found in sorted(redactor.removed.items(), key=lambda item: _order(item[0])):
        places = sum(found.values())
        said.append(f"In {where}, {places} place{'s were' if places != 1 else ' was'} taken out.")
    return (*said, *more)


def _order(where: str) -> tuple[int, str]:
    digits = "".join(c for c in where if c.isdigit())
    return int(digits) if digits else 0, where
