from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.adapters import files
from iep_mail.adapters.files import FileMessage, looks_like_mail, read_files
from iep_mail.errors import UsageError


def mail(subject: str, body: str = "Hello.\r\n") -> bytes:
    return f"From: a@school.example.org\r\nSubject: {subject}\r\n\r\n{body}".encode()


def read(*paths: Path, folder: str | None = None) -> list[FileMessage]:
    return list(read_files(paths, folder))


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r\n\r\n\r\n", b""])
def test_an_eml_file_is_kept_byte_for_byte(tmp_path: Path, end: bytes):
    raw = mail("One") + b"\xff\xfe lone \r and \n\r\n>From here" + end
    path = put(tmp_path / "one.eml", raw)
    assert read(path) == [FileMessage(raw, "imported")]
    assert read(path, folder="INBOX") == [FileMessage(raw, "INBOX")]


def test_a_folder_is_read_in_order_with_its_subfolders(tmp_path: Path):
    put(tmp_path / "School" / "b.eml", mail("b"))
    put(tmp_path / "School" / "a.eml", mail("a"))
    put(tmp_path / "School" / "Sent" / "c.eml", mail("c"))
    put(tmp_path / "School" / "notes.txt", b"Remember: call the school.\n")
    put(tmp_path / "School" / ".DS_Store", mail("no"))
    found = read(tmp_path / "School")
    assert [(m.raw, m.folder) for m in found] == [
        (mail("c"), "Sent"),
        (mail("a"), "School"),
        (mail("b"), "School"),
    ]


def test_what_a_file_is_is_told_by_its_content(tmp_path: Path):
    put(tmp_path / "x" / "without-suffix", mail("one"))
    put(tmp_path / "x" / "box.eml", b"From a@b Mon Mar  2 10:00:00 2026\n" + mail("two"))
    assert [m.raw for m in read(tmp_path / "x")] == [mail("two"), mail("one")]


def test_a_maildir_with_its_subfolders(tmp_path: Path):
    for sub in ("cur", "new", "tmp", ".Archive.2025/cur", ".Archive.2025/new"):
        (tmp_path / "Mail" / sub).mkdir(parents=True)
    put(tmp_path / "Mail" / "cur" / "1700000000.1.host:2,S", mail("seen"))
    put(tmp_path / "Mail" / "new" / "1700000001.2.host", mail("new"))
    put(tmp_path / "Mail" / "tmp" / "1700000002.3.host", mail("half"))
    put(tmp_path / "Mail" / ".Archive.2025" / "cur" / "1.4.host:2,", mail("old"))
    put(tmp_path / "Mail" / "dovecot.index", b"From: x\n\n")
    assert [(m.raw, m.folder) for m in read(tmp_path / "Mail")] == [
        (mail("old"), "Archive.2025"),
        (mail("seen"), "Mail"),
        (mail("new"), "Mail"),
    ]


MBOX = b"""From a@school.example.org Mon Mar  2 10:00:00 2026
From: a@school.example.org
Subject: one

We met on Friday.

From what I remember at 10:30 it was short.
From here at 10:45 on
Note: we only waited
and then:

>From the start
>>From before

From - Tue Mar  3 11:00:00 2026
From: b@school.example.org
Subject: two

Thanks.
"""


def test_an_mbox_is_cut_only_where_messages_begin(tmp_path: Path):
    one, two = read(put(tmp_path / "School.mbox", MBOX))
    assert one.raw.endswith(b"and then:\n\nFrom the start\n>From before\n")
    assert b"From what I remember" in one.raw
    assert b"From here at 10:45 on\nNote:" in one.raw
    assert two.raw == b"From: b@school.example.org\nSubject: two\n\nThanks.\n"
    assert {one.folder, two.folder} == {"School"}


LINES = st.lists(
    st.sampled_from(["", "Hello.", "From me to you", "From a@b Mon Mar  2 10:00:00 2026", ">From x", "Re: y"])
)


@given(bodies=st.lists(LINES, min_size=1, max_size=4), newline=st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_as_mboxrd_is_read_back(tmp_path_factory, bodies, newline):
    def raw(lines: list[str]) -> bytes:
        return newline.join(["From: a@example.org", "Subject: s", "", *lines, ""]).encode()

    def quoted(line: str) -> str:
        return ">" + line if line.lstrip(">").startswith("From ") else line

    text = b"".join(
        f"From a@example.org Mon Mar  2 10:00:00 2026{newline}".encode()
        + raw([quoted(line) for line in lines])
        + newline.encode()
        for lines in bodies
    )
    path = put(tmp_path_factory.mktemp("m") / "box", text)
    assert [m.raw for m in read(path)] == [raw(lines) for lines in bodies]


def test_apples_emlx_with_its_date_of_receipt(tmp_path: Path):
    raw = mail("apple")
    plist = (
        b'<?xml version="1.0"?><plist version="1.0"><dict>'
        b"<key>date-received</key><integer>1772452800</integer></dict></plist>"
    )
    path = put(tmp_path / "1.emlx", str(len(raw)).encode() + b"\n" + raw + plist)
    assert read(path) == [FileMessage(raw, "imported", datetime(2026, 3, 2, 12, tzinfo=UTC))]
    put(path, str(len(raw)).encode() + b"\n" + raw + b"broken")
    assert read(path) == [FileMessage(raw, "imported")]
    put(path, b"99999\n" + raw)
    assert "not mail" in read(path)[0].problem


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path, monkeypatch):
    put(tmp_path / "x" / "1.eml", b"")
    put(tmp_path / "x" / "2.eml", b"\x89PNG\r\n\0\0")
    put(tmp_path / "x" / "3.eml", mail("large") + b"x" * 500)
    put(tmp_path / "x" / "4.eml", mail("good"))
    (tmp_path / "x" / "5.eml").symlink_to(tmp_path / "gone")
    monkeypatch.setattr(files, "LARGEST_MESSAGE", 200)
    found = read(tmp_path / "x")
    assert [m.raw for m in found if not m.problem] == [mail("good")]
    empty, picture, large, gone = [m.problem for m in found if m.problem]
    assert "is empty" in empty
    assert "not mail" in picture
    assert "larger than" in large
    assert "could not be read" in gone


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path):
    put(tmp_path / "x" / "1.eml", mail("a")).chmod(0)
    assert "Permission denied" in read(tmp_path / "x")[0].problem


def test_a_path_that_does_not_exist_stops_before_anything_is_read(tmp_path: Path):
    good = put(tmp_path / "1.eml", mail("a"))
    with pytest.raises(UsageError, match="There is no file or folder"):
        next(read_files([good, tmp_path / "gone"]))


def test_a_folder_without_mail(tmp_path: Path):
    put(tmp_path / "x" / "notes.txt", b"nothing here")
    with pytest.raises(UsageError, match="No mail was found"):
        read(tmp_path / "x")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Received: by x\r\n", True),
        (b"X-Mailer: y\nFrom: a\n\n", True),
        (b"Dear all: here is\n\nFrom: a", False),
        (b'{"from": 1}', False),
        (b"", False),
    ],
)
def test_mail_is_recognised_by_its_header(head: bytes, expected: bool):
    assert looks_like_mail(head) is expected
