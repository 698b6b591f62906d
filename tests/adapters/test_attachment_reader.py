"""Attachments as they come: PDF, Word, locked, lying, damaged, hostile."""

import io
import zipfile
from collections.abc import Iterator

import pypdfium2
import pytest

from attached_files import pdf, word
from iep_mail.adapters.attachment_reader import AttachmentReader


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 210 * 1024**2)
    return out.getvalue()


def scan() -> bytes:
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def reader() -> Iterator[AttachmentReader]:
    with AttachmentReader(most_bytes=10 * 1024**2) as opened:
        yield opened


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (pdf(), "plan.pdf", "Speech twice a week"),
        (pdf(), "plan.doc", "Speech twice a week"),
        (word("Grüße, 30 minutes"), "notes.docx", "Grüße, 30 minutes\na cell"),
        ("Bus 7 fährt".encode("cp1252"), "bus.txt", "Bus 7 fährt"),
        (b"<p>Hello <b>you</b></p>", "a.html", "Hello  you"),
        (b"\x89PNG\r\n", "photo.png", ""),
    ],
)
def test_words(reader: AttachmentReader, content: bytes, name: str, words: str) -> None:
    found = reader.read(content, name)
    assert (" ".join(found.text.split()), found.problem) == (" ".join(words.split()), "")


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (pdf(locked=True), "plan.pdf", "is protected with a password"),
        (b"%PDF-1.7 nothing", "plan.pdf", "is damaged"),
        (b"hello", "plan.pdf", "is called a PDF and is none"),
        (b"hello", "plan.docx", "is called a Word file and is none"),
        (b"PK\x03\x04broken", "plan.docx", "is damaged"),
        (scan(), "scan.pdf", "is a scan: a picture of text"),
        (bomb(), "plan.docx", "unpacks to far more than any document holds"),
        (b"\xd0\xcf\x11\xe0\xa1", "old.doc", "is an old Word or Excel file, which iep-mail cannot read"),
        (b"x" * (11 * 1024**2), "film.mp4", "has 11 megabytes and was not read for its words"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_told(reader: AttachmentReader, content: bytes, name: str, why: str) -> None:
    assert reader.read(content, name).problem == why


@pytest.mark.slow
def test_a_file_that_hangs_or_kills_the_reader_hurts_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from iep_mail.adapters import attachment_reader

    script = (
        "import sys, json, time\n"
        "while line := sys.stdin.buffer.readline():\n"
        "    content = sys.stdin.buffer.read(json.loads(line)['size'])\n"
        "    if content == b'hang': time.sleep(60)\n"
        "    if content == b'die': sys.exit(3)\n"
        "    print(json.dumps({'text': 'fine', 'problem': ''}), flush=True)\n"
    )
    popen = attachment_reader.subprocess.Popen
    monkeypatch.setattr(
        attachment_reader.subprocess,
        "Popen",
        lambda command, **more: popen([command[0], "-c", script], **more),
    )
    with AttachmentReader(seconds=0.5) as reader:
        for bad in (b"hang", b"die"):
            assert "took too long" in reader.read(bad, "a.pdf").problem
            assert reader.read(b"good", "b.pdf").text == "fine"
