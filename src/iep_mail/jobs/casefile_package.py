"""The case file written: a PDF, or a folder or ZIP with the tables, originals and a manifest."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from iep_mail.adapters.archive import write_folder, write_zip
from iep_mail.adapters.casefile_docx import docx_bytes
from iep_mail.adapters.casefile_pdf import pdf_bytes
from iep_mail.adapters.private_file import write_private
from iep_mail.adapters.spreadsheets import Table, csv_bytes, xlsx_bytes
from iep_mail.adapters.templates import shipped_casefile
from iep_mail.core.evidence.contents import CaseFile, Exhibit, ExhibitFile
from iep_mail.core.evidence.layout import pdf_data
from iep_mail.core.evidence.tables import tables
from iep_mail.data import load
from iep_mail.jobs.attachments import contents_of
from iep_mail.jobs.casefile import Prepared
from iep_mail.jobs.workspace import Workspace
from iep_mail.model import Attachment

Content = Callable[[], bytes]


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
    by_number = {e.number: e.sha256 for e in file.exhibits}
    for attached in prepared.attachments:
        source = by_number.get(attached.exhibit or 0, "")
        name = f"attachments/{attachment_name(attached)}"
        files[name] = lambda s=source, a=attached: _content(workspace, s, a)  # type: ignore[misc]
    return files


def _content(workspace: Workspace, sha256: str, attached: ExhibitFile) -> bytes:
    named = Attachment(attached.name, attached.content_type, attached.size, attached.sha256)
    return next(raw for a, raw in contents_of(workspace, sha256, [named]) if a.sha256 == attached.sha256)


def exhibit_name(exhibit: Exhibit) -> str:
    """“004-2026-01-13-from-family”: nothing of what a mail calls itself gets into a file's name."""
    side = "family" if exhibit.from_family else "school"
    return f"{exhibit.number:03}-{exhibit.on.isoformat()}-from-{side}"


def attachment_name(attached: ExhibitFile) -> str:
    """“A003-exhibit-004.pdf”; only a plain ending is taken from the attachment's own name."""
    ending = re.search(r"\.([A-Za-z0-9]{1,5})$", attached.name)
    plain = ending[1].lower() if ending else ""
    kind = plain if plain in load("casefile")["endings"] else "bin"
    source = f"note-{attached.note:03}" if attached.note else f"exhibit-{attached.exhibit:03}"
    return f"{attached.label[0]}{int(attached.label[1:]):03}-{source}.{kind}"


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
