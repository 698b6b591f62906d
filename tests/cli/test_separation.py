"""Two children with names that no format expects: each in its own exports, whole, and nothing of the other."""

import csv
import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from home import Home

ZOE, YUSUF = "Zoë O'Neil-Brandt, Jr.", "يوسف Brandt"
FAMILY = f"""\
[family]
timezone = "America/Chicago"

[[parents]]
name = 'Dana "Dee" Brandt 🎉'
addresses = ["dee@brandt.example.net"]

[[children]]
name = "{ZOE}"

[[children]]
name = "{YUSUF}"
nicknames = ["Yusuf"]

[school]
domains = ["maplehill.example.org"]
"""
ASKED = (
    ("Zoë: =HYPERLINK(speech)", "Could you tell me whether speech for Zoë was held on January 12?", 13),
    ("Yusuf and the lift", "Could you tell me when the lift for Yusuf is mended?", 14),
)


@pytest.fixture
def two(home: Home) -> Home:
    """A question about each child, and a letter by post about Zoë."""
    home.configure(family=FAMILY)
    (home.folder / "mail").mkdir()
    for number, (subject, body, day) in enumerate(ASKED):
        message = EmailMessage()
        message["From"], message["To"] = "dee@brandt.example.net", "=Office <office@maplehill.example.org>"
        message["Subject"], message["Message-ID"] = subject, f"<{number}@brandt.example.net>"
        message["Date"] = f"Tue, {day} Jan 2026 15:00:00 +0000"
        message.set_content(body)
        (home.folder / "mail" / f"{number}.eml").write_bytes(bytes(message))
    assert home.run("import", str(home.folder / "mail")).code == 0
    home.run("case", "note", case_of(home, ZOE), "@home she cried.", "--on", "2026-01-15", "--not-private")
    return home


def case_of(home: Home, child: str) -> str:
    (found,) = [c["id"] for c in home.dump()["cases"] if c["child"] == child]
    return str(found)


@pytest.mark.slow
def test_a_case_file_holds_one_child_in_every_format(two: Home, tmp_path: Path) -> None:
    out = tmp_path / "zoe"
    said = two.run("casefile", case_of(two, ZOE), "--yes", "--out", str(out))
    assert said.code == 0, said.err
    for path in (p for p in out.rglob("*") if p.is_file()):
        words = words_of(path)
        assert "Yusuf" not in words, path
        assert "يوسف" not in words, path
    for name in ("case-file.pdf", "summary.docx"):
        assert "Zoë O'Neil-Brandt, Jr." in words_of(out / name)
        assert "[party popper]" in words_of(out / name)
    rows = list(csv.reader(io.StringIO((out / "tables" / "notes.csv").read_text(encoding="utf-8-sig"))))
    assert rows[1][3] == "'@home she cried."


@pytest.mark.slow
def test_a_right_to_left_name_stands_in_every_format(two: Home, tmp_path: Path) -> None:
    out = tmp_path / "yusuf"
    assert two.run("casefile", case_of(two, YUSUF), "--yes", "--out", str(out)).code == 0
    for name in ("case-file.pdf", "summary.docx"):
        assert "يوسف" in words_of(out / name) or "[arabic letter yeh]" in words_of(out / name)
    assert "lift for Yusuf" in words_of(out / "tables.xlsx")
    assert "Zoë" not in "".join(words_of(p) for p in out.rglob("*") if p.is_file())


@pytest.mark.slow
def test_the_log_of_one_child_holds_nothing_of_the_other(two: Home, tmp_path: Path) -> None:
    files = {ending: tmp_path / f"log.{ending}" for ending in ("csv", "xlsx", "pdf")}
    wanted = [word for ending, path in files.items() for word in (f"--{ending}", str(path))]
    said = two.run("log", "--all", "--child", "Yusuf", *wanted)
    assert said.code == 0, said.err
    for path in files.values():
        words = words_of(path)
        assert ("lift for Yusuf" in words, "Zoë" in words) == (True, False), path
    sheet = openpyxl.load_workbook(files["xlsx"]).active
    assert sheet is not None
    assert sheet["H2"].value == YUSUF


def test_no_cell_of_mail_is_a_formula(two: Home, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    two.run("log", "--all", "--csv", str(path), "--xlsx", str(tmp_path / "log.xlsx"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx").active
    assert sheet is not None
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def words_of(path: Path) -> str:
    """The words of a file as a reader of it sees them."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path.read_bytes())
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    if path.suffix == ".docx":
        whole = docx.Document(str(path))
        cells = [c.text for table in whole.tables for row in table.rows for c in row.cells]
        return " ".join([*(p.text for p in whole.paragraphs), *cells])
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return " ".join(archive.read(n).decode("utf-8") for n in archive.namelist() if n.endswith(".xml"))
    return path.read_text(encoding="utf-8")
