"""The case file: put together, shown, and written as a PDF, a folder or a ZIP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from iep_mail import __version__
from iep_mail.adapters.archive import write_folder, write_zip
from iep_mail.adapters.attachment_reader import AttachmentReader
from iep_mail.adapters.casefile_docx import docx_bytes
from iep_mail.adapters.casefile_pdf import pdf_bytes
from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.spreadsheets import Table, csv_bytes, xlsx_bytes
from iep_mail.adapters.templates import shipped_casefile
from iep_mail.core.evidence.casefile import build_casefile
from iep_mail.core.evidence.contents import CaseFile, Exhibit, ExhibitFile
from iep_mail.core.evidence.desk import Wanted
from iep_mail.core.evidence.layout import pdf_data
from iep_mail.core.evidence.redaction import Choice, Redactor, other_children
from iep_mail.core.evidence.tables import tables
from iep_mail.core.letters.entries import Page
from iep_mail.core.services.granted import school_year
from iep_mail.core.services.ledger import Ledger
from iep_mail.data import load
from iep_mail.errors import UsageError
from iep_mail.jobs.attachments import contents_of
from iep_mail.jobs.services import service_ledger
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Case, Casebook

Content = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A case file that is not written yet. `removed` is what was taken out of each exhibit, for the
    parent's eyes; `kept_back` says which files stay out and why."""

    file: CaseFile
    removed: Mapping[str, Counter[str]]
    kept_back: tuple[str, ...]
    attachments: tuple[ExhibitFile, ...]  # those that go into the package


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
    if not file.exhibits:
        raise UsageError(
            "There is no message in this case in that time, so there is nothing to put into a file.",
            "Choose another case (iep-mail cases) or other days.",
        )
    going, held = _attachments(workspace, file, redactor, with_unchecked=with_unchecked)
    originals = tuple(
        f"The original of exhibit {e.number} is {e.original}." for e in file.exhibits if e.original
    )
    return Prepared(replace(file, removals=(*file.removals, *_short(file, held))), redactor.removed,
                    (*originals, *held), going)  # fmt: skip


def _originals(file: CaseFile) -> Iterator[str]:
    """Which originals stay out, by the reason."""
    for why in dict.fromkeys(e.original for e in file.exhibits if e.original):
        numbers = [str(e.number) for e in file.exhibits if e.original == why]
        which = (
            f"original of exhibit {numbers[0]} is"
            if len(numbers) == 1
            else f"originals of exhibits {', '.join(numbers)} are"
        )
        yield f"The {which} {why}."


def _short(file: CaseFile, held: Sequence[str]) -> tuple[str, ...]:
    said = []
    if originals := sum(bool(e.original) for e in file.exhibits):
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
) -> tuple[tuple[ExhibitFile, ...], tuple[str, ...]]:
    """The attachments that go into the package, and a sentence for each that stays out."""
    going: list[ExhibitFile] = []
    held: list[str] = []
    hiding = bool(redactor.choice.names or redactor.choice.addresses)
    with AttachmentReader() as reader:
        for exhibit in (e for e in file.exhibits if e.files):
            contents = {a.sha256: raw for a, raw in contents_of(workspace, exhibit.sha256)}
            for attached in exhibit.files:
                if attached.sha256 not in contents:
                    held.append(f"{attached.label} ({attached.name}) is not among what was fetched.")
                    continue
                words = reader.read(contents[attached.sha256], attached.name) if hiding else None
                if words and redactor.holds_hidden(words.text):
                    held.append(
                        f"{attached.label} ({attached.name}) holds something that you chose to leave out."
                    )
                elif words and not words.text.strip() and not with_unchecked:
                    why = words.problem or "has no words that can be read"
                    held.append(
                        f"{attached.label} ({attached.name}) {why}, so it could not be checked for what you "
                        "chose to leave out; --with-unchecked puts it in."
                    )
                else:
                    going.append(attached)
    return tuple(going), tuple(held)


def write(workspace: Workspace, prepared: Prepared, out: Path, *, pdf: bool = True) -> None:
    """Writes the PDF alone (`out` ends in .pdf), a ZIP, or a folder with everything."""
    if out.suffix.lower() == ".pdf":
        write_private(out, _pdf(prepared.file))
        return
    files = package(workspace, prepared, pdf=pdf)
    if out.suffix.lower() == ".zip":
        write_zip(out, files)
    else:
        write_folder(out, files)


def package(workspace: Workspace, prepared: Prepared, *, pdf: bool = True) -> dict[str, Content]:
    """Every file of the package by its path; what is large is read only when it is written."""
    file = prepared.file
    workspace.store.seal()
    link = workspace.store.last_link()
    made = [Table(name.capitalize(), header, rows) for name, header, rows in tables(file)]
    files: dict[str, Content] = {"README.txt": lambda: _readme(prepared, pdf, link).encode("utf-8")}
    if pdf:
        files["case-file.pdf"] = lambda: _pdf(file)
    files["summary.docx"] = lambda: docx_bytes(pdf_data(file), file.as_of)
    files["tables.xlsx"] = lambda: xlsx_bytes(made)
    for table in made:
        name = f"tables/{table.name.lower().replace(' ', '-')}.csv"
        files[name] = lambda table=table: csv_bytes(table.header, table.rows)  # type: ignore[misc]
    if file.picture:
        files["services.svg"] = lambda: file.picture.encode("utf-8")
    for exhibit in file.exhibits:
        if not exhibit.original:
            files[f"exhibits/{exhibit_name(exhibit)}.eml"] = lambda e=exhibit: workspace.store.raw(e.sha256)  # type: ignore[misc]
    by_number = {e.number: e for e in file.exhibits}
    for attached in prepared.attachments:
        source = by_number[attached.exhibit].sha256
        files[f"attachments/{attachment_name(attached)}"] = lambda s=source, a=attached: _content(
            workspace, s, a
        )  # type: ignore[misc]
    return files


def _content(workspace: Workspace, sha256: str, attached: ExhibitFile) -> bytes:
    return next(raw for a, raw in contents_of(workspace, sha256) if a.sha256 == attached.sha256)


def exhibit_name(exhibit: Exhibit) -> str:
    """“004-2026-01-13-from-family”: nothing of what a mail calls itself gets into a file's name."""
    side = "family" if exhibit.from_family else "school"
    return f"{exhibit.number:03}-{exhibit.on.isoformat()}-from-{side}"


def attachment_name(attached: ExhibitFile) -> str:
    """“A03-exhibit-004.pdf”; only a plain ending is taken from the attachment's own name."""
    ending = re.search(r"\.([A-Za-z0-9]{1,5})$", attached.name)
    plain = ending[1].lower() if ending else ""
    kind = plain if plain in load("casefile")["endings"] else "bin"
    return f"{attached.label[0]}{int(attached.label[1:]):03}-exhibit-{attached.exhibit:03}.{kind}"


def _pdf(file: CaseFile) -> bytes:
    return pdf_bytes(pdf_data(file), shipped_casefile(), file.as_of)


def _readme(prepared: Prepared, pdf: bool, link: str) -> str:
    file = prepared.file
    originals = any(not e.original for e in file.exhibits)
    lines = [
        f"{file.title}: {', '.join(file.children)}",
        "",
        *(["case-file.pdf        everything to read"] if pdf else []),
        "summary.docx         the summary and the tables, to be worked on",
        "tables.xlsx          all tables as one workbook; tables/ holds each as CSV",
        *(
            ["exhibits/            messages as they were received or sent (.eml), by exhibit number"]
            if originals
            else []
        ),
        *(
            ["attachments/         attachments, by their number in the list of attachments"]
            if prepared.attachments
            else []
        ),
        "manifest-sha256.txt  the SHA-256 of every file",
        "",
        "To check that nothing was changed:",
        "    iep-mail casefile verify THIS-FOLDER-OR-ZIP",
        "or, in this folder:",
        "    sha256sum -c manifest-sha256.txt",
        "",
        "The last link of the record's chain when this was made (iep-mail verify shows the present one):",
        f"    {link}",
        "",
    ]
    return "\n".join(lines)
