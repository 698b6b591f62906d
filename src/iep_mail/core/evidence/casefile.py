"""A case file put together: the messages of one or several cases, numbered, with what they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from iep_mail.core.evidence.contents import CaseFile
from iep_mail.core.evidence.desk import Desk, Wanted, is_private, listed, notes_of_cases
from iep_mail.core.evidence.exhibits import exhibits as exhibits_of
from iep_mail.core.evidence.notes import log_lines, note_rows
from iep_mail.core.evidence.redaction import Redactor
from iep_mail.core.evidence.rows import commitment_row, concerned, plan_facts, request_row, timeline_rows
from iep_mail.core.evidence.stats import build_stats
from iep_mail.core.evidence.summary import summary_paragraph
from iep_mail.core.letters.entries import Page
from iep_mail.core.services.ledger import Ledger
from iep_mail.core.services.picture import svg
from iep_mail.core.services.words import day_words
from iep_mail.data import load
from iep_mail.model import Casebook, Iep

_FOR_STRANGERS = frozenset({"meeting", "state-complaint"})


def build_casefile(
    page: Page,
    wanted: Wanted,
    ieps: Sequence[Iep],
    ledger: Ledger | None,
    redactor: Redactor,
) -> CaseFile:
    """The case file of `wanted` as of the casebook's day. What `redactor` takes out is told in it."""
    desk = Desk(page, wanted, redactor)
    file = _with_cover(desk, _tables(desk, ieps, ledger))
    if wanted.purpose == "state-complaint":
        words = load("casefile")["complaint"]
        file = replace(
            file,
            complaint=tuple((what, where) for what, where in words["lines"]),
            complaint_notes=tuple(_complaint_notes(desk, words)),
            advice=tuple(_about_mediation(desk, words)),
        )
    file = replace(file, summary=summary_paragraph(file))
    withheld, private = tuple(_withheld(desk)), tuple(_private(desk))
    if wanted.purpose in _FOR_STRANGERS:  # that there are private notes is private too
        return replace(file, removals=removal_sentences(redactor, withheld), advice=(*file.advice, *private))
    return replace(file, removals=removal_sentences(redactor, (*private, *withheld)))


def _tables(desk: Desk, ieps: Sequence[Iep], ledger: Ledger | None) -> CaseFile:
    """The file with all that is counted and listed in it, without its cover."""
    ledger = concerned(ledger, desk, ieps) if ledger else None
    exhibits = tuple(exhibits_of(desk))
    return CaseFile(
        requests=tuple(request_row(r, desk) for r in desk.requests),
        commitments=tuple(commitment_row(c, desk) for c in desk.commitments),
        ledger=ledger,
        picture=svg(ledger) if ledger and ledger.lines else "",
        facts=tuple(plan_facts(desk, ieps, ledger)),
        stats=build_stats(_narrowed(desk), name=desk.page.name),
        timeline=tuple(timeline_rows(desk)),
        exhibits=exhibits,
        notes=note_rows(desk, exhibits),
        log=tuple(log_lines(desk)),
    )


def _narrowed(desk: Desk) -> Casebook:
    """The casebook with what is in the file and no more, for its numbers."""
    return replace(
        desk.page.book,
        requests=tuple(desk.requests),
        commitments=tuple(desk.commitments),
        messages=tuple(desk.messages),
    )


def _with_cover(desk: Desk, file: CaseFile) -> CaseFile:
    book, wanted, words = desk.page.book, desk.wanted, load("casefile")
    purpose = words["purpose"][wanted.purpose]
    chosen = [case for case in book.cases if case.id in wanted.cases]
    days = [m.sent_on for m in desk.messages] + [e.on for e in desk.notes]
    empty = {name for name, rows in (("notes", file.notes), ("log", file.log)) if not rows}
    return replace(
        file,
        purpose=wanted.purpose,
        title=purpose["title"],
        prepared_for=purpose["for"],
        about=purpose["about"],
        matters=tuple(desk.clean(case.title, "the cover") for case in chosen),
        children=tuple(dict.fromkeys(filter(None, (c.child for c in chosen)))),
        parents=tuple(parent.name for parent in desk.page.family.parents),
        as_of=book.as_of,
        first=wanted.first or min(days, default=None),
        last=wanted.last or max(days, default=None),
        sections=tuple(name for name in purpose["sections"] if name not in empty),
        method=tuple(
            line.format(version=wanted.version, as_of=day_words(book.as_of))
            for line in words["method"]["lines"]
        ),
    )


def _complaint_notes(desk: Desk, words: Mapping[str, str]) -> Iterable[str]:
    as_of = desk.page.book.as_of
    since = _year_before(as_of)
    yield words["year"].format(as_of=day_words(as_of), since=day_words(since))
    yield words["copy"]


def _about_mediation(desk: Desk, words: Mapping[str, str]) -> Iterable[str]:
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


def _private(desk: Desk) -> Iterator[str]:
    """How many private notes stay out, where the parent did not put them in."""
    book, wanted = desk.page.book, desk.wanted
    mine = [m for m in book.messages if m.case in wanted.cases]
    private = sum(map(is_private, mine)) + sum(e.private for e in notes_of_cases(book, wanted))
    if private and not desk.redactor.choice.private:
        yield f"{private} private note{'s' * (private != 1)} of the family {'is' if private == 1 else 'are'} left out."


def _withheld(desk: Desk) -> Iterator[str]:
    mine = [m for m in desk.page.book.messages if m.case in desk.wanted.cases]
    out = sum(any(m.message.sha256.startswith(o) for o in desk.wanted.left_out) for m in mine)
    if out:
        yield f"{out} message{'s' * (out != 1)} {'was' if out == 1 else 'were'} left out by the family's choice."


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
