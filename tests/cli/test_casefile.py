"""The case file as a parent makes it."""

import csv
import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx

from home import Home


def case_of(home: Home, kind: str) -> str:
    requests = home.dump()["requests"]
    return str(next(r["case"] for r in requests if r["kind"] == kind))


def test_a_zip_holds_everything_and_can_be_checked(home: Home, tmp_path: Path) -> None:
    home.import_story()
    out = tmp_path / "speech.zip"
    said = home.run("casefile", case_of(home, "information")[:5], "--out", str(out))
    assert said.code == 0, said.err
    assert "The family made 1 request" in said.out
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read("tables/requests.csv").decode("utf-8-sig"))))
        first = archive.read("exhibits/001-2026-01-13-from-family.eml")
    assert {"case-file.pdf", "summary.docx", "tables.xlsx", "README.txt", "manifest-sha256.txt"} <= set(names)
    assert (rows[0]["No."], rows[0]["Attempts"], rows[0]["Due on"]) == ("R1", "2", "2026-01-21")
    assert first in [p.read_bytes() for p in (home.folder / "mail").iterdir()]
    checked = home.run("casefile", "verify", str(out))
    assert (checked.code, "every one is there" in checked.out) == (0, True)
    again = tmp_path / "again.zip"
    home.run("casefile", case_of(home, "information"), "--out", str(again))
    assert again.read_bytes() == out.read_bytes()


def test_what_is_taken_out_is_shown_before_anything_is_written(home: Home, tmp_path: Path) -> None:
    home.import_story()
    words = ("casefile", "--all", "--hide", "Mr. Shaw", "--no-pdf", "--out", str(tmp_path / "f"))
    asked = home.run(*words)
    assert (asked.code, (tmp_path / "f").exists()) == (2, False)
    assert "“Mr. Shaw”" in asked.out
    assert "nothing was written yet" in asked.err
    assert home.run(*words, "--yes").code == 0
    everything = b"".join(
        p.read_bytes() for p in (tmp_path / "f").rglob("*") if p.suffix in (".csv", ".eml", ".txt")
    )
    assert b"Mr. Shaw" not in everything.replace(b"Mr. Victor Shaw", b"")


def test_notes_and_their_papers_go_in_only_where_the_parent_says_so(home: Home, tmp_path: Path) -> None:
    home.import_story()
    case = case_of(home, "information")
    paper = tmp_path / "drawing.txt"
    paper.write_text("what she drew")
    call = ("--channel", "call", "--with", "Ms. Ellen Park", "--direction", "from-school", "--case", case)
    home.run(
        "log", "add", "--on", "2026-02-02", *call, "--about", "She said it is on.", "--attach", str(paper)
    )
    home.run("case", "note", case, "Nobody came today.", "--on", "2026-02-03", "--attach", str(paper))
    home.run("case", "note", case, "He was tired.", "--on", "2026-02-04", "--not-private")
    words = ("casefile", case, "--no-pdf", "--yes")
    said = home.run(*words, "--out", str(tmp_path / "open"))
    assert said.code == 0, said.err
    home.run(*words, "--with-private", "--out", str(tmp_path / "all"))
    notes = [table(tmp_path / name, "notes") for name in ("open", "all")]
    assert [[row["Text"] for row in rows] for rows in notes] == [
        ["He was tired."],
        ["Nobody came today.", "He was tired."],
    ]
    everything = b"".join(p.read_bytes() for p in (tmp_path / "open").rglob("*") if p.is_file())
    assert b"Nobody came" not in everything
    kept = sorted(p.name for p in (tmp_path / "all" / "attachments").iterdir())
    assert kept == ["A001-exhibit-004.txt", "A002-note-001.txt"]
    manifest = (tmp_path / "all" / "manifest-sha256.txt").read_text()
    assert all(f"attachments/{name}" in manifest for name in kept)
    rows = table(tmp_path / "all", "log")
    assert (rows[-1]["Issue"], rows[-1]["Rests on"]) == ("Note: He was tired.", "N2")
    exhibit = table(tmp_path / "all", "exhibits")[-1]
    assert (exhibit["Date"], exhibit["Time"]) == ("2026-02-02", "")


def test_a_file_for_the_school_does_not_say_that_there_are_private_notes(home: Home, tmp_path: Path) -> None:
    home.import_story()
    case = case_of(home, "information")
    home.run("case", "note", case, "Nobody came today.", "--on", "2026-02-03")
    texts = {}
    for purpose in ("meeting", "advocate"):
        out = tmp_path / purpose
        said = home.run("casefile", case, "--no-pdf", "--yes", "--for", purpose, "--out", str(out))
        assert "1 private note of the family is left out." in said.out or purpose == "advocate"
        texts[purpose] = docx_words(out / "summary.docx")
    assert "private note" not in texts["meeting"]
    assert "1 private note of the family is left out." in texts["advocate"]


def docx_words(path: Path) -> str:
    return " ".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_an_original_stays_out_with_the_attachment_that_was_left_out(home: Home, tmp_path: Path) -> None:
    home.import_story()
    listed = EmailMessage()
    listed["From"], listed["To"] = "epark@maplehill.example.org", "rosa@delgado.example.net"
    listed["Subject"], listed["In-Reply-To"] = "Re: Speech on Monday?", "<1@example.net>"
    listed["Date"] = "Thu, 29 Jan 2026 15:00:00 +0000"
    listed.set_content("The list is attached.")
    listed.add_attachment("Groups: Ann Smith, Mateo", filename="list.txt")
    (tmp_path / "more.eml").write_bytes(bytes(listed))
    home.run("import", str(tmp_path / "more.eml"))
    said = home.run(
        "casefile", "--all", "--no-pdf", "--yes", "--hide", "Ann Smith", "--out", str(tmp_path / "f")
    )
    assert "holds something that you chose to leave out" in said.out
    assert "kept back: an attachment of it was left out" in " ".join(said.out.split())
    assert not any(b"Ann Smith" in p.read_bytes() for p in (tmp_path / "f").rglob("*") if p.is_file())


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_missing_file_is_named(home: Home, tmp_path: Path) -> None:
    home.import_story()
    home.run("casefile", "--all", "--no-pdf", "--out", str(tmp_path / "f"))
    (tmp_path / "f" / "summary.docx").unlink()
    checked = home.run("casefile", "verify", str(tmp_path / "f"))
    assert (checked.code, "Missing: summary.docx" in checked.out) == (1, True)


def test_bad_wishes_are_told(home: Home, tmp_path: Path) -> None:
    home.import_story()
    case = case_of(home, "records")
    for words, said in (
        (("casefile", "make"), "Which case?"),
        (("casefile", "zzz"), "There is no case “zzz”."),
        (("casefile", case, "--from", "2027-01-01"), "There is no message in this case in that time"),
        (("casefile", case, "--from", "2026-02-01", "--to", "2026-01-01"), "Swap --from and --to."),
        (
            ("casefile", case, "--no-pdf", "--out", str(tmp_path / "a.pdf")),
            "A PDF without the PDF is nothing.",
        ),
        (("casefile", "verify", str(tmp_path)), "has no manifest-sha256.txt"),
    ):
        printed = home.run(*words)
        assert (printed.code, said in " ".join(printed.err.split())) == (2, True), (words, printed.err)
