"""The documents among attachments: what each is, for which child and school year, when it arrived.

Recognised by the words on its first page, its name and the subject it came with. The parent's word wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from iep_mail.core.letters.people import plain_name
from iep_mail.core.services.granted import school_year
from iep_mail.data import load
from iep_mail.model import Attachment, Casebook, Child, Decision, Direction, FiledMessage, Iep, MessageKind

SET_KIND = "document_kind"
OTHER = "other"
_HEAD = 1500  # characters of a document's beginning
_NEVER = re.compile(r"^(?:image/|audio/|video/|text/calendar|text/x-vcard|message/)", re.I)
_YEAR = re.compile(r"\b(20\d\d)\s*[-–/]\s*(20)?(\d\d)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`kind` is a name of data/documents.toml, or “other”; `year` the one in which its school year began."""

    kind: str
    title: str
    name: str
    sha256: str
    message: str
    child: str | None
    year: int
    arrived_on: date
    sender: str
    from_school: bool
    because: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that a parent should hold for a school year and that is not among those on record."""

    child: str
    year: int
    kind: str
    title: str
    why: str
    letter: str


def documents(
    book: Casebook, words: Mapping[str, str], children: Sequence[Child], decided: Sequence[Decision] = ()
) -> tuple[Document, ...]:
    """Every attachment that is a document, by child, school year and day; each content once, as it first
    arrived. `words` are the attachments' words by their hash."""
    said = {d.subject: d.value for d in decided if d.kind == SET_KIND}
    found: dict[tuple[str, str | None], Document] = {}
    for filed in book.messages:
        if filed.kind is MessageKind.BOUNCE:
            continue
        for attachment in filed.message.attachments:
            document = _document(filed, attachment, words.get(attachment.sha256, ""), children, said)
            if document:
                found.setdefault((document.sha256, document.child), document)
    return tuple(sorted(found.values(), key=lambda d: (d.child or "", -d.year, d.arrived_on, d.name)))


def _document(
    filed: FiledMessage, attachment: Attachment, text: str, children: Sequence[Child], said: Mapping[str, str]
) -> Document | None:
    decided = said.get(attachment.sha256)
    if decided is None and _NEVER.match(attachment.content_type):
        return None
    kind, because = (
        (decided, "you said so") if decided else recognise(attachment.name, text, filed.message.subject)
    )
    if kind == OTHER and not decided:
        return None
    return Document(
        kind=kind,
        title=title_of(kind),
        name=attachment.name,
        sha256=attachment.sha256,
        message=filed.message.sha256,
        child=_child(f"{attachment.name}\n{text[: 2 * _HEAD]}", children)
        or _by_initials(attachment.name, children)
        or filed.child,
        year=_school_year(attachment.name, text, filed.sent_on),
        arrived_on=filed.sent_on,
        sender=plain_name(filed.message.sender.name) or filed.message.sender.email,
        from_school=filed.direction is Direction.FROM_SCHOOL,
        because=because,
    )


def recognise(name: str, text: str, subject: str) -> tuple[str, str]:
    """The kind and what it was known by: the words on the first page, then the name, then the subject."""
    plain = re.sub(r"[_.\-]+", " ", name)
    head = " ".join(text[:_HEAD].split())
    for where, said, key in (
        ("the words on its first page", head, "head"),
        ("its name", plain, "file"),
        ("the subject it came with", subject, "head"),
    ):
        # The earliest words count: an IEP speaks of progress reports further down.
        hits = [(m.start(), kind) for kind, patterns in _kinds() if (m := patterns[key].search(said))]
        if hits:
            # In a name the kinds' own order counts: “IEP amendment” is no IEP.
            return (hits[0] if key == "file" else min(hits, key=lambda hit: hit[0]))[1], where
    return OTHER, ""


@cache
def _kinds() -> tuple[tuple[str, Mapping[str, re.Pattern[str]]], ...]:
    return tuple(
        (k["name"], {"file": re.compile(k["file"], re.I), "head": re.compile(k["head"], re.I)})
        for k in load("documents")["kind"]
    )


def kinds() -> tuple[str, ...]:
    """The names of all kinds."""
    return (*(kind for kind, _ in _kinds()), OTHER)


def title_of(kind: str) -> str:
    return next((str(k["title"]) for k in load("documents")["kind"] if k["name"] == kind), "Other document")


def _child(text: str, children: Sequence[Child]) -> str | None:
    """The one child whose name stands in the document; None where it is none or several."""
    named = [c.name for c in children if any(re.search(rf"\b{re.escape(n)}\b", text, re.I) for n in c.names)]
    return named[0] if len(named) == 1 else None


def _by_initials(name: str, children: Sequence[Child]) -> str | None:
    """The one child whose initials, two letters or more, stand by themselves in a file's name."""
    parts = re.split(r"[^A-Za-z]+", name)
    found = [c.name for c in children if len(c.initials) > 1 and c.initials in parts]
    return found[0] if len(found) == 1 else None


def _school_year(name: str, text: str, arrived: date) -> int:
    """The school year that the document names (2025-26), else the one in which it arrived."""
    for said in (name, text[:_HEAD]):
        for found in _YEAR.finditer(said):
            first, last = int(found[1]), int(found[3])
            if (first + 1) % 100 == last and abs(first - arrived.year) <= 15:
                return first
    return school_year(arrived)


def missing(
    found: Iterable[Document], ieps: Sequence[Iep], children: Sequence[str], first: date, today: date
) -> Iterator[Missing]:
    """What a parent should hold, for each school year from `first` to `today`, and does not."""
    held = [d for d in found if d.from_school or d.kind in ("iep", "plan_504")]
    for child in children:
        planned = [p for p in ieps if p.child == child]
        if not planned and not any(d.child == child for d in held):
            continue
        for year in range(school_year(first), school_year(today) + 1):
            if planned and not any(_touches(plan, year) for plan in planned):
                continue
            kinds = _plans_of(child, year, planned, held)
            for expected in (e for e in load("documents")["expected"] if e["plan"] in kinds):
                wanted = {expected["kind"], *expected.get("also", ())}
                span = range(year - expected.get("every", 1) + 1, year + 1)
                if not any(d.kind in wanted and d.year in span and d.child in (child, None) for d in held):
                    yield Missing(
                        child,
                        year,
                        expected["kind"],
                        title_of(expected["kind"]),
                        expected["why"],
                        expected["letter"],
                    )


def _plans_of(child: str, year: int, planned: Sequence[Iep], held: Sequence[Document]) -> set[str]:
    """Which kinds of plan the child had in a school year; an IEP where nothing says otherwise."""
    on_file = {plan.plan for plan in planned if _touches(plan, year)}
    seen = {d.kind for d in held if d.child == child}
    only_504 = "plan_504" in seen and not seen & {"iep", "amendment"}
    return on_file or ({"504"} if only_504 else {"IEP"})


def _touches(plan: Iep, year: int) -> bool:
    first, last = date(year, 7, 1), date(year + 1, 6, 30)
    return (plan.effective_from or first) <= last and (plan.effective_to or last) >= first
