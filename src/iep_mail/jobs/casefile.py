"""The case file put together: what goes into it, what is taken out, and what stays out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iep_mail import __version__
from iep_mail.adapters.attachment_reader import AttachmentReader, AttachmentText
from iep_mail.core.evidence.casefile import build_casefile
from iep_mail.core.evidence.contents import CaseFile, Exhibit, ExhibitFile
from iep_mail.core.evidence.desk import Wanted
from iep_mail.core.evidence.redaction import Choice, Redactor, other_children
from iep_mail.core.letters.entries import Page
from iep_mail.core.reading.body import every_text
from iep_mail.core.services.granted import school_year
from iep_mail.core.services.ledger import Ledger
from iep_mail.errors import UsageError
from iep_mail.jobs.attachments import contents_of
from iep_mail.jobs.services import service_ledger, waiting
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Attachment, Case, Casebook


@dataclass(frozen=True, slots=True)
class Prepared:
    """A case file that is not written yet. `removed` is what was taken out of each exhibit, for the
    parent's eyes; `kept_back` says which files stay out and why."""

    file: CaseFile
    removed: Mapping[str, Counter[str]]
    kept_back: tuple[str, ...]
    attachments: tuple[ExhibitFile, ...]  # those that go into the package
    unconfirmed: int = 0  # missed sessions seen in these messages that wait for the parent's word


def find_cases(book: Casebook, wanted: Sequence[str], *, everything: bool = False) -> tuple[Case, ...]:
    """The cases whose ids are or begin with `wanted`. Raises UsageError for one that is none."""
    if everything:
        return book.cases
    found: list[Case] = []
    for text in wanted:
        hits = [c for c in book.cases if c.id == text] or [c for c in book.cases if c.id.startswith(text)]
        if len(hits) != 1:
            raise UsageError(
                f"“{text}” fits more than one case." if hits else f"There is no case “{text}”.",
                "See them all with: iep-mail cases",
            )
        found.append(hits[0])
    return tuple(dict.fromkeys(found))


def prepare(
    workspace: Workspace,
    book: Casebook,
    wanted: Wanted,
    choice: Choice,
    *,
    with_unchecked: bool = False,
) -> Prepared:
    """The case file as it would be written. Raises UsageError where there is no message in it."""
    page = Page.of(book, workspace.family, workspace.calendar)
    children = tuple(dict.fromkeys(c.child for c in book.cases if c.id in wanted.cases and c.child))
    hidden = (
        (*other_children(workspace.family.children, children), *choice.names) if children else choice.names
    )
    redactor = Redactor(replace(choice, names=tuple(dict.fromkeys(hidden))))
    ledger = _ledger(workspace, book.as_of, children, wanted)
    file = build_casefile(page, replace(wanted, version=__version__), workspace.ieps, ledger, redactor)
    if not file.exhibits and not file.notes:
        raise UsageError(
            "There is no message in this case in that time, so there is nothing to put into a file.",
            "Choose another case (iep-mail cases) or other days.",
        )
    going, held = _attachments(workspace, file, redactor, with_unchecked=with_unchecked)
    file = _without_hidden(workspace, file, redactor, held)
    shown = replace(file, removals=(*file.removals, *_short(file, held)))
    inside = {exhibit.sha256 for exhibit in file.exhibits}
    unconfirmed = sum(bool(inside & set(miss.messages)) for miss in waiting(workspace, book.as_of))
    return Prepared(shown, redactor.removed, (*_originals(file), *held.values()), going, unconfirmed)


def _originals(file: CaseFile) -> Iterator[str]:
    """Which originals stay out, by the reason."""
    for why in dict.fromkeys(e.original for e in file.exhibits if e.original):
        numbers = [str(e.number) for e in file.exhibits if e.original == why]
        which = (
            f"original of exhibit {numbers[0]} is"
            if len(numbers) == 1
            else f"originals of exhibits {', '.join(numbers)} are"
        )
        them = why.replace("something in it", "something in them").replace(" of it ", " of each ")
        yield f"The {which} {why if len(numbers) == 1 else them}."


def _short(file: CaseFile, held: Mapping[str, str]) -> tuple[str, ...]:
    said = []
    if originals := sum(e.original.startswith("kept back") for e in file.exhibits):
        said.append(f"Originals kept back by the family: {originals}.")
    if held:
        said.append(f"Attachments kept back by the family: {len(held)}.")
    return tuple(said)


def _ledger(workspace: Workspace, today: date, children: Sequence[str], wanted: Wanted) -> Ledger | None:
    if not children:
        return None
    last = wanted.last or today
    if workspace.calendar.last_day:
        last = min(last, max(workspace.calendar.last_day, wanted.first or date.min))
    first = wanted.first or date(school_year(last), 7, 1)
    if first > last:
        return None
    return service_ledger(workspace, today, children, first, last)


def _attachments(
    workspace: Workspace, file: CaseFile, redactor: Redactor, *, with_unchecked: bool
) -> tuple[tuple[ExhibitFile, ...], dict[str, str]]:
    """The attachments that go into the package, and by the label of each that stays out a sentence on why."""
    going: list[ExhibitFile] = []
    held: dict[str, str] = {}
    hiding = bool(redactor.choice.names or redactor.choice.addresses)
    with AttachmentReader() as reader:
        for sha256, files in _sources(file):
            contents = {a.sha256: raw for a, raw in contents_of(workspace, sha256, map(_named, files))}
            for attached in files:
                content = contents.get(attached.sha256)
                if content is None:
                    why = (
                        "is not among what was fetched." if sha256 else "is not in the data folder any more."
                    )
                elif hiding:
                    words = reader.read(content, attached.name)
                    why = _hidden_in(words, redactor, with_unchecked=with_unchecked)
                else:
                    why = ""
                if why:
                    held[attached.label] = f"{attached.label} ({attached.name}) {why}"
                else:
                    going.append(attached)
    return tuple(going), held


def _sources(file: CaseFile) -> Iterator[tuple[str, tuple[ExhibitFile, ...]]]:
    """The files of each exhibit, with the hash of its message, and of each note, with none."""
    yield from ((e.sha256, e.files) for e in file.exhibits if e.files)
    yield from (("", n.files) for n in file.notes if n.files)


def _named(file: ExhibitFile) -> Attachment:
    return Attachment(file.name, file.content_type, file.size, file.sha256)


def _hidden_in(words: AttachmentText, redactor: Redactor, *, with_unchecked: bool) -> str:
    """Why an attachment stays out for what it holds; "" where it goes in."""
    if redactor.holds_hidden(words.text):
        return "holds something that you chose to leave out."
    if words.text.strip() or with_unchecked:
        return ""
    return (
        f"{words.problem or 'has no words that can be read'}, so it could not be checked for what you chose "
        "to leave out; --with-unchecked puts it in."
    )


def _without_hidden(
    workspace: Workspace, file: CaseFile, redactor: Redactor, held: Mapping[str, str]
) -> CaseFile:
    """The file with the originals kept back that hold what was left out: in an attachment, or in a part of
    the message that its text does not show."""

    def checked(exhibit: Exhibit) -> Exhibit:
        if exhibit.original:
            return exhibit
        if any(f.label in held for f in exhibit.files):
            return replace(exhibit, original="kept back: an attachment of it was left out")
        if any(redactor.holds_hidden(text) for text in every_text(workspace.store.raw(exhibit.sha256))):
            return replace(exhibit, original="kept back: something in it was chosen to be left out")
        return exhibit

    if not (redactor.choice.names or redactor.choice.addresses):
        return file
    return replace(file, exhibits=tuple(map(checked, file.exhibits)))
