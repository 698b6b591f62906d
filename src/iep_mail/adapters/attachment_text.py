"""The words of one attachment: PDF, Word (.docx) or plain text, told apart by their content.

It runs as a process of its own (see attachment_reader), so that a file made to hang or crash a reader
takes nothing else with it.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from contextlib import suppress

from iep_mail.errors import IepMailError

MOST_CHARACTERS = 1_000_000
MOST_PAGES = 400
_MOST_UNPACKED = 200 * 1024 * 1024
_MEMORY = 2 * 1024**3  # bytes of address space
_SILENT = ("image/", "audio/", "video/")
_TEXT_NAMES = (".txt", ".csv", ".md", ".tsv", ".ics", ".vcf", ".log")


class NotReadable(IepMailError):
    """The attachment's words cannot be had; `what` ends a sentence that begins with its name."""


def text_of(content: bytes, name: str) -> str:
    """The attachment's words, at most MOST_CHARACTERS; "" for pictures and other files without words.

    Raises NotReadable for a file that is protected, damaged or not what it says.
    """
    head = content[:1024]
    if b"%PDF-" in head:
        return _pdf(content)
    if head.startswith(b"PK\x03\x04"):
        return _zip(content)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if name.lower().endswith(".docx"):
            raise NotReadable("is protected with a password")
        raise NotReadable("is an old Word or Excel file, which iep-mail cannot read")
    if name.lower().endswith(".pdf"):
        raise NotReadable("is called a PDF and is none")
    if name.lower().endswith((".docx", ".docm")):
        raise NotReadable("is called a Word file and is none")
    if name.lower().endswith(_TEXT_NAMES) and b"\0" not in head:
        return _decoded(content)[:MOST_CHARACTERS]
    if name.lower().endswith((".htm", ".html")):
        return re.sub(r"<[^>]{0,2000}>", " ", _decoded(content[: 4 * MOST_CHARACTERS]))[:MOST_CHARACTERS]
    return ""


def _pdf(content: bytes) -> str:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as problem:
        locked = "password" in str(problem).lower() or "security" in str(problem).lower()
        raise NotReadable("is protected with a password" if locked else "is damaged") from problem
    pages: list[str] = []
    size = 0
    for index in range(min(len(pdf), MOST_PAGES)):
        try:
            text = pdf[index].get_textpage().get_text_range()
        except pypdfium2.PdfiumError:
            continue  # one damaged page does not hide the others
        pages.append(text.replace("\r\n", "\n").replace("\ufffe", ""))
        size += len(text)
        if size > MOST_CHARACTERS:
            break
    joined = "\n\n".join(pages)[:MOST_CHARACTERS]
    if pages and not joined.strip():
        raise NotReadable("is a scan: a picture of text")
    return joined


def _zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = archive.infolist()
    except zipfile.BadZipFile as problem:
        raise NotReadable("is damaged") from problem
    if "word/document.xml" not in {info.filename for info in found}:
        return ""
    if sum(info.file_size for info in found) > _MOST_UNPACKED:
        raise NotReadable("unpacks to far more than any document holds")
    if any(info.flag_bits & 1 for info in found):
        raise NotReadable("is protected with a password")
    try:
        import docx
    except ImportError as problem:
        raise NotReadable(
            "is a Word file, which needs one more package: pip install 'iep-mail[docx]'"
        ) from problem
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    try:
        body = docx.Document(io.BytesIO(content)).element.body
    except Exception as problem:  # python-docx raises KeyError, ValueError and lxml's errors
        raise NotReadable("is damaged") from problem
    lines: list[str] = []
    instead = {f"{word}tab": "\t", f"{word}br": "\n"}
    for paragraph in body.iter(f"{word}p"):
        pieces = paragraph.iter(f"{word}t", *instead)
        lines.append("".join(instead.get(piece.tag) or piece.text or "" for piece in pieces))
    return "\n".join(lines)[:MOST_CHARACTERS]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def serve() -> None:
    """Answers requests on standard input until it ends: a line of JSON with name and size, then bytes."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        content = sys.stdin.buffer.read(asked["size"])
        try:
            answer = {"text": text_of(content, asked["name"]), "problem": ""}
        except NotReadable as error:
            answer = {"text": "", "problem": error.what}
        except (Exception, MemoryError, RecursionError):
            answer = {"text": "", "problem": "cannot be read"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
